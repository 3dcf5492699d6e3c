// The queue on the page: views, filters, and the rows, which are updated where they stand.

import { announce, button, field, make, newId, notice } from "./elements.js";
import { Row } from "./row.js";
import { texts } from "./texts.js";

const MINUTE = 60_000;

export class QueueView {
  #rows = new Map();
  #open = null;

  constructor(queue, me) {
    this.queue = queue;
    this.me = me;
    const id = newId("koe");
    this.tabs = Object.fromEntries(
      Object.keys(texts.views).map((view) => [view, make("button", { type: "button", class: "view", on: { click: () => queue.show({ view }) } })]),
    );
    const options = (list, all, text) => [["", all], ...list.map((one) => [one.key, one[text]])];
    this.fields = {
      department: field(texts.department, { kind: "select", options: options(me.departments_all, texts.allDepartments, "name") }),
      trigger: field(texts.trigger, { kind: "select", options: options(me.triggers, texts.allTriggers, "text") }),
      sort: field(texts.sort, { kind: "select", value: queue.filters.sort, options: Object.entries(texts.sorts) }),
    };
    for (const [name, { input }] of Object.entries(this.fields)) input.addEventListener("change", () => queue.show({ [name]: input.value }));
    this.chosen = make("summary", {}, texts.filters);
    this.list = make("ol", { class: "rows" });
    this.state = make("div", { class: "queue-state" });
    this.more = button(texts.more, () => this.#showMore(), { hidden: true });
    this.heading = make("h2", { id, tabindex: "-1", class: "spoken" }, texts.queue);
    this.element = make(
      "section",
      { class: "queue", "aria-labelledby": id },
      this.heading,
      make("div", { class: "views", role: "group", "aria-label": texts.queue }, ...Object.values(this.tabs)),
      make("details", { class: "filters" }, this.chosen, ...Object.values(this.fields).map(({ element }) => element)),
      this.state,
      make("div", { class: "rows-scroller" }, this.list, this.more),
    );
    queue.addEventListener("rows", () => this.#draw());
    queue.addEventListener("failed", ({ detail }) => this.state.replaceChildren(notice(detail.message), button(texts.retry, () => queue.refresh())));
    setInterval(() => {
      const now = Date.now();
      for (const row of this.#rows.values()) row.tick(now);
    }, MINUTE);
    this.#draw();
  }

  /** Mark the row of the conversation that is open. */
  open(id) {
    this.#rows.get(this.#open)?.current(false);
    this.#open = id;
    this.#rows.get(id)?.current(true);
  }

  /** Move the focus `step` rows from the one that has it, or from the open one. */
  move(step) {
    const links = [...this.list.querySelectorAll(".row-link")];
    if (!links.length) return false;
    const from = links.includes(document.activeElement) ? document.activeElement : links.find((link) => Number(link.dataset.id) === this.#open);
    const at = from ? links.indexOf(from) + step : 0;
    links[Math.max(0, Math.min(links.length - 1, at))].focus();
    return true;
  }

  focus(id = null) {
    (this.#rows.get(id)?.link ?? this.tabs[this.queue.view]).focus();
  }

  async #showMore() {
    const before = this.queue.rows.length;
    await this.queue.more();
    // The button goes away with the last page: whoever pressed it goes on at the first new row.
    const first = this.queue.rows[before];
    if (first) this.#rows.get(first.id).link.focus();
    announce(texts.shown(this.queue.rows.length));
  }

  #draw() {
    const { queue } = this;
    for (const [view, tab] of Object.entries(this.tabs)) {
      const n = queue.counts[view];
      const words = n ? `${texts.views[view]} ${n}` : texts.views[view];
      if (tab.textContent !== words) tab.replaceChildren(texts.views[view], n ? " " : "", n ? make("span", { class: "count" }, n) : "");
      tab.setAttribute("aria-pressed", String(view === queue.view));
    }
    const names = ["department", "trigger"].map((name) => this.fields[name].input).filter(({ value }) => value);
    const chosen = names.length ? texts.filtered(names.map(({ selectedOptions }) => selectedOptions[0].text).join(", ")) : texts.filters;
    if (this.chosen.textContent !== chosen) this.chosen.textContent = chosen;
    this.more.hidden = !queue.next;
    this.#state();
    this.#place();
  }

  #state() {
    const { queue } = this;
    if (!queue.loaded) this.state.replaceChildren(make("p", { class: "empty-line" }, texts.loading));
    else if (!queue.rows.length) this.state.replaceChildren(make("p", { class: "empty-line" }, queue.filtered ? texts.emptyFiltered : texts.emptyQueue[queue.view]));
    else this.state.replaceChildren();
  }

  // Rows that stay are not touched but for what changed in them, so that neither focus nor scrolling is lost.
  #place() {
    const wanted = new Set(this.queue.rows.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      const next = row.element.nextElementSibling ?? row.element.previousElementSibling;
      const focused = row.element.contains(document.activeElement);
      row.element.remove();
      this.#rows.delete(id);
      if (focused) (next?.querySelector("a") ?? this.tabs[this.queue.view]).focus();
    }
    let after = null;
    for (const data of this.queue.rows) {
      let row = this.#rows.get(data.id);
      if (row) row.update(data);
      else {
        row = new Row(data, this.me);
        row.current(data.id === this.#open);
        this.#rows.set(data.id, row);
      }
      const place = after ? after.nextElementSibling : this.list.firstElementChild;
      if (place !== row.element) {
        const focused = row.element.contains(document.activeElement);
        this.list.insertBefore(row.element, place);
        if (focused) row.link.focus({ preventScroll: true });
      }
      after = row.element;
    }
  }
}
