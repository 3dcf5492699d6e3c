// The queue as the desk knows it: the rows of one view, page by page, and the counts. It draws nothing.
//
// Events: "rows" (something is shown anew), "failed" (detail: Refused).

import { preferences } from "./keep.js";

const PAGE = 50;
const PAUSE = 400; // milliseconds: a flurry of news is one question
const REST = 1500; // between two refreshes, for each page that is shown

export class Queue extends EventTarget {
  #timer = null;
  #asked = 0; // an answer to an older question is thrown away
  #refreshed = 0;

  constructor(api) {
    super();
    this.api = api;
    this.view = "waiting";
    this.filters = { department: "", trigger: "", sort: preferences.get("sort", "priority") };
    this.rows = [];
    this.next = null;
    this.counts = {};
    this.loaded = false;
  }

  get filtered() {
    return Boolean(this.filters.department || this.filters.trigger);
  }

  /** Show another view, or other filters. */
  show(change) {
    const { view, ...filters } = change;
    if (view) this.view = view;
    Object.assign(this.filters, filters);
    if (filters.sort) preferences.set("sort", filters.sort);
    this.loaded = false;
    this.rows = [];
    this.next = null;
    this.#emit("rows");
    return this.#load(1);
  }

  /** One page more. */
  async more() {
    if (!this.next) return;
    const asked = ++this.#asked;
    try {
      const page = await this.#page(this.next);
      if (asked !== this.#asked) return;
      this.#set([...this.rows, ...page.items], page);
    } catch (error) {
      this.#failed(asked, error);
    }
  }

  /** Something has changed: ask again soon, once, for what is shown. */
  news() {
    if (this.#timer) return;
    const pages = Math.max(1, Math.ceil(this.rows.length / PAGE));
    const wait = Math.max(PAUSE, this.#refreshed + REST * pages - Date.now());
    this.#timer = setTimeout(() => this.refresh({ byItself: true }), wait);
  }

  /** Ask again now. */
  refresh({ byItself = false } = {}) {
    clearTimeout(this.#timer);
    this.#timer = null;
    return this.#load(Math.max(1, Math.ceil(this.rows.length / PAGE)), byItself);
  }

  async #load(pages, byItself = false) {
    const asked = ++this.#asked;
    const rows = [];
    let page = null;
    try {
      for (let number = 0; number < pages && (number === 0 || page.next); number += 1) {
        page = await this.#page(page?.next ?? null, byItself);
        if (asked !== this.#asked) return;
        rows.push(...page.items);
      }
      this.#refreshed = Date.now();
      this.#set(rows, page);
    } catch (error) {
      this.#failed(asked, error);
    }
  }

  #page(cursor, byItself = false) {
    return this.api.get("/queue", { view: this.view, ...this.filters, cursor, limit: PAGE }, { byItself });
  }

  #set(rows, page) {
    // A row that moved between two pages may come with both.
    const seen = new Map(rows.map((row) => [row.id, row]));
    this.rows = [...seen.values()];
    this.next = page.next;
    this.counts = page.counts ?? {};
    this.loaded = true;
    this.#emit("rows");
  }

  #failed(asked, error) {
    if (asked === this.#asked) this.#emit("failed", error);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
