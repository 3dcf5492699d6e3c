// Where the citizen writes: grows with the text, Enter sends, Shift+Enter makes a new line.

import { icon, make, spoken } from "./dom.js";
import { texts } from "./texts.js";

const WARN = 300; // characters left when the counter appears
const PAUSE = 1000; // milliseconds without a key before the count is said aloud

export class Composer {
  /** `on`: say(text), typing(), draft(text). `draft`: what stood here before a reload. */
  constructor(on, draft) {
    this.on = on;
    this.limit = 3000;
    this.field = make("textarea", {
      id: "write",
      rows: "1",
      placeholder: texts.write,
      enterkeyhint: "send",
      "aria-describedby": "privacy",
      autocomplete: "off",
    });
    this.field.value = draft ?? "";
    this.counter = make("p", { class: "counter", "aria-hidden": "true" });
    this.aloud = make("p", { class: "spoken", role: "status" });
    this.button = make("button", { type: "submit", class: "send", "aria-label": texts.send }, icon("send"));
    this.element = make(
      "form",
      { class: "composer", novalidate: true },
      make("label", { for: "write" }, spoken(texts.write)),
      make("div", { class: "field" }, this.field, this.button),
      make("div", { class: "below" }, make("p", { id: "privacy", class: "privacy" }, texts.privacy), this.counter),
      this.aloud,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("keydown", (event) => {
      // isComposing: Enter that ends a composed character is no Enter.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("input", () => {
      this.#changed();
      if (this.field.value) this.on.typing();
    });
  }

  focus() {
    this.field.focus();
  }

  clear() {
    this.field.value = "";
    this.#changed();
  }

  /** As tall as its text; needs to be called once the panel is shown, since nothing hidden has a height. */
  fit() {
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  #send() {
    const text = this.field.value.trim();
    this.field.focus();
    if (!text || this.#left() < 0) return;
    this.clear();
    this.on.say(text);
  }

  #changed() {
    this.on.draft(this.field.value);
    this.fit();
    const left = this.#left();
    const over = left < 0;
    this.field.setAttribute("aria-invalid", String(over));
    this.counter.classList.toggle("problem", over);
    this.counter.textContent = over ? texts.tooLong(-left) : left <= WARN ? texts.left(left) : "";
    clearTimeout(this.pause); // a number at every key would drown what is being written
    this.pause = setTimeout(() => (this.aloud.textContent = this.counter.textContent), PAUSE);
  }

  // In code points, as the server counts them: an emoji is one.
  #left() {
    return this.limit - [...this.field.value.trim()].length;
  }
}
