// The safe part of Markdown: bold, italic, code, lists, links. The text is never parsed as HTML:
// everything is put into text nodes, so nothing a bot (or a student) writes can become markup.
import { el } from "./dom.js";
import { text } from "./texts.js";
import { safeLink } from "./urls.js";

// No look-behind here: Safari before 16.4 refuses to load a script that has one.
const INLINE = new RegExp(
  [
    String.raw`\\(?<escaped>[\\*_\x60[\]()#-])`,
    String.raw`\x60(?<code>[^\x60\n]+)\x60`,
    String.raw`\[(?<label>[^\]\n]{1,300})\]\((?<href>[^\s()<>]{1,2000}(?:\([^\s()]*\))?)\)`,
    String.raw`\*\*(?<bold>\S|\S[^\n]{0,2000}?\S)\*\*(?!\*)`,
    String.raw`\*(?<star>[^\s*]|[^\s*][^*\n]{0,2000}[^\s*])\*(?![\w*])`,
    String.raw`_(?<score>[^\s_]|[^\s_][^_\n]{0,2000}[^\s_])_(?![\w_])`,
    String.raw`(?<bare>https?:\/\/[^\s<>"'()*]+[^\s<>"'()*.,;:!?¿¡])`,
  ].join("|"),
  "g",
);
const BULLET = /^\s{0,3}[-*•]\s+(.*)$/;
const NUMBERED = /^\s{0,3}(\d{1,4})[.)]\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*)$/;
const MAX_DEPTH = 4;

function link(href, ...children) {
  return el(
    "a",
    { href, target: "_blank", rel: "noopener" },
    ...children,
    el("span", { class: "visually-hidden" }, ` ${text("newTab")}`),
  );
}

function inlineNode(match, depth) {
  const found = match.groups;
  if (found.escaped) return found.escaped;
  if (found.code) return el("code", {}, found.code);
  if (found.bold) return el("strong", {}, ...inline(found.bold, depth + 1));
  const italic = found.star ?? found.score;
  if (italic) return el("em", {}, ...inline(italic, depth + 1));
  const href = safeLink(found.href ?? found.bare);
  if (!href) return match[0];
  return found.bare ? link(href, found.bare) : link(href, ...inline(found.label, MAX_DEPTH));
}

/** "nombre_de_archivo" and "2*3*4" are no emphasis: the mark must begin a word. */
function isInsideWord(match, line) {
  const italic = match.groups.star ?? match.groups.score;
  return italic !== undefined && match.index > 0 && /[\p{L}\p{N}_*]/u.test(line[match.index - 1]);
}

/** Nodes and strings for one line. */
function inline(line, depth = 0) {
  if (depth >= MAX_DEPTH) return [line];
  const nodes = [];
  let position = 0;
  const pattern = new RegExp(INLINE);
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    if (isInsideWord(match, line)) {
      pattern.lastIndex = match.index + 1;
      continue;
    }
    nodes.push(line.slice(position, match.index), inlineNode(match, depth));
    position = pattern.lastIndex;
  }
  nodes.push(line.slice(position));
  return nodes.filter((node) => node !== "");
}

function paragraph(lines) {
  const node = el("p");
  lines.forEach((line, index) => {
    if (index) node.append(el("br"));
    const heading = HEADING.exec(line);
    if (heading) node.append(el("strong", {}, ...inline(heading[1])));
    else node.append(...inline(line));
  });
  return node;
}

function list(lines) {
  const first = NUMBERED.exec(lines[0]);
  const node = first ? el("ol", { start: first[1] === "1" ? null : first[1] }) : el("ul");
  for (const line of lines) {
    const content = first ? NUMBERED.exec(line)[2] : BULLET.exec(line)[1];
    node.append(el("li", {}, ...inline(content)));
  }
  return node;
}

function kindOf(line) {
  if (!line.trim()) return "blank";
  if (BULLET.test(line)) return "bullet";
  return NUMBERED.test(line) ? "numbered" : "text";
}

/** A fragment with paragraphs, lists and code blocks. */
export function markdown(source) {
  const out = document.createDocumentFragment();
  let lines = [];
  let kind = "blank";
  let fence = null;
  const flush = () => {
    if (kind === "text") out.append(paragraph(lines));
    else if (kind !== "blank") out.append(list(lines));
    lines = [];
    kind = "blank";
  };
  const closeFence = () => {
    out.append(el("pre", {}, el("code", {}, fence.join("\n"))));
    fence = null;
  };
  for (const line of String(source).replace(/\r\n?/g, "\n").split("\n")) {
    if (/^\s{0,3}```/.test(line)) {
      if (fence) closeFence();
      else {
        flush();
        fence = [];
      }
    } else if (fence) fence.push(line);
    else {
      const next = kindOf(line);
      if (next !== kind) flush();
      kind = next;
      if (kind !== "blank") lines.push(line);
    }
  }
  if (fence) closeFence();
  flush();
  return out;
}
