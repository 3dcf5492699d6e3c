// One answer being written: its versions, what the robot fills in, how it looks, and whether its links work.

import { announce, button, field, make, newId, notice } from "/desk/static/elements.js";
import { drafts } from "/desk/static/keep.js";
import { AnswerPreview } from "./answers-preview.js";
import { addresses } from "./router.js";
import { called, texts } from "./texts-answers.js";
import { WRITING } from "./writing.js";

const PLACE = /\{([a-zæøå_]+)\}/gi;
const PATIENCE = 60_000; // milliseconds: each link gets its own seconds

const key = (row) => `svar.${row.name}`;

/** What was being written of an answer and is not saved, a list of texts; null where nothing is. */
export function draftOf(row) {
  const kept = drafts.get(key(row));
  return Array.isArray(kept) && JSON.stringify(kept) !== JSON.stringify(row.texts) ? kept : null;
}

export class AnswerEditor {
  #fields = [];
  #last = null;

  /** `saved(row, words)`, `closed()`; `newest()` fetches the answer as it is now, null where it is gone. */
  constructor(app, row, { saved, closed, newest }) {
    Object.assign(this, { app, row, saved, closed, newest });
    this.revision = row.revision;
    this.preview = new AnswerPreview(app, row.name, { titles: row.buttons });
    this.boxes = make("div", { class: "variants" });
    this.several = make("p", { class: "hint" }, texts.variantsHint);
    this.more = button(texts.addVariant, () => this.#insert("", true), { kind: "link" });
    this.trouble = make("div", { class: "trouble" });
    this.found = make("div", { class: "links", role: "status" });
    this.check = button(texts.checkLinks, () => this.#links());
    this.linked = make("section", { class: "link-part", hidden: true }, make("h4", {}, texts.links), this.found, this.check);
    this.send = make("button", { type: "submit", class: "button primary" }, texts.save);
    const heading = make("h3", { id: newId("svar") }, texts.editing(called(row.name)));
    this.element = make(
      "form",
      { class: "answer-editor", novalidate: true, "aria-labelledby": heading.id },
      heading,
      make("div", { class: "answer-columns" }, make("div", { class: "writing" }, this.several, this.boxes, this.more, this.#places()), make("div", {}, this.preview.element, this.linked)),
      this.trouble,
      make(
        "div",
        { class: "buttons" },
        this.send,
        button(texts.cancel, () => this.#cancel()),
        make("a", { class: "button link", href: `${addresses.history}?${new URLSearchParams({ emne: row.name })}`, "data-inside": true }, texts.history),
      ),
    );
    for (const text of draftOf(row) ?? row.texts) this.#insert(text);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.element.addEventListener("input", () => this.#written());
    this.#show();
  }

  focus() {
    this.#fields[0].input.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.preview.close();
  }

  get value() {
    return this.#fields.map(({ input }) => input.value.trim());
  }

  #insert(value, focus = false) {
    const one = field(texts.text, { kind: "textarea", rows: 5, value });
    one.drop = button(texts.remove, () => this.#remove(one), { kind: "link" });
    one.row = make("div", { class: "variant" }, one.element, one.drop);
    one.input.addEventListener("focus", () => (this.#last = one.input));
    this.#fields.push(one);
    this.boxes.append(one.row);
    this.#number();
    if (focus) one.input.focus();
  }

  #remove(one) {
    const at = this.#fields.indexOf(one);
    this.#fields.splice(at, 1);
    one.row.remove();
    if (this.#last === one.input) this.#last = null;
    this.#number();
    this.#fields[Math.min(at, this.#fields.length - 1)].input.focus();
    this.#written();
  }

  #number() {
    const several = this.#fields.length > 1;
    this.several.hidden = !several;
    this.#fields.forEach(({ element, drop }, index) => {
      element.querySelector("label").textContent = several ? texts.nthText(index + 1) : texts.text;
      drop.hidden = !several;
      drop.setAttribute("aria-label", texts.removeVariant(index + 1));
    });
  }

  // What the robot fills in, of this answer as it was; a new place would be filled with nothing.
  #places() {
    const told = new Map((this.row.placeholders ?? []).map(({ name, text }) => [name, text]));
    const found = this.row.texts.flatMap((text) => [...text.matchAll(PLACE)].map(([, name]) => name));
    const names = [...new Set([...told.keys(), ...found])];
    if (!names.length) return "";
    const item = (name) => {
      const words = told.get(name) ?? texts.place;
      return make("li", {}, button(`{${name}}`, () => this.#put(name), { "aria-label": texts.insert(name, words) }), ` ${words}`);
    };
    return make("section", { class: "places" }, make("h4", {}, texts.placesTitle), make("p", { class: "hint" }, texts.placesHint), make("ul", {}, ...names.map(item)));
  }

  #put(name) {
    const input = this.#last ?? this.#fields[0].input;
    input.setRangeText(`{${name}}`, input.selectionStart, input.selectionEnd, "end");
    input.focus();
    this.#written();
  }

  #written() {
    const same = JSON.stringify(this.value) === JSON.stringify(this.row.texts);
    drafts.set(key(this.row), same ? null : this.value);
    this.#show();
  }

  #show() {
    this.preview.update(this.value, ({ links }) => {
      const fresh = JSON.stringify(links) !== JSON.stringify(this.urls);
      this.urls = links;
      this.linked.hidden = !links.length;
      if (fresh) this.found.replaceChildren(make("ul", {}, ...links.map((url) => make("li", {}, url))));
    });
  }

  async #links() {
    if (this.check.getAttribute("aria-disabled") === "true") return;
    this.check.setAttribute("aria-disabled", "true");
    this.check.textContent = texts.checking;
    try {
      const { rows } = await this.app.api.post("/links", { urls: this.urls }, { patience: PATIENCE });
      const said = ({ ok, text }) => make("span", { class: ok ? "chip filed" : "chip urgent" }, text || (ok ? texts.linkOk : texts.linkBad));
      this.found.replaceChildren(make("ul", {}, ...rows.map((one) => make("li", {}, one.url, " ", said(one)))));
    } catch (error) {
      if (!("code" in error)) throw error;
      this.found.append(notice(error.message));
    } finally {
      this.check.removeAttribute("aria-disabled");
      this.check.textContent = texts.checkLinks;
    }
  }

  #cancel() {
    drafts.set(key(this.row), null);
    this.closed();
  }

