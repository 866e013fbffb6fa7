// A turn from the student's side: kept and shown at once, sent in order, confirmed or offered again.
import { announce } from "./announcer.js";
import { ChatError, sendRating, sendTurn } from "./api.js";
import { byId } from "./dom.js";
import { loginNeed } from "./handover.js";
import { drawsSomething } from "./parts.js";
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

export function createConversation({ history, view, list, host, handover, wait, apiUrl, person, afterReply }) {
  let queue = Promise.resolve();

  /** Beside a person the waiting text is said once: the strip above the box says it all the while. */
  function isSaidAlready(item) {
    return item?.custom?.type === "handoff" && item.custom.owner === "person" && person().isPerson();
  }

  function isHandoff(item) {
    return item?.custom?.type === "handoff" && Boolean(item.custom.owner);
  }

  function showAnswer(answer, requestId) {
    const shown = answer.filter((item) => item?.custom?.type !== "handoff_line" && !isSaidAlready(item));
    // The strip above the box has the way back.
    const items = shown.map((item) => (item?.custom?.owner === "queue" ? { ...item, buttons: [] } : item));
    const notes = answer.map((item) => item?.custom ?? {});
    for (const note of notes) if (note.type === "handoff_line") person().showLine(note);
    if (items.length || !answer.length) showItems(items, requestId);
    for (const note of notes) if (note.type === "handoff") person().heed(note);
  }

  function showItems(items, requestId) {
    const said = items.some(drawsSomething) ? items : [{ text: text("noAnswer") }];
    const rid = said === items && !items.some(isHandoff) ? requestId : null;
    view.showBot(history.add({ kind: "bot", items: said, rid }));
  }

  function showTyping(active) {
    if (byId("typing").hidden !== active) return;
    byId("typing").hidden = !active;
    host.post("bot:typing", { active });
    if (active) list.follow();
  }

  /** A question that needs a login is asked again when the host has given one; its refusal is shown once. */
  function showOrAskLogin(answer, requestId, id) {
    const need = loginNeed(answer);
    const hasLink = answer.some((item) => item?.buttons?.some((button) => button?.url));
    if (!need || !handover.isAskedAgain(id)) showAnswer(answer, requestId);
    if (need) handover.need(id, () => askAgain(id), { aboutLogin: need.about === "login", hasLink });
  }

  function fail(id, error) {
    if (error.kind === "wait" && error.waitSeconds) wait.start(error.waitSeconds);
    if (error.kind === "server") showState("trouble");
    const why = error.detail || text(REASONS[error.kind]);
    history.update(id, { state: "failed", why });
    view.drawFailure(id, why);
    announce(text("notSent"), why);
    if (error.kind === "auth") handover.need(id, () => view.retry(id));
  }

  /** What the bot is told of the page; the language only when it has changed. */
  function metadata() {
    const language = document.documentElement.lang;
    const channel = host.framed ? "embed" : "web";
    return (history.get("language") || "es") === language ? { channel } : { channel, language };
  }

  async function deliver(id, sender) {
    const isOver = () => history.sender() !== sender;
    if (isOver() || !history.find(id)) return;
    const typing = setTimeout(showTyping, TYPING_AFTER_MS, true);
    const told = metadata();
    handover.leaves(id);
    try {
      if (wait.left() > 0) throw new ChatError("wait");
      const turn = { sender, message: history.find(id).message, metadata: told };
      const { items, requestId } = await sendTurn(apiUrl, turn);
      if (isOver()) return;
      history.update(id, { state: "sent" });
      if (told.language && !items.some(isHandoff)) history.note({ language: told.language });
      view.confirm(id);
      showState("online");
      clearTimeout(typing);
      showTyping(false);
      showOrAskLogin(items, requestId, id);
    } catch (error) {
      if (!REASONS[error.kind]) throw error;
      if (!isOver() && !history.isLeaving()) fail(id, error);
    } finally {
      clearTimeout(typing);
      showTyping(false);
    }
  }

  /** One turn at a time, so that answers keep the order of the questions. */
  function enqueue(id) {
    const sender = history.sender();
    history.sending.add(id);
    queue = queue
      .then(() => deliver(id, sender))
      .catch((error) => console.error(error))
      .finally(() => history.sending.delete(id));
  }

  function say(message, title = message) {
    const record = history.add({ kind: "me", text: title, message, state: "pending" });
    view.drawMine(record);
    enqueue(record.id);
  }

  /** Another tab may have done so. */
  function askAgain(id) {
    if (history.find(id)?.isAskedAgain) return;
    history.update(id, { isAskedAgain: true, state: "pending", at: Date.now() });
    enqueue(id);
  }

  function retry(id) {
    history.update(id, { state: "pending", at: Date.now() });
    enqueue(id);
    afterReply();
  }

  function choose({ title, payload }) {
    say(payload, title);
    afterReply();
  }

  async function vote({ id, rid }, value) {
    await sendRating(apiUrl, { request_id: rid, sender: history.sender(), value });
    history.update(id, { vote: value });
  }

  /** Another conversation is shown now: what is on its way belongs to nobody. */
  function abandon() {
    queue = Promise.resolve();
    handover.forget();
  }

  return { say, choose, retry, vote, abandon, resume: () => handover.resume(history.records(), askAgain) };
}
