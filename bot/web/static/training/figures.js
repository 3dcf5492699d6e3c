// How the assistant does, over some days: each figure as a picture, as a table and as a file.

import { button, field, make, notice } from "/desk/static/elements.js";
import { isoDay } from "/desk/static/times.js";
import { figureParts } from "./figures-parts.js";
import { loaded, pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { texts as words } from "./texts.js";
import { texts } from "./texts-figures.js";

const DAY = 86_400_000; // milliseconds
const QUICK = [7, 30, 90, 365]; // days
const USUAL = 30;

export class FiguresPage {
  #asked = 0;

  constructor({ api, router, announce }) {
    this.api = api;
    this.router = router;
    this.announce = announce;
    const { element, heading, state, body } = pageOf(words.titles.figures, "tal");
    Object.assign(this, { element, heading, state, body });
    this.from = field(texts.from, { kind: "date" });
    this.to = field(texts.to, { kind: "date" });
    this.form = make("form", { class: "search", "aria-label": texts.period }, this.from.element, this.to.element, make("button", { type: "submit", class: "button primary" }, texts.show));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#go(this.from.input.value, this.to.input.value);
    });
    const quick = QUICK.map((days) => button(texts.last(days), () => this.#go(back(days), isoDay()), { kind: "plain" }));
    this.quick = make("div", { class: "quick buttons", role: "group", "aria-label": texts.quick }, make("span", { "aria-hidden": "true" }, texts.quick), ...quick);
    heading.after(this.form, this.quick);
    body.classList.add("figure-cards");
  }

  async open({ query }) {
    this.from.input.value = query.get("fra") ?? back(USUAL);
    this.to.input.value = query.get("til") ?? isoDay();
    const asked = ++this.#asked;
    this.body.setAttribute("aria-busy", "true");
    const found = await loaded(this.state, this.api.get("/figures", { from: this.from.input.value, to: this.to.input.value }));
    if (asked !== this.#asked) return; // other days were asked for meanwhile
    this.body.removeAttribute("aria-busy");
    this.body.replaceChildren(...(found ? this.#shown(found) : []));
  }

  close() {}

  // In the address, so that it can be kept, sent to a colleague and gone back to.
  #go(from, to) {
    this.router.go(`${addresses.figures}?${new URLSearchParams({ fra: from, til: to })}`);
  }

  #shown(figures) {
    const parts = figureParts(figures);
    this.state.replaceChildren(make("p", { class: "lead" }, texts.lead(figures.from, figures.to), parts.length ? "" : ` ${texts.none}`));
    if (figures.from < back(figures.kept_days)) this.state.append(notice(texts.shortened(figures.kept_days), "info"));
    return [...parts, definitions(figures.kept_days)];
  }
}

function definitions(days) {
  return make(
    "details",
    { class: "card wide" },
    make("summary", {}, texts.how),
    make("dl", { class: "terms" }, ...texts.definitions.map(([term, said]) => make("div", {}, make("dt", {}, term), make("dd", {}, typeof said === "function" ? said(days) : said)))),
  );
}

// The first of so many days of which today is the last, in Denmark.
function back(days) {
  return new Date(Date.parse(isoDay()) - (days - 1) * DAY).toISOString().slice(0, 10);
}
