// The calls of the page, with every failure turned into a ChatError.
import { sessionHeader } from "./limits.js";

const TURN_TIMEOUT_MS = 20_000;
const HEALTH_TIMEOUT_MS = 6_000;
const DEFAULT_WAIT_SECONDS = 30;

let bearer = () => null;

/** Where the token is asked for; it is kept by who was given it. */
export function useToken(token) {
  bearer = token;
}

/** What every request carries. */
export function headers() {
  const sent = { Accept: "application/json", "X-Chat-Language": document.documentElement.lang };
  const token = bearer();
  return token ? { ...sent, Authorization: `Bearer ${token}` } : sent;
}

export class ChatError extends Error {
  /** kind: network, timeout, wait, auth, server, refused. */
  constructor(kind, { detail = "", waitSeconds = 0 } = {}) {
    super(kind);
    this.kind = kind;
    this.detail = detail;
    this.waitSeconds = waitSeconds;
  }
}

async function request(url, options, timeoutMs) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  try {
    const headers = { ...options.headers, ...(await sessionHeader()) };
    const response = await fetch(url, { ...options, headers, signal: controller.signal });
    return { response, body: await response.json().catch(() => null) };
  } catch (error) {
    throw new ChatError(error.name === "AbortError" ? "timeout" : "network");
  } finally {
    clearTimeout(timer);
  }
}

/** Retry-After is seconds or a date. */
function secondsToWait(header) {
  const raw = header ?? "";
  const seconds = /^\d+$/.test(raw) ? Number(raw) : (Date.parse(raw) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : DEFAULT_WAIT_SECONDS;
}

function failure(response, body) {
  const detail = typeof body?.detail === "string" ? body.detail : "";
  if (response.status === 429) {
    return new ChatError("wait", { waitSeconds: secondsToWait(response.headers.get("Retry-After")) });
  }
  if (response.status === 401) return new ChatError("auth", { detail });
  return new ChatError(response.status >= 500 ? "server" : "refused", { detail });
}

/** The answer's body and its id. Throws ChatError for everything but a 2xx with JSON. */
async function call(url, { timeoutMs = TURN_TIMEOUT_MS, ...options } = {}) {
  const { response, body } = await request(url, options, timeoutMs);
  if (!response.ok) throw failure(response, body);
  if (body === null) throw new ChatError("server");
  return { body, requestId: response.headers.get("X-Request-ID") };
}

function withBody(method, value, options = {}) {
  const json = { "Content-Type": "application/json" };
  return { method, headers: { ...headers(), ...json }, body: JSON.stringify(value), ...options };
}

/** Sends one turn; resolves to the list of bot messages, and the id that a rating names them by. */
export async function sendTurn(url, turn, options) {
  const { body, requestId } = await call(url, withBody("POST", turn, options));
  return { items: Array.isArray(body) ? body : [body], requestId };
}

/** rating: {request_id, sender, value}. */
export async function sendRating(url, rating) {
  await call(`${url}/feedback`, withBody("POST", rating));
}

/** What is said in a recording; null when nothing is. */
export async function transcribe(url, form) {
  const { body } = await call(url, { method: "POST", headers: headers(), body: form });
  return body.transcript;
}

/** The preferences of the token's person. */
export async function readSettings(url) {
  return (await call(url, { headers: headers() })).body;
}

export async function saveSettings(url, changes) {
  await call(url, withBody("PUT", changes));
}

/** What a person wrote after `after`, when there is something within `wait` seconds, and who answers now. */
export async function personNews(url, query) {
  const address = `${url}/messages?${new URLSearchParams(query)}`;
  const { body } = await call(address, { headers: headers() });
  if (!Array.isArray(body.messages)) throw new ChatError("server");
  return body;
}

/** Whether the server is there and says that its bot engine answers. */
export async function engineIsUp(url) {
  try {
    const { response, body } = await request(url, { method: "GET" }, HEALTH_TIMEOUT_MS);
    return response.ok && body?.engine_ok !== false;
  } catch {
    return false;
  }
}
