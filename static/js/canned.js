// Canned answers: "/" and a part of a shortcut or a name offers them, Enter or a click puts one into the text.

const WANTED = /(?:^|\s)\/([\p{L}\p{N}-]*)$/u;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function setUpCanned(text, list) {
  const options = [...list.querySelectorAll("[role=option]")];
  let chosen = null;
  text.setAttribute("role", "combobox");
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", list.id);

  const written = () => text.value.slice(0, text.selectionStart).match(WANTED);
  const shown = () => options.filter((one) => !one.hidden);

  function choose(option) {
    chosen?.removeAttribute("aria-selected");
    chosen = option ?? null;
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) text.setAttribute("aria-activedescendant", chosen.id);
    else text.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    text.setAttribute("aria-expanded", "false");
    choose(null);
  }

  function offer() {
    const found = written();
    if (!found) return close();
    const wanted = plain(found[1]);
    for (const one of options) {
      one.hidden = !plain(one.dataset.shortcut).startsWith(wanted) && !plain(one.dataset.name).includes(wanted);
    }
    const first = shown()[0];
    list.hidden = !first;
    text.setAttribute("aria-expanded", String(Boolean(first)));
    choose(first);
  }

  function insert(option) {
    const found = written();
    const end = text.selectionStart;
    const start = found ? end - found[1].length - 1 : end;
    text.setRangeText(option.dataset.text, start, end, "end");
    close();
    text.focus();
  }

  function step(places) {
    const all = shown();
    choose(all[(all.indexOf(chosen) + places + all.length) % all.length]);
  }

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => insert(chosen),
    Tab: () => insert(chosen),
    Escape: close,
  };

  text.addEventListener("input", offer);
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    const action = KEYS[event.key];
    if (list.hidden || !chosen || !action || event.shiftKey || event.ctrlKey) return;
    event.preventDefault();
    action();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault(); // the text keeps the focus
    insert(option);
  });
  close();
}
