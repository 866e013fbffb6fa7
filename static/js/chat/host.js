// Talk with the page that frames the chat. Nothing is believed from, or said to, an origin
// that the server did not list; the token stays in memory and is never stored.
import { byId } from "./dom.js";

function listedOrigins() {
  let listed = [];
  try {
    listed = JSON.parse(byId("chat-config").textContent);
  } catch {
    // No list: only our own origin may frame and talk.
  }
  if (!Array.isArray(listed)) listed = listed?.allowed_origins ?? [];
  const own = window.location.origin;
  return new Set([own, ...listed.map((origin) => (/^'?self'?$/.test(origin) ? own : origin))]);
}

/** The framing page's origin as far as the browser tells it. */
function parentOrigin() {
  if (window.location.ancestorOrigins?.length) return window.location.ancestorOrigins[0];
  try {
    return new URL(document.referrer).origin;
  } catch {
    return null;
  }
}

export function connectHost({ onToken }) {
  const framed = window.parent !== window;
  const allowed = listedOrigins();
  const known = parentOrigin();
  let token = null;

  function post(type, fields = {}) {
    if (!framed) return;
    const targets = known ? [known].filter((origin) => allowed.has(origin)) : [...allowed];
    for (const origin of targets) window.parent.postMessage({ type, ...fields }, origin);
  }

  function receive(event) {
    if (event.source !== window.parent || !allowed.has(event.origin)) return;
    const data = event.data;
    if (data?.type === "auth:token" && typeof data.token === "string") {
      token = data.token || null;
      onToken?.(token);
    }
  }

  if (framed) window.addEventListener("message", receive);
  return { framed, post, token: () => token };
}
