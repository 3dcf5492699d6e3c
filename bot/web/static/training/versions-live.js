// Which version runs, and the one click back to the one before it.

import { button, make, notice, redraw } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { addresses } from "./router.js";
import { texts } from "./texts-versions.js";

/** Milliseconds: a new version is loaded beside the old one, in every robot that answers, before it takes over. */
export const SWITCHING = 300_000;

export class LivePart {
  /** `switched()` is called when another version runs. */
  constructor(app, switched) {
    this.app = app;
    this.switched = switched;
    this.body = make("div", { class: "card live-part", hidden: true });
    this.trouble = make("div", { class: "trouble" });
    this.element = make("div", {}, this.body, this.trouble);
  }

  /** `active` and `previous` are numbers, or null; `version` is the active one where it is known. */
  update({ active, previous, version }) {
    this.body.hidden = false;
    redraw(this.body, [active, previous, version?.activations], () => {
      if (active === null) return [make("h3", {}, texts.noneLive)];
      const last = version?.activations?.[0];
      return [
        make("h3", { tabindex: "-1", "data-focus": "koerer" }, make("a", { href: addresses.version(active), "data-inside": true }, texts.liveTitle(active))),
        last ? make("p", {}, texts.liveSince(moment(last.at), last.by)) : "",
        previous === null || this.app.readOnly ? "" : this.#back(previous),
      ].filter(Boolean);
    });
  }

  #back(previous) {
    this.control = button(texts.back(previous), () => this.#go(), { "data-focus": "tilbage" });
    return make("div", {}, this.control, make("p", { class: "hint" }, texts.backHint(previous)));
  }

  async #go() {
    const { control } = this;
    if (control.getAttribute("aria-disabled") === "true") return;
    const words = control.textContent;
    control.setAttribute("aria-disabled", "true");
    control.textContent = texts.switching;
    this.trouble.replaceChildren();
    this.app.announce(texts.switching);
    try {
      const { version } = await this.app.api.post("/rollback", {}, { patience: SWITCHING });
      await this.switched();
      this.app.announce(texts.switched(version.id));
      this.trouble.replaceChildren(make("p", { class: "notice info" }, texts.switched(version.id)));
    } catch (error) {
      if (!("code" in error)) throw error;
      this.trouble.replaceChildren(notice(error.message));
    } finally {
      control.removeAttribute("aria-disabled");
      control.textContent = words;
    }
  }
}
