// Canned replies: "/" in the reply box opens a list that is filtered as one types; a choice is put in, never sent.

import { announce, listed, make, newId } from "./elements.js";
import { texts } from "./texts.js";

const SLASH = /(?:^|\s)(\/[\p{L}\d_-]*)$/u;
// How the server leaves a variable that it could not fill, whichever brackets its text has.
const PLACE = /\{\{?\s*([\p{L}\d_ -]+?)\s*\}?\}|\[([\p{L}\d_ -]+)\]/gu;

export class Canned {
  #all = null;
  #found = [];
  #at = 0;
  #missing = [];

  constructor(box, talk) {
    this.box = box;
    this.talk = talk;
    this.list = make("ul", { class: "canned", role: "listbox", id: newId("skabeloner"), "aria-label": texts.canned, hidden: true });
    for (const [name, value] of [["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-controls", this.list.id]]) {
      box.setAttribute(name, value);
    }
    box.addEventListener("input", () => this.update());
    box.addEventListener("click", () => this.update());
    box.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the focus stays in the box
      const option = event.target.closest("[role=option]");
      if (option) this.#choose(Number(option.dataset.index));
    });
  }

  get open() {
    return !this.list.hidden;
  }

  /** The first variable in the box that still waits to be filled: {start, end, name}, or null. */
  unfilled() {
    for (const match of this.box.value.matchAll(PLACE)) {
      const name = match[1] ?? match[2];
      if (this.#missing.includes(name)) return { start: match.index, end: match.index + match[0].length, name };
    }
    this.#missing = [];
    return null;
  }

  /** Write the "/" and open the list. */
  start() {
    this.box.focus();
    const { value, selectionStart: at } = this.box;
    if (!SLASH.test(value.slice(0, at))) this.box.setRangeText(at && !/\s$/.test(value.slice(0, at)) ? " /" : "/", at, this.box.selectionEnd, "end");
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** A key in the box; true when it was for the list. */
  key(event) {
    if (!this.open) return false;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown") this.#move(1);
    else if (event.key === "ArrowUp") this.#move(-1);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.#found.length) this.#choose(this.#at);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  async update() {
    const word = this.#word();
    if (word === null) return this.close();
    try {
      this.#all ??= await this.talk.api.get("/replies", { handoff: this.talk.id });
    } catch (error) {
      announce(error.message);
      return this.close();
    }
    const now = this.#word(); // typed on meanwhile
    if (now === null) return this.close();
    const wanted = now.slice(1).toLowerCase();
    this.#found = this.#all.filter(({ shortcut, title }) => shortcut.toLowerCase().startsWith(`/${wanted}`) || title.toLowerCase().includes(wanted));
    this.#at = 0;
    this.#draw();
    announce(texts.cannedFound(this.#found.length));
  }

  close() {
    this.list.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
  }

  #word() {
    return SLASH.exec(this.box.value.slice(0, this.box.selectionStart))?.[1] ?? null;
  }

  #draw() {
    this.list.replaceChildren(
      ...this.#found.map(({ shortcut, title, text }, index) =>
        make(
          "li",
          { role: "option", id: `${this.list.id}-${index}`, "data-index": index, "aria-selected": String(index === this.#at) },
          make("span", { class: "canned-title" }, make("kbd", {}, shortcut), " ", title),
          make("span", { class: "canned-text" }, text),
        ),
      ),
    );
    if (!this.#found.length) return this.close();
    this.list.hidden = false;
    this.#point();
  }

  #move(step) {
    const count = this.#found.length;
    if (!count) return;
    this.list.children[this.#at].setAttribute("aria-selected", "false");
    this.#at = (this.#at + step + count) % count;
    this.list.children[this.#at].setAttribute("aria-selected", "true");
    this.#point();
  }

  #point() {
    const option = this.list.children[this.#at];
    this.box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  #choose(index) {
    const { text, missing } = this.#found[index];
    const end = this.box.selectionStart;
    const start = end - this.#word().length;
    this.box.setRangeText(text, start, end, "end");
    this.#missing = [...new Set([...this.#missing, ...missing])];
    this.close();
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
    const place = this.unfilled();
    if (place) this.box.setSelectionRange(place.start, place.end);
    announce(missing.length ? texts.cannedMissing(listed(missing)) : texts.cannedInserted);
  }
}
