// Language, theme, contrast and text size: applied, kept in this browser, and with a login kept for the person.
import { readSettings, saveSettings } from "./api.js";
import { browser, tab } from "./storage.js";

const KEY = "tutorbot:looks";
const ON_SERVER = ["language", "theme", "fontScale", "highContrast"];
const PLAIN = { language: "es", theme: "light", fontScale: 1, highContrast: false };

/** onSpoken runs when the page has changed its language, onChange after every change. */
export function createLooks({ url, hasToken, onSpoken, onChange, onChosen }) {
  // As the page's address asks for it, and else the browser: before anybody chose something.
  const first = {
    language: document.documentElement.lang,
    theme: new URLSearchParams(window.location.search).get("theme") ?? "auto",
  };
  let chosen = tab.get(KEY) ?? browser.get(KEY) ?? {};
  let wished = {};

  function current() {
    const { lang: language, dataset } = document.documentElement;
    const theme = chosen.theme ?? dataset.theme ?? "auto";
    return { fontScale: 1, highContrast: false, ...chosen, theme, language };
  }

  /** A person's choices stay with the tab: the computer may be shared. */
  function keep() {
    if (hasToken()) tab.set(KEY, chosen);
    else browser.set(KEY, chosen);
  }

  async function apply(shown = { ...wished, ...chosen }) {
    window.tutorbotLooks.apply(shown);
    try {
      if (shown.language && shown.language !== document.documentElement.lang) {
        const { speak } = await import("./words.js"); // few change it
        await speak(shown.language);
        onSpoken();
      }
    } finally {
      onChange(current());
    }
  }

  /** The server knows light and dark only. */
  function forServer(changes) {
    const isDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    return changes.theme === "auto" ? { ...changes, theme: isDark ? "dark" : "light" } : changes;
  }

  /** changes: some of language, theme, fontScale, highContrast. Throws when the language cannot be had. */
  async function choose(changes) {
    const before = chosen;
    chosen = { ...chosen, ...changes };
    try {
      await apply();
    } catch (error) {
      chosen = before;
      onChange(current());
      throw error;
    }
    keep();
    onChosen(current());
    if (hasToken()) saveSettings(url, forServer(changes)).catch(() => {}); // it holds here all the same
  }

  /** What the framing page would like holds where the student has chosen nothing, and is not kept. */
  function suggest(wish) {
    wished = { ...wished, ...wish };
    apply().catch(() => {}); // without the other language's words the page stays as it is
  }

  /** Takes over what the token's person chose elsewhere; somebody who never chose keeps what is here. */
  async function readPersons() {
    try {
      const read = await readSettings(url);
      const isPlain = ON_SERVER.every((name) => read[name] === PLAIN[name]);
      if (isPlain || !hasToken()) return;
      chosen = Object.fromEntries(ON_SERVER.map((name) => [name, read[name]]));
      keep();
      await apply();
    } catch {
      // An outside token without preferences, or no connection: what is here stays.
    }
  }

  /** Looks and speaks as at first. Without a connection the words stay until the page is loaded anew. */
  async function forget() {
    tab.remove(KEY);
    browser.remove(KEY);
    chosen = {};
    await apply({ ...first, ...wished }).catch(() => {});
  }

  return { current, choose, suggest, readPersons, forget, start: () => apply().catch(() => {}) };
}
