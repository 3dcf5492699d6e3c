// A version beside the one it was compared with: what got better, what got worse, and what else is not the same.

import { make } from "/desk/static/elements.js";
import { Paged, sliced } from "./paged.js";
import { addresses } from "./router.js";
import { cardRow, cardTable, cardTableOf } from "./tables.js";
import { called } from "./texts-answers.js";
import { texts } from "./texts-versions.js";
import { texts as shared } from "./texts.js";

const SAME = 0.0005; // a difference that is none

/** The parts of the page for a comparison; `title(intent)` says what a hensigt is called. */
export function comparisonParts(comparison, title) {
  const { figures, better, worse, recent, intents, data } = comparison;
  return [
    make("h3", {}, texts.comparison(comparison.with)),
    figuresTable(figures),
    part(texts.better(better.length), better.length ? turned(better, title, texts.better(better.length)) : make("p", {}, texts.noBetter), { open: better.length > 0, kind: "better" }),
    part(texts.worse(worse.length), worse.length ? turned(worse, title, texts.worse(worse.length)) : make("p", {}, texts.noWorse), { open: worse.length > 0, kind: "worse" }),
    lately(recent, title),
    part(texts.perIntent, intentTable(intents, title), { kind: "per-intent" }),
    part(texts.data_, dataPart(data, title), { kind: "data" }),
  ];
}

function part(words, content, { open = false, kind }) {
  return make("details", { class: `card part ${kind}`, open }, make("summary", {}, make("h4", {}, words)), content);
}

// Both were measured with the same messages on the same day.
function figuresTable({ before, now }) {
  const of = (figures) => figures?.report ?? figures ?? {};
  const rows = [
    [texts.macro, "macro_f1"],
    [texts.accuracy, "accuracy"],
  ]
    .filter(([, key]) => typeof of(before)[key] === "number" && typeof of(now)[key] === "number")
    .map(([words, key]) => [words, texts.share(of(before)[key]), texts.share(of(now)[key]), difference(of(before)[key], of(now)[key])]);
  return rows.length ? make("div", { class: "card" }, cardTable(texts.figures, [texts.what, texts.before, texts.now, texts.difference], rows)) : "";
}

function difference(before, now) {
  const by = now - before;
  const kind = Math.abs(by) < SAME ? "same" : by > 0 ? "up" : "down";
  return make("span", { class: `difference ${kind}` }, kind === "same" ? "0" : texts.points(by));
}

function intentLink(intent, title) {
  return intent ? make("a", { href: addresses.intent(intent), "data-inside": true }, title(intent)) : texts.nothing;
}

// Messages of the test sets; the table is filled 50 rows at a time.
function turned(rows, title, caption) {
  const name = (intent) => (intent ? title(intent) : texts.nothing);
  const head = [texts.message, texts.meant, texts.before, texts.now];
  const table = longTable(caption, head, rows, ({ text, intent, before, now }) => [text, intentLink(intent, title), name(before), name(now)]);
  return make("div", {}, make("p", { class: "hint" }, texts.testIntro), table);
}

function longTable(caption, head, rows, cells) {
  const { table, body } = cardTableOf(caption, head);
  const paged = new Paged((row) => cardRow(head, cells(row)), { tag: "tbody" });
  body.replaceWith(paged.list);
  paged.list.setAttribute("role", "rowgroup");
  paged.element.prepend(table);
  paged.start(sliced(rows));
  return paged.element;
}

function lately({ days, n, changed, total = changed.length }, title) {
  const said = ({ intent, confidence, outcome }) => [
    make("span", {}, shared.outcomes[outcome] ?? outcome),
    intent && outcome !== "fallback" ? make("span", { class: "hint" }, ` ${title(intent)}, ${shared.sure(confidence)}`) : "",
  ];
  const words = ({ text, n: times = 1 }) => (text ? `${text}${texts.recentTimes(times)}` : make("em", {}, texts.erased));
  const rows = changed.map((one) => ({ ...one, said: words(one) }));
  const content = changed.length
    ? longTable(texts.recent(total), [texts.message, texts.before, texts.now], rows, ({ said: message, before, now }) => [message, said(before), said(now)])
    : make("p", {}, texts.recentNone);
  const more = total > changed.length ? make("p", { class: "hint" }, texts.recentMost(changed.length, total)) : "";
  return part(texts.recent(total), make("div", {}, make("p", { class: "hint" }, texts.recentIntro(days, n)), content, more), { open: total > 0, kind: "recent" });
}

function intentTable(intents, title) {
  const moved = ({ before, now }) => Math.abs((now?.f1 ?? 0) - (before?.f1 ?? 0));
  const rows = [...intents].sort((one, other) => moved(other) - moved(one));
  const change = (key) => ({ before, now }) => {
    if (!before) return `${texts.share(now[key])} (${texts.isNew})`;
    if (!now) return `${texts.share(before[key])} (${texts.isGone})`;
    return texts.change(before[key], now[key]);
  };
  const head = [texts.intent, texts.precision, texts.recall, texts.difference];
  return longTable(texts.perIntentCaption, head, rows, (row) => [
    intentLink(row.intent, title),
    change("precision")(row),
    change("recall")(row),
    row.before && row.now ? difference(row.before.f1, row.now.f1) : "–",
  ]);
}

function dataPart({ added, removed, responses, rules }, title) {
  const examples = (rows, words) =>
    rows.length ? make("section", {}, make("h5", {}, words(rows.length)), list(rows, ({ intent, text }) => [text, " ", make("span", { class: "hint" }, title(intent))])) : "";
  const names = (rows, words, item) => (rows.length ? make("section", {}, make("h5", {}, words(rows.length)), list(rows, item)) : "");
  const parts = [
    examples(added, texts.added),
    examples(removed, texts.removed),
    names(responses, texts.responses, (name) => [make("a", { href: addresses.answer(name), "data-inside": true }, called(name))]),
    names(rules, texts.rules, (name) => [name]),
  ].filter(Boolean);
  return make("div", { class: "data-changes" }, ...(parts.length ? parts : [make("p", {}, texts.noData)]));
}

function list(rows, item) {
  const paged = new Paged((row) => make("li", {}, ...item(row)), { className: "bullets" });
  paged.start(sliced(rows));
  return paged.element;
}
