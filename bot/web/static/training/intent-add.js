// New examples of a hensigt, several at once. What the server would not take stays in the field, with why.

import { field, make, notice, tick } from "/desk/static/elements.js";
import { drafts } from "/desk/static/keep.js";
import { linesOf, refusedList } from "./intent-lines.js";
import { texts } from "./texts-intents.js";

export class AddForm {
  #intent = "";

  constructor(app, { list, done }) {
    this.app = app;
    this.list = list;
    this.done = done;
    this.lines = field(texts.add, { kind: "textarea", rows: 3, hint: texts.addHint });
    this.confirmed = tick(texts.personalTick);
    this.trouble = make("div", { class: "trouble" });
    this.send = make("button", { type: "submit", class: "button primary" }, texts.addYes);
    this.element = make("form", { class: "card add-form", novalidate: true }, this.lines.element, this.trouble, this.confirmed.element, this.send);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add();
    });
    this.lines.input.addEventListener("input", () => this.#keep());
    this.lines.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#add();
    });
  }

  /** Begin with what was being written for this hensigt. */
  open(intent) {
    this.#intent = intent;
    this.#set(drafts.get(this.#key, ""));
    this.#quiet();
  }

  /** Put a text that has lost its place into the field. */
  put(text) {
    this.#set([...linesOf(this.lines.input.value), text].join("\n"));
    this.#keep();
    this.trouble.replaceChildren(notice(texts.orphan, "warning"));
    this.lines.input.focus();
  }

  get #key() {
    return `eksempler.${this.#intent}`;
  }

  #set(text) {
    this.lines.input.value = text;
  }

  #keep() {
    drafts.set(this.#key, this.lines.input.value);
  }

  #quiet() {
    this.trouble.replaceChildren();
    this.lines.fail("");
    this.confirmed.element.hidden = true;
    this.confirmed.input.checked = false;
  }

  async #add() {
    if (this.send.getAttribute("aria-disabled") === "true") return;
    const written = linesOf(this.lines.input.value);
    const intent = this.#intent;
    this.lines.fail(written.length ? "" : texts.required);
    if (!written.length) return this.lines.input.focus();
    const confirmed = this.confirmed.input.checked;
    this.send.setAttribute("aria-disabled", "true");
    try {
      const { added, refused, edit } = await this.list.change("post", "examples", { texts: written, confirmed });
      if (this.#intent !== intent) return;
      this.#quiet();
      this.#set(refused.map(({ text }) => text).join("\n"));
      this.#keep();
      if (refused.length) this.#refused(refused);
      if (added.length) this.done.say(texts.added(added.length), edit ?? null);
      else this.done.clear();
      await this.list.load({ again: true });
      this.lines.input.focus();
    } catch (error) {
      if (!("code" in error)) throw error;
      this.trouble.replaceChildren(notice(error.code === "changed" ? texts.changed(error.by) : error.message));
    } finally {
      this.send.removeAttribute("aria-disabled");
    }
  }

  #refused(refused) {
    this.trouble.replaceChildren(notice(texts.refused(refused.length)), refusedList(refused));
    this.confirmed.element.hidden = !refused.some(({ code }) => code === "personal");
  }
}
