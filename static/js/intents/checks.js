// Asks the server, while one types, what it knows of other intents: each line once, after a pause.
const PAUSE_MS = 600;
const MAX_LINES = 40;
const MAX_CHARACTERS = 3000;
const OF_DATES = ["stale_answer", "no_valid_answer"];

export function createChecks({ checksUrl, pk }) {
  const known = new Map();
  let asked = "";
  let timer = 0;
  let running = null;

  function unknown(lines) {
    const found = [];
    let length = 0;
    for (const line of new Set(lines)) {
      if (!line.trim() || known.has(line)) continue;
      length += line.length;
      if (found.length && (found.length === MAX_LINES || length > MAX_CHARACTERS)) break;
      found.push(line);
    }
    return found;
  }

  async function send(lines, count, done) {
    const wanted = unknown(lines);
    const answers = countAnswers();
    const state = `${count} ${answers}`;
    if (!wanted.length && state === asked) return;
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams({ pk, count, answers, name: nameOf() });
    for (const line of wanted) query.append("line", line);
    try {
      const response = await fetch(`${checksUrl}?${query}`, { signal: running.signal });
      if (!response.ok) return;
      const body = await response.json();
      wanted.forEach((line, index) => known.set(line, body.lines[index] ?? ""));
      asked = state;
      showNotes(body.notes);
      done();
      if (unknown(lines).length) send(lines, count, done);
    } catch {
      // Another question replaced this one, or there is no connection: saving checks everything again.
    }
  }

  return {
    remember(lines, noted) {
      for (const line of lines) known.set(line, noted.get(line) ?? "");
    },
    noteOn: (line) => known.get(line) ?? "",
    ask(lines, count, done) {
      clearTimeout(timer);
      timer = setTimeout(send, PAUSE_MS, lines, count, done);
    },
  };
}

function nameOf() {
  return document.getElementById("id_name")?.value ?? document.querySelector(".field-name .readonly")?.textContent ?? "";
}

/** Answers with something in them. */
function countAnswers() {
  const isWritten = (answer) =>
    ["-text", "-image", "-custom", "-attachment"].some((end) => answer.querySelector(`[name$="${end}"]`)?.value.trim());
  return [...document.querySelectorAll(".intent-answer")].filter(isWritten).length;
}

/** Warnings of the whole intent; those of dates stay as the page came with them. */
function showNotes(texts) {
  const list = document.getElementById("intent-notes");
  for (const old of list.querySelectorAll("li")) {
    if (!OF_DATES.includes(old.dataset.code)) old.remove();
  }
  const items = texts.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  });
  list.prepend(...items);
  list.hidden = !list.children.length;
}
