// Lists of Django admin that staff walk through by keyboard: a current row, and what each key does to it.

const KEYS_OFF = "row-keys-off";
let current = null;

export const rows = () => [...document.querySelectorAll("#result_list tbody tr")].filter((row) => row.isConnected);
export const currentRow = () => current;

/** @param link which element of a row has the focus */
export function createRows(link) {
  function choose(row, { focus = true } = {}) {
    current?.classList.remove("is-current");
    current = row ?? null;
    current?.classList.add("is-current");
    if (focus && current) {
      link(current).focus({ preventScroll: true });
      current.scrollIntoView({ block: "nearest" });
    }
  }

  function move(step) {
    const all = rows();
    const place = all.indexOf(current);
    choose(all[Math.min(Math.max(place + step, 0), all.length - 1)] ?? all[0]);
  }

  return { choose, move };
}

export function press(row, selector, place = 0) {
  const button = row?.querySelectorAll(selector)[place];
  if (button) button.click();
}

/** Keys do what `actions` say, of the row that they are given; `?` opens the help with the switch for them all. */
export function listenToKeys({ choose, move }, { actions, help, keys, isElsewhere = () => false }) {
  const known = {
    j: () => move(1),
    k: () => move(-1),
    ...actions,
    "?": () => {
      if (!help) return;
      help.open = !help.open;
      if (help.open) help.querySelector("summary").focus();
    },
  };

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping || isElsewhere()) return;
    const action = known[event.key];
    if (!action || (localStorage.getItem(KEYS_OFF) && event.key !== "?")) return;
    event.preventDefault();
    action(current ?? rows()[0]);
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("#result_list tbody tr");
    if (row && row !== current) choose(row, { focus: false });
  });
  if (help) showSwitch(help, keys);
}

function showSwitch(help, keys) {
  help.hidden = false;
  keys.checked = !localStorage.getItem(KEYS_OFF);
  keys.addEventListener("change", () => {
    if (keys.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
}
