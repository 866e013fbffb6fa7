// What becomes of one's words, said once in a bar before the first message.
import { byId } from "./dom.js";
import { browser } from "./storage.js";

const MOST = 0.3;
const KEY = "tutorbot:privacy-read";

export function createPrivacy({ onClose }) {
  const bar = byId("privacy");
  const words = byId("privacy-words");

  /** Where they took too much of the page's height the words fold away behind their name. */
  function fit() {
    if (bar.hidden) return;
    const shorten = (isShort) => {
      bar.classList.toggle("is-short", isShort);
      words.open = !isShort;
    };
    shorten(false);
    if (bar.offsetHeight > window.innerHeight * MOST) shorten(true);
  }

  function show() {
    bar.hidden = browser.get(KEY) === true;
    fit();
  }

  function close() {
    if (bar.hidden) return;
    browser.set(KEY, true);
    bar.hidden = true;
  }

  byId("privacy-close").addEventListener("click", () => {
    close();
    onClose();
  });
  window.addEventListener("resize", fit);
  show();

  return {
    close,
    fit,
    /** The next person has not read it. */
    forget() {
      browser.remove(KEY);
      show();
    },
  };
}
