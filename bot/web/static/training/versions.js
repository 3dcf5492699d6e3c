// Training and versions: a new one is trained, and all there are stand below with their figures.

import { make } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { Paged } from "./paged.js";
import { loaded, pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-versions.js";
import { TrainingPart } from "./training-progress.js";
import { liveBroken, LivePart } from "./versions-live.js";

export class VersionsPage {
  constructor(app) {
    this.app = app;
    const { element, heading, state, body } = pageOf(texts.title, "versions");
    Object.assign(this, { element, heading, state, body });
    this.training = new TrainingPart(app, { ended: () => this.#load(), changes: () => this.#changes() });
    this.live = new LivePart(app, () => this.#load());
    this.list = new Paged((version) => versionRow(version), { tag: "ol", className: "version-rows" });
    body.append(
      make("p", { class: "lead" }, texts.intro),
      make("div", { class: "cards" }, this.training.element, this.live.element),
      make("h3", {}, texts.list),
      this.list.element,
    );
  }

  async open() {
    this.training.open();
    await loaded(this.state, this.#load());
  }

  close() {
    this.training.close();
  }

  async #load() {
    const page = await this.list.start((cursor) => this.app.api.get("/versions", { cursor }));
    if (!page) return;
    this.live.update({ active: page.active, previous: page.previous, version: page.rows.find(({ id }) => id === page.active), onlyOlder: page.only_older });
    if (!page.rows.length) this.list.trouble.replaceChildren(make("p", { class: "hint" }, texts.none));
  }

  async #changes() {
    try {
      return (await this.app.api.get("/overview", {}, { byItself: true })).changes.n;
    } catch (error) {
      if (!("code" in error)) throw error;
      return null; // it is only good to know
    }
  }
}

/** How a version did, as a list of terms. */
export function versionFigures({ macro_f1: macro, macro_f1_interval: interval, cross_macro_f1: cross = null, accuracy, guarded }) {
  if (macro === null || macro === undefined) return make("p", { class: "hint" }, texts.notMeasured);
  const term = (words, ...said) => make("div", {}, make("dt", {}, words), make("dd", {}, ...said));
  return make(
    "dl",
    { class: "version-figures" },
    term(texts.macro, make("strong", {}, texts.share(macro)), interval ? make("span", { class: "hint" }, ` ${texts.interval(...interval)}`) : ""),
    term(texts.accuracy, texts.share(accuracy)),
    cross === null ? "" : term(texts.cross, texts.share(cross)),
    ...(guarded ?? []).map(({ title, recall }) => term(texts.guarded(title), texts.share(recall))),
  );
}

/** What a version is now, as chips. */
export const statusChips = (version) => [statusChip(version.status), ...(liveBroken(version) ? [" ", statusChip(version.file)] : [])];

function statusChip(status) {
  const kind = { live: "filed", missing: "late", broken: "urgent" }[status] ?? "";
  return make("span", { class: `chip ${kind}` }, texts.status[status] ?? status);
}

function versionRow(version) {
  const { id } = version;
  return make(
    "li",
    { class: "card version-row" },
    make("h4", {}, make("a", { href: addresses.version(id), "data-inside": true }, texts.version(id)), " ", ...statusChips(version)),
    version.reason ? make("p", {}, version.reason) : "",
    make("p", { class: "hint" }, `${texts.made(moment(version.made_at), version.by)} · ${texts.data(version.intents, version.examples)}`),
    versionFigures(version),
  );
}
