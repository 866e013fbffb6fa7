// A conversation on staff's pages: new messages come by themselves, an answer leaves without a new page,
// and what was not sent stays in the box. Without this the buttons and the box are plain forms.
"use strict";

(() => {
  const HELD_MS = 3_000;
  const BOTS_MS = 15_000;
  const PATIENCE_MS = 15_000;
  const NEAR_PX = 60;

  const talk = document.querySelector(".talk[data-said-url]");
  if (!talk) return;
  const items = talk.querySelector(".talk-items");
  const panel = talk.querySelector(".reply-panel");
  const log = talk.querySelector(".case-log");
  const draft = `handoff:${talk.dataset.key}`;
  let { cursor, state } = talk.dataset;
  let isBots = "bots" in talk.dataset;
  let timer = null;
  let asking = false;
  let again = false;

  const box = () => panel.querySelector("textarea");

  /** A browser may refuse to keep anything; then a reload loses the draft, and nothing else. */
  function keep(text) {
    try {
      if (text) localStorage.setItem(draft, text);
      else localStorage.removeItem(draft);
    } catch {
      // Nothing to keep it in.
    }
  }

  function kept() {
    try {
      return localStorage.getItem(draft) ?? "";
    } catch {
      return "";
    }
  }

  function isAtEnd() {
    const page = document.scrollingElement;
    const scrolled = log ?? page;
    return scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight < NEAR_PX;
  }

  function toEnd() {
    const scrolled = log ?? document.scrollingElement;
    scrolled.scrollTop = scrolled.scrollHeight;
  }

  function add(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const wasAtEnd = isAtEnd();
    let added = false;
    for (const item of fresh.content.querySelectorAll("li[id]")) {
      const known = document.getElementById(item.id);
      if (known) continue;
      items.append(item);
      added = true;
    }
    if (added) talk.querySelector(".talk-none:not(li *)")?.remove();
    if (added && wasAtEnd) toEnd();
  }

  /** The box is drawn anew only when somebody else answers now: nothing that is being typed is lost. */
  function draw(html) {
    const text = box()?.value ?? kept();
    const hadFocus = box() !== null && document.activeElement === box();
    panel.innerHTML = html;
    restore(text, hadFocus);
  }

  function restore(text, focus) {
    if (!box()) return;
    box().value = text;
    if (focus) box().focus();
  }

  async function ask() {
    clearTimeout(timer);
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    let wait = PATIENCE_MS;
    try {
      const url = `${talk.dataset.saidUrl}&after=${encodeURIComponent(cursor)}`;
      const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const news = await answer.json();
      add(news.html);
      if (news.state !== state) draw(news.panel);
      ({ cursor, state } = news);
      isBots = news.is_bots;
      wait = isBots ? BOTS_MS : HELD_MS;
    } catch {
      // Asked again later: the session may have ended, or the network.
    }
    asking = false;
    if (again) {
      again = false;
      ask();
    } else if (!document.hidden) timer = setTimeout(ask, wait);
  }

  function say(problem) {
    const line = panel.querySelector(".reply-problem");
    if (!line) return;
    line.textContent = problem;
    line.hidden = !problem;
  }

  /** A new key for the next answer: the server writes one key's answer once. */
  function renewKey(form) {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    form.elements.key.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function send(form) {
    const button = form.querySelector("button");
    if (button.disabled || !box().value.trim()) return;
    const body = new FormData(form);
    button.disabled = true;
    say("");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "error",
      });
      const said = await answer.json().catch(() => null);
      if (!answer.ok) throw new Error(said?.message ?? "");
      if (box().value === body.get("text").replace(/\r\n/g, "\n")) box().value = "";
      keep(box().value);
      renewKey(form);
      toEnd();
      await ask();
      box()?.focus();
    } catch (error) {
      say(error instanceof TypeError || !error.message ? talk.dataset.failed : error.message);
      ask();
    }
    button.disabled = false;
  }

  panel.addEventListener("submit", (event) => {
    if (!event.target.matches(".reply-form")) return;
    event.preventDefault();
    send(event.target);
  });
  panel.addEventListener("input", (event) => {
    if (event.target === box()) keep(box().value);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.target !== box() || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send(box().form);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else ask();
  });
  restore(kept(), false);
  if (log || !isBots) toEnd(); // whoever is to answer reads the newest first
  timer = setTimeout(ask, isBots ? BOTS_MS : HELD_MS);
})();
