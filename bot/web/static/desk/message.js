// One message of the transcript as the staff see it: who, when, the words, what the citizen could choose, a card.

import { withLinks } from "/widget/links.js";
import { make, terms } from "./elements.js";
import { texts } from "./texts.js";
import { clock } from "./times.js";

// Parts of cards that are for programs, or said better by another part.
const UNSAID = new Set(["type", "status", "form", "kind", "key", "id", "do", "details", "place", "agenda", "documents"]);

/** Who wrote it, in words. */
function author(frame, me) {
  if (frame.from === "staff") return frame.name && frame.name === me.name ? texts.you : frame.name || texts.who.staff;
  return texts.who[frame.from] ?? texts.who.system;
}

/** The list item of a message, with `beside` after its time. Its text stands in one element, letter by letter, so that places in it can be found. */
export function messageItem(frame, me, beside = null) {
  const own = frame.from === "staff" && frame.name === me.name;
  return make(
    "li",
    { class: `message ${known(frame.from)}${own ? " own" : ""}`, "data-seq": frame.seq, tabindex: "-1" },
    make("p", { class: "by" }, make("span", { class: "who" }, author(frame, me)), " ", make("time", { datetime: frame.at }, clock(frame.at)), beside),
    frame.text ? make("div", { class: "words" }, withLinks(frame.text)) : null,
    frame.card ? card(frame.card) : null,
    frame.choices?.length
      ? make("p", { class: "choices" }, `${texts.choices}: ${frame.choices.map(({ title }) => `»${title}«`).join(", ")}`)
      : null,
  );
}

function known(sender) {
  return sender in texts.who ? sender : "system";
}

// A card is what the citizen saw. Each string of it keeps its path, for the summary points into it.
function card(value) {
  const rows = strings(value).filter(([path]) => !path.split(".").some((part) => UNSAID.has(part)));
  return make(
    "div",
    { class: "card" },
    make("p", { class: "card-kind" }, texts.cards[value.type] ?? ""),
    ...rows.map(([path, text]) => make("p", { class: "card-line", "data-path": path }, withLinks(text))),
  );
}

function strings(value, path = "") {
  if (typeof value === "string") return value && !/^\d{4}-\d\d-\d\dT/.test(value) ? [[path, value]] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => strings(inner, path ? `${path}.${name}` : name));
}

/**
 * Mark the characters start:end of `element`'s text; counted in code points, as the server counts them. Gives the
 * first mark, or null when there is no such place.
 */
export function markPlace(element, start, end) {
  const points = [...element.textContent];
  if (start >= end || end > points.length) return null;
  const from = points.slice(0, start).join("").length;
  const to = from + points.slice(start, end).join("").length;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const parts = [];
  for (let node = walker.nextNode(), at = 0; node; node = walker.nextNode()) {
    const length = node.data.length;
    if (at < to && at + length > from) parts.push([node, Math.max(0, from - at), Math.min(length, to - at)]);
    at += length;
  }
  const marks = parts.map(([node, first, last]) => {
    const range = document.createRange();
    range.setStart(node, first);
    range.setEnd(node, last);
    const mark = make("mark", {});
    range.surroundContents(mark);
    return mark;
  });
  return marks[0] ?? null;
}

/** Take every mark below `element` away. */
export function unmark(element) {
  for (const mark of element.querySelectorAll("mark")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
}

/** A survey's answers as terms. */
export function surveyTerms(survey) {
  const answers = Object.entries(texts.questions).map(([key, words]) => [words, survey[key] ? `${survey[key]} / 5` : ""]);
  return terms([...answers, [texts.comments, survey.comment]]);
}
