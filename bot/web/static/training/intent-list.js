// The examples of one hensigt: searched, picked, moved, deleted, 50 at a time. Each row stays where it is while it is
// being written in, whatever happens around it.

import { button, field, make, notice, tick } from "/desk/static/elements.js";
import { ask } from "/desk/static/dialog.js";
import { ExampleRow } from "./intent-example.js";
import { focusRow } from "./paged.js";
import { texts } from "./texts-intents.js";
import { texts as shared } from "./texts.js";
import { WRITING } from "./writing.js";

const REST = 250; // milliseconds after the last letter before the server is asked
const PAGES_AGAIN = 20; // as many pages are fetched anew at most

export class ExampleList {
  #rows = new Map();
  #next = null;
  #from = null;
  #asked = 0;
  #timer = 0;

  /**
   * `done` says what was just done; `read(found)` hears what the server told of the hensigt; `changed()` that its
   * examples did; `orphan(text)` gets a text that was being written in an example that is gone.
   */
  constructor(app, { done, read, changed, orphan }) {
    Object.assign(this, { app, done, read, changed, orphan });
    this.intent = "";
    this.revision = "";
    this.total = 0;
    this.intents = [];
    this.q = field(texts.find, { kind: "search" });
    this.search = make("form", { class: "search", role: "search" }, this.q.element);
    this.search.addEventListener("submit", (event) => event.preventDefault());
    this.q.input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#searched(), REST);
    });
    this.count = make("p", { class: "hint", role: "status" });
    this.trouble = make("div", { class: "trouble" });
    this.all = tick(texts.chooseAll);
    this.all.input.addEventListener("change", () => this.#chooseAll(this.all.input.checked));
    this.move = button(texts.moveChosen, () => this.moveRows(this.#chosen()), { "data-focus": "flyt-valgte" });
    this.drop = button(texts.deleteChosen, () => this.deleteRows(this.#chosen()), { "data-focus": "slet-valgte" });
    this.chosen = make("span", { class: "hint", role: "status" });
    this.tools = make("div", { class: "example-tools", hidden: true }, this.all.element, this.move, this.drop, this.chosen);
    this.list = make("ul", { class: "example-rows" });
    this.more = button(shared.more, () => this.#further(), { hidden: true });
    this.element = make("div", { class: "examples" }, this.search, this.count, app.readOnly ? "" : this.tools, this.trouble, this.list, this.more);
  }

  /** Show a hensigt; gives {error} where it can't be shown, null where another was asked for meanwhile. */
  async open(intent, { example = null, q = null } = {}) {
    const other = intent !== this.intent;
    if (other) {
      this.intent = intent;
      for (const row of this.#rows.values()) row.element.remove();
      this.#rows.clear();
      this.trouble.replaceChildren();
      this.q.input.value = "";
      this.#from = null;
    }
    if (q !== null) this.q.input.value = q;
    if (example && !this.#rows.has(example)) {
      this.q.input.value = "";
      this.#from = example;
    }
    try {
      return await this.load({ again: !other && !example });
    } catch (error) {
      if (!("code" in error)) throw error;
      return { error };
    }
  }

  close() {
    clearTimeout(this.#timer);
  }

  /** Fetch anew: the first page, or with `again` as many as are shown. Raises Refused. */
  async load({ again = false } = {}) {
    const token = ++this.#asked;
    const wanted = again ? this.#rows.size : 0;
    const found = await this.#page(null);
    const rows = [...found.examples];
    let next = found.next;
    // What is being written in is looked for too: it may have moved down.
    const lacks = () => rows.length < wanted || (again && [...this.#rows.values()].some(({ editing, example }) => editing && !rows.some(({ id }) => id === example.id)));
    for (let page = 1; next && lacks() && page < PAGES_AGAIN; page += 1) {
      const further = await this.#page(next);
      rows.push(...further.examples);
      next = further.next;
    }
    if (token !== this.#asked) return null;
    this.revision = found.revision;
    this.total = found.total;
    this.#next = next;
    this.#place(rows);
    this.read(found);
    return found;
  }

  /** Show where an example stands, and put the focus there. */
  point(id) {
    const row = id && this.#rows.get(id);
    if (!row) return;
    row.element.scrollIntoView({ block: "center" });
    row.element.classList.add("pointed");
    focusRow(row.element);
  }

  /**
   * Change something of this hensigt: `body` gets the revision. Where somebody was first, the newest is fetched before
   * the refusal is raised on.
   */
  async change(method, path, body) {
    try {
      const answer = await this.app.api[method](`/intents/${encodeURIComponent(this.intent)}/${path}`, { revision: this.revision, ...body }, { patience: WRITING });
      this.revision = answer.revision;
      this.changed();
      return answer;
    } catch (error) {
      if (error.code === "changed" || error.code === "not_found") await this.load({ again: true }).catch(() => {});
      throw error;
    }
  }

  /** An example has another text, and so another id. */
  renamed() {
    this.#rows = new Map([...this.#rows.values()].map((row) => [row.example.id, row]));
  }

  async moveRows(rows) {
    if (!rows.length) return;
    if (!this.intents.length) await this.changed();
    const others = this.intents.filter(({ intent }) => intent !== this.intent).sort((one, other) => one.title.localeCompare(other.title, "da"));
    const to = field(texts.moveTo, { kind: "select", options: [["", texts.pick], ...others.map(({ intent, title }) => [intent, title])] });
    const at = this.#placeOf(rows);
    const dialog = ask({
      title: texts.moveTitle(rows.length),
      intro: rows.length === 1 ? `»${rows[0].example.text}«` : "",
      yes: texts.move,
      fields: { to: { ...to, required: texts.choosePlace } },
      done: async ({ to: intent }) => {
        const { edit } = await this.change("post", "move", { ids: ids(rows), to: intent });
        this.#gone(rows);
        this.done.say(texts.moved(rows.length, others.find((one) => one.intent === intent).title), edit ?? null);
      },
    });
    dialog.addEventListener("close", () => this.#focusAt(at));
  }

  async deleteRows(rows) {
    if (!rows.length) return;
    this.trouble.replaceChildren();
    const at = this.#placeOf(rows);
    try {
      const { edit } = await this.change("post", "delete", { ids: ids(rows) });
      this.#gone(rows);
      this.#focusAt(at);
      this.done.say(texts.deleted(rows.length), edit ?? null);
    } catch (error) {
      if (!("code" in error)) throw error;
      this.trouble.replaceChildren(notice(error.code === "changed" ? texts.changed(error.by) : error.message));
    }
  }

  /** How many are picked has changed. */
  picked() {
    const n = this.#chosen().length;
    this.chosen.textContent = n ? texts.chosen(n) : "";
    this.all.input.checked = n > 0 && n === this.#rows.size;
    this.all.input.indeterminate = n > 0 && n < this.#rows.size;
    for (const control of [this.move, this.drop]) control.setAttribute("aria-disabled", String(n === 0));
  }

  #page(cursor) {
    const query = { q: this.q.input.value.trim(), cursor, example: cursor || this.q.input.value.trim() ? null : this.#from };
    return this.app.api.get(`/intents/${encodeURIComponent(this.intent)}`, query);
  }

  async #searched() {
    this.#from = null;
    this.trouble.replaceChildren();
    try {
      await this.load();
    } catch (error) {
      if (!("code" in error)) throw error;
      this.trouble.replaceChildren(notice(error.message));
    }
  }

  async #further() {
    if (this.more.getAttribute("aria-disabled") === "true") return;
    const token = this.#asked;
    this.more.setAttribute("aria-disabled", "true");
    this.trouble.replaceChildren();
    try {
      const { examples, next } = await this.#page(this.#next);
      if (token !== this.#asked) return;
      this.#next = next;
      const fresh = examples.filter(({ id }) => !this.#rows.has(id)).map((example) => this.#row(example));
      this.list.append(...fresh.map(({ element }) => element));
      this.#told();
      focusRow(fresh[0]?.element);
    } catch (error) {
      if (!("code" in error)) throw error;
      this.trouble.replaceChildren(notice(error.message));
    } finally {
      this.more.removeAttribute("aria-disabled");
    }
  }

  #row(example) {
    const row = new ExampleRow(this, example);
    this.#rows.set(example.id, row);
    return row;
  }

  // Only what is different is touched: what has the focus, or is being written in, stays.
  #place(examples) {
    const known = new Set(examples.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (known.has(id)) continue;
      // Out of sight is not gone: then its draft waits for it.
      if (row.editing && !this.q.input.value) {
        if (row.dirty) this.orphan(row.written);
        row.drop();
      }
      row.element.remove();
      this.#rows.delete(id);
    }
    examples.forEach((example, index) => {
      const row = this.#rows.get(example.id) ?? this.#row(example);
      row.update(example);
      if (this.list.children[index] !== row.element) this.list.insertBefore(row.element, this.list.children[index] ?? null);
    });
    this.#told();
  }

  #told() {
    const q = this.q.input.value.trim();
    const none = q ? texts.noExamplesFound : texts.noExamples;
    this.count.textContent = this.total ? texts.foundHere(this.#rows.size, this.total) : none;
    this.more.hidden = this.#next === null;
    this.tools.hidden = this.app.readOnly || !this.#rows.size;
    this.list.hidden = !this.#rows.size;
    this.picked();
  }

  #chosen() {
    return [...this.#rows.values()].filter(({ chosen }) => chosen);
  }

  #chooseAll(on) {
    for (const row of this.#rows.values()) row.choose(on);
    this.picked();
  }

  #gone(rows) {
    for (const row of rows) {
      row.element.remove();
      this.#rows.delete(row.example.id);
    }
    this.total -= rows.length;
    this.#told();
  }

  #placeOf(rows) {
    const all = [...this.list.children];
    return Math.min(...rows.map(({ element }) => all.indexOf(element)));
  }

  // Where what had the focus is gone, it goes to the row that took its place.
  #focusAt(index) {
    const at = document.activeElement;
    if (at !== document.body && at.id !== "indhold") return;
    const row = this.list.children[Math.min(index, this.list.children.length - 1)];
    if (row) focusRow(row);
    else this.q.input.focus();
  }
}

function ids(rows) {
  return rows.map(({ example }) => example.id);
}
