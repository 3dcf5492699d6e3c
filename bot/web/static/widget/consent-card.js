// A member of staff asks whether something may be done; the two answers are the choices of the message.

import { make } from "./dom.js";
import { paragraphs } from "./links.js";
import { texts } from "./texts.js";

/** What is asked as lines of plain text. */
export function consentLines(card) {
  return [texts.consent, ...(typeof card.text === "string" ? card.text.split("\n") : [])];
}

export class ConsentCard {
  #titles;
  #open = false;

  constructor(card, { choices }) {
    this.key = `consent:${card.handoff}`;
    this.#titles = choices.map(({ title }) => String(title ?? ""));
    this.element = make(
      "div",
      { class: "card consent", role: "group", "aria-label": texts.consent },
      make("h3", {}, texts.consent),
      typeof card.text === "string" ? paragraphs(card.text) : null,
    );
  }

  /** Until it is answered, whatever else is written meanwhile. */
  allows() {
    return this.#open;
  }

  update({ newest, said }) {
    this.#open = newest && !this.#titles.some((title) => said.has(title));
  }
}
