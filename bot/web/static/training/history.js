// What was changed, by whom, how it was before and after, and taking it back.

import { announce, button, field, make, notice } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { Paged } from "./paged.js";
import { loaded, pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { called } from "./texts-answers.js";
import { texts } from "./texts-history.js";
import { WRITING } from "./writing.js";

const MOST_LINES = 100; // of one change

export class HistoryPage {
  #subject = "";

  constructor(app) {
    this.app = app;
    const { element, heading, state, body } = pageOf(texts.title, "history");
    Object.assign(this, { element, heading, state, body });
    this.filter = field(texts.filter, { kind: "select", options: [["", texts.everything]] });
    this.filter.input.addEventListener("change", () => app.router.go(`${addresses.history}${this.filter.input.value ? `?${new URLSearchParams({ emne: this.filter.input.value })}` : ""}`));
    this.list = new Paged((edit) => this.#row(edit), { tag: "ol", className: "edit-rows" });
    body.append(make("p", { class: "lead" }, texts.intro), make("div", { class: "search" }, this.filter.element), this.list.element);
  }

  async open({ query }) {
    this.#subject = query.get("emne") ?? "";
    this.#subjects();
    await loaded(this.state, this.#load());
  }

  close() {}

  async #load() {
    const subject = this.#subject;
    const page = await this.list.start((cursor) => this.app.api.get("/edits", { cursor, subject }));
    if (page && !page.rows.length) this.list.trouble.replaceChildren(make("p", { class: "hint" }, subject ? texts.noneOf : texts.none));
  }

  // Hensigter by their titles; what else was asked for stands there too.
  async #subjects() {
    this.#options([]);
    try {
      const { rows } = await this.app.api.get("/intents", {}, { byItself: true });
      this.#options(rows.map(({ intent, title }) => [intent, title]).sort(([, one], [, other]) => one.localeCompare(other, "da")));
    } catch (error) {
      if (!("code" in error)) throw error;
    }
  }

  #options(intents) {
    const known = intents.some(([intent]) => intent === this.#subject) || !this.#subject;
    const other = known ? [] : [[this.#subject, this.#subject.startsWith("utter_") ? texts.answer(called(this.#subject)) : this.#subject.replaceAll("_", " ")]];
    this.filter.input.replaceChildren(...[["", texts.everything], ...other, ...intents].map(([key, words]) => make("option", { value: key }, words)));
    this.filter.input.value = this.#subject;
  }

  #row(edit) {
    const { id, at, by, kind, title, subject, text, lines, undoable, undoes } = edit;
    const trouble = make("div", { class: "trouble" });
    const address = subject.startsWith("utter_") ? addresses.answer(subject) : addresses.intent(subject);
    const count = lines.reduce((sum, { before, after }) => sum + Math.max(before.length, after.length), 0);
    const words = title || called(subject);
    const undo = undoable && !this.app.readOnly ? button(texts.undo, () => this.#undo(edit, undo, trouble), { "aria-label": texts.undoOf(text), "data-focus": `fortryd-${id}` }) : "";
    return make(
      "li",
      { class: "edit-row" },
      make("p", { class: "edit-top" }, make("span", { class: "chip" }, texts.kinds[kind] ?? kind), " ", subject ? make("a", { href: address, "data-inside": true }, words) : ""),
      make("p", {}, text),
      make("p", { class: "hint" }, texts.by(by, moment(at)), undoes === null || undoes === undefined ? "" : ` · ${texts.undoes}`),
      count ? make("details", {}, make("summary", {}, texts.see(count)), ...lines.map(changed)) : "",
      undo,
      trouble,
    );
  }

  async #undo({ id }, control, trouble) {
    if (control.getAttribute("aria-disabled") === "true") return;
    control.setAttribute("aria-disabled", "true");
    trouble.replaceChildren();
    try {
      await this.app.api.post(`/edits/${id}/undo`, {}, { patience: WRITING });
      await this.#load();
      announce(texts.undone);
      this.heading.focus();
      this.state.replaceChildren(make("p", { class: "notice info" }, texts.undone));
    } catch (error) {
      if (!("code" in error)) throw error;
      trouble.replaceChildren(notice(error.message));
    } finally {
      control.removeAttribute("aria-disabled");
    }
  }
}

function changed({ before, after }) {
  return make("div", { class: "before-after" }, side(texts.before, before, "del"), side(texts.after, after, "ins"));
}

function side(words, lines, tag) {
  const shown = lines.slice(0, MOST_LINES);
  const more = lines.length > shown.length ? make("li", { class: "hint" }, texts.moreLines(lines.length - shown.length)) : "";
  return make(
    "section",
    { class: `side ${tag}` },
    make("h3", {}, words),
    lines.length ? make("ul", {}, ...shown.map((line) => make("li", {}, make(tag, {}, line))), more) : make("p", { class: "hint" }, texts.nothing),
  );
}
