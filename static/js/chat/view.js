// Draws what the history keeps: greeting, the student's messages, answers, lines of a person.
import { announce } from "./announcer.js";
import { el } from "./dom.js";
import { markdown } from "./markdown.js";
import { renderItem, replies, saidOnce, spokenWords } from "./parts.js";
import { text } from "./texts.js";
import { thumbs } from "./thumbs.js";

export function createView({ list, history, wait, onChoose, onRetry, onVote, onArrived }) {
  const bubbles = new Map(); // of the student's messages, by record
  const bringBack = new Map(); // the choices that a message retired, should it fail
  const retryButtons = new Map(); // by record

  function greet() {
    const suggestions = [
      { title: text("menu"), payload: "/menu" },
      { title: text("help"), payload: "/ayuda" },
    ];
    const { nodes } = renderItem({ text: text("greeting") }, onChoose);
    list.addBot([...nodes, replies(suggestions, onChoose)], history.records()[0]?.at);
  }

  function drawMine(record) {
    bringBack.set(record.id, list.retireReplies());
    bubbles.set(record.id, list.addMine(record.text, record.at));
    if (record.state === "sent") confirm(record.id);
    if (record.state === "failed") drawFailure(record.id, record.why === "lost" ? text("errorLost") : record.why);
  }

  /** Nodes and what a screen reader hears of each part. */
  function drawBot(record) {
    const rendered = saidOnce(record.items).map((item) => renderItem(item, onChoose));
    const choices = replies(rendered.flatMap((part) => part.buttons), onChoose);
    const spoken = rendered.map((part) => part.nodes).filter((nodes) => nodes.length);
    if (choices) spoken.push([choices]);
    const rating = record.rid ? [thumbs(record, onVote)] : [];
    list.addBot([...spoken.flat(), ...rating], record.at);
    return spoken;
  }

  function drawLine({ line, at }) {
    if (line.kind !== "said") {
      list.addNotice(line.text);
      return;
    }
    const bubble = el("div", { class: "bubble" });
    bubble.append(markdown(line.text));
    list.addPerson(line.author ?? "", [bubble], at);
  }

  function drawFailure(id, reason) {
    bringBack.get(id)?.();
    const button = list.addFailure(bubbles.get(id), reason, () => {
      retryButtons.delete(id);
      bringBack.set(id, list.retireReplies());
      onRetry(id);
    });
    retryButtons.set(id, button);
    refreshRetries(wait.left());
  }

  function draw(record) {
    if (record.kind === "me") drawMine(record);
    else if (record.kind === "bot") drawBot(record);
    else if (record.kind === "line") drawLine(record);
  }

  /** The student's message has arrived. */
  function confirm(id) {
    bubbles.get(id)?.classList.remove("is-pending");
    bringBack.delete(id);
  }

  function refreshRetries(seconds) {
    for (const button of retryButtons.values()) {
      button.disabled = seconds > 0;
      button.textContent = seconds > 0 ? text("retryIn", { seconds }) : text("retry");
    }
  }

  /** Everything anew, as it is kept. */
  function redraw() {
    list.clear();
    for (const known of [bubbles, bringBack, retryButtons]) known.clear();
    greet();
    for (const record of history.records()) draw(record);
    list.scrollToEnd();
  }

  return {
    redraw,
    drawMine,
    drawFailure,
    confirm,
    refreshRetries,
    /** As its student would. */
    retry: (id) => retryButtons.get(id)?.click(),
    /** Draws an answer that has just come, and reads it out. */
    showBot(record) {
      for (const nodes of drawBot(record)) announce(text("botSays"), ...nodes.map(spokenWords));
      onArrived();
    },
    showLine(record) {
      drawLine(record);
      const { author, kind } = record.line;
      const words = spokenWords(el("div", {}, markdown(record.line.text)));
      announce(kind === "said" ? text("personSays", { name: author ?? "" }) : "", words);
      if (kind === "said") onArrived();
    },
  };
}
