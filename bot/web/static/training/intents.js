// All hensigter: how many examples each has, how well it goes, and what is found in all of them.

import { announce, button, field, make, newId, notice } from "/desk/static/elements.js";
import { ImportPart } from "./intents-import.js";
import { intentRow } from "./intents-row.js";
import { newIntent } from "./new-intent.js";
import { Paged, sliced } from "./paged.js";
import { loaded, pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-intents.js";

const REST = 300; // milliseconds after the last letter before the server is asked
const MOST = 100; // so many examples the server gives at most

const folded = (words) => words.toLowerCase().trim();
const weakness = (row) => row.f1 ?? 2; // what is not measured comes last

const ORDERS = {
  block: () => 0, // as the server has it
  weakest: (one, other) => weakness(one) - weakness(other),
  few: (one, other) => one.examples - other.examples,
  title: (one, other) => one.title.localeCompare(other.title, "da"),
};

export class IntentsPage {
  #rows = [];
  #timer = 0;
  #asked = "";

  constructor(app) {
    this.app = app;
    const { element, heading, state, body } = pageOf(texts.title, "intents");
    Object.assign(this, { element, heading, state, body });
    this.q = field(texts.search, { kind: "search" });
    this.sort = field(texts.sort, { kind: "select", options: Object.entries(texts.sorts), value: "block" });
    this.count = make("p", { class: "hint", role: "status" });
    this.measured = make("p", { class: "hint" });
    this.rows = new Paged((row) => intentRow(row), { className: "intent-rows" });
    this.found = make("section", { class: "found", hidden: true });
    this.import = new ImportPart(app, () => this.#load());
    const search = make("form", { class: "search", role: "search" }, this.q.element, this.sort.element);
    search.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#typed(0);
    });
    this.q.input.addEventListener("input", () => this.#typed(REST));
    this.sort.input.addEventListener("change", () => this.#draw());
    body.append(
      make("p", { class: "lead" }, texts.intro),
      app.readOnly ? "" : make("div", { class: "buttons" }, button(texts.newIntent, () => this.#new(), { kind: "primary", "data-focus": "ny-hensigt" })),
      search,
      this.count,
      this.found,
      this.measured,
      this.rows.element,
      this.import.element,
    );
  }

  async open({ query }) {
    await this.#load();
    if (query.get("ny") && !this.app.readOnly) this.#new(query.get("tekst") ?? "");
  }

  close() {
    clearTimeout(this.#timer);
  }

  async #load() {
    // What is shown stays while it is fetched anew.
    const asking = this.app.api.get("/intents");
    const found = this.#rows.length ? await asking.catch((error) => this.app.trouble(error.message)) : await loaded(this.state, asking);
    if (!found) return;
    this.#rows = found.rows;
    this.measured.textContent = found.figures_of === null ? texts.notMeasured : texts.measuredOf(found.figures_of);
    this.#draw();
  }

  #typed(rest) {
    this.#draw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), rest);
  }

  #draw() {
    const wanted = folded(this.q.input.value);
    const rows = this.#rows.filter(({ title, intent }) => folded(title).includes(wanted) || intent.includes(wanted));
    rows.sort(ORDERS[this.sort.input.value]);
    const none = this.#rows.length ? texts.noneFound : texts.none;
    this.count.textContent = rows.length ? texts.shown(rows.length) : none;
    this.rows.start(sliced(rows));
  }

  async #search() {
    const q = this.q.input.value.trim();
    this.#asked = q;
    if (q.length < 2) {
      this.found.hidden = true;
      return;
    }
    try {
      const { rows } = await this.app.api.get("/search", { q });
      if (this.#asked === q) this.#found(q, rows);
    } catch (error) {
      if (this.#asked !== q) return;
      this.found.hidden = false;
      this.found.replaceChildren(notice(error.message));
    }
  }

  #found(q, rows) {
    const words = rows.length >= MOST ? texts.foundMost(rows.length, q) : texts.foundExamples(rows.length, q);
    const heading = make("h3", { id: newId("fundet") }, words);
    this.found.hidden = false;
    this.found.setAttribute("aria-labelledby", heading.id);
    this.found.replaceChildren(
      heading,
      make(
        "ul",
        { class: "found-rows" },
        ...rows.map(({ intent, title, id, text }) =>
          make("li", {}, make("a", { href: addresses.intent(intent, { eksempel: id }), "data-inside": true }, text), " ", make("span", { class: "hint" }, title)),
        ),
      ),
    );
    announce(words);
  }

  async #new(text = "") {
    const made = await newIntent({ app: this.app, text });
    if (made) this.app.router.go(addresses.intent(made.intent));
  }
}
