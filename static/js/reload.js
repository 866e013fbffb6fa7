// A page that something is under way on comes anew until it is over; without this a link does it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-reload-ms]");
  if (!page) return;
  const again = () => location.reload();
  setTimeout(() => {
    if (document.hidden) document.addEventListener("visibilitychange", again, { once: true });
    else again();
  }, Number(page.dataset.reloadMs));
});
