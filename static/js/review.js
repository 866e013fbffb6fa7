// The review inbox by keyboard, without loading the page again. Without it every button is a plain form.
import { createRows, currentRow, listenToKeys, press, rows } from "./rows.js";

const SAID = "review-said";
const byId = (id) => document.getElementById(id);
const linkOf = (row) => row?.querySelector(".review-text");
const idOf = (row) => linkOf(row)?.dataset.group;
const { choose, move } = createRows(linkOf);
const removed = new Map();
let isBusy = false;

function say(text, isError = false) {
  const status = byId("review-status");
  status.classList.toggle("is-error", isError);
  status.textContent = text;
}

/** Sends a form as its button would, and gives the answer; a refusal is `{ok: false, message}`. */
async function send(form, button) {
  const body = new FormData(form);
  if (button?.name) body.append(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.headers.get("Content-Type")?.includes("application/json")) return await answer.json();
  } catch {
    // said below: staff can only try again
  }
  return { ok: false, message: byId("review-status").dataset.offline };
}

async function decide(form, button) {
  if (isBusy) return;
  isBusy = true;
  const result = await send(form, button);
  isBusy = false;
  const panel = byId("review-panel");
  if (!result.ok) {
    if (panel.open) panel.querySelector(".review-errors").textContent = result.message;
    else say(result.message, true);
    return;
  }
  if (panel.open) panel.close();
  show(result);
}

function show(result) {
  say(result.message);
  const bar = byId("review-progress");
  bar.max = result.progress.total || 1;
  bar.value = result.progress.decided;
  byId("review-progress-text").textContent = result.progress.text;
  const undo = byId("review-undo");
  undo.textContent = result.undo;
  undo.hidden = !result.undo;
  for (const id of result.done) takeAway(id);
  const isBack = result.reopened.map(putBack).every(Boolean);
  if (!isBack || rows().length === 0) reload(result.message);
}

function takeAway(id) {
  const row = rows().find((one) => idOf(one) === id);
  if (!row) return;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  removed.set(id, { row, before: row.nextElementSibling, parent: row.parentElement });
  row.remove();
  choose(next);
}

/** Whether the group was taken away here, and stands where it was; otherwise only a new page has it. */
function putBack(id) {
  const kept = removed.get(id);
  if (!kept) return false;
  kept.parent.insertBefore(kept.row, kept.before?.parentElement === kept.parent ? kept.before : null);
  removed.delete(id);
  choose(kept.row);
  return true;
}

function reload(message) {
  sessionStorage.setItem(SAID, message);
  location.reload();
}

async function open(row, field = "") {
  const panel = byId("review-panel");
  const body = panel.querySelector(".review-panel-body");
  const address = new URL(linkOf(row).href);
  address.searchParams.set("panel", "1");
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    body.replaceChildren(...page.body.childNodes);
  } catch {
    say(byId("review-status").dataset.offline, true);
    return;
  }
  panel.querySelector(".review-errors").textContent = "";
  choose(row, { focus: false });
  panel.showModal();
  const wanted = field && body.querySelector(`[name="${field}"]`);
  if (wanted) wanted.focus();
}

const ACTIONS = {
  1: (row) => press(row, ".review-guess", 0),
  2: (row) => press(row, ".review-guess", 1),
  3: (row) => press(row, ".review-guess", 2),
  i: (row) => press(row, '[data-open="intent"]'),
  n: (row) => press(row, '[data-open="name"]'),
  o: (row) => row && open(row),
  x: (row) => press(row, '[value^="discard "]'),
  u: () => byId("review-undo").hidden || byId("review-undo").click(),
};

function onClick(event) {
  const target = event.target.closest?.("a, button");
  const row = target?.closest("#result_list tbody tr");
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
  if (!row || !isPlain) return;
  if (target.dataset.open || target.classList.contains("review-text")) {
    event.preventDefault();
    open(row, target.dataset.open);
  }
}

function setUp() {
  const form = byId("review-form");
  const panel = byId("review-panel");
  if (!form || !panel) return;
  listenToKeys(
    { choose, move },
    { actions: ACTIONS, help: byId("row-help"), keys: byId("row-keys"), isElsewhere: () => panel.open },
  );
  document.addEventListener("click", onClick);
  document.addEventListener("submit", (event) => {
    if (event.target !== form && !event.target.matches(".review-panel .review-group")) return;
    event.preventDefault();
    decide(event.target, event.submitter);
  });
  panel.addEventListener("close", () => currentRow()?.isConnected && choose(currentRow()));
  const said = sessionStorage.getItem(SAID);
  if (said) {
    sessionStorage.removeItem(SAID);
    say(said);
  }
  choose(rows()[0], { focus: Boolean(said) });
}

setUp();
