// Draws answers as the chat draws them; without this they stand as they are written.

import { markdown } from "./chat/markdown.js";

for (const bubble of document.querySelectorAll(".console-answer .intent-bubble")) {
  bubble.classList.add("is-drawn");
  bubble.replaceChildren(markdown(bubble.textContent));
}
