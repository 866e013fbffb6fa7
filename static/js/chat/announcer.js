// Reads each new message out once: the conversation itself is not a live region, so greying,
// typing dots and countdowns stay silent.
import { byId, el } from "./dom.js";

const KEEP_MS = 30_000;

export function announce(...words) {
  const line = el("p", {}, words.filter(Boolean).join(" "));
  byId("announcer").append(line);
  setTimeout(() => line.remove(), KEEP_MS);
}
