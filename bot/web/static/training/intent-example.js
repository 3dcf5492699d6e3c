// One example: read, picked, and changed where it stands.

import { button, field, make, notice, redraw, tick } from "/desk/static/elements.js";
import { drafts } from "/desk/static/keep.js";
import { marked } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-intents.js";

export class ExampleRow {
  constructor(list, example) {
    this.list = list;
    this.example = example;
    this.editing = false;
    this.chosen = false;
    this.element = make("li", { class: "example-row" });
    this.#read();
    if (!list.app.readOnly && drafts.get(this.#key)) this.edit(false);
  }

  /** What the server has now; what is being written stays. */
  update(example) {
    if (JSON.stringify(example) === JSON.stringify(this.example)) return;
    this.example = example;
    if (!this.editing) this.#read();
  }

  choose(on) {
    this.chosen = on;
    if (this.box) this.box.checked = on;
  }

  get written() {
    return this.text.input.value.trim();
  }

  get dirty() {
    return this.written !== this.example.text;
  }

  /** The example is gone, and so is what was kept of it. */
  drop() {
    drafts.set(this.#key, null);
  }

  /** Write in it. */
  edit(focus = true) {
    this.editing = true;
    this.text = field(texts.editing, { kind: "textarea", rows: 2, hint: texts.editHint, value: drafts.get(this.#key) ?? this.example.text });
    this.trouble = make("div", { class: "trouble" });
    this.confirmed = tick(texts.personalTick);
    this.confirmed.element.hidden = true;
    this.send = make("button", { type: "submit", class: "button primary" }, texts.save);
    const form = make(
      "form",
      { class: "example-form", novalidate: true },
      this.text.element,
      this.trouble,
      this.confirmed.element,
      make("div", { class: "buttons" }, this.send, button(texts.cancel, () => this.#stop())),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    form.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") this.#stop();
      else if (event.key === "Enter" && event.target === this.text.input) this.#save();
      else return;
      event.preventDefault();
    });
    this.text.input.addEventListener("input", () => drafts.set(this.#key, this.text.input.value));
    this.element.drawn = null;
    this.element.replaceChildren(form);
    if (focus) {
      this.text.input.focus();
      this.text.input.select();
    }
  }

  get #key() {
    return `eksempel.${this.list.intent}.${this.example.id}`;
  }

  #stop() {
    this.editing = false;
    drafts.set(this.#key, null);
    this.#read();
    this.element.querySelector(".edit-example")?.focus();
  }

  async #save() {
    if (this.send.getAttribute("aria-disabled") === "true") return;
    this.text.fail(this.written ? "" : texts.required);
    if (!this.written) return this.text.input.focus();
    if (!this.dirty) return this.#stop();
    const before = this.example.id;
    this.send.setAttribute("aria-disabled", "true");
    this.trouble.replaceChildren();
    try {
      const { example, edit } = await this.list.change("put", `examples/${before}`, { text: this.written, confirmed: this.confirmed.input.checked });
      drafts.set(this.#key, null);
      this.example = example;
      this.list.renamed();
      this.#stop();
      this.list.done.say(texts.saved, edit ?? null);
    } catch (error) {
      if (!("code" in error)) throw error;
      if (error.code === "personal") this.confirmed.element.hidden = false;
      this.trouble.replaceChildren(notice(words(error)));
    } finally {
      this.send.removeAttribute("aria-disabled");
    }
  }

  #read() {
    const { id, text, marks, near } = this.example;
    redraw(this.element, [text, marks, near, this.chosen], () => {
      const spans = (marks ?? []).map(({ start, end, entity }) => ({ start, end, words: texts.entity(entity) }));
      const said = make("div", { class: "example-text" }, make("p", {}, ...marked(text, spans)), ...(near ?? []).map(nearLine));
      if (this.list.app.readOnly) return [said];
      this.box = make("input", { type: "checkbox", "aria-label": texts.choose(text), "data-focus": `v-${id}` });
      this.box.checked = this.chosen;
      this.box.addEventListener("change", () => {
        this.chosen = this.box.checked;
        this.list.picked();
      });
      const does = (label, what, more = {}) => button(label, what, { kind: "link", "aria-label": texts.of(label, text), ...more });
      return [
        make("span", { class: "pick" }, this.box),
        said,
        make(
          "div",
          { class: "example-buttons" },
          does(texts.edit, () => this.edit(), { class: "button link edit-example", "data-focus": `r-${id}` }),
          does(texts.move, () => this.list.moveRows([this]), { "data-focus": `f-${id}` }),
          does(texts.delete, () => this.list.deleteRows([this]), { "data-focus": `s-${id}` }),
        ),
      ];
    });
  }
}

function words(error) {
  if (error.code === "changed") return texts.changed(error.by);
  return error.code === "personal" ? texts.personalTold : error.message;
}

function nearLine({ intent, title, text }) {
  return make("p", { class: "problem" }, `${texts.near} »${text}« `, make("a", { href: addresses.intent(intent), "data-inside": true }, texts.nearIn(title)));
}
