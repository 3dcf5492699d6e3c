// »Forkert svar?« below an answer: one quiet button, only under the newest, gone once it has been said.

import { make } from "./dom.js";
import { texts } from "./texts.js";

export class WrongAnswer {
  #on;
  #key;

  /** `seq`: the answer's number; `on`: wrong, hasSettled, leave. */
  constructor(seq, on) {
    this.#on = on;
    this.#key = `wrong:${seq}`;
    this.button = make("button", { type: "button", on: { click: () => on.wrong(seq) } }, texts.wrong);
    // An answer is read aloud as it comes, and this is no part of it.
    this.element = make("div", { class: "wrong", "aria-live": "off" }, this.button);
  }

  /** `newest`: nothing has been answered since. */
  update({ newest }) {
    const hidden = !newest || this.#on.hasSettled(this.#key);
    if (hidden === this.element.hidden) return;
    const focused = this.button.matches(":focus");
    this.element.hidden = hidden;
    if (hidden && focused) this.#on.leave(); // it is gone; what comes next is written
  }
}
