// The words of the page: written (and translated) in templates/chat/_texts.html.
import { byId } from "./dom.js";

/** text("retryIn", {seconds: 4}) reads data-retry-in and fills its {seconds}. */
export function text(key, values = {}) {
  const raw = byId("chat-texts").dataset[key] ?? key;
  return raw.replace(/\{(\w+)\}/g, (match, name) => values[name] ?? match);
}

/** Of dates and times: the page's language, with the country's ways. */
export function locale() {
  return document.documentElement.lang.startsWith("en") ? "en" : "es-CO";
}
