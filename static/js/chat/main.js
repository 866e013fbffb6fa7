// Puts the chat page together.
import { engineIsUp } from "./api.js";
import { createComposer } from "./composer.js";
import { createConversation } from "./conversation.js";
import { byId } from "./dom.js";
import { connectHost } from "./host.js";
import { createMessageList } from "./message-list.js";
import { loadSender } from "./session.js";
import { createWait, showState, watchConnection } from "./status.js";

const SECOND_LOOK_MS = 3000;
const { apiUrl, healthUrl, avatar } = byId("chat").dataset;

const host = connectHost({});
const composer = createComposer({ onSend: (message) => conversation.say(message) });
const wait = createWait((seconds) => {
  composer.block(seconds > 0);
  conversation.refreshRetries(seconds);
});
const conversation = createConversation({
  list: createMessageList({ avatar }),
  host,
  wait,
  sender: loadSender(),
  apiUrl,
  afterReply: () => composer.focus(),
});

conversation.greet();
/** A connection that has just come back may fail once more: one second look. */
async function refreshState(looks = 2) {
  const isUp = await engineIsUp(healthUrl);
  if (navigator.onLine === false) return;
  showState(isUp ? "online" : "trouble");
  if (!isUp && looks > 1) setTimeout(refreshState, SECOND_LOOK_MS, looks - 1);
}

watchConnection(refreshState);

/** Whoever opens the widget means to write; a page that is only being read keeps its focus. */
function focusWhenOpened() {
  if (document.hasFocus() && document.activeElement === document.body) composer.focus();
}

if (host.framed) {
  const close = byId("close");
  close.hidden = !document.documentElement.hasAttribute("data-embed");
  close.addEventListener("click", () => host.post("widget:close"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") host.post("widget:close");
  });
  window.addEventListener("focus", focusWhenOpened);
  host.post("auth:request");
}
focusWhenOpened();
