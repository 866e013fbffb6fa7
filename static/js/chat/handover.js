// A question that needs a login waits for the host's token and is then asked again by itself: once per token.
import { announce } from "./announcer.js";
import { byId, el } from "./dom.js";
import { text } from "./texts.js";
import { safeLink } from "./urls.js";

const WAIT_MS = 600_000;

export function createHandover({ host, list }) {
  let waiting = null; // {entry, ask, until, isTold}

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

  /**
   * `entry` was refused for want of a login; `ask` sends it once more. Talk about logging in itself ("aboutLogin")
   * takes no question's place. A token that came after `entry` had left is tried at once; what was asked again
   * and refused is asked no more.
   */
  function need(entry, ask, { aboutLogin = false, hasLink = false } = {}) {
    if (!host.framed) {
      if (!hasLink) offerLink();
      return;
    }
    if (entry.isAskedAgain) {
      say("loginAgain");
      return;
    }
    if (!aboutLogin || !isWaiting()) waiting = { entry, ask, until: Date.now() + WAIT_MS, isTold: false };
    if (waiting.entry.sentWith !== host.token()) tokenCame();
    else host.post("auth:needed");
  }

  /** For a token of the host's, whenever it comes. */
  function tokenCame() {
    if (!isWaiting() || !host.token()) return;
    const { entry, ask, isTold } = waiting;
    if (entry.sentWith === host.token()) {
      waiting.isTold = true;
      if (!isTold) say("loginAgain");
      return;
    }
    waiting = null;
    entry.isAskedAgain = true;
    say("loggedIn");
    ask();
  }

  /** `entry` leaves now, by whoever's doing. */
  function leaves(entry) {
    if (waiting?.entry === entry) waiting = null;
    entry.sentWith = host.token();
  }

  function forget() {
    waiting = null;
  }

  return { need, tokenCame, leaves, forget };
}
