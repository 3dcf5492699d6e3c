// Examples out of a file and into one. A file is read through first, and only what was seen is read in.

import { button, field, make, notice, tick } from "/desk/static/elements.js";
import { Done } from "./done.js";
import { Paged, sliced } from "./paged.js";
import { texts } from "./texts-intents.js";

const API = "/training/api";
const PATIENCE = 120_000; // milliseconds: two thousand new examples are looked at one by one, one file after the other

export class ImportPart {
  #file = null;

  /** `done()` is called when something was read in, or taken back. */
  constructor(app, done) {
    this.app = app;
    this.done = done;
    const link = (words, name) => make("a", { class: "button", href: `${API}/${name}`, download: "" }, words);
    this.element = make(
      "details",
      { class: "in-out card" },
      make("summary", {}, texts.inOut),
      make("p", {}, texts.exportIntro),
      make("div", { class: "buttons" }, link(texts.exportCsv, "export.csv"), link(texts.exportYml, "export.yml")),
    );
    if (!app.readOnly) this.element.append(...this.#import());
  }

  #import() {
    this.picked = field(texts.importFile, { kind: "file", accept: ".csv,.yml,.yaml,text/csv", hint: texts.importHint });
    this.confirmed = tick(texts.personalTick);
    this.confirmed.element.hidden = true;
    this.state = make("div", { class: "import-state", role: "status" });
    this.yes = button(texts.importYes, () => this.#read(), { kind: "primary", hidden: true });
    this.said = new Done(this.app, this.done);
    this.picked.input.addEventListener("change", () => this.#chosen());
    this.confirmed.input.addEventListener("change", () => this.#look());
    return [make("h3", {}, texts.importTitle), this.picked.element, this.state, this.confirmed.element, this.yes, this.said.element];
  }

  async #chosen() {
    const [file] = this.picked.input.files;
    this.said.clear();
    this.confirmed.input.checked = false;
    this.confirmed.element.hidden = true;
    this.#file = null;
    this.state.replaceChildren();
    this.yes.hidden = true;
    if (!file) return;
    const content = textOf(await file.arrayBuffer());
    if (content === null) {
      this.state.replaceChildren(notice(texts.importUnreadable));
      return;
    }
    this.#file = { name: file.name, content };
    await this.#look();
  }

  // What would happen; nothing is kept.
  async #look() {
    if (!this.#file) return;
    const asked = this.#file;
    this.yes.hidden = true;
    this.state.replaceChildren(make("p", {}, texts.importReading));
    try {
      const would = await this.#post({ dry_run: true });
      if (this.#file !== asked) return;
      this.#show(would);
    } catch (error) {
      this.#refused(error, asked);
    }
  }

  #show({ new: fresh, known, remarked, moved, problems }) {
    const there = known ? texts.importKnown(known) : "";
    const counts = [texts.importNew(fresh), there, remarked ? texts.importRemarked(remarked) : "", moved ? texts.importMoved(moved) : ""].filter(Boolean);
    this.state.replaceChildren(make("p", {}, texts.importWould), make("ul", { class: "bullets" }, ...counts.map((words) => make("li", {}, words))));
    // The words say where a person is named; only those lines can be vouched for.
    this.confirmed.element.hidden = !this.confirmed.input.checked && !problems.some(({ code }) => code === "personal");
    if (problems.length) {
      const list = new Paged(({ line, text }) => make("li", {}, make("strong", {}, texts.importLine(line)), `: ${text}`), { className: "bullets" });
      list.start(sliced(problems));
      this.state.append(notice(texts.importProblems(problems.length), "warning"), list.element);
    }
    this.yes.hidden = problems.length > 0 || fresh + moved === 0;
  }

  async #read() {
    if (this.yes.getAttribute("aria-disabled") === "true") return;
    this.yes.setAttribute("aria-disabled", "true");
    const asked = this.#file;
    try {
      const read = await this.#post({ dry_run: false });
      if (read.problems.length) return this.#show(read); // somebody changed something meanwhile
      this.state.replaceChildren();
      this.confirmed.element.hidden = true;
      this.yes.hidden = true;
      this.picked.input.value = "";
      this.#file = null;
      this.picked.input.focus();
      this.said.say(texts.importDone(read.new + read.moved), read.edit ?? null);
      this.done();
    } catch (error) {
      this.#refused(error, asked);
      this.yes.hidden = false;
    } finally {
      this.yes.removeAttribute("aria-disabled");
    }
  }

  #post(more) {
    return this.app.api.post("/import", { ...this.#file, confirmed: this.confirmed.input.checked, ...more }, { patience: PATIENCE });
  }

  #refused(error, asked) {
    if (!("code" in error)) throw error;
    if (this.#file === asked) this.state.replaceChildren(notice(error.status === 413 ? texts.importTooBig : error.message));
  }
}

// A spreadsheet in Danish is often saved in Windows' own letters.
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder("windows-1252").decode(bytes);
    return text.includes("\0") ? null : text;
  }
}
