// Says what was just done, with a button that takes it back. It stays until the next thing is done: nobody is hurried.

import { button, make, notice } from "/desk/static/elements.js";
import { texts } from "./texts-intents.js";
import { WRITING } from "./writing.js";

export class Done {
  #edit = null;

  /** `undone()` is called when it was taken back. */
  constructor(app, undone) {
    this.app = app;
    this.undone = undone;
    this.element = make("div", { class: "done" });
  }

  /** `edit` is the change, or its number; without one there is nothing to take back. */
  say(text, edit = null) {
    this.#edit = edit?.id ?? edit;
    this.app.announce(edit ? `${text} ${texts.canUndo}` : text);
    this.element.replaceChildren(make("p", {}, text), edit ? button(texts.undo, () => this.undo(), { "data-focus": "fortryd" }) : "");
  }

  clear() {
    this.#edit = null;
    this.element.replaceChildren();
  }

  /** Take the last thing back; false where there is nothing to take back. */
  undo() {
    if (this.#edit === null) return false;
    this.#takeBack(this.#edit);
    return true;
  }

  async #takeBack(edit) {
    this.#edit = null;
    try {
      await this.app.api.post(`/edits/${edit}/undo`, {}, { patience: WRITING });
      this.clear();
      await this.undone();
      this.app.announce(texts.undone);
      this.element.replaceChildren(make("p", { tabindex: "-1" }, texts.undone));
      this.element.firstElementChild.focus({ preventScroll: true });
    } catch (error) {
      if (!("code" in error)) throw error;
      if (error.code !== "changed") this.#edit = edit; // it may go better the next time
      this.element.append(notice(error.message));
    }
  }
}
