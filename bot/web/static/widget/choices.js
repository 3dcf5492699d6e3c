// The buttons of a message: what the citizen may answer with one press.

import { icon, make, spoken } from "./dom.js";
import { texts } from "./texts.js";

export class Choices {
  #buttons;

  /** `choices` as the server gave them; `use` gets the one that was pressed. */
  constructor(choices, use) {
    this.#buttons = choices.map((choice) => {
      const title = String(choice.title ?? "");
      const button = make("button", { type: "button", class: "choice" }, title);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") use({ ...choice, title });
      });
      return { button, choice, title };
    });
    this.element = make(
      "div",
      { class: "choices", role: "group", "aria-label": texts.choose },
      this.#buttons.map(({ button }) => button),
    );
  }

  /** `usable(choice)` says which can be used now, `chosen(title)` which one the citizen took. */
  update({ usable, chosen }) {
    let found = false;
    for (const { button, choice, title } of this.#buttons) {
      const free = usable(choice);
      const taken = !free && !found && chosen(title);
      found ||= taken;
      // Not the disabled attribute: that would throw the keyboard's focus away in the middle of a choice.
      button.setAttribute("aria-disabled", String(!free));
      button.tabIndex = free ? 0 : -1;
      if (button.classList.contains("chosen") === taken) continue;
      button.classList.toggle("chosen", taken);
      button.replaceChildren(...(taken ? [icon("check"), title, spoken(` (${texts.chosen})`)] : [title]));
    }
  }
}
