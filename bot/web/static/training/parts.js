// Pieces that several of the training pages are put together from.

import { make, notice } from "/desk/static/elements.js";
import { texts } from "./texts.js";

/** A page's section with its heading. Gives {element, heading, state, body}; `state` is where it says how it goes. */
export function pageOf(title, className = "") {
  const heading = make("h2", { tabindex: "-1" }, title);
  const state = make("div", { class: "state", role: "status" });
  const body = make("div", { class: "body" });
  return { heading, state, body, element: make("section", { class: `page ${className}` }, heading, state, body) };
}

/** A card of a page: a heading and what stands below it. */
export function card(title, ...children) {
  return make("section", { class: "card" }, make("h3", {}, title), ...children);
}

/** A bar that repeats a share of one, which stands beside it as `words`. */
export function bar(part, words, kind = "") {
  const fill = make("span", { class: `bar-fill ${kind}` });
  fill.style.setProperty("--part", String(Math.min(1, Math.max(0, part ?? 0))));
  return make("span", { class: "bar-cell" }, make("span", { class: "bar-words" }, words), make("span", { class: "bar-track", "aria-hidden": "true" }, fill));
}

/** A table: `head` are the columns' words, each row's first cell names it. Scrolls by itself where it is too wide. */
export function table(caption, head, rows, { className = "" } = {}) {
  return make(
    "table",
    { class: className },
    caption ? make("caption", {}, caption) : null,
    make("thead", {}, make("tr", {}, ...head.map((words) => make("th", { scope: "col" }, words)))),
    make("tbody", {}, ...rows.map(([first, ...rest]) => make("tr", {}, make("th", { scope: "row" }, first), ...rest.map((cell) => make("td", {}, cell))))),
  );
}

/**
 * A text with places in it marked: `spans` are {start, end, words}, counted in code points as the server counts;
 * `words` say what a place is.
 */
export function marked(text, spans) {
  const letters = [...text]; // the server counts letters, a browser's string halves of some of them
  const pieces = [];
  let at = 0;
  for (const { start, end, words } of [...spans].sort((one, other) => one.start - other.start)) {
    if (start < at) continue;
    pieces.push(letters.slice(at, start).join(""));
    pieces.push(make("mark", {}, make("span", { class: "spoken" }, `${words}: `), letters.slice(start, end).join("")));
    at = end;
  }
  pieces.push(letters.slice(at).join(""));
  return pieces;
}

/** Ask the server for a page's content, and say meanwhile and afterwards how it went; gives undefined where it failed. */
export async function loaded(state, asking) {
  state.replaceChildren(make("p", { class: "hint" }, texts.loading));
  try {
    const found = await asking;
    state.replaceChildren();
    return found;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    state.replaceChildren(notice(error.message));
    return undefined;
  }
}
