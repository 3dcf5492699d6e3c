// Which version runs, and the one click back to the one before it.

import { ask } from "/desk/static/dialog.js";
import { button, field, make, notice, redraw } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { addresses } from "./router.js";
import { texts } from "./texts-versions.js";

/** Milliseconds: a new version is loaded beside the old one, in every robot that answers, before it takes over. */
export const SWITCHING = 300_000;

const LEAST = 10; // characters of a reason for passing the gate over

/** The gate's reasons against a version, below words that say what it is held back from. */
export const heldBack = (words, reasons) => [notice(words, "warning"), make("ul", { class: "bullets reasons" }, ...reasons.map((one) => make("li", {}, one)))];

/** Whether a version runs, and its file is not what was made: it can't be started again. */
export const liveBroken = ({ status, file }) => status === "live" && ["missing", "broken"].includes(file);

export class LivePart {
  /** `switched()` is called when another version runs. */
  constructor(app, switched) {
    this.app = app;
    this.switched = switched;
    this.body = make("div", { class: "card live-part", hidden: true });
    this.trouble = make("div", { class: "trouble" });
    this.element = make("div", {}, this.body, this.trouble);
  }

  /**
   * `active` and `previous` are numbers, or null; `version` is the active one where it is known. `onlyOlder`: those that
   * ran before were all made by older software.
   */
  update({ active, previous, version, onlyOlder = false }) {
    this.shown = { from: active, to: previous };
    this.body.hidden = false;
    redraw(this.body, [active, previous, version?.activations, version?.file, onlyOlder], () => {
      if (active === null) return [make("h3", {}, texts.noneLive)];
      const last = version?.activations?.[0];
      return [
        make("h3", { tabindex: "-1", "data-focus": "koerer" }, make("a", { href: addresses.version(active), "data-inside": true }, texts.liveTitle(active))),
        last ? make("p", {}, texts.liveSince(moment(last.at), last.by)) : "",
        version && liveBroken(version) ? notice(texts.liveBrokenShort, "warning") : "",
        previous === null || this.app.readOnly ? "" : this.#back(previous),
        onlyOlder && !this.app.readOnly ? make("p", {}, texts.onlyOlder) : "",
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
      await this.#switch(null);
    } catch (error) {
      if (!("code" in error)) throw error;
      if (error.code === "gate" && this.app.mayOverride) this.#passOver(error.more.reasons);
      else if (error.code === "gate") this.#held(error.more.reasons);
      else this.trouble.replaceChildren(notice(error.message));
    } finally {
      control.removeAttribute("aria-disabled");
      control.textContent = words;
    }
  }

  // Others may run by now than were shown: then nothing is switched, and the page shows what does.
  async #switch(override) {
    try {
      const { version, absent } = await this.app.api.post("/rollback", { ...this.shown, override }, { patience: SWITCHING });
      await this.switched();
      const said = [texts.switched(version.id), absent ? texts.absent(absent, version.id) : ""].filter(Boolean).join(" ");
      this.app.announce(said);
      this.trouble.replaceChildren(make("p", { class: `notice ${absent ? "warning" : "info"}` }, said));
    } catch (error) {
      // In the dialog, another moment may be better: what is written there stays.
      if (error.code !== "changed" && (error.code !== "wrong_moment" || override !== null)) throw error;
      await this.switched();
      this.trouble.replaceChildren(notice(`${error.message} ${texts.shownNow}`));
    }
  }

  #held(reasons) {
    const words = texts.backHolds(this.shown.to);
    this.app.announce(words);
    this.trouble.replaceChildren(...heldBack(words, reasons), make("p", {}, texts.backOthers));
  }

  #passOver(reasons) {
    const { to } = this.shown;
    const override = field(texts.backReason, { kind: "textarea", rows: 3, hint: texts.overrideHint, maxlength: 1000 });
    ask({
      title: texts.backOverTitle(to),
      yes: texts.backOver,
      danger: true,
      key: `tilbage.${to}`,
      fields: { reasons: { element: make("div", {}, ...heldBack(texts.backHolds(to), reasons)) }, override: { ...override, required: texts.overrideShort } },
      done: async ({ override: why }) => {
        mustBeLong(override, why);
        await this.#switch(why);
      },
    });
  }
}

/** Throws, and shows it at the field, where the reason `why` for passing the gate over is too short to be sent. */
export function mustBeLong(override, why) {
  if (why.length >= LEAST) return;
  override.fail(texts.overrideShort);
  override.input.focus();
  throw Object.assign(new Error(texts.overrideShort), { code: "bad_input" });
}
