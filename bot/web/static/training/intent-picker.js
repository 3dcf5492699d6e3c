// Choose one of the intents: a dialog with a field that filters a list as one types.

import { button, make, newId } from "/desk/static/elements.js";
import { texts } from "./texts-inbox.js";

export const NEW = Symbol("a new intent");

/**
 * Gives the chosen row of `intents` ({intent, title, block, examples}), NEW where a new one is wanted (only with
 * `allowNew`), or null. `first`: names of intents that stand on top. `intro`: what it is chosen for.
 */
export function pickIntent({ intents, title = texts.chooseTitle, intro = "", first = [], without = [], allowNew = false }) {
  return new Promise((resolve) => new Picker({ intents, title, intro, first, without, allowNew, resolve }).open());
}

class Picker {
  #found = [];
  #at = 0;
  #chosen = null;

  constructor({ intents, title, intro, first, without, allowNew, resolve }) {
    this.first = first;
    this.allowNew = allowNew;
    this.all = sorted(intents.filter(({ intent }) => !without.includes(intent)), first);
    this.opener = document.activeElement;
    const heading = make("h2", { id: newId("dialog") }, title);
    const id = newId("hensigt");
    this.list = make("ul", { class: "options", role: "listbox", id: newId("hensigter"), "aria-label": texts.chooseList });
    this.input = make("input", {
      type: "text",
      id,
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "true",
      "aria-controls": this.list.id,
      "aria-describedby": `${id}-hint`,
    });
    this.count = make("p", { class: "spoken", role: "status" });
    this.dialog = make(
      "dialog",
      { class: "dialog picker", "aria-labelledby": heading.id },
      heading,
      intro ? make("p", { class: "intro" }, intro) : null,
      make("div", { class: "field" }, make("label", { for: id }, texts.chooseField), make("p", { class: "hint", id: `${id}-hint` }, texts.chooseHint), this.input),
      this.count,
      this.list,
      make("div", { class: "buttons" }, button(texts.cancel, () => this.dialog.close())),
    );
    this.input.addEventListener("input", () => this.#filter());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose(Number(option.dataset.index));
    });
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      const place = this.opener?.isConnected ? this.opener : document.getElementById("indhold");
      place.focus({ preventScroll: true });
      resolve(this.#chosen);
    });
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#filter();
    this.input.focus();
  }

  #filter() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ title, intent, block }) => words.every((word) => `${title} ${intent} ${block}`.toLowerCase().includes(word));
    const fitting = this.all.filter(fits);
    this.#found = this.allowNew ? [...fitting, NEW] : fitting;
    this.#at = 0;
    this.list.replaceChildren(...this.#found.map((one, index) => this.#option(one, index)));
    this.count.textContent = texts.chosenFrom(fitting.length);
    this.#mark();
  }

  #option(one, index) {
    const id = newId("mulighed");
    if (one === NEW) return make("li", { role: "option", id, class: "new", "data-index": index }, texts.makeNewWith);
    const more = [one.block, texts.examples(one.examples), this.first.includes(one.intent) ? texts.guessed : ""].filter(Boolean).join(" · ");
    return make("li", { role: "option", id, "data-index": index }, make("span", { class: "option-title" }, one.title), " ", make("span", { class: "hint" }, more));
  }

  #key(event) {
    if (event.key === "ArrowDown") this.#move(1);
    else if (event.key === "ArrowUp") this.#move(-1);
    else if (event.key === "Enter" && !event.isComposing) this.#choose(this.#at);
    else return;
    event.preventDefault();
  }

  #move(by) {
    if (!this.#found.length) return;
    this.#at = (this.#at + by + this.#found.length) % this.#found.length;
    this.#mark();
  }

  #mark() {
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.#at)));
    const option = this.list.children[this.#at];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  #choose(index) {
    if (!(index in this.#found)) return;
    this.#chosen = this.#found[index];
    this.dialog.close();
  }
}

function sorted(intents, first) {
  const place = ({ intent }) => (first.includes(intent) ? first.indexOf(intent) : first.length);
  return [...intents].sort((one, other) => place(one) - place(other) || one.title.localeCompare(other.title, "da"));
}
