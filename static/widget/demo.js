// The developers' host page: puts the widget up as its form says, gives the pasted token, lists what passes.
(() => {
  "use strict";
  const [looks, login] = [document.getElementById("looks"), document.getElementById("login")];
  const list = document.getElementById("messages");
  let bubble = null;

  function note({ type, ...fields }) {
    const item = document.createElement("li");
    const shown = JSON.stringify(fields, (name, value) => (name === "token" ? "…" : value));
    item.textContent = `${new Date().toLocaleTimeString("es-CO")} ${type} ${shown === "{}" ? "" : shown}`;
    list.append(item);
    list.scrollTop = list.scrollHeight;
  }

  function putUp() {
    const wishes = Object.fromEntries(new FormData(looks));
    bubble = window.ZajunaBubble.create({ ...wishes, tokenStorageKey: "", tokenCookieName: "" });
    bubble.onEvent(note);
    bubble.mount();
  }

  window.getZajunaToken = () => (login.elements.gives.checked ? login.elements.token.value.trim() : "");

  login.addEventListener("submit", (event) => {
    event.preventDefault();
    bubble.sendAuthToken(login.elements.token.value.trim());
  });
  looks.addEventListener("submit", (event) => {
    event.preventDefault();
    putUp();
    bubble.open();
  });
  looks.elements.theme.addEventListener("change", (event) => bubble.setTheme(event.target.value));
  looks.elements.language.addEventListener("change", (event) => bubble.setLanguage(event.target.value));
  document.addEventListener("click", (event) => {
    const call = event.target.dataset?.call;
    if (call) bubble[call]();
  });
  document.addEventListener("DOMContentLoaded", putUp); // the loader's script stands behind this one
})();
