// The box one writes in: grows to four lines, Enter sends, counts from 3,500 characters on. What is
// typed and not sent survives a reload of the tab.
import { byId } from "./dom.js";
import { tab } from "./storage.js";
import { text } from "./texts.js";

const KEY = "tutorbot:draft";
const LIMIT = 4000;
const COUNT_FROM = 3500;

/** The server counts code points of the trimmed text, so we do too. */
function lengthOf(value) {
  return Array.from(value.trim()).length;
}

export function createComposer({ onSend }) {
  const box = byId("message");
  const send = byId("send");
  const counter = byId("counter");
  let blocked = false;
  let owner = null; // whose login the page has, as history.js tells people apart

  function grow() {
    box.style.height = "auto";
    // scrollHeight leaves the border out; the sheet's max-height stops at four lines.
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  }

  function refresh() {
    const used = lengthOf(box.value);
    const extra = used - LIMIT;
    const values = { used, limit: LIMIT, extra };
    counter.hidden = used < COUNT_FROM;
    counter.textContent = extra > 0 ? text("tooLong", values) : text("count", values);
    counter.classList.toggle("is-over", extra > 0);
    box.setAttribute("aria-invalid", String(extra > 0));
    send.disabled = blocked || used === 0 || extra > 0;
  }

  function keep() {
    if (box.value) tab.set(KEY, { words: box.value, owner });
    else tab.remove(KEY);
  }

  function write(value) {
    box.value = value;
    keep();
    grow();
    refresh();
  }

  function submit(event) {
    event.preventDefault();
    refresh();
    if (send.disabled) return;
    const message = box.value.trim();
    write("");
    onSend(message);
  }

  byId("composer").addEventListener("submit", submit);
  box.addEventListener("input", () => {
    keep();
    grow();
    refresh();
  });
  box.addEventListener("keydown", (event) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });

  function restore() {
    const draft = tab.get(KEY);
    if (draft?.owner === owner && typeof draft.words === "string" && !box.value) write(draft.words);
  }

  /** What was typed with a login is the same person's alone: the next one at this computer does not find it. */
  function belongTo(next) {
    if (next === owner) return;
    const isOthers = owner !== null;
    owner = next;
    if (isOthers) write("");
    else if (box.value) keep();
    else {
      restore();
      keep();
    }
  }

  restore();
  refresh();

  return {
    refresh() {
      grow();
      refresh();
    },
    clear: () => write(""),
    belongTo,
    block(isBlocked) {
      blocked = isBlocked;
      refresh();
    },
    /** On a touch screen focus would open the keyboard over the answer. */
    focus() {
      if (window.matchMedia("(hover: hover)").matches) box.focus();
    },
  };
}
