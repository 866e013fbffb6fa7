// Answers as the student sees them, drawn by the chat's own code; more rows for answers and buttons.
import { renderItem, replies, saidOnce } from "../chat/parts.js";

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // still being written
  }
}

function itemOf(answer) {
  const value = (end) => answer.querySelector(`[name$="${end}"]`)?.value ?? "";
  const buttons = [...answer.querySelectorAll(".intent-button")].map((row) => ({
    title: row.querySelector('[name$="-title"]').value,
    payload: row.querySelector('[name$="-payload"]').value,
    url: row.querySelector('[name$="-url"]').value,
  }));
  return {
    text: value("-text"),
    image: value("-image"),
    custom: json(value("-custom")),
    attachment: json(value("-attachment")),
    buttons: buttons.filter((button) => button.title.trim()),
  };
}

/** The messages that the bot makes of it: a blank line begins a new one, unless there are buttons. */
function draw(preview, item) {
  const none = () => {};
  const buttons = item.buttons ?? [];
  const texts = buttons.length ? [item.text] : (item.text ?? "").split("\n\n");
  const parts = [...texts.map((text) => ({ text })), { custom: item.custom }, { image: item.image }];
  const nodes = saidOnce([...parts, { attachment: item.attachment }]).flatMap((part) => renderItem(part, none).nodes);
  const choices = replies(buttons.map((button) => ({ payload: button.title, ...button })), none);
  preview.classList.add("group-body");
  preview.replaceChildren(...nodes, ...(choices ? [choices] : []));
}

function show(answer) {
  draw(answer.querySelector(".intent-preview"), itemOf(answer));
}

/** Of those who only read. */
export function showItems() {
  for (const preview of document.querySelectorAll(".intent-preview[data-item]")) {
    draw(preview, json(preview.dataset.item) ?? {});
  }
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
  for (const gone of copy.querySelectorAll(".errorlist, .intent-dated")) gone.remove();
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
  show(copy);
  copy.querySelector("textarea").focus();
}

/** `changed` is called whenever something of an answer was. A picture is fetched when its address is whole. */
export function setUpAnswers(changed) {
  const update = (event) => {
    const answer = event.target.closest?.(".intent-answer");
    if (!answer || (event.type === "input" && event.target.name?.endsWith("-image"))) return;
    show(answer);
    changed();
  };
  document.addEventListener("input", update);
  document.addEventListener("change", update);
  document.addEventListener("click", (event) => {
    if (event.target.matches?.(".intent-add-button")) addButton(event.target.closest(".intent-answer"));
    if (event.target.id === "intent-add-answer") addAnswer();
  });
  for (const button of document.querySelectorAll(".intent-add-button, #intent-add-answer")) button.hidden = false;
  document.querySelectorAll(".intent-answer").forEach(show);
}
