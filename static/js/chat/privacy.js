// What becomes of one's words, said once in a bar before the first message.
import { byId } from "./dom.js";
import { browser } from "./storage.js";

const KEY = "tutorbot:privacy-read";

export function createPrivacy({ onClose }) {
  const bar = byId("privacy");

  function show() {
    bar.hidden = browser.get(KEY) === true;
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
  show();

  return {
    close,
    /** The next person has not read it. */
    forget() {
      browser.remove(KEY);
      show();
    },
  };
}
