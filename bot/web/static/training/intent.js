// One hensigt with its examples: what it is about, how well it goes, new examples, and the ones there are.

import { make, notice } from "/desk/static/elements.js";
import { Done } from "./done.js";
import { AddForm } from "./intent-add.js";
import { ExampleList } from "./intent-list.js";
import { confusions, intentFigures } from "./intents-row.js";
import { pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-intents.js";
import { texts as shared } from "./texts.js";

export class IntentPage {
  #intent = null;

  constructor(app) {
    this.app = app;
    const { element, heading, state, body } = pageOf(shared.titles.intent, "intent");
    Object.assign(this, { element, heading, state, body });
    this.about = make("div", { class: "intent-about" });
    this.done = new Done(app, () => this.list.load({ again: true }));
    this.list = new ExampleList(app, {
      done: this.done,
      read: (found) => this.#read(found),
      changed: () => this.#figures(),
      orphan: (text) => this.add.put(text),
    });
    this.add = new AddForm(app, { list: this.list, done: this.done });
    heading.before(make("p", { class: "back" }, make("a", { href: addresses.intents, "data-inside": true }, `← ${texts.all}`)));
    this.titled = make("h3", {}, texts.examplesTitle);
    body.append(this.about, app.readOnly ? "" : this.add.element, this.titled, this.done.element, this.list.element);
    body.hidden = true;
    this.keys = { f: () => this.done.undo() };
  }

  async open({ id, query }) {
    const other = id !== this.#intent;
    this.#intent = id;
    if (other) {
      this.body.hidden = true;
      this.heading.textContent = shared.titles.intent;
      this.done.clear();
      this.add.open(id);
    }
    this.state.replaceChildren(other ? make("p", { class: "hint" }, shared.loading) : "");
    const found = await this.list.open(id, { example: query.get("eksempel"), q: query.get("q") });
    if (this.#intent !== id || !found) return;
    if (found.error) {
      this.state.replaceChildren(notice(found.error.status === 404 ? texts.gone : found.error.message));
      return;
    }
    this.state.replaceChildren();
    this.body.hidden = false;
    this.list.point(query.get("eksempel"));
    this.#figures();
  }

  close() {
    this.list.close();
  }

  #read({ title, about, by, answer }) {
    this.heading.textContent = title;
    document.title = document.title.replace(/^.*? – /, `${title} – `);
    this.terms = [
      make("p", {}, about),
      make(
        "p",
        { class: "hint" },
        ...(answer?.kind === "text"
          ? [inside(addresses.answer(answer.name), texts.answerText)]
          : [`${texts.answerAction} `, inside(`${addresses.answers}?${new URLSearchParams({ soeg: title })}`, texts.answerTexts)]),
        by ? ` · ${texts.lastBy(by)}` : "",
        " · ",
        inside(`${addresses.history}?${new URLSearchParams({ emne: this.#intent })}`, texts.history),
      ),
    ];
    this.#about();
  }

  // The figures stand in the list of all of them; without them the page works too.
  async #figures() {
    const intent = this.#intent;
    try {
      const { rows } = await this.app.api.get("/intents", {}, { byItself: true });
      if (this.#intent !== intent) return;
      this.list.intents = rows;
      this.row = rows.find((row) => row.intent === intent) ?? null;
      this.#about();
    } catch (error) {
      if (!("code" in error)) throw error;
    }
  }

  #about() {
    const row = this.row?.intent === this.#intent ? this.row : null;
    const figures = row ? intentFigures(row) : null;
    const problems = (row?.problems ?? []).map(({ text }) => make("p", { class: "problem" }, text));
    this.about.replaceChildren(
      ...this.terms,
      row?.guarded ? make("p", {}, make("span", { class: "chip" }, texts.guarded), ` ${texts.guardedHint}`) : "",
      figures
        ? make(
            "section",
            { class: "card" },
            make("h3", {}, texts.quality),
            figures,
            row.cross ? make("p", { class: "hint" }, texts.cross(row.cross.precision, row.cross.recall)) : "",
            confusions(row) ?? "",
          )
        : "",
      ...problems,
    );
  }
}

function inside(address, words) {
  return make("a", { href: address, "data-inside": true }, words);
}
