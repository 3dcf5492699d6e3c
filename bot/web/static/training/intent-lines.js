// Several examples written at once, one a line, and what the server says of those it would not take.

import { make } from "/desk/static/elements.js";

/** The lines of a text that say something. */
export function linesOf(text) {
  return (text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Each example that was refused, with why. `words` is the reason in Danish. */
export function refusedList(refused) {
  return make("ul", { class: "refused" }, ...refused.map(({ text, words }) => make("li", {}, `»${text}«: ${words}`)));
}
