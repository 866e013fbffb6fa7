// The header's dot and word, the offline bar, and the countdown after "too many requests".
import { announce } from "./announcer.js";
import { byId } from "./dom.js";
import { tab } from "./storage.js";
import { text } from "./texts.js";

const WAIT_KEY = "tutorbot:wait";
const WORDS = { online: "stateOnline", offline: "stateOffline", trouble: "stateTrouble" };

let current = "checking";
let owner = null;

function draw() {
  const words = owner?.agent ? text("withPerson", { name: owner.agent }) : text("waitingPerson");
  const isPersons = current === "online" && owner !== null;
  byId("state").dataset.state = isPersons ? owner.name : current;
  if (isPersons) byId("state-word").textContent = words;
  else if (WORDS[current]) byId("state-word").textContent = text(WORDS[current]);
}

/** state: online, offline or trouble. */
export function showState(state) {
  current = state;
  draw();
}

/** The page has changed its language. */
export const redrawState = draw;

/** Who answers instead of the bot: queue, person, or null for nobody. */
export function showOwner(name, agent) {
  owner = name ? { name, agent } : null;
  draw();
}

/** Follows the browser's connection; `onReturn` runs when it comes back. */
export function watchConnection(onReturn) {
  const update = () => {
    const offline = navigator.onLine === false;
    byId("offline").hidden = !offline;
    if (offline) showState("offline");
    else onReturn();
  };
  window.addEventListener("online", update);
  window.addEventListener("offline", update);
  update();
}

/** Counts the seconds until the student may send again, reloads included; `onChange(secondsLeft)` each second. */
export function createWait(onChange) {
  let until = 0;
  let timer = null;
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));

  function tick() {
    const seconds = left();
    byId("wait").hidden = seconds === 0;
    byId("wait").textContent = text("wait", { seconds });
    if (seconds === 0) {
      clearInterval(timer);
      timer = null;
      tab.remove(WAIT_KEY);
    }
    onChange(seconds);
  }

  function countTo(time) {
    until = time;
    tab.set(WAIT_KEY, until);
    if (timer) return;
    timer = setInterval(tick, 250);
    tick();
    announce(byId("wait").textContent);
  }

  const start = (seconds) => countTo(Math.max(until, Date.now() + seconds * 1000));

  /** What was left before the page was loaded anew. */
  function resume() {
    const kept = Number(tab.get(WAIT_KEY));
    if (kept > Date.now()) countTo(kept);
    else tab.remove(WAIT_KEY);
  }

  return { start, resume, left };
}
