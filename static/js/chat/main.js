// Puts the chat page together.
import { engineIsUp } from "./api.js";
import { createComposer } from "./composer.js";
import { createConversation } from "./conversation.js";
import { byId } from "./dom.js";
import { createHandover } from "./handover.js";
import { connectHost } from "./host.js";
import { createMessageList } from "./message-list.js";
import { createPerson } from "./person.js";
import { loadSender } from "./session.js";
import { createWait, showState, watchConnection } from "./status.js";

const SECOND_LOOK_MS = 3000;
const LEAVE = "/volver_al_bot";
const { apiUrl, healthUrl, avatar } = byId("chat").dataset;

const host = connectHost({
  onToken: () => handover.tokenCame(),
  onTheme: (theme) => (document.documentElement.dataset.theme = theme),
});
const composer = createComposer({ onSend: (message) => conversation.say(message) });
const wait = createWait((seconds) => {
  composer.block(seconds > 0);
  conversation.refreshRetries(seconds);
});
const { sender, isKnown } = loadSender();
const list = createMessageList({ avatar });
const handover = createHandover({ host, list });
const person = createPerson({
  list,
  host,
  sender,
  apiUrl,
  onLeave: () => conversation.say(LEAVE, byId("person-leave").textContent.trim()),
});
const conversation = createConversation({
  list,
  host,
  handover,
  wait,
  sender,
  apiUrl,
  person: () => person,
  afterReply: () => composer.focus(),
});

conversation.greet();
if (isKnown) person.look(); // a person may have written before this page was loaded anew
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
