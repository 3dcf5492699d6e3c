// Internal notes and what has happened. The note's box looks like a note, and knows only the way to the notes.

import { announce, field, make, notice, redraw } from "./elements.js";
import { drafts } from "./keep.js";
import { surveyTerms } from "./message.js";
import { texts } from "./texts.js";
import { moment } from "./times.js";

export class NotesPanel {
  constructor(talk, { readOnly }) {
    this.talk = talk;
    this.key = `note.${talk.id}`;
    this.note = field(texts.note, { kind: "textarea", rows: 3, hint: texts.noteHint, value: drafts.get(this.key, "") });
    this.note.input.addEventListener("input", () => drafts.set(this.key, this.note.input.value));
    this.trouble = make("div", { class: "trouble" });
    this.form = make("form", { class: "note-form", hidden: readOnly }, this.note.element, this.trouble, make("button", { type: "submit", class: "button" }, texts.saveNote));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.note.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#save();
    });
    this.readOnly = readOnly;
    this.survey = make("div", { class: "survey" });
    this.events = make("div", {});
    this.element = make("div", { class: "panel-body" }, this.form, this.survey, make("h4", {}, texts.events), this.events);
    talk.addEventListener("detail", () => this.#draw());
  }

  focus() {
    this.note.input.focus();
  }

  async #save() {
    const text = this.note.input.value.trim();
    this.note.fail(text ? "" : texts.required);
    if (!text) return this.focus();
    this.trouble.replaceChildren();
    try {
      await this.talk.act("note", { text });
      this.note.input.value = "";
      drafts.set(this.key, null);
      announce(texts.noteSaved);
    } catch (error) {
      this.trouble.replaceChildren(notice(error.message));
    }
  }

  #draw() {
    const { events, survey } = this.talk.detail;
    this.form.hidden = this.readOnly || this.talk.over;
    this.survey.hidden = !survey;
    redraw(this.survey, survey, () => (survey ? [make("h4", {}, texts.survey), surveyTerms(survey)] : []));
    redraw(this.events, events, () =>
      events.length
        ? make("ol", { class: "events" }, ...[...events].reverse().map(item))
        : make("p", { class: "empty-line" }, texts.noEvents),
    );
  }
}

function item(event) {
  const isNote = event.kind === "note";
  return make(
    "li",
    { class: isNote ? "event internal" : "event" },
    make(
      "p",
      { class: "by" },
      make("span", { class: "who" }, event.text),
      event.who ? ` · ${event.who.name}` : "",
      " · ",
      make("time", { datetime: event.at }, moment(event.at)),
    ),
    event.detail ? make("p", { class: "event-text" }, event.detail) : null,
  );
}

