// Searching in what is over. The conversations found are opened as any other; being over, they are only read.

import { announce, button, field, make, notice } from "./elements.js";
import { addresses } from "./router.js";
import { texts } from "./texts.js";
import { moment } from "./times.js";

export class HistoryView {
  #query = null;
  #next = null;
  #count = 0;

  constructor({ api, me }) {
    this.api = api;
    this.me = me;
    this.heading = make("h2", { tabindex: "-1" }, texts.historyTitle);
    const options = (list, all, text) => [["", all], ...list.map((one) => [one.key, one[text]])];
    this.fields = {
      q: field(texts.searchWords, { kind: "search" }),
      department: field(texts.department, { kind: "select", options: options(me.departments_all, texts.allDepartments, "name") }),
      outcome: field(texts.outcomeFilter, { kind: "select", options: options(me.outcomes, texts.allOutcomes, "text") }),
      from: field(texts.from, { kind: "date" }),
      to: field(texts.to, { kind: "date" }),
    };
    this.form = make(
      "form",
      { class: "search", role: "search" },
      ...Object.values(this.fields).map(({ element }) => element),
      make("button", { type: "submit", class: "button primary" }, texts.search),
    );
    this.state = make("div", { class: "queue-state", role: "status" });
    this.list = make("ol", { class: "results" });
    this.more = button(texts.more, () => this.#more(), { hidden: true });
    this.element = make("section", { class: "page history" }, this.heading, this.form, this.state, this.list, this.more);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.search();
    });
  }

  async search() {
    this.#query = Object.fromEntries(Object.entries(this.fields).map(([name, { input }]) => [name, input.value.trim()]));
    this.#count = 0;
    const asked = this.#query;
    this.state.replaceChildren(make("p", {}, texts.loading));
    try {
      const page = await this.api.get("/history", asked);
      if (asked !== this.#query) return;
      this.list.replaceChildren();
      this.#show(page);
    } catch (error) {
      if (asked === this.#query) this.state.replaceChildren(notice(error.message));
    }
  }

  async #more() {
    try {
      const page = await this.api.get("/history", { ...this.#query, cursor: this.#next });
      const before = this.list.children.length;
      this.#show(page);
      this.list.children[before]?.querySelector("a").focus();
    } catch (error) {
      announce(error.message);
    }
  }

  #show(page) {
    const items = Array.isArray(page) ? page : page.items;
    this.#next = page.next ?? null;
    this.#count += items.length;
    this.list.append(...items.map((row) => this.#item(row)));
    this.more.hidden = !this.#next;
    this.state.replaceChildren(make("p", {}, texts.found(this.#count, Boolean(this.#next))));
  }

  #item(row) {
    const outcome = this.me.outcomes.find(({ key }) => key === row.outcome)?.text ?? row.outcome;
    const when = row.closed_at ? texts.ended_(moment(row.closed_at)) : "";
    return make(
      "li",
      { class: "row" },
      make(
        "a",
        { class: "row-link", href: addresses.talk(row.id), "data-inside": true },
        make("span", { class: "row-top" }, make("span", { class: "row-topic" }, [row.name, row.topic || row.trigger_text].filter(Boolean).join(": "))),
        " ",
        make("span", { class: "row-first" }, row.first ? `»${row.first}«` : texts.noWords),
        " ",
        make("span", { class: "row-meta" }, [outcome, row.department_name, when, row.claimed_by?.name].filter(Boolean).join(" · ")),
      ),
    );
  }
}
