// A list that is shown a page at a time, with »Vis flere« below it. What is shown stays where it is.

import { button, make, notice } from "/desk/static/elements.js";
import { texts } from "./texts.js";

const AT_A_TIME = 50;

/** What a `Paged` asks for, where all the rows are here already. */
export function sliced(rows) {
  return async (cursor) => {
    const from = Number(cursor ?? 0);
    const until = from + AT_A_TIME;
    return { rows: rows.slice(from, until), next: until < rows.length ? String(until) : null };
  };
}

export class Paged {
  #fetch = null;
  #next = null;

  /** `build(row)` gives a row's element, an `li` unless `tag` says otherwise. */
  constructor(build, { tag = "ul", className = "rows", label = null } = {}) {
    this.build = build;
    this.list = make(tag, { class: className, "aria-label": label, hidden: true });
    this.trouble = make("div", { class: "trouble" });
    this.more = button(texts.more, () => this.#further(), { hidden: true });
    this.element = make("div", { class: "paged" }, this.list, this.trouble, this.more);
  }

  /**
   * Begin anew: `fetch(cursor)` gives {rows, next}; `cursor` is null for the first page. Gives the page, or null where
   * something newer was asked for meanwhile; raises Refused.
   */
  async start(fetch) {
    this.#fetch = fetch;
    const page = await fetch(null);
    if (this.#fetch !== fetch) return null;
    this.trouble.replaceChildren();
    this.list.replaceChildren();
    this.#show(page);
    return page;
  }

  get count() {
    return this.list.children.length;
  }

  async #further() {
    if (this.more.getAttribute("aria-disabled") === "true") return;
    const fetch = this.#fetch;
    this.more.setAttribute("aria-disabled", "true");
    this.trouble.replaceChildren();
    try {
      const page = await fetch(this.#next);
      if (this.#fetch !== fetch) return;
      const before = this.count;
      this.#show(page);
      focusRow(this.list.children[before]);
    } catch (error) {
      if (!("code" in error)) throw error;
      this.trouble.replaceChildren(notice(error.message));
    } finally {
      this.more.removeAttribute("aria-disabled");
    }
  }

  #show({ rows, next }) {
    this.#next = next ?? null;
    this.list.append(...rows.map((row) => this.build(row)));
    this.list.hidden = !this.count;
    this.more.hidden = this.#next === null;
  }
}

/** Put the focus on the first thing of a row that can have it, or on the row. */
export function focusRow(row) {
  if (!row) return;
  const place = row.querySelector("a[href], button, input, summary, textarea");
  if (!place) row.tabIndex = -1;
  (place ?? row).focus();
}