  async #save() {
    if (this.send.getAttribute("aria-disabled") === "true") return;
    for (const one of this.#fields) one.fail(one.input.value.trim() ? "" : texts.required);
    const empty = this.#fields.find(({ input }) => !input.value.trim());
    if (empty) return empty.input.focus();
    this.send.setAttribute("aria-disabled", "true");
    this.trouble.replaceChildren();
    try {
      const row = await this.app.api.put(`/answers/${encodeURIComponent(this.row.name)}`, { revision: this.revision, texts: this.value }, { patience: WRITING });
      drafts.set(key(this.row), null);
      this.saved(row, texts.saved);
    } catch (error) {
      if (!("code" in error)) throw error;
      await this.#refused(error);
    } finally {
      this.send.removeAttribute("aria-disabled");
    }
  }

  // Somebody was first: what stands now is shown beside what was written here, and saving again means it.
  async #refused(error) {
    const now = error.code === "changed" ? await this.newest().catch(() => null) : null;
    if (!now) return this.trouble.replaceChildren(notice(error.message));
    this.row = now;
    this.revision = now.revision;
    this.trouble.replaceChildren(
      notice(texts.changed(error.by)),
      make("details", {}, make("summary", {}, texts.theirs), ...now.texts.map((text) => make("p", { class: "bubble words" }, text))),
    );
    announce(texts.changed(error.by));
  }
}
