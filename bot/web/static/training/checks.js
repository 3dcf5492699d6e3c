// Everything looked through before a training: what is wrong, the worst first, each with the way to it.

import { announce, button, make, notice, redraw } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { Paged, sliced } from "./paged.js";
import { loaded, pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-checks.js";

const LOOK_AGAIN = 1000; // milliseconds
const SEVERITIES = ["error", "warning", "hint"];

export class ChecksPage {
  #timer = 0;
  #open = false;
  #watched = false;
  #asked = 0; // an answer to an older question says nothing any more

  constructor(app) {
    this.app = app;
    const { element, heading, state, body } = pageOf(texts.title, "checks");
    Object.assign(this, { element, heading, state, body });
    this.run = button(texts.run, () => this.#run(), { kind: "primary", "data-focus": "tjek" });
    this.progress = make("progress", { "aria-label": texts.running, hidden: true });
    this.said = make("div", { class: "check-state" });
    this.found = make("div", { class: "check-found" });
    body.append(make("p", { class: "lead" }, texts.intro), app.readOnly ? "" : make("div", { class: "buttons" }, this.run), this.progress, this.said, this.found);
  }

  async open() {
    this.#open = true;
    const token = ++this.#asked;
    const found = await loaded(this.state, this.app.api.get("/checks"));
    if (found && token === this.#asked) this.#show(found);
  }

  close() {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  async #run() {
    if (this.run.getAttribute("aria-disabled") === "true") return;
    this.run.setAttribute("aria-disabled", "true");
    this.state.replaceChildren();
    this.#asked += 1;
    try {
      await this.app.api.post("/checks");
      announce(texts.running);
      this.#watched = true;
      this.#show(await this.app.api.get("/checks"));
    } catch (error) {
      if (!("code" in error)) throw error;
      this.state.replaceChildren(notice(error.message));
      this.run.removeAttribute("aria-disabled");
    }
  }

  async #again() {
    try {
      const found = await this.app.api.get("/checks", {}, { byItself: true });
      this.state.replaceChildren();
      if (this.#open) this.#show(found);
    } catch (error) {
      if (!("code" in error)) throw error;
      this.state.replaceChildren(notice(error.message));
      if (this.#open) this.#timer = setTimeout(() => this.#again(), LOOK_AGAIN * 5);
    }
  }

  #show({ state, at, stale, rows }) {
    const running = state === "running";
    clearTimeout(this.#timer);
    if (running) {
      this.#watched = true;
      if (this.#open) this.#timer = setTimeout(() => this.#again(), LOOK_AGAIN);
    }
    this.progress.hidden = !running;
    if (running) this.run.setAttribute("aria-disabled", "true");
    else this.run.removeAttribute("aria-disabled");
    this.run.textContent = at || running ? texts.again : texts.run;
    const counts = SEVERITIES.map((severity) => rows.filter((row) => row.severity === severity).length);
    const summary = rows.length ? texts.found(...counts) : texts.fine;
    redraw(this.said, [state, at, stale, counts], () => {
      if (running) return [make("p", {}, texts.running)];
      if (state === "failed") return [notice(texts.failed)];
      if (state === "none") return [make("p", { class: "hint" }, texts.never)];
      return [make("p", { class: rows.length ? "big-words" : "big-words fine" }, summary), at ? make("p", { class: "hint" }, texts.at(moment(at))) : "", stale ? notice(texts.stale, "warning") : ""].filter(Boolean);
    });
    redraw(this.found, [state, rows], () => (state === "done" ? SEVERITIES.map((severity) => section(severity, rows)) : []));
    if (state === "done" && this.#watched) announce(summary);
    if (!running) this.#watched = false;
  }
}

function section(severity, all) {
  const rows = all.filter((row) => row.severity === severity);
  if (!rows.length) return null;
  const list = new Paged(checkRow, { className: "check-rows" });
  list.start(sliced(rows));
  return make("section", { class: `checks-of of-${severity}` }, make("h3", {}, `${texts.severities[severity]} (${rows.length})`), list.element);
}

function checkRow({ text, where }) {
  return make("li", { class: "check-row" }, make("p", {}, text), way(where, text));
}

function way({ page, name, id }, text) {
  const link = (address) => make("a", { class: "button", href: address, "data-inside": true, "aria-label": texts.goTo(texts.go[page], text) }, texts.go[page]);
  if (page === "hensigt") return link(addresses.intent(name, id ? { eksempel: id } : {}));
  if (page === "svar") return link(addresses.answer(name));
  return make("div", { class: "rule-way" }, make("p", { class: "hint" }, texts.rule), button(texts.copy, () => copy(text)));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce(texts.copied);
  } catch {
    announce(texts.notCopied);
  }
}
