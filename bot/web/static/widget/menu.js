// What can be done with the whole conversation: a button that unfolds a short list of buttons.

import { icon, make } from "./dom.js";
import { texts } from "./texts.js";

export class Menu {
  /** `on`: download, print, logout, end. */
  constructor(on) {
    const entry = (name, words) =>
      make("button", { type: "button", class: name, on: { click: () => this.#use(on[name]) } }, words);
    this.logout = entry("logout", texts.logout);
    this.logout.hidden = true;
    this.list = make(
      "div",
      { class: "menu", id: "options", hidden: true },
      entry("download", texts.download),
      entry("print", texts.print),
      this.logout,
      entry("end", texts.end),
    );
    this.button = make(
      "button",
      { type: "button", class: "plain", "aria-label": texts.options, "aria-expanded": "false", "aria-controls": "options" },
      icon("more"),
    );
    this.button.addEventListener("click", () => this.toggle());
    this.element = make("div", { class: "options" }, this.button, this.list);
    // Gone when the focus or the pointer goes elsewhere.
    this.element.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.element.contains(event.relatedTarget)) this.toggle(false);
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  toggle(open = !this.isOpen) {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }

  #use(action) {
    this.toggle(false);
    this.button.focus();
    action();
  }
}
