// The calls of the page, with every failure turned into a ChatError.
import { sessionHeader } from "./limits.js";

const TURN_TIMEOUT_MS = 20_000;
const HEALTH_TIMEOUT_MS = 6_000;
const DEFAULT_WAIT_SECONDS = 30;

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

/** Sends one turn; resolves to the list of bot messages. */
export async function sendTurn(url, turn, token) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const options = { method: "POST", headers, body: JSON.stringify(turn) };
  const { response, body } = await request(url, options, TURN_TIMEOUT_MS);
  if (!response.ok) throw failure(response, body);
  if (body === null) throw new ChatError("server");
  return Array.isArray(body) ? body : [body];
}

/** What a person wrote after `after`, when there is something within `wait` seconds, and who answers now. */
export async function personNews(url, query, token) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const address = `${url}/messages?${new URLSearchParams(query)}`;
  const { response, body } = await request(address, { headers }, TURN_TIMEOUT_MS);
  if (!response.ok) throw failure(response, body);
  if (!Array.isArray(body?.messages)) throw new ChatError("server");
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
