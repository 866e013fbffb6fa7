// Was this answer of use? Two buttons under it; the last press counts, and thanks are said once.
import { announce } from "./announcer.js";
import { el } from "./dom.js";
import { text } from "./texts.js";

const HAND = "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.6 3L13 9h6c1 0 2 1 1.7 2l-2 7.5c-.2 1-1 1.5-2 1.5H7";

function hand(value) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  if (value === "down") svg.setAttribute("class", "is-down");
  path.setAttribute("d", HAND);
  svg.append(path);
  return svg;
}

/** onVote(record, value) resolves when the server has it. */
export function thumbs(record, onVote) {
  const said = el("span", { class: "thumbs-said" }, record.vote ? text("thanks") : "");
  const buttons = ["up", "down"].map((value) => {
    const label = text(value === "up" ? "thumbUp" : "thumbDown");
    const button = el("button", { class: "thumb", type: "button", "aria-label": label, title: label }, hand(value));
    button.addEventListener("click", () => vote(value));
    return button;
  });

  function show(value) {
    buttons[0].setAttribute("aria-pressed", String(value === "up"));
    buttons[1].setAttribute("aria-pressed", String(value === "down"));
  }

  async function vote(value) {
    const before = record.vote;
    if (value === before) return;
    record.vote = value;
    show(value);
    try {
      await onVote(record, value);
      if (record.vote !== value) return; // pressed again meanwhile
      said.textContent = text("thanks");
      announce(before ? text("voteChanged") : text("thanks"));
    } catch (error) {
      if (record.vote === value) {
        record.vote = before;
        show(before);
      }
      said.textContent = error.detail || text("voteFailed");
      announce(said.textContent);
    }
  }

  show(record.vote);
  return el("div", { class: "thumbs", role: "group", "aria-label": text("thumbs") }, ...buttons, said);
}
