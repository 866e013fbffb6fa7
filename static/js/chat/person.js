// A person instead of the bot: who answers stands in the header and in a strip, what they write comes by asking.
import { personNews } from "./api.js";
import { byId } from "./dom.js";
import { showOwner } from "./status.js";
import { text } from "./texts.js";

const WAIT_SECONDS = 12;
const PAUSE_MS = 4_000;
const HIDDEN_MS = 20_000;
const MAX_PAUSE_MS = 60_000;
const QUICK_MS = 2_000;

export function createPerson({ history, view, apiUrl, onLeave }) {
  let owner = "bot";
  let agent = null;
  let asked = ""; // of which conversation
  let running = false;
  let failures = 0;
  let wake = () => {};

  /** {id, text, author, kind} of the server; each is shown once, by whichever way it came. */
  function showLine({ id, text: words, author, kind }) {
    if (!id || history.hasLine(id)) return;
    view.showLine(history.add({ kind: "line", line: { id, text: words, author, kind } }));
  }

  function setOwner(next, name) {
    owner = next;
    agent = name || null;
    const strip = byId("person");
    strip.hidden = owner === "bot";
    byId("person-word").textContent = agent ? text("withPerson", { name: agent }) : text("waitingPerson");
    showOwner(owner === "bot" ? null : owner, agent);
  }

  function pause(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  /** One question; false when it failed. */
  async function ask(seconds) {
    const sender = history.sender();
    asked = sender;
    try {
      const news = await personNews(apiUrl, { sender, after: history.get("cursor"), wait: seconds });
      if (sender !== history.sender()) return true; // another conversation meanwhile
      for (const line of news.messages) showLine(line);
      history.note({ cursor: news.cursor });
      setOwner(news.owner, news.agent);
      failures = 0;
      return true;
    } catch (error) {
      failures += 1;
      return error.waitSeconds ? pause(error.waitSeconds * 1000).then(() => false) : false;
    }
  }

  function restMs(tookMs) {
    if (failures) return Math.min(PAUSE_MS * 2 ** failures, MAX_PAUSE_MS);
    if (document.hidden) return HIDDEN_MS;
    return tookMs < QUICK_MS ? PAUSE_MS : 0;
  }

  /** Asks on and on while a person is to answer: patiently where the server lets it, rarely when nobody looks. */
  async function follow() {
    if (running) return;
    running = true;
    do {
      const started = Date.now();
      if (navigator.onLine !== false) await ask(document.hidden ? 0 : WAIT_SECONDS);
      else failures = Math.max(failures, 1);
      if (owner !== "bot" || failures) await pause(restMs(Date.now() - started));
    } while (owner !== "bot" || (failures && failures < 5) || (history.isBegun() && asked !== history.sender()));
    running = false;
  }

  /** What an answer says of who answers now. */
  function heed(custom) {
    if (custom.owner) setOwner(custom.owner, custom.agent);
    if (custom.owner !== "bot") follow();
  }

  /** Another conversation is shown now: a person may have written into it before. */
  function look() {
    setOwner("bot");
    if (history.isBegun()) follow();
  }

  /** Another tab has written into the conversation: perhaps that a person is to answer. */
  function heedRecords() {
    const last = history.records()[history.records().length - 1];
    if (last?.line || last?.items?.some((item) => item?.custom?.type === "handoff")) follow();
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
  window.addEventListener("online", () => wake());
  byId("person-leave").addEventListener("click", onLeave);

  return {
    showLine,
    heed,
    heedRecords,
    look,
    redraw: () => setOwner(owner, agent),
    isPersons: () => owner !== "bot",
    isPerson: () => owner === "person",
  };
}
