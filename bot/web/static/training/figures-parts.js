// The cards of the page with figures: a picture, the table under it, and the same as a file.

import { make } from "/desk/static/elements.js";
import { bars, columns, whole } from "./charts.js";
import { card } from "./parts.js";
import { cardTable } from "./tables.js";
import { longDay, minutes, number, share, shortDay, texts } from "./texts-figures.js";

const MOST_BARS = 12; // of a picture; the table has them all
const MOST_ROWS = 12; // of a table that is shown without being asked for
const MOST_DAYS = 45; // of a picture; more are put together by week
const WENT = [
  ["solved", "full", texts.solved],
  ["handed_off", "striped", texts.handedOff],
  ["unsolved", "dotted", texts.unsolved],
];

/** The cards of these figures; none where there is nothing to show. */
export function figureParts(figures) {
  const { conversations, not_understood, asked_back, marked_wrong, waits, survey, per_intent, by_trigger, per_matter } = figures;
  if (!conversations && !not_understood && !asked_back && !marked_wrong && !waits.n && !survey.n && !per_intent.length) return [];
  const file = (which) => `/training/api/figures.csv?${new URLSearchParams({ table: which, from: figures.from, to: figures.to })}`;
  return [went(figures, file("total")), days(figures, file("day")), triggers(by_trigger, file("trigger")), messages(figures), matters(per_matter, file("matter")), intents(per_intent, file("intent")), times(figures), opinions(survey)];
}

function went(figures, address) {
  const all = figures.conversations;
  const parts = WENT.map(([key, look, words]) => ({ look, words, n: figures[key], figure: `${number(figures[key])} (${share(figures[key], all)})` }));
  return part(texts.how_went, {
    wide: true,
    before: make("p", { class: "big" }, number(all), " ", make("span", { class: "unit" }, all === 1 ? "samtale" : "samtaler")),
    picture: all ? whole({ title: texts.how_went, alt: texts.wentAlt(figures), parts }) : null,
    head: [texts.went, texts.count, texts.part],
    rows: [...parts.map(({ words, n }) => [words, number(n), share(n, all)]), [texts.all, number(all), share(all, all)]],
    file: address,
    fileWords: texts.allCsv,
  });
}

function days({ per_day }, address) {
  const weekly = per_day.length > MOST_DAYS;
  const shown = weekly ? byWeek(per_day) : per_day;
  const missed = shown.map(({ day, not_understood }) => ({ day, n: not_understood }));
  const most = largest(shown, (one) => one.conversations);
  const worst = largest(missed, (one) => one.n);
  const pictures = [
    make("h4", {}, weekly ? texts.perWeek : texts.perDay),
    columns({
      title: weekly ? texts.perWeek : texts.perDay,
      alt: texts.columnAlt(weekly, most.day, most.conversations),
      series: WENT.map(([, look, words]) => ({ look, words })),
      columns: shown.map((one) => ({ name: shortDay(one.day), words: texts.column(weekly, one.day, one), parts: WENT.map(([key]) => one[key]) })),
    }),
    make("h4", {}, weekly ? texts.missedWeek : texts.missedDay),
    columns({
      title: weekly ? texts.missedWeek : texts.missedDay,
      alt: texts.missedAlt(weekly, worst.day, worst.n),
      series: [{ look: "dotted" }],
      columns: missed.map(({ day, n }) => ({ name: shortDay(day), words: texts.missedColumn(weekly, day, n), parts: [n] })),
    }),
  ];
  return part(texts.days, {
    wide: true,
    picture: pictures,
    head: texts.dayHead,
    rows: per_day.map((one) => [longDay(one.day), ...["conversations", "solved", "handed_off", "unsolved", "not_understood"].map((key) => number(one[key]))]),
    file: address,
  });
}

function triggers(rows, address) {
  const all = rows.reduce((sum, { n }) => sum + n, 0);
  return part(texts.triggers, {
    empty: rows.length ? "" : texts.noTriggers,
    picture: () => bars({ title: texts.triggers, alt: texts.triggersAlt(rows[0], all), rows: rows.map(({ text, n }) => ({ name: text, figure: `${number(n)} (${share(n, all)})`, parts: [n] })) }),
    head: [texts.trigger, texts.conversations, texts.part],
    rows: rows.map(({ text, n }) => [text, number(n), share(n, all)]),
    file: address,
  });
}

function matters(rows, address) {
  const shown = rows.slice(0, MOST_BARS);
  return part(texts.matters, {
    intro: texts.mattersIntro,
    empty: rows.length ? "" : texts.noMatters,
    picture: () =>
      bars({
        title: texts.matters,
        alt: texts.mattersAlt(rows[0]),
        series: [
          { look: "striped", words: texts.handedOff },
          { look: "full", words: texts.onlyOffered },
        ],
        rows: shown.map((one) => ({ name: one.title, figure: number(one.conversations), parts: [one.handed_off, one.conversations - one.handed_off] })),
      }),
    after: rows.length > MOST_BARS ? texts.most(MOST_BARS) : "",
    head: [texts.matter, texts.kle, texts.offered, texts.handedOff],
    rows: rows.map((one) => [one.title, one.kle ?? "–", number(one.conversations), number(one.handed_off)]),
    file: address,
  });
}

