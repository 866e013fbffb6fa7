// Changes the language of the page in place: nothing typed, said or recorded is lost by it.
import { byId } from "./dom.js";

const ATTRIBUTES = ["aria-label", "placeholder", "title", "content"];

/** The same page in another language, as the server writes it. Throws when it cannot be had. */
async function pageIn(language) {
  const address = new URL(window.location.href);
  address.searchParams.set("lang", language);
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(`page: ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Elements with data-words="name" carry words: of their own, or in attributes. */
function exchange(other) {
  for (const node of document.querySelectorAll("[data-words]")) {
    const twin = other.querySelector(`[data-words="${node.dataset.words}"]`);
    if (!twin) continue;
    for (const name of ATTRIBUTES) {
      if (twin.hasAttribute(name)) node.setAttribute(name, twin.getAttribute(name));
    }
    if (!twin.firstElementChild) node.textContent = twin.textContent;
  }
  byId("chat-texts").replaceWith(document.adoptNode(other.getElementById("chat-texts")));
  document.documentElement.lang = other.documentElement.lang;
}

/** Resolves when the page speaks it. Throws when it cannot. */
export async function speak(language) {
  if (document.documentElement.lang !== language) exchange(await pageIn(language));
}
