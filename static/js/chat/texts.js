// The words of the page: written (and translated) in templates/chat/_texts.html; and how they are read out.
import { byId, el } from "./dom.js";

const KEEP_MS = 30_000;

/** text("retryIn", {seconds: 4}) reads data-retry-in and fills its {seconds}. */
export function text(key, values = {}) {
  const raw = byId("chat-texts").dataset[key] ?? key;
  return raw.replace(/\{(\w+)\}/g, (match, name) => values[name] ?? match);
}

/** Of dates and times: the page's language, with the country's ways. */
export function locale() {
  return document.documentElement.lang.startsWith("en") ? "en" : "es-CO";
}

/**
 * Reads each new message out once: the conversation itself is not a live region, so greying,
 * typing dots and countdowns stay silent.
 */
export function announce(...words) {
  const line = el("p", {}, words.filter(Boolean).join(" "));
  byId("announcer").append(line);
  setTimeout(() => line.remove(), KEEP_MS);
}