function messages(figures) {
  const kinds = [
    ["notUnderstood", figures.not_understood],
    ["askedBack", figures.asked_back],
    ["markedWrong", figures.marked_wrong],
  ];
  return part(texts.messages, {
    empty: kinds.some(([, n]) => n) ? "" : texts.noMessages,
    picture: () => bars({ title: texts.messages, alt: texts.messagesAlt(figures), series: [{ look: "dotted" }], rows: kinds.map(([key, n]) => ({ name: texts[key], figure: number(n), parts: [n] })) }),
    head: [texts.kind, texts.count],
    rows: kinds.map(([key, n]) => [[texts[key], make("span", { class: "hint" }, texts.messagesNotes[key])], number(n)]),
  });
}

function intents(rows, address) {
  const shown = rows.slice(0, MOST_BARS);
  return part(texts.intents, {
    intro: texts.intentsIntro,
    empty: rows.length ? "" : texts.noIntents,
    picture: () =>
      bars({
        title: texts.intents,
        alt: texts.intentsAlt(rows[0], rows.length),
        series: [
          { look: "full", words: texts.sure },
          { look: "dotted", words: texts.notSure },
        ],
        rows: shown.map((one) => ({ name: one.title, figure: number(one.n), parts: [one.n - one.not_sure, one.not_sure] })),
      }),
    after: rows.length > MOST_BARS ? texts.most(MOST_BARS) : "",
    head: [texts.intent, texts.heard, texts.unsure, texts.part],
    rows: rows.map((one) => [one.title, number(one.n), number(one.not_sure), share(one.not_sure, one.n)]),
    file: address,
  });
}

function times(figures) {
  const { waits, handling, promised } = figures;
  const spans = [
    [texts.waitMedian, waits.median_minutes],
    [texts.waitMost, waits.p90_minutes],
    [texts.handlingMedian, handling.median_minutes],
  ].filter(([, value]) => value !== null);
  return part(texts.waits, {
    empty: spans.length ? "" : texts.noWaits,
    picture: () => bars({ title: texts.waits, alt: texts.waitsAlt(figures), series: [{ look: "striped" }], rows: spans.map(([name, value]) => ({ name, figure: minutes(value), parts: [value] })), most: Math.max(1, ...spans.map(([, value]) => value)) }),
    after: promised ? texts.promises(promised.kept, promised.broken) : "",
    head: [texts.span, texts.howLong],
    rows: spans.map(([name, value]) => [name, minutes(value)]),
  });
}

function opinions(survey) {
  const pairs = Object.entries(texts.questions).map(([key, words]) => [words, survey[key]]);
  const given = pairs.filter(([, value]) => value !== null && value !== undefined);
  return part(texts.survey, {
    intro: survey.n ? `${texts.answered(survey.n)} ${texts.scale}` : "",
    empty: given.length ? "" : texts.noSurvey,
    picture: () => bars({ title: texts.survey, alt: texts.surveyAlt(given.map(([words, value]) => [words, texts.outOf(value)])), rows: given.map(([name, value]) => ({ name, figure: texts.outOf(value), parts: [value] })), most: 5 }),
    head: [texts.question, texts.average],
    rows: pairs.map(([words, value]) => [words, value === null || value === undefined ? "–" : texts.outOf(value)]),
  });
}

// A card: what it is, the picture, and under it the table and the file. A long table is opened when it is wanted.
function part(title, { wide = false, intro = "", before = null, empty = "", picture = null, after = "", head, rows, file = "", fileWords = texts.csv }) {
  const shown = card(title, intro ? make("p", { class: "hint" }, intro) : null);
  if (wide) shown.classList.add("wide");
  if (empty) {
    shown.append(make("p", {}, empty));
    return shown;
  }
  const made = cardTable(title, head, rows);
  shown.append(
    ...[before, ...[typeof picture === "function" ? picture() : picture].flat(), after ? make("p", { class: "hint" }, after) : null].filter(Boolean),
    rows.length > MOST_ROWS ? make("details", {}, make("summary", {}, texts.table), made) : made,
    ...(file ? [make("a", { class: "button link", href: file, download: true, "aria-label": fileWords === texts.csv ? texts.csvOf(title) : null }, fileWords)] : []),
  );
  return shown;
}

function largest(rows, of) {
  return rows.reduce((most, one) => (of(one) > of(most) ? one : most), rows[0]);
}

// Weeks begin on a Monday; the first and the last may be cut short by the period.
function byWeek(rows) {
  const weeks = [];
  for (const one of rows) {
    const monday = new Date(`${one.day}T00:00:00Z`).getUTCDay() === 1;
    if (monday || !weeks.length) weeks.push({ ...one });
    else for (const key of ["conversations", "solved", "handed_off", "unsolved", "not_understood"]) weeks.at(-1)[key] += one[key];
  }
  return weeks;
}
