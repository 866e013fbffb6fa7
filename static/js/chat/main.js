// Puts the chat page together.
import { announce } from "./announcer.js";
import { engineIsUp, useToken } from "./api.js";
import { createComposer } from "./composer.js";
import { createConversation } from "./conversation.js";
import { byId } from "./dom.js";
import { createFinish } from "./finish.js";
import { createHandover } from "./handover.js";
import { openHistory, ownerOf } from "./history.js";
import { connectHost } from "./host.js";
import { createLooks } from "./looks.js";
import { createMenu } from "./menu.js";
import { createMessageList } from "./message-list.js";
import { createPerson } from "./person.js";
import { createPrivacy } from "./privacy.js";
import { createWait, redrawState, showState, watchConnection } from "./status.js";
import { text } from "./texts.js";
import { createView } from "./view.js";

const SECOND_LOOK_MS = 3000;
const LEAVE = "/volver_al_bot";
const { apiUrl, healthUrl, settingsUrl, voiceUrl, maxAudioMb, avatar } = byId("chat").dataset;
const brand = document.title;

const history = openHistory({
  onElsewhere(isAnother) {
    if (isAnother) showAnother();
    else {
      view.redraw();
      person.heedRecords();
    }
  },
});
const host = connectHost({
  onToken(token) {
    const owner = ownerOf(token);
    composer.belongTo(owner);
    if (history.belongTo(owner)) {
      showAnother();
      conversation.resume();
    }
    if (owner) looks.readPersons();
    handover.tokenCame();
  },
  onTheme: (theme) => looks.suggest({ theme }),
  onLanguage: (language) => looks.suggest({ language }),
});
useToken(host.token);
const list = createMessageList({ avatar });
const handover = createHandover({ host, list });
const composer = createComposer({ onSend: say });
const wait = createWait((seconds) => {
  composer.block(seconds > 0);
  view.refreshRetries(seconds);
});
const view = createView({
  list,
  history,
  wait,
  onChoose: (choice) => conversation.choose(choice),
  onRetry: (id) => conversation.retry(id),
  onVote: (record, value) => conversation.vote(record, value),
  onArrived: host.arrived,
});
const person = createPerson({
  history,
  view,
  apiUrl,
  onLeave: () => say(LEAVE, byId("person-leave").textContent.trim()),
});
const conversation = createConversation({
  list,
  host,
  handover,
  wait,
  history,
  view,
  apiUrl,
  person: () => person,
  afterReply: () => composer.focus(),
});
const privacy = createPrivacy({ onClose: () => composer.focus() });
const looks = createLooks({
  url: settingsUrl,
  hasToken: () => host.token() !== null,
  onSpoken() {
    redrawState();
    person.redraw();
    view.redraw();
  },
  onChange(current) {
    menu.show(current);
    composer.refresh(); // the text may have another size
    privacy.fit();
  },
  onChosen: (prefs) => host.post("prefs:update", { prefs }),
});
const finish = createFinish({ apiUrl, history, person, onWiped: beginAnew });
const menu = createMenu({
  looks,
  onDownload: async () => {
    const { download } = await import("./transcript.js");
    download(history.records(), brand);
  },
  onFinish: finish.ask,
});
offerMicrophone();

function say(message, title) {
  privacy.close();
  conversation.say(message, title);
}

/** What records is loaded when it is first asked for: most students type. */
function offerMicrophone() {
  const button = byId("mic");
  if (!button || !window.MediaRecorder || !navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  const onError = (error) => error.kind === "wait" && wait.start(error.waitSeconds);
  const options = { url: voiceUrl, maxMegabytes: Number(maxAudioMb), history, onSaid: say, onError };
  const begin = async () => {
    try {
      const { createMicrophone } = await import("./microphone.js");
      createMicrophone(options).start();
    } catch {
      list.addNotice(text("micOffline"));
      announce(text("micOffline"));
      offerMicrophone();
    }
  };
  button.addEventListener("click", begin, { once: true });
}

/** The history holds another conversation than the page shows. */
function showAnother() {
  conversation.abandon();
  view.redraw();
  person.look();
}

/** After "finish and wipe": as somebody finds it who comes for the first time. */
async function beginAnew() {
  history.belongTo(ownerOf(host.token()));
  composer.clear();
  privacy.forget();
  showAnother();
  await looks.forget();
  list.addNotice(text("wiped"));
  announce(text("wiped"));
  composer.focus();
}

/** A connection that has just come back may fail once more: one second look. */
async function refreshState(looksLeft = 2) {
  const isUp = await engineIsUp(healthUrl);
  if (navigator.onLine === false) return;
  showState(isUp ? "online" : "trouble");
  if (!isUp && looksLeft > 1) setTimeout(refreshState, SECOND_LOOK_MS, looksLeft - 1);
}

/** Whoever opens the widget means to write; a page that is only being read keeps its focus. */
function focusWhenOpened() {
  if (document.hasFocus() && document.activeElement === document.body) composer.focus();
}

/** A page left open overnight on a shared computer shows nothing of the day before. */
function endWhatIsOver() {
  if (document.hidden || !history.isOver()) return;
  history.wipe();
  history.belongTo(ownerOf(host.token()));
  composer.clear();
  showAnother();
}

function joinHost() {
  const close = byId("close");
  close.hidden = !document.documentElement.hasAttribute("data-embed");
  close.addEventListener("click", () => host.post("widget:close"));
  document.addEventListener("keydown", (event) => {
    const isTaken = event.defaultPrevented || document.querySelector("dialog[open]");
    if (event.key === "Escape" && !isTaken) host.post("widget:close", { key: "Escape" });
  });
  window.addEventListener("focus", focusWhenOpened);
  host.post("auth:request");
}

view.redraw();
conversation.resume();
wait.resume();
person.look();
watchConnection(refreshState);
document.addEventListener("visibilitychange", endWhatIsOver);
if (host.framed) joinHost();
looks.start().finally(() => {
  delete document.documentElement.dataset.awaits;
  focusWhenOpened();
});
