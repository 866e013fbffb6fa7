// Tells the server's limits this page apart from others behind the same address.
import { byId } from "./dom.js";

const RENEW_AFTER_MS = 11 * 60 * 60 * 1000; // the server takes it for twelve hours
const ASK_AGAIN_MS = 60_000;
const { session: first, apiUrl } = byId("chat").dataset;
const isUsed = first !== undefined;

let session = first ?? "";
let freshUntil = session ? Date.now() + RENEW_AFTER_MS : 0;

/** The header of every call; without a session the server counts by address. */
export async function sessionHeader() {
  if (isUsed && Date.now() >= freshUntil) await renew();
  return session ? { "X-Chat-Session": session } : {};
}

async function renew() {
  freshUntil = Date.now() + ASK_AGAIN_MS; // whatever comes of it, nobody else asks meanwhile
  try {
    const response = await fetch(`${apiUrl}/session`, { cache: "no-store" });
    const given = response.ok ? await response.json() : {};
    if (!given.session) return;
    session = given.session;
    freshUntil = Date.now() + RENEW_AFTER_MS;
  } catch {
    // the message that waits for it will tell that there is no connection
  }
}
