// One hensigt in the list of them: its examples, its figures, and what is wrong with it.

import { make } from "/desk/static/elements.js";
import { bar } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-intents.js";

const WEAK = 0.7;

/** The figures of a hensigt as a list of terms; null where nothing was measured. */
export function intentFigures({ precision, recall, support }) {
  if (recall === null || recall === undefined) return null;
  const share = (part) => bar(part, texts.share(part), part !== null && part < WEAK ? "late" : "");
  return make(
    "dl",
    { class: "intent-figures" },
    make("div", {}, make("dt", {}, texts.precision), make("dd", {}, share(precision))),
    make("div", {}, make("dt", {}, texts.recall), make("dd", {}, share(recall))),
    support === null || support === undefined ? "" : make("div", {}, make("dt", { class: "spoken" }, texts.support(support)), make("dd", { class: "hint", "aria-hidden": "true" }, texts.support(support))),
  );
}

/** What a hensigt is taken for, each with a link; null where it is taken for nothing else. */
export function confusions(row) {
  if (!row.confusions?.length) return null;
  const links = row.confusions.flatMap(({ intent, title, n }, index) => [index ? ", " : "", make("a", { href: addresses.intent(intent), "data-inside": true }, texts.times(title, n))]);
  return make("p", { class: "confusions" }, `${texts.confusedWith} `, ...links);
}

/** The `li` of a hensigt. */
export function intentRow(row) {
  return make(
    "li",
    { class: "intent-row" },
    make(
      "div",
      { class: "intent-top" },
      make("a", { class: "intent-title", href: addresses.intent(row.intent), "data-inside": true }, row.title),
      row.guarded ? make("span", { class: "chip", title: texts.guardedHint }, texts.guarded) : "",
      make("span", { class: "hint" }, [texts.examples(row.examples), row.block].filter(Boolean).join(" · ")),
      ...(row.problems ?? []).map(({ text }) => make("p", { class: "problem" }, text)),
      confusions(row),
    ),
    intentFigures(row),
  );
}
