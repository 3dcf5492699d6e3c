// Which lines one wants to see. Nothing of it ever stands in the address: a CPR number is among it.

import { button, field, make } from "/desk/static/elements.js";
import { texts } from "./texts.js";

const KINDS = [
  ["citizen:", texts.citizens],
  ["staff:", texts.staff],
  ["system:", texts.workers],
];
const CPR = /^\s*\d{6}\s*[-–]?\s*\d{4}\s*$/;

/** Events "chosen", "cleared" and "export". */
export class Filters extends EventTarget {
  /** `doings`: what can be done, as the server tells it. */
  constructor(doings) {
    super();
    this.from = field(texts.from, { kind: "date" });
    this.to = field(texts.to, { kind: "date" });
    this.cpr = field(texts.cpr, { inputmode: "numeric", spellcheck: "false", maxlength: 20, hint: texts.cprHint });
    this.who = field(texts.who, { kind: "select", options: [["", texts.everybody], ...KINDS] });
    this.what = field(texts.what, { kind: "select", options: [["", texts.everything], ...doings.map(({ key, text }) => [key, text])] });
    this.fields = [this.from, this.to, this.who, this.what, this.cpr];
    this.export = button(texts.export, () => this.#say("export"));
    this.element = make(
      "form",
      { class: "search", "aria-label": texts.filters },
      ...this.fields.map(({ element }) => element),
      make("div", { class: "buttons" }, make("button", { type: "submit", class: "button primary" }, texts.show), button(texts.clear, () => this.#clear()), this.export),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say("chosen");
    });
  }

  /** As the server takes them. */
  get values() {
    const [kind, ...rest] = this.who.input.value.split(":");
    return { from: this.from.input.value, to: this.to.input.value, cpr: this.cpr.input.value.trim(), kind, actor: rest.join(":"), doing: this.what.input.value };
  }

  /** The staff and the workers who stand in the trail, as the server tells them. */
  actors(found) {
    const chosen = this.who.input.value;
    const options = found.map(({ kind, id, name }) => [`${kind}:${id}`, name]);
    this.who.input.replaceChildren(...[["", texts.everybody], ...KINDS, ...options].map(([key, words]) => make("option", { value: key }, words)));
    this.who.input.value = chosen;
  }

  focus() {
    this.from.input.focus();
  }

  #clear() {
    for (const { input, fail } of this.fields) {
      input.value = "";
      fail("");
    }
    this.dispatchEvent(new Event("cleared"));
  }

  #say(what) {
    const wrong = this.cpr.input.value.trim() !== "" && !CPR.test(this.cpr.input.value);
    this.cpr.fail(wrong ? texts.cprWrong : "");
    if (wrong) this.cpr.input.focus();
    else this.dispatchEvent(new Event(what));
  }
}
