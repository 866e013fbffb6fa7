// The conversation on screen: groups by side and minute, pending and failed bubbles, scrolling.
import { byId, el } from "./dom.js";
import { locale, text } from "./texts.js";

const NEAR_PX = 40;
const MARGIN_PX = 12;

function clock(at) {
  return new Date(at).toLocaleTimeString(locale(), { hour: "numeric", minute: "2-digit" });
}

function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
}

export function createMessageList({ avatar }) {
  const log = byId("log");
  const list = byId("messages");
  const jump = byId("jump");
  let pinned = true;
  let hidden = 0; // pixels above and below what is seen, when that was last looked at
  let lastMine = null;

  /** The bot's picture; of a person the initial, and the name above what they write. */
  function faceOf(side, name) {
    if (side === "bot") return el("img", { class: "group-avatar", src: avatar, alt: "" });
    if (side !== "person") return null;
    return el("span", { class: "group-initial", "aria-hidden": "true" }, Array.from(name)[0] ?? "·");
  }

  function lastGroup(side, at, name) {
    const last = list.lastElementChild;
    const time = clock(at);
    const isSame = last?.dataset.side === side && last.dataset.time === time && last.dataset.name === name;
    if (isSame) return last;
    const group = el(
      "li",
      { class: `group group-${side}`, "data-side": side, "data-time": time, "data-name": name },
      faceOf(side, name),
      name ? el("p", { class: "group-name" }, name) : null,
      el("div", { class: "group-body" }),
      el("time", { class: "group-time" }, time),
    );
    list.append(group);
    return group;
  }

  function append(side, nodes, at = Date.now(), name = "") {
    lastGroup(side, at, name).querySelector(".group-body").append(...nodes);
  }

  function scrollToEnd() {
    log.scrollTop = log.scrollHeight;
    settle();
  }

  function settle() {
    hidden = log.scrollHeight - log.clientHeight;
    pinned = isAtEnd(log);
    jump.hidden = pinned;
  }

  /** An own scroll is told a frame later: what grew or shrank meanwhile is no scrolling up, and the observer follows it. */
  function heedScroll() {
    if (log.scrollHeight - log.clientHeight === hidden) settle();
  }

  /** Stays at the end when something grows, unless the reader has scrolled up. */
  function follow() {
    if (pinned) scrollToEnd();
    else settle();
  }

  /** A long answer is shown from its beginning, with the question above it. */
  function addBot(nodes, at) {
    append("bot", nodes, at);
    if (pinned) log.scrollTop = (lastMine ?? nodes[0]).offsetTop - MARGIN_PX;
    settle();
  }

  function addPerson(name, nodes, at) {
    append("person", nodes, at, name);
    follow();
  }

  /** Who answers from now on: nobody's words, in the middle. */
  function addNotice(words) {
    list.append(el("li", { class: "group-notice" }, el("p", {}, words)));
    follow();
  }

  function addMine(words, at) {
    const said = el("span", { class: "visually-hidden" }, `${text("youSaid")} `);
    lastMine = el("div", { class: "bubble is-pending" }, said, words);
    append("me", [lastMine], at);
    scrollToEnd();
    return lastMine;
  }

  /** Shows why a message did not leave, with a button to send it again. */
  function addFailure(bubble, reason, onRetry) {
    const button = el("button", { class: "retry", type: "button" }, text("retry"));
    const failure = el("div", { class: "failure" }, `${text("notSent")} ${reason}`, button);
    bubble.classList.replace("is-pending", "is-failed");
    bubble.after(failure);
    button.addEventListener("click", () => {
      failure.remove();
      bubble.classList.replace("is-failed", "is-pending");
      onRetry();
    });
    failure.scrollIntoView({ block: "nearest" });
    return button;
  }

  /** Hides the answers one could choose from; returns how to bring them back. */
  function retireReplies() {
    const old = Array.from(list.querySelectorAll(".group-body > .replies:not([hidden])"), (box) =>
      box.querySelector("a") ? Array.from(box.querySelectorAll("button:not([hidden])")) : box,
    ).flat();
    for (const node of old) node.hidden = true;
    return () => {
      for (const node of old) node.hidden = false;
      follow();
    };
  }

  /** Nothing is left; the next message is shown at the end. */
  function clear() {
    list.replaceChildren();
    lastMine = null;
    pinned = true;
  }

  log.addEventListener("scroll", heedScroll, { passive: true });
  jump.addEventListener("click", () => {
    scrollToEnd();
    log.focus();
  });
  // Pictures arrive late, and a phone's keyboard takes half of the page.
  const observer = new ResizeObserver(follow);
  observer.observe(log);
  observer.observe(list);

  return { addBot, addMine, addPerson, addNotice, addFailure, retireReplies, clear, follow, scrollToEnd };
}
