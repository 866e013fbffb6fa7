// The conversation as a text file, made in the page.
import { el } from "./dom.js";
import { markdown } from "./markdown.js";
import { saidOnce } from "./parts.js";
import { locale, text } from "./texts.js";

const BYTE_ORDER_MARK = "\ufeff"; // or older editors misread the accents

/** Markdown as words: blocks on lines of their own, links with their address. */
function words(source) {
  const box = el("div", {}, markdown(source));
  for (const note of box.querySelectorAll(".visually-hidden")) note.remove();
  for (const link of box.querySelectorAll("a")) {
    if (link.textContent !== link.href) link.append(` (${link.href})`);
  }
  for (const item of box.querySelectorAll("li")) item.prepend("- ");
  for (const line of box.querySelectorAll("br")) line.replaceWith("\n");
  for (const block of box.querySelectorAll("p, li, pre")) block.append("\n");
  return box.textContent.trim();
}

function cardLines(cards) {
  const named = (Array.isArray(cards) ? cards : []).map((card) => [card?.title, card?.subtitle]);
  return named.map((parts) => `- ${parts.filter(Boolean).join(": ")}`);
}

/** One message of the bot. */
function itemLines(item) {
  const said = [item?.text || (item?.custom?.type === "auth_needed" ? item.custom.message : "")];
  const titles = [item?.buttons, item?.quick_replies].flatMap((list) => list ?? []).map((b) => b?.title);
  return [
    ...said.filter((line) => typeof line === "string" && line.trim()).map(words),
    ...(item?.image ? [`[${text("picture")}]`] : []),
    ...cardLines(item?.custom?.cards),
    ...(titles.length ? [`[${text("options", { titles: titles.join(", ") })}]`] : []),
  ];
}

function recordLines(record, botName) {
  if (record.kind === "me") {
    return [text("you"), [record.text, ...(record.state === "failed" ? [`[${text("notSent")}]`] : [])]];
  }
  if (record.kind === "bot") return [botName, saidOnce(record.items).flatMap(itemLines)];
  return [record.line.author ?? "", [words(record.line.text)]];
}

/** What the file says. */
export function transcript(records, botName) {
  const date = new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "short" });
  const blocks = records.map((record) => {
    const [name, lines] = recordLines(record, botName);
    return [`[${date.format(record.at)}]${name ? ` ${name}:` : ""}`, ...lines].join("\n");
  });
  const head = text("transcriptHead", { name: botName, date: date.format(Date.now()) });
  return `${[head, ...blocks].join("\n\n")}\n`;
}

/** Hands the file to the browser. */
export function download(records, botName) {
  const file = new Blob([BYTE_ORDER_MARK, transcript(records, botName)], { type: "text/plain;charset=utf-8" });
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0"));
  const href = URL.createObjectURL(file);
  const link = el("a", { href, download: `${text("transcriptFile")}-${day.join("-")}.txt` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
