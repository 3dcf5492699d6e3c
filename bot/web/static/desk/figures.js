// What was promised against what happened, and how citizens felt met. Numbers stand as text; a bar only repeats them.

import { field, make, notice } from "./elements.js";
import { texts } from "./texts.js";
import { date, isoDay } from "./times.js";

const DAY = 86_400_000;
const PERIOD = 30 * DAY;

export class FiguresView {
  constructor({ api }) {
    this.api = api;
    this.heading = make("h2", { tabindex: "-1" }, texts.figuresTitle);
    this.from = field(texts.from, { kind: "date", value: isoDay(Date.now() - PERIOD) });
    this.to = field(texts.to, { kind: "date", value: isoDay() });
    this.form = make("form", { class: "search", "aria-label": texts.period }, this.from.element, this.to.element, make("button", { type: "submit", class: "button primary" }, texts.show));
    this.state = make("div", { role: "status" });
    this.body = make("div", { class: "figures" });
    this.element = make("section", { class: "page" }, this.heading, this.form, this.state, this.body);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.load();
    });
  }

  async load() {
    this.state.replaceChildren(make("p", {}, texts.loading));
    try {
      const figures = await this.api.get("/figures", { from: this.from.input.value, to: this.to.input.value });
      this.state.replaceChildren(make("p", { class: "lead" }, figures.handoffs ? texts.total(figures.handoffs) : texts.noFigures));
      this.body.replaceChildren(...(figures.handoffs ? parts(figures) : []));
    } catch (error) {
      this.state.replaceChildren(notice(error.message));
    }
  }
}

function parts({ promised, by_trigger, per_day, survey }) {
  const all = promised.kept + promised.broken;
  const triggers = by_trigger.reduce((sum, { n }) => sum + n, 0);
  const days = byDay(per_day);
  const most = Math.max(1, ...days.map(({ n }) => n));
  return [
    table(
      texts.promisedTitle,
      [texts.promise, texts.count, texts.share],
      [
        [texts.kept, String(promised.kept), bar(promised.kept, all, percent(promised.kept, all))],
        [texts.broken, String(promised.broken), bar(promised.broken, all, percent(promised.broken, all), "late")],
        ...(promised.median_wait_minutes === null || promised.median_wait_minutes === undefined ? [] : [[texts.median, texts.minutes(promised.median_wait_minutes), ""]]),
      ],
    ),
    surveyPart(survey),
    table(
      texts.byTrigger,
      [texts.trigger, texts.count, texts.share],
      by_trigger.map((one) => [one.text ?? one.key, String(one.n), bar(one.n, triggers, percent(one.n, triggers))]),
    ),
    table(
      texts.perDay,
      [texts.day, texts.count, texts.kept],
      days.map((one) => [date(one.day), bar(one.n, most, String(one.n)), String(one.kept)]),
    ),
  ];
}

// A day may come once for each department.
function byDay(rows) {
  const days = new Map();
  for (const { day, n, kept } of rows) {
    const one = days.get(day) ?? { day, n: 0, kept: 0 };
    days.set(day, { day, n: one.n + n, kept: one.kept + (kept ?? 0) });
  }
  return [...days.values()];
}

function surveyPart(survey) {
  if (!survey?.n) return make("section", {}, make("h3", {}, texts.surveyTitle), make("p", {}, texts.noSurvey));
  const rows = Object.entries(texts.questions).map(([key, words]) => {
    const average = survey[key];
    return [words, average ? bar(average, 5, average.toLocaleString("da-DK", { maximumFractionDigits: 1, minimumFractionDigits: 1 })) : "–"];
  });
  const comments = (survey.comments ?? []).map((one) => (typeof one === "string" ? { text: one } : one));
  return make(
    "section",
    {},
    table(texts.surveyTitle, [texts.question, texts.average], rows),
    make("p", { class: "hint" }, texts.surveyCount(survey.n)),
    comments.length ? make("h4", {}, texts.comments) : null,
    comments.length ? make("ul", { class: "comments" }, ...comments.map(({ text, at }) => make("li", {}, `»${text}«`, at ? ` ${date(at)}` : ""))) : null,
  );
}

function percent(part, all) {
  return all ? `${Math.round((100 * part) / all)} %` : "–";
}

function table(caption, head, rows) {
  return make(
    "section",
    {},
    make(
      "table",
      {},
      make("caption", {}, make("h3", {}, caption)),
      make("thead", {}, make("tr", {}, ...head.map((words) => make("th", { scope: "col" }, words)))),
      make("tbody", {}, ...rows.map(([first, ...rest]) => make("tr", {}, make("th", { scope: "row" }, first), ...rest.map((cell) => make("td", {}, cell))))),
    ),
  );
}

function bar(part, all, words, kind = "") {
  const fill = make("span", { class: `bar-fill ${kind}` });
  fill.style.setProperty("--part", String(all ? part / all : 0));
  return make("span", { class: "bar-cell" }, make("span", { class: "bar-words" }, words), make("span", { class: "bar-track", "aria-hidden": "true" }, fill));
}
