// One version: how it did, how it fares beside the one that runs, what the gate says, and taking it in use.

import { button, make, notice, redraw } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { loaded, pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-versions.js";
import { texts as shared } from "./texts.js";
import { ongoing, TrainingPart } from "./training-progress.js";
import { activate } from "./version-activate.js";
import { comparisonParts } from "./version-comparison.js";
import { liveBroken } from "./versions-live.js";
import { statusChips, versionFigures } from "./versions.js";

const UNUSABLE = ["missing", "broken", "older"];

export class VersionPage {
  #id = null;
  #titles = new Map();

  constructor(app) {
    this.app = app;
    const { element, heading, state, body } = pageOf(shared.titles.version, "version");
    Object.assign(this, { element, heading, state, body });
    heading.before(make("p", { class: "back" }, make("a", { href: addresses.versions, "data-inside": true }, `← ${texts.all}`)));
    this.training = new TrainingPart(app, { ended: () => this.#load(), changes: async () => null });
    this.training.form.remove(); // one is begun where the versions are
    this.about = make("div", { class: "version-about" });
    this.gate = make("div", {});
    this.comparison = make("div", { class: "comparison" });
    body.append(this.about, this.training.element, this.gate, this.comparison);
    this.training.element.hidden = true;
  }

  async open({ id }) {
    if (id !== this.#id) for (const part of [this.about, this.gate, this.comparison]) redraw(part, null, () => []);
    this.#id = id;
    this.heading.textContent = texts.version(id);
    document.title = document.title.replace(/^.*? – /, `${texts.version(id)} – `);
    this.training.element.hidden = true;
    await loaded(this.state, this.#load());
  }

  close() {
    this.training.close();
  }

  async #load() {
    const id = this.#id;
    const [version, titles] = await Promise.all([this.app.api.get(`/versions/${id}`), this.#named()]);
    if (id !== this.#id) return;
    this.#titles = titles;
    this.#draw(version);
  }

  // What hensigter are called; without it their names stand with spaces.
  async #named() {
    try {
      const { rows } = await this.app.api.get("/intents", {}, { byItself: true });
      return new Map(rows.map(({ intent, title }) => [intent, title]));
    } catch (error) {
      if (!("code" in error)) throw error;
      return this.#titles;
    }
  }

  #title(intent) {
    return this.#titles.get(intent) ?? intent.replaceAll("_", " ");
  }

  #draw(version) {
    const { status, comparison, gate } = version;
    redraw(this.about, [version, this.app.readOnly], () => this.#about(version));
    redraw(this.gate, [status, gate, version.macro_f1], () => (["live", "older"].includes(status) || version.macro_f1 === null ? [] : this.#gate(version)));
    redraw(this.comparison, [comparison, status], () => {
      if (comparison) return comparisonParts(comparison, (intent) => this.#title(intent));
      return status === "live" ? [] : [make("p", { class: "hint" }, texts.noComparison)];
    });
  }

  #about(version) {
    const { id, status, before_update: older } = version;
    const gone = liveBroken(version);
    const unmeasured = version.macro_f1 === null;
    // The live one has no gate to say that the test has changed: it can always be measured again.
    const measurable = (unmeasured || status === "live" || version.gate.measure) && status !== "older" && !gone && !this.app.readOnly;
    const measuring = unmeasured ? (older ? texts.measureAgain : texts.measureIntro) : texts.measureOther;
    const usable = status === "ready" && version.macro_f1 !== null;
    const may = version.gate.passes || this.app.mayOverride;
    return [
      make("p", {}, ...statusChips(version), " ", make("span", { class: "hint" }, `${texts.made(moment(version.made_at), version.by)} · ${texts.data(version.intents, version.examples)}`)),
      version.reason ? make("p", {}, make("strong", {}, `${texts.reasonTitle}: `), version.reason) : "",
      older ? make("p", {}, texts.beforeUpdate(older.version)) : "",
      versionFigures(older ?? version),
      status === "live" && !gone ? make("p", {}, texts.live) : "",
      gone ? notice(texts.liveBroken, "warning") : "",
      UNUSABLE.includes(status) ? notice(status === "older" ? texts.older : texts.broken, "warning") : "",
      measurable ? make("div", {}, make("p", { class: unmeasured ? "" : "hint" }, measuring), button(texts.measure, () => this.#begin("measure"), { "data-focus": "maal" })) : "",
      (UNUSABLE.includes(status) || gone || older) && !this.app.readOnly ? this.#again() : "",
      make(
        "div",
        { class: "buttons" },
        usable && may && !this.app.readOnly
          ? button(version.gate.passes ? texts.activate : texts.overrideButton, () => this.#activate(version), { kind: version.gate.passes ? "primary" : "danger", "data-focus": "tag-i-brug" })
          : "",
        UNUSABLE.includes(status) || gone ? "" : make("a", { class: "button", href: `${addresses.try}?${new URLSearchParams({ version: id })}`, "data-inside": true }, texts.try),
      ),
      version.activations.length
        ? make(
            "details",
            {},
            make("summary", {}, texts.activations),
            make(
              "ul",
              { class: "bullets" },
              ...version.activations.map(({ at, by, reason, override }) =>
                make("li", {}, texts.activated(moment(at), by), reason ? `: ${reason}` : "", override ? make("p", { class: "problem" }, texts.override(override)) : ""),
              ),
            ),
          )
        : "",
    ].filter(Boolean);
  }

  #gate({ gate }) {
    const rules = gate.rules ?? {};
    const macro = rules.macro_f1_may_fall ?? rules.makro_f1_maa_falde;
    const guarded = Object.entries(rules.guarded ?? rules.vogtede_hensigter ?? {});
    return [
      make(
        "section",
        { class: `card gate ${gate.passes ? "passes" : "holds"}` },
        make("h3", {}, texts.gateTitle),
        gate.passes ? make("p", {}, texts.gatePasses) : make("p", {}, make("strong", {}, texts.gateHolds)),
        gate.passes ? "" : make("ul", { class: "bullets reasons" }, ...gate.reasons.map((reason) => make("li", {}, reason))),
        gate.passes || this.app.mayOverride ? "" : make("p", {}, texts.gateOthers),
        make(
          "details",
          {},
          make("summary", {}, texts.gateRules),
          make("ul", { class: "bullets" }, macro === undefined ? "" : make("li", {}, texts.gateMacro(macro)), ...guarded.map(([intent, part]) => make("li", {}, texts.gateIntent(this.#title(intent), part)))),
        ),
      ),
    ];
  }

  #activate(version) {
    const switched = async (now) => {
      await this.#load();
      this.app.announce(texts.switched(now.id));
      this.state.replaceChildren(make("p", { class: "notice info" }, texts.switched(now.id)));
    };
    const overtaken = async (error) => {
      await this.#load();
      this.state.replaceChildren(notice(`${error.message} ${texts.shownNow}`));
    };
    activate(this.app, version, switched, overtaken);
  }

  // A training as any, with what was kept of this version.
  #again() {
    return make("div", {}, button(texts.retrain, () => this.#begin("retrain"), { "data-focus": "traen-igen" }), make("p", { class: "hint" }, texts.retrainHint));
  }

  async #begin(what) {
    try {
      const training = await this.app.api.post(`/versions/${this.#id}/${what}`);
      this.training.element.hidden = false;
      this.training.open();
      this.training.show(training);
      if (ongoing(training)) this.training.heading.focus();
    } catch (error) {
      if (!("code" in error)) throw error;
      this.state.replaceChildren(notice(error.message));
    }
  }
}
