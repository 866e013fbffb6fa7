// A turn from the student's side: shown at once, sent in order, confirmed or offered again.
import { announce } from "./announcer.js";
import { ChatError, sendTurn } from "./api.js";
import { byId } from "./dom.js";
import { renderItem, replies, spokenWords } from "./parts.js";
import { showState } from "./status.js";
import { text } from "./texts.js";

const TYPING_AFTER_MS = 400;
const REASONS = {
  network: "errorNetwork",
  timeout: "errorTimeout",
  server: "errorServer",
  refused: "errorServer",
  auth: "authNeeded",
  wait: "errorWait",
};

export function createConversation({ list, host, handover, wait, sender, apiUrl, person, afterReply }) {
  let queue = Promise.resolve();
  const retryButtons = new Set();

  /** Beside a person the waiting text is said once: the strip above the box says it all the while. */
  function isSaidAlready(item) {
    return item?.custom?.type === "handoff" && item.custom.owner === "person" && person().isPerson();
  }

  function showAnswer(answer) {
    const shown = answer.filter((item) => item?.custom?.type !== "handoff_line" && !isSaidAlready(item));
    // The strip above the box has the way back.
    const items = shown.map((item) => (item?.custom?.owner === "queue" ? { ...item, buttons: [] } : item));
    const notes = answer.map((item) => item?.custom ?? {});
    for (const note of notes) if (note.type === "handoff_line") person().showLine(note);
    if (items.length || !answer.length) showItems(items);
    for (const note of notes) if (note.type === "handoff") person().heed(note);
  }

  function showItems(items) {
    const rendered = items.map((item) => renderItem(item, choose));
    const choices = replies(rendered.flatMap((part) => part.buttons), choose);
    const spoken = rendered.map((part) => part.nodes).filter((nodes) => nodes.length);
    if (choices) spoken.push([choices]);
    if (!spoken.length) {
      showItems([{ text: text("noAnswer") }]);
      return;
    }
    list.addBot(spoken.flat());
    for (const nodes of spoken) announce(text("botSays"), ...nodes.map(spokenWords));
    host.arrived();
  }

  function showTyping(active) {
    if (byId("typing").hidden !== active) return;
    byId("typing").hidden = !active;
    host.post("bot:typing", { active });
    if (active) list.follow();
  }

  /** A question that needs a login is asked again when the host has given one; its refusal is shown once. */
  function showOrAskLogin(answer, entry) {
    const need = answer.find((item) => item?.custom?.type === "auth_needed")?.custom;
    const hasLink = answer.some((item) => item?.buttons?.some((button) => button?.url));
    if (!need || !entry.isAskedAgain) showAnswer(answer);
    if (need) handover.need(entry, () => enqueue(entry), { aboutLogin: need.about === "login", hasLink });
  }

  function fail(entry, error) {
    entry.restoreReplies();
    if (error.kind === "wait" && error.waitSeconds) wait.start(error.waitSeconds);
    if (error.kind === "server") showState("trouble");
    const reason = error.detail || text(REASONS[error.kind]);
    const button = list.addFailure(entry.bubble, reason, () => {
      retryButtons.delete(button);
      enqueue(entry);
      afterReply();
    });
    retryButtons.add(button);
    refreshRetries(wait.left());
    announce(text("notSent"), reason);
    if (error.kind === "auth") handover.need(entry, () => button.click());
  }

  async function deliver(entry) {
    const typing = setTimeout(showTyping, TYPING_AFTER_MS, true);
    handover.leaves(entry);
    try {
      if (wait.left() > 0) throw new ChatError("wait");
      const turn = { sender, message: entry.message, metadata: { channel: host.framed ? "embed" : "web" } };
      const items = await sendTurn(apiUrl, turn, host.token());
      entry.bubble.classList.remove("is-pending");
      showState("online");
      clearTimeout(typing);
      showTyping(false);
      showOrAskLogin(items, entry);
    } catch (error) {
      if (!REASONS[error.kind]) throw error;
      fail(entry, error);
    } finally {
      clearTimeout(typing);
      showTyping(false);
    }
  }

  /** One turn at a time, so that answers keep the order of the questions. */
  function enqueue(entry) {
    entry.restoreReplies = list.retireReplies();
    queue = queue.then(() => deliver(entry)).catch((error) => console.error(error));
  }

  function say(message, title = message) {
    enqueue({ message, bubble: list.addMine(title), restoreReplies: () => {} });
  }

  function choose({ title, payload }) {
    say(payload, title);
    afterReply();
  }

  function refreshRetries(seconds) {
    for (const button of retryButtons) {
      button.disabled = seconds > 0;
      button.textContent = seconds > 0 ? text("retryIn", { seconds }) : text("retry");
    }
  }

  function greet() {
    const suggestions = [
      { title: text("menu"), payload: "/menu" },
      { title: text("help"), payload: "/ayuda" },
    ];
    const { nodes } = renderItem({ text: text("greeting") }, choose);
    list.addBot([...nodes, replies(suggestions, choose)]);
  }

  return { say, greet, refreshRetries };
}
