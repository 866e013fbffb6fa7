// Examples as lines: numbers beside them, marks of repeated ones, and what there is to say of each below.
const LINE_HEIGHT = 24;
const MAX_TOLD = 100;

/** What makes two sentences the same, as apps/intents/botproject/sentences.py has it. */
function keyOf(line) {
  const plain = line.replace(/\[([^\]]+)\](?:\([^)]+\)|\{[^}]+\}|\[\{.*?\}\])/g, "$1");
  const bare = plain.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  return bare || line.trim();
}

export function setUpLines(box, checks) {
  const area = box.querySelector("textarea");
  const count = document.getElementById("intent-count");
  const told = document.getElementById("intent-line-notes");
  const gutter = document.createElement("div");
  gutter.className = "intent-gutter";
  gutter.setAttribute("aria-hidden", "true");
  box.prepend(gutter);
  checks.remember(linesOf(area), notedLines(area, told));

  function draw() {
    const seen = new Map();
    const notes = [];
    let repeated = 0;
    const rows = linesOf(area).map((line, index) => {
      const key = line.trim() && keyOf(line);
      const first = key && seen.get(key);
      if (key && !first) seen.set(key, index + 1);
      if (first) repeated += 1;
      const note = first ? `${box.dataset.repeated}: ${first}` : checks.noteOn(line);
      if (note) notes.push({ line, index, note });
      return numberOf(index, note, Boolean(first));
    });
    gutter.replaceChildren(...rows);
    gutter.scrollTop = area.scrollTop;
    const shown = seen.size === 1 ? count.dataset.one : count.dataset.many.replace("%n", seen.size);
    count.textContent = repeated ? `${shown} · ${count.dataset.repeated.replace("%n", repeated)}` : shown;
    tell(notes);
    return seen.size;
  }

  function tell(notes) {
    const items = notes.slice(0, MAX_TOLD).map(({ line, index, note }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = told.dataset.line.replace("%n", index + 1);
      button.addEventListener("click", () => select(area, line));
      item.append(button, ` ${note}`);
      return item;
    });
    told.querySelector("ul").replaceChildren(...items);
    told.hidden = !items.length;
  }

  function refresh() {
    const size = draw();
    checks.ask(linesOf(area), size, draw);
  }

  let waiting = 0;
  area.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(refresh);
  });
  area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
  draw();
  return { refresh };
}

function linesOf(area) {
  return area.value.split("\n");
}

function numberOf(index, note, isRepeated) {
  const row = document.createElement("div");
  if (note) {
    row.className = isRepeated ? "is-repeated" : "is-noted";
    row.title = note;
  }
  row.textContent = (isRepeated ? "= " : note ? "! " : "") + (index + 1);
  return row;
}

/** Lines that the page came with a warning for → its text. */
function notedLines(area, told) {
  const lines = linesOf(area);
  const noted = new Map();
  for (const item of told.querySelectorAll("li[data-line]")) {
    const label = item.querySelector("b").textContent;
    noted.set(lines[Number(item.dataset.line) - 1] ?? "", item.textContent.replace(label, "").trim());
  }
  return noted;
}

function select(area, line) {
  const index = linesOf(area).indexOf(line);
  if (index < 0) return;
  const start = linesOf(area).slice(0, index).join("\n").length + (index ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + line.length);
  area.scrollTop = Math.max(0, (index - 3) * LINE_HEIGHT);
}
