// The page of an intent: line numbers, marks of repeated lines, preview, more rows. Without it all can be saved.
"use strict";

const LINE_HEIGHT = 24;

/** What makes two sentences the same, as apps/intents/botproject/sentences.py has it. */
function keyOf(line) {
  const plain = line.replace(/\[([^\]]+)\](?:\([^)]+\)|\{[^}]+\}|\[\{.*?\}\])/g, "$1");
  const bare = plain.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  return bare || line.trim();
}

function setUpLines(box) {
  const area = box.querySelector("textarea");
  const count = document.getElementById("intent-count");
  const gutter = document.createElement("div");
  gutter.className = "intent-gutter";
  gutter.setAttribute("aria-hidden", "true");
  box.prepend(gutter);
  const noted = notedLines(area);

  function draw() {
    const seen = new Map();
    let repeated = 0;
    const rows = area.value.split("\n").map((line, index) => {
      const row = document.createElement("div");
      const key = line.trim() && keyOf(line);
      const isRepeated = Boolean(key) && seen.has(key);
      if (key && !isRepeated) seen.set(key, index + 1);
      if (isRepeated) {
        repeated += 1;
        row.className = "is-repeated";
        row.title = `${box.dataset.repeated}: ${seen.get(key)}`;
      } else if (noted.has(line)) {
        row.className = "is-noted";
        row.title = noted.get(line);
      }
      row.textContent = (isRepeated ? "= " : row.className ? "! " : "") + (index + 1);
      return row;
    });
    gutter.replaceChildren(...rows);
    gutter.scrollTop = area.scrollTop;
    const shown = seen.size === 1 ? count.dataset.one : count.dataset.many.replace("%n", seen.size);
    count.textContent = repeated ? `${shown} · ${count.dataset.repeated.replace("%n", repeated)}` : shown;
  }

  let waiting = 0;
  area.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  });
  area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
  draw();
}

/** Lines with a warning below → its text; the warning's line number becomes a button that leads there. */
function notedLines(area) {
  const lines = area.value.split("\n");
  const noted = new Map();
  for (const item of document.querySelectorAll(".intent-line-notes li[data-line]")) {
    const index = Number(item.dataset.line) - 1;
    const label = item.querySelector("b");
    const line = lines[index] ?? "";
    noted.set(line, item.textContent.replace(label.textContent, "").trim());
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label.textContent;
    button.addEventListener("click", () => select(area, line));
    label.replaceChildren(button);
  }
  return noted;
}

function select(area, line) {
  const index = area.value.split("\n").indexOf(line);
  if (index < 0) return;
  const start = area.value.split("\n").slice(0, index).join("\n").length + (index ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + line.length);
  area.scrollTop = Math.max(0, (index - 3) * LINE_HEIGHT);
}

function preview(answer) {
  const value = (end) => answer.querySelector(`[name$="${end}"]`)?.value ?? "";
  answer.querySelector(".intent-bubble").textContent = value("-text");
  answer.querySelector(".intent-picture").textContent = value("-image");
  const titles = [...answer.querySelectorAll('[name$="-title"]')].map((field) => field.value.trim());
  const items = titles.filter(Boolean).map((title) => {
    const item = document.createElement("li");
    item.textContent = title;
    return item;
  });
  answer.querySelector(".intent-buttons").replaceChildren(...items);
}

/** A copy of `row` with the number after `prefix` set to `number`, and nothing typed. */
function emptyCopy(row, prefix, number) {
  const copy = row.cloneNode(true);
  const pattern = new RegExp(`(${prefix}-)\\d+`);
  for (const field of copy.querySelectorAll("[name], [for], [id]")) {
    for (const name of ["name", "id", "for"]) {
      const given = field.getAttribute(name);
      if (given) field.setAttribute(name, given.replace(pattern, `$1${number}`));
    }
    if ("value" in field && field.type !== "button") field.value = "";
  }
  for (const errors of copy.querySelectorAll(".errorlist")) errors.remove();
  return copy;
}

function addButton(answer) {
  const rows = answer.querySelectorAll(".intent-button");
  const last = rows[rows.length - 1];
  const total = answer.querySelector('[name$="-buttons-TOTAL_FORMS"]');
  const copy = emptyCopy(last, "-buttons", rows.length);
  last.after(copy);
  total.value = rows.length + 1;
  copy.querySelector("input").focus();
}

function addAnswer() {
  const answers = document.querySelectorAll(".intent-answer");
  const last = answers[answers.length - 1];
  const copy = emptyCopy(last, "responses", answers.length);
  const rows = [...copy.querySelectorAll(".intent-button")];
  rows.slice(0, -1).forEach((row) => row.remove());
  rows.at(-1).replaceWith(emptyCopy(rows.at(-1), "-buttons", 0));
  const limits = { TOTAL: 1, INITIAL: 0, MIN_NUM: 0, MAX_NUM: 1000 };
  for (const [name, value] of Object.entries(limits)) {
    copy.querySelector(`[name$="-buttons-${name}_FORMS"]`).value = value;
  }
  last.after(copy);
  document.getElementById("id_responses-TOTAL_FORMS").value = answers.length + 1;
  preview(copy);
  copy.querySelector("textarea").focus();
}

function setUp() {
  const box = document.querySelector(".intent-lines");
  if (!box) return;
  setUpLines(box);
  document.addEventListener("input", (event) => {
    const answer = event.target.closest?.(".intent-answer");
    if (answer) preview(answer);
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches?.(".intent-add-button")) addButton(event.target.closest(".intent-answer"));
    if (event.target.id === "intent-add-answer") addAnswer();
  });
  for (const button of document.querySelectorAll(".intent-add-button, #intent-add-answer")) button.hidden = false;
}

document.addEventListener("DOMContentLoaded", setUp);
