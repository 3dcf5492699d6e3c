// How an answer looks to a citizen, while it is being written: its words, how hard it is to read, how long it is.

import { make, notice, redraw } from "/desk/static/elements.js";
import { LIMITS, texts } from "./texts-answers.js";

const REST = 350; // milliseconds after the last letter before the server is asked

export class AnswerPreview {
  #asked = 0;
  #timer = 0;

  /** `name` is the answer's; `titles` those of its buttons; `heading` the tag that fits where it stands. */
  constructor(app, name, { titles = [], heading = "h4" } = {}) {
    this.app = app;
    this.name = name;
    this.titles = titles;
    this.links = [];
    this.shown = make("div", { class: "bubbles" }, make("p", { class: "hint" }, texts.previewEmpty));
    this.meter = make("p", { class: "meter" });
    this.problems = make("div", { role: "status" });
    this.element = make("section", { class: "preview", "aria-label": texts.preview }, make(heading, {}, texts.preview), this.shown, this.meter, make("p", { class: "hint" }, texts.lixHint), this.problems);
  }

  /** Show these texts, when nothing more was written for a moment; `told(measured)` hears what the server found. */
  update(written, told = () => {}) {
    clearTimeout(this.#timer);
    const said = written.map((text) => text.trim()).filter(Boolean);
    const token = ++this.#asked;
    if (!said.length) {
      this.shown.replaceChildren(make("p", { class: "hint" }, texts.previewEmpty));
      this.meter.replaceChildren();
      redraw(this.problems, null, () => []);
      return;
    }
    this.#timer = setTimeout(() => this.#ask(said, token, told), REST);
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  async #ask(said, token, told) {
    try {
      const measured = await this.app.api.post(`/answers/${encodeURIComponent(this.name)}/preview`, { texts: said });
      if (token !== this.#asked) return;
      this.#show(measured);
      told(measured);
    } catch (error) {
      if (!("code" in error)) throw error;
      if (token === this.#asked) redraw(this.problems, error.message, () => notice(error.status ? error.message : texts.previewFailed, "warning"));
    }
  }

  #show({ shown, lix, words, problems, links }) {
    this.links = links;
    const titles = this.titles.length ? make("p", { class: "preview-buttons" }, make("span", { class: "hint" }, texts.previewButtons), ...this.titles.flatMap((title) => [" ", make("span", { class: "chip" }, title)])) : "";
    this.shown.replaceChildren(...shown.map((text) => make("p", { class: "bubble words" }, text)), titles);
    this.meter.replaceChildren(...meters({ lix, words }));
    redraw(this.problems, problems, () => (problems.length ? problems.map(({ text }) => make("p", { class: "problem" }, text)) : [make("p", { class: "fine" }, texts.good)]));
  }
}

/** How hard to read and how long, each with its limit; what is past it says so. */
export function meters({ lix, words }) {
  const one = (over, said, wrong) => make("span", { class: over ? "chip late" : "chip" }, over ? `${wrong}: ${said}` : said);
  return [one(lix > LIMITS.lix, texts.lixLimit(lix), texts.hard), " ", one(words > LIMITS.words, texts.wordsLimit(words), texts.long)];
}
