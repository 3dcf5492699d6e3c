// All that the robot can say: found, read, and rewritten where it stands.

import { button, field, make, redraw } from "/desk/static/elements.js";
import { AnswerEditor, draftOf } from "./answers-editor.js";
import { Done } from "./done.js";
import { Paged, sliced } from "./paged.js";
import { loaded, pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { called, texts } from "./texts-answers.js";

const NOT_UNDERSTOOD = "nlu_fallback"; // no hensigt: what is said where none was found

const folded = (words) => words.toLowerCase().trim();

export class AnswersPage {
  #rows = new Map();
  #elements = new Map();
  #open = null;
  #timer = 0;

  constructor(app) {
    this.app = app;
    const { element, heading, state, body } = pageOf(texts.title, "answers");
    Object.assign(this, { element, heading, state, body });
    this.q = field(texts.search, { kind: "search" });
    this.count = make("p", { class: "hint", role: "status" });
    this.done = new Done(app, () => this.#load());
    this.list = new Paged((row) => this.#row(row), { className: "answer-rows" });
    const search = make("form", { class: "search", role: "search" }, this.q.element);
    search.addEventListener("submit", (event) => event.preventDefault());
    this.q.input.addEventListener("input", () => this.#draw());
    this.keys = { f: () => this.done.undo() };
    body.append(make("p", { class: "lead" }, texts.intro), search, this.count, this.done.element, this.list.element);
  }

  async open({ query }) {
    const name = query.get("navn");
    if (query.has("soeg")) this.q.input.value = query.get("soeg");
    if (!(await this.#load()) || !name) return;
    this.q.input.value = "";
    if (!this.#rows.has(name)) return this.app.trouble(texts.goneAnswer);
    await this.#draw(name);
    if (!this.app.readOnly) this.#edit(name, { focus: true });
  }

  close() {
    clearTimeout(this.#timer);
  }

  async #load() {
    const asking = this.app.api.get("/answers");
    const found = this.#rows.size ? await asking.catch((error) => this.app.trouble(error.message)) : await loaded(this.state, asking);
    if (!found) return false;
    this.#rows = new Map(found.rows.map((row) => [row.name, row]));
    await this.#draw();
    return true;
  }

  // `first` is an answer that one came for: it stands on top.
  #draw(first = this.#open?.row.name) {
    const wanted = folded(this.q.input.value);
    const rows = [...this.#rows.values()].filter((row) => row.name === this.#open?.row.name || matches(row, wanted));
    const on = rows.findIndex(({ name }) => name === first);
    if (on > 0) rows.unshift(...rows.splice(on, 1));
    this.count.textContent = rows.length ? texts.shown(rows.length) : texts.none;
    return this.list.start(sliced(rows));
  }

  #row(row) {
    const element = this.#elements.get(row.name) ?? make("li", { class: "answer-row" });
    this.#elements.set(row.name, element);
    if (this.#open?.row.name === row.name) return element;
    this.#show(row);
    if (!this.app.readOnly && draftOf(row)) this.#mark(element);
    return element;
  }

  #show(row) {
    const element = this.#elements.get(row.name);
    redraw(element, row, () => {
      const usedBy = row.used_by.flatMap(({ intent, title }, index) => [index ? ", " : "", intent === NOT_UNDERSTOOD ? title : make("a", { href: addresses.intent(intent), "data-inside": true }, title)]);
      return [
        make(
          "div",
          { class: "answer-top" },
          make("h3", {}, called(row.name)),
          make("p", { class: "hint" }, ...(usedBy.length ? [texts.usedBy(""), ...usedBy] : [texts.notUsed])),
          ...(this.app.readOnly ? row.texts : row.texts.slice(0, 1)).map((text) => make("p", { class: "answer-text words" }, text)),
          ...row.problems.map(({ text }) => make("p", { class: "problem" }, text)),
          make("p", { class: "hint" }, [texts.lix(row.lix), texts.words(row.words), texts.variants(row.texts.length)].filter(Boolean).join(" · ")),
        ),
        this.app.readOnly
          ? null
          : button(texts.edit, () => this.#edit(row.name, { focus: true }), { "aria-label": texts.of(texts.edit, called(row.name)), "data-focus": `svar-${row.name}` }),
      ];
    });
  }

  #mark(element) {
    element.querySelector(".answer-top")?.append(make("p", { class: "chips" }, make("span", { class: "chip late" }, texts.draft)));
    element.drawn = null;
  }

  #edit(name, { focus = false } = {}) {
    const element = this.#elements.get(name);
    if (!element) return;
    if (this.#open && this.#open.row.name !== name) this.#shut(this.#open.row);
    if (this.#open) return this.#open.focus();
    this.#open = new AnswerEditor(this.app, this.#rows.get(name), {
      saved: ({ edit = null, ...row }, words) => {
        this.#rows.set(name, row);
        this.#shut(row, { focus: true });
        this.done.say(words, edit);
      },
      closed: () => this.#shut(this.#rows.get(name), { focus: true }),
      newest: async () => {
        const { rows } = await this.app.api.get("/answers", { q: "" });
        this.#rows = new Map(rows.map((row) => [row.name, row]));
        return this.#rows.get(name) ?? null;
      },
    });
    element.drawn = null;
    element.replaceChildren(this.#open.element);
    if (focus) this.#open.focus();
  }

  #shut(row, { focus = false } = {}) {
    this.#open.close();
    this.#open = null;
    this.#show(row);
    const element = this.#elements.get(row.name);
    if (draftOf(row)) this.#mark(element);
    if (focus) element.querySelector("button")?.focus();
  }
}

function matches(row, wanted) {
  return [called(row.name), row.name, ...row.texts, ...row.buttons, ...row.used_by.map(({ title }) => title)].some((words) => folded(words).includes(wanted));
}
