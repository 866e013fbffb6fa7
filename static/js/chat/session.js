// Who this browser tab is for the bot: a random sender that lives as long as the tab.
const KEY = "tutorbot:sender";

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** {sender, isKnown}. A framed page may have no storage at all; then the id lives with the page. */
export function loadSender() {
  const fresh = `web-${randomId()}`;
  try {
    const known = window.sessionStorage.getItem(KEY);
    if (/^web-[0-9a-f]{32}$/.test(known ?? "")) return { sender: known, isKnown: true };
    window.sessionStorage.setItem(KEY, fresh);
  } catch {
    // Storage is blocked: nothing to keep it in.
  }
  return { sender: fresh, isKnown: false };
}
