// The queue by keyboard, and canned answers in the reply of a case. Without it all can be done with the mouse.
import { setUpCanned } from "./canned.js";
import { createRows, currentRow, listenToKeys, press, rows } from "./rows.js";

const TAKEN = "queue-row";

function setUpQueue() {
  const walk = createRows((row) => row.querySelector("th a"));
  const keyOf = (row) => row.querySelector(".action-select")?.value;
  listenToKeys(walk, {
    actions: {
      o: (row) => press(row, "th a"),
      e: (row) => press(row, ".queue-take"),
      x: (row) => press(row, ".action-select"),
    },
    help: document.getElementById("row-help"),
    keys: document.getElementById("row-keys"),
  });
  // The page comes back after a case was taken: on the same one, or the next if it went to another tab.
  document.getElementById("queue-form").addEventListener("submit", (event) => {
    const row = event.submitter?.closest("tr") ?? currentRow();
    sessionStorage.setItem(TAKEN, JSON.stringify([keyOf(row), rows().indexOf(row)]));
  });
  const [key, place] = JSON.parse(sessionStorage.getItem(TAKEN) ?? "[]");
  sessionStorage.removeItem(TAKEN);
  const all = rows();
  const back = all.find((row) => keyOf(row) === key) ?? all[Math.min(place ?? 0, all.length - 1)];
  walk.choose(back, { focus: key !== undefined });
}

function setUpCase() {
  const text = document.getElementById("case-text");
  const list = document.getElementById("case-canned");
  if (list) setUpCanned(text, list);
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping || localStorage.getItem("row-keys-off")) return;
    if (event.key === "e") document.querySelector(".queue-take")?.click();
  });
}

if (document.getElementById("queue-form")) setUpQueue();
if (document.getElementById("case-text")) setUpCase();
