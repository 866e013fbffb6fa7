// A question that needs a login waits for the host's token and is then asked again by itself: once per token.
import { announce } from "./announcer.js";
import { byId, el } from "./dom.js";
import { text } from "./texts.js";
import { safeLink } from "./urls.js";

const WAIT_MS = 600_000;

/** What an answer says of a login that it needs: {type, message, about?}, or undefined. */
export function loginNeed(items) {
  return items?.find((item) => item?.custom?.type === "auth_needed")?.custom;
}

export function createHandover({ host, list }) {
  let waiting = null; // {question, ask, until, isTold}
  const sentWith = new Map(); // the token that a question was last sent with
  const askedAgain = new Set();

  const isWaiting = () => waiting !== null && Date.now() < waiting.until;

  function say(key) {
    list.addNotice(text(key));
    announce(text(key));
  }

  function offerLink() {
    const href = safeLink(byId("chat").dataset.loginUrl);
    if (!href) return;
    list.addBot([el("a", { class: "reply", href, target: "_blank", rel: "noopener" }, text("login"))]);
  }

  /** Older hosts know `auth:request` alone; who knows both gives the token for the first. */
  function askHost() {
    host.post("auth:needed");
    host.post("auth:request", { because: "auth:needed" });
  }

  /**
   * `question` (what stands for it) was refused for want of a login; `ask` sends it once more. Talk about logging in
   * itself ("aboutLogin") takes no question's place. A token that came after it had left is tried at once; what was
   * asked again and refused is asked no more.
   */
  function need(question, ask, { aboutLogin = false, hasLink = false } = {}) {
    if (!host.framed) {
      if (!hasLink) offerLink();
      say("loginElsewhere"); // nothing brings the login back to a page that stands alone
      return;
    }
    if (askedAgain.has(question)) {
      say("loginAgain");
      return;
    }
    if (!aboutLogin || !isWaiting()) waiting = { question, ask, until: Date.now() + WAIT_MS, isTold: false };
    if (host.token() && sentWith.get(waiting.question) !== host.token()) tokenCame();
    else askHost();
  }

  /** For a token of the host's, whenever it comes. */
  function tokenCame() {
    if (!isWaiting() || !host.token()) return;
    const { question, ask, isTold } = waiting;
    if (sentWith.get(question) === host.token()) {
      waiting.isTold = true;
      if (!isTold) say("loginAgain");
      return;
    }
    waiting = null;
    askedAgain.add(question);
    say("loggedIn");
    ask();
  }

  /** It leaves now, by whoever's doing. */
  function leaves(question) {
    if (waiting?.question === question) waiting = null;
    sentWith.set(question, host.token());
  }

  function forget() {
    waiting = null;
  }

  /** After a reload, as when the student logged in on the host's own page: the last question refused waits on. */
  function resume(records, ask) {
    const isRefusal = ({ items }) => loginNeed(items) && loginNeed(items).about !== "login";
    const place = records.findLastIndex(isRefusal);
    const question = records.slice(0, place + 1).findLast((record) => record.kind === "me");
    if (!question || question.isAskedAgain) return;
    const until = records[place].at + WAIT_MS;
    waiting = { question: question.id, ask: () => ask(question.id), until, isTold: false };
  }

  return { need, tokenCame, leaves, forget, resume, isAskedAgain: (question) => askedAgain.has(question) };
}
