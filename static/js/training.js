// The page of a training follows it while it is open; without this a link brings the page anew.
"use strict";

(() => {
  const EVERY_MS = 1000;
  const PATIENCE_MS = 10_000;

  function show(state) {
    const put = (id, text) => {
      const part = document.getElementById(id);
      if (part.textContent !== text) part.textContent = text; // a live region speaks of changes alone
    };
    document.getElementById("run-bar").value = state.percent;
    put("run-percent", `${state.percent}\u00a0%`);
    put("run-state", state.state);
    put("run-step", state.step);
    put("run-took", state.took);
    put("run-warning", state.warning);
    const log = document.getElementById("run-log");
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    put("run-log", state.log);
    log.hidden = !state.log;
    document.getElementById("run-no-log").hidden = Boolean(state.log);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  }

  /** Asks again and again, more slowly while there is no answer; what has ended is shown by a new page. */
  async function follow(url) {
    let wait = EVERY_MS;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      show(state);
      if (!state.is_open) {
        location.reload();
        return;
      }
    } catch {
      wait = PATIENCE_MS;
    }
    setTimeout(() => (document.hidden ? whenSeen(url) : follow(url)), wait);
  }

  function whenSeen(url) {
    document.addEventListener("visibilitychange", () => follow(url), { once: true });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector(".run-page[data-state-url]");
    const log = document.getElementById("run-log");
    if (log) log.scrollTop = log.scrollHeight;
    if (page) follow(page.dataset.stateUrl);
  });
})();
