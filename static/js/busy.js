// A form that takes its time says so, and is sent once.
"use strict";

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const note = document.createElement("p");
    note.setAttribute("role", "status");
    note.className = "busy";
    note.textContent = form.dataset.busy;
    form.append(note);
    for (const button of form.querySelectorAll('[type="submit"]')) button.disabled = true;
  });
}

// Back from the page that followed: the browser may show this one as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
