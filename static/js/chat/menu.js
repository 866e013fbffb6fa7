// The header's menu: a panel of ordinary controls, opened by a button, closed by Escape, a click outside or leaving it.
import { announce } from "./announcer.js";
import { byId } from "./dom.js";
import { text } from "./texts.js";

const SCALES = [0.75, 1, 1.25, 1.5, 1.75, 2];

const smallerThan = (now) => SCALES.filter((size) => size < now).pop();
const largerThan = (now) => SCALES.find((size) => size > now);

export function createMenu({ looks, onDownload, onFinish }) {
  const button = byId("menu-button");
  const panel = byId("menu");
  const form = byId("looks");

  function setOpen(isOpen) {
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) panel.querySelector("input:checked").focus();
  }

  function close() {
    setOpen(false);
    button.focus();
  }

  function show({ language, theme, fontScale, highContrast }) {
    form.elements.language.value = language;
    form.elements.theme.value = theme;
    form.elements.contrast.checked = highContrast;
    byId("scale").textContent = `${Math.round(fontScale * 100)} %`;
    // A disabled button would lose the focus that has just pressed it.
    byId("smaller").setAttribute("aria-disabled", String(!smallerThan(fontScale)));
    byId("larger").setAttribute("aria-disabled", String(!largerThan(fontScale)));
  }

  function complain(key) {
    byId("menu-note").textContent = text(key);
    announce(text(key));
  }

  async function choose(changes, said) {
    try {
      await looks.choose(changes);
      if (said) announce(said());
    } catch {
      complain("languageFailed");
    }
  }

  function resize(next) {
    const fontScale = next(looks.current().fontScale);
    if (fontScale) choose({ fontScale }, () => byId("scale").textContent);
  }

  form.addEventListener("change", ({ target }) => {
    byId("menu-note").textContent = "";
    if (target.name === "language") choose({ language: target.value }, () => text("languageChanged"));
    if (target.name === "theme") choose({ theme: target.value });
    if (target.name === "contrast") choose({ highContrast: target.checked });
  });
  byId("smaller").addEventListener("click", () => resize(smallerThan));
  byId("larger").addEventListener("click", () => resize(largerThan));
  byId("download").addEventListener("click", async () => {
    try {
      await onDownload();
      close();
    } catch {
      complain("downloadFailed");
    }
  });
  byId("finish").addEventListener("click", () => {
    close();
    onFinish();
  });
  button.addEventListener("click", () => setOpen(panel.hidden));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });
  panel.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && relatedTarget !== button && !panel.contains(relatedTarget)) setOpen(false);
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!panel.hidden && !panel.contains(target) && !button.contains(target)) setOpen(false);
  });

  return { show };
}
