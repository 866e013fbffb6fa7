// The page of an intent: lines with marks and live warnings, answers as the student sees them. Without it all can be saved.
import { setUpAnswers, showItems } from "./answers.js";
import { createChecks } from "./checks.js";
import { setUpLines } from "./lines.js";

const box = document.querySelector(".intent-lines");
if (box) {
  const checks = createChecks(box.dataset);
  const lines = setUpLines(box, checks);
  setUpAnswers(lines.refresh);
} else {
  showItems();
}
