// What a bot message consists of, as nodes: text, buttons, cards, pictures, attachments.
import { el } from "./dom.js";
import { markdown } from "./markdown.js";
import { text } from "./texts.js";
import { safeLink, safePicture } from "./urls.js";

function textBubble(source) {
  const bubble = el("div", { class: "bubble" });
  bubble.append(markdown(source));
  return bubble;
}

function newTabNote() {
  return el("span", { class: "visually-hidden" }, ` ${text("newTab")}`);
}

/** A button with a payload answers the bot; one with only an address is a link. */
function reply(button, onReply) {
  const title = String(button?.title ?? "").trim();
  const href = safeLink(button?.url);
  const payload = typeof button?.payload === "string" ? button.payload.trim() : "";
  if (!title || (!href && !payload)) return null;
  if (href) {
    const node = el("a", { class: "reply", href, target: "_blank", rel: "noopener" }, title, newTabNote());
    if (payload) node.addEventListener("click", () => onReply({ title, payload }));
    return node;
  }
  const node = el("button", { class: "reply", type: "button" }, title);
  node.addEventListener("click", () => onReply({ title, payload }));
  return node;
}

/** Messages of one answer may bring the same button, as "Menú principal": it is drawn once. */
export function replies(buttons, onReply) {
  const given = Array.isArray(buttons) ? buttons : [];
  const once = new Map(given.map((one) => [JSON.stringify([one?.title, one?.payload, one?.url]), one]));
  const nodes = Array.from(once.values(), (button) => reply(button, onReply));
  const drawn = nodes.filter(Boolean);
  return drawn.length ? el("div", { class: "replies" }, ...drawn) : null;
}

function picture(source) {
  const src = safePicture(source);
  if (!src) return null;
  const image = el("img", { src, alt: text("picture") });
  image.addEventListener("error", () => image.replaceWith(text("pictureFailed")));
  const href = safeLink(source);
  if (!href) return el("div", { class: "picture" }, image);
  return el("a", { class: "picture", href, target: "_blank", rel: "noopener" }, image, newTabNote());
}

function card(content, onReply) {
  const src = safePicture(content?.image);
  const image = src ? el("img", { src, alt: "", loading: "lazy" }) : null;
  image?.addEventListener("error", () => image.remove());
  const title = content?.title ? el("h2", {}, String(content.title)) : null;
  const subtitle = content?.subtitle ? el("p", {}, String(content.subtitle)) : null;
  const words = el("div", { class: "card-text" }, title, subtitle);
  return el("li", { class: "card" }, image, words, replies(content?.buttons, onReply));
}

function cards(list, onReply) {
  if (!Array.isArray(list) || !list.length) return null;
  const nodes = list.map((content) => card(content, onReply));
  return el("ul", { class: "cards", tabindex: "0", "aria-label": text("cards") }, ...nodes);
}

function attachment(value) {
  const href = safeLink(value?.payload?.src ?? value?.url ?? value);
  if (!href) return null;
  const label = String(value?.title ?? value?.payload?.title ?? text("attachment"));
  return el("a", { class: "reply", href, target: "_blank", rel: "noopener" }, label, newTabNote());
}

/** An answer's messages to be drawn: right after a text, which says it, a login card adds no second bubble. */
export function saidOnce(items) {
  const isCard = (item) => item?.custom?.type === "auth_needed" && !item.text;
  return items.filter((item, place) => !(isCard(item) && items[place - 1]?.text));
}

/** {nodes, buttons} of one message; its buttons are drawn under the whole answer. */
export function renderItem(item, onReply) {
  const custom = item?.custom ?? {};
  const needsLogin = custom.type === "auth_needed";
  const line = item?.text || (needsLogin ? custom.message || text("authNeeded") : "");
  const said = typeof line === "string" && line.trim() ? textBubble(line) : null;
  const nodes = [
    said,
    picture(item?.image),
    cards(custom.cards, onReply),
    attachment(item?.attachment),
  ].filter(Boolean);
  const buttons = [item?.buttons, item?.quick_replies].flatMap((list) => list ?? []);
  return { nodes, buttons };
}

/** Whether anything of a message is seen: a note of who answers is none. */
export function drawsSomething(item) {
  const { nodes, buttons } = renderItem(item, () => {});
  return nodes.length > 0 || replies(buttons, () => {}) !== null;
}

/** What a screen reader hears of a part: blocks apart, without the notes about new tabs. */
export function spokenWords(node) {
  if (node.classList.contains("picture")) return text("picture");
  const copy = node.cloneNode(true);
  for (const note of copy.querySelectorAll(".visually-hidden")) note.remove();
  if (node.classList.contains("replies")) {
    const titles = Array.from(copy.children, (option) => option.textContent).join(", ");
    return text("options", { titles });
  }
  for (const block of copy.querySelectorAll("p, li, pre, br, h2, .reply")) block.after(" ");
  return copy.textContent.replace(/\s+/g, " ").trim();
}
