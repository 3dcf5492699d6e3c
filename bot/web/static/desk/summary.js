// The summary on top of a conversation: each field with its heading, and a way to where it was said.

import { button, make, newId, redraw } from "./elements.js";
import { preferences } from "./keep.js";
import { texts } from "./texts.js";

// What one reads first stands across the whole width; the rest stands beside each other.
const WIDE = new Set(["urgency", "first_request", "last_question", "answered", "fact", "missing"]);

export class SummaryPanel {
  /** `show(source)` goes to a place in the transcript. */
  constructor(talk, { show }) {
    this.talk = talk;
    this.show = show;
    this.shown = preferences.get("opsummering", true);
    const id = newId("opsummering");
    this.body = make("div", { class: "summary-body", id: `${id}-felter` });
    this.toggle = button("", () => this.#toggle(), { kind: "link", "aria-controls": this.body.id });
    this.element = make(
      "section",
      { class: "summary", "aria-labelledby": id },
      make("div", { class: "summary-head" }, make("h3", { id }, texts.summary), this.toggle),
      this.body,
    );
    this.#state();
    talk.addEventListener("detail", () => this.#draw());
  }

  #toggle() {
    this.shown = !this.shown;
    preferences.set("opsummering", this.shown);
    this.#state();
  }

  #state() {
    this.body.hidden = !this.shown;
    this.toggle.textContent = this.shown ? texts.summaryHide : texts.summaryShow;
    this.toggle.setAttribute("aria-expanded", String(this.shown));
  }

  #draw() {
    const { summary, sentence } = this.talk.detail;
    redraw(this.body, { summary, sentence }, () => {
      if (!summary.length && !sentence) return make("p", { class: "empty-line" }, texts.noSummary);
      const groups = new Map();
      for (const field of summary) groups.set(field.kind, [...(groups.get(field.kind) ?? []), field]);
      const order = [...groups].sort(([one], [other]) => Number(WIDE.has(other)) - Number(WIDE.has(one)));
      return [
        sentence ? make("p", { class: "sentence" }, sentence) : null,
        make(
          "dl",
          { class: "fields" },
          ...order.map(([kind, fields]) =>
            make(
              "div",
              { class: `summary-field ${kind}${WIDE.has(kind) ? " wide" : ""}` },
              make("dt", {}, fields[0].heading),
              ...fields.map((field, index) => make("dd", {}, this.#value(field, `felt-${kind}-${index}`))),
            ),
          ),
        ),
      ];
    });
  }

  #value(field, focus) {
    const source = field.sources?.[0];
    return [
      source
        ? make(
            "button",
            { type: "button", class: "value", "data-focus": focus, title: texts.source, on: { click: () => this.show(source) } },
            field.value,
            make("span", { class: "spoken" }, `. ${texts.source}`),
          )
        : make("span", { class: "value" }, field.value),
      field.corrected ? make("span", { class: "chip" }, texts.corrected) : null,
    ];
  }
}
