// A person instead of the bot: who answers stands in the header and in a strip, what they write comes by asking.
import { announce } from "./announcer.js";
import { personNews } from "./api.js";
import { byId, el } from "./dom.js";
import { markdown } from "./markdown.js";
import { spokenWords } from "./parts.js";
import { showOwner } from "./status.js";
import { text } from "./texts.js";

const WAIT_SECONDS = 12;
const PAUSE_MS = 4_000;
const HIDDEN_MS = 20_000;
const MAX_PAUSE_MS = 60_000;
const QUICK_MS = 2_000;

export function createPerson({ list, host, sender, apiUrl, onLeave }) {
  const seen = new Set();
  let cursor = "";
  let owner = "bot";
  let agent = null;
  let running = false;
  let failures = 0;
  let wake = () => {};

  /** {id, text, author, kind} of the server; each is shown once, by whichever way it came. */
  function showLine(line) {
    if (!line?.id || seen.has(line.id)) return;
    seen.add(line.id);
    if (line.kind !== "said") {
      list.addNotice(line.text);
      announce(line.text);
      return;
    }
    const bubble = el("div", { class: "bubble" });
    bubble.append(markdown(line.text));
    list.addPerson(line.author ?? "", [bubble]);
    announce(text("personSays", { name: line.author ?? "" }), spokenWords(bubble));
    host.arrived();
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
    try {
      const news = await personNews(apiUrl, { sender, after: cursor, wait: seconds }, host.token());
      cursor = news.cursor;
      for (const line of news.messages) showLine(line);
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
    } while (owner !== "bot" || (failures && failures < 5));
    running = false;
  }

  /** What an answer says of who answers now. */
  function heed(custom) {
    if (custom.owner) setOwner(custom.owner, custom.agent);
    if (custom.owner !== "bot") follow();
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
  window.addEventListener("online", () => wake());
  byId("person-leave").addEventListener("click", onLeave);

  return { showLine, heed, look: follow, isPerson: () => owner === "person" };
}
