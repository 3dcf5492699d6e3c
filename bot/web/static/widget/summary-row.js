// One field of the summary: its heading, what stands there, and where the citizen may put it right in place.

import { make, spoken } from "./dom.js";
import { button, field, put, toggle, unique } from "./fields.js";
import { texts } from "./texts.js";

const FORMS = ["telefon", "video", "fremmøde"]; // the values of kind "form" (bot/handoff/summary/fields.py)
const KINDS = { phone: "tel", email: "email", form: FORMS };
const SHORT = new Set(["topic", "time", "interpreter", "companion"]);

/** The card's fields with those of one kind put together: several facts are one a line. */
export function grouped(fields) {
  const kinds = new Map();
  for (const raw of Array.isArray(fields) ? fields : []) {
    if (typeof raw?.value !== "string" || !raw.value.trim()) continue;
    const kind = String(raw.kind ?? raw.heading ?? "");
    const known = kinds.get(kind);
    if (known) known.values.push(raw.value);
    else kinds.set(kind, { kind, heading: String(raw.heading ?? ""), values: [raw.value], editable: raw.editable === true });
  }
  return [...kinds.values()];
}

export class SummaryRow {
  /** `draft`: what was typed before a reload, or undefined; `on`: changed(), typing(). */
  constructor({ kind, heading, values, editable }, { draft, on }) {
    this.kind = kind;
    this.editable = editable;
    this.original = values.join("\n");
    this.on = on;
    const id = unique("value");
    this.shown = make("div", { class: "value", id });
    this.tag = make("p", { class: "tag", hidden: true });
    const how = KINDS[kind] ?? (SHORT.has(kind) ? "text" : "area");
    const { element, control, label } = field(heading, how, { value: draft ?? this.original });
    label.className = "spoken"; // it stands above already
    this.control = control;
    this.edit = button(texts.edit, "small", () => this.open());
    this.edit.append(spoken(` ${heading}`));
    this.editor = make(
      "div",
      { class: "editor", hidden: true },
      element,
      make(
        "div",
        { class: "buttons" },
        button(texts.editDone, "small", () => this.close()),
        button(texts.undo, "small", () => {
          this.fill();
          this.on.changed();
        }),
      ),
    );
    this.element = make(
      "div",
      { class: "row" },
      make("dt", {}, heading),
      make("dd", {}, this.shown, this.tag, this.editor),
      make("dd", { class: "does" }, this.edit),
    );
    control.addEventListener("input", () => {
      this.on.changed();
      this.on.typing();
    });
    this.editor.addEventListener("keydown", (event) => {
      const done = event.key === "Escape" || (event.key === "Enter" && control.localName === "input" && !event.isComposing);
      if (!done || (event.key === "Enter" && event.target !== control)) return;
      event.preventDefault();
      event.stopPropagation(); // Escape steps back once: out of the field, and not out of the chat
      this.close();
    });
    this.#show();
  }

  /** What the citizen has made of it; null when it is as it was. */
  get change() {
    const value = this.control.value.trim();
    return this.editable && value !== this.original.trim() ? value : null;
  }

  get isOpen() {
    return !this.editor.hidden;
  }

  open() {
    this.editor.hidden = false;
    this.#show();
    this.control.focus();
    toggle(this.edit, false);
  }

  close() {
    if (!this.isOpen) return;
    this.edit.hidden = false;
    toggle(this.editor, false, this.edit);
    this.#show();
  }

  /** Close it with this in it, or as it was. */
  fill(value = this.original) {
    this.control.value = value;
    this.close();
    this.#show();
  }

  /** Whether it may be put right now; `refuge` gets the focus of what goes away. */
  allow(may, refuge) {
    const free = may && this.editable;
    if (!free) toggle(this.editor, false, refuge);
    toggle(this.edit, free && !this.isOpen, refuge);
    this.#show();
  }

  #show() {
    const { change } = this;
    const text = change ?? this.original;
    this.shown.hidden = this.isOpen || change === "";
    put(this.tag, this.isOpen || change === null ? "" : change ? texts.changed : texts.removed);
    if (this.said === text) return;
    this.said = text;
    const lines = text.split("\n").filter((line) => line.trim());
    this.shown.replaceChildren(...lines.map((line) => make("p", {}, line)));
  }
}
