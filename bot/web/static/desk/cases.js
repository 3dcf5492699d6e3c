// The citizen's cases as the case system tells of them; asked for once the citizen is logged in.

import { make, notice, redraw, terms } from "./elements.js";
import { texts } from "./texts.js";
import { date } from "./times.js";

const ISO = /^\d{4}-\d\d-\d\d/;

function when(value) {
  return typeof value === "string" && ISO.test(value) ? date(value) : (value ?? "");
}

export class CasesPanel {
  #asked = null; // how it stood when we asked

  constructor(talk, { me }) {
    this.talk = talk;
    this.me = me;
    this.element = make("div", { class: "panel-body" });
    talk.addEventListener("detail", () => this.#load());
  }

  async #load() {
    // Cases are for whoever has the conversation; the server holds to it, and so nobody is offered what they may not see.
    const may = this.talk.mine || this.me.roles.includes("administrator");
    const now = this.talk.handoff.logged_in ? (may ? "ask" : "take") : "login";
    if (this.#asked === now) return;
    this.#asked = now;
    if (now !== "ask") return this.#draw({ why: now === "login" ? texts.casesLogin : this.talk.over ? "" : texts.casesTake, cases: [] });
    redraw(this.element, "loading", () => make("p", { class: "empty-line" }, texts.loading));
    try {
      this.#draw(await this.talk.api.get(`${this.talk.path}/cases`));
    } catch (error) {
      this.#asked = null; // the next news of the conversation asks again
      this.#draw({ cases: [], error: error.message });
    }
  }

  #draw(answer) {
    this.answer = answer;
    redraw(this.element, answer, () => {
      if (answer.error) return notice(answer.error, "warning");
      const why = answer.login === false ? texts.casesLogin : answer.why;
      if (why !== undefined) return make("p", { class: "empty-line" }, why);
      const missing = answer.missing?.length ? notice(texts.casesMissing(answer.missing), "warning") : null;
      if (answer.cases.length) return [missing, make("ul", { class: "cards" }, ...answer.cases.map(item))];
      return missing ?? make("p", { class: "empty-line" }, texts.noCases);
    });
  }
}

function item(one) {
  return make(
    "li",
    { class: "case" },
    make("h4", {}, one.title || texts.caseUntitled),
    one.overdue ? make("p", { class: "chips" }, make("span", { class: "chip late" }, texts.caseOverdue)) : null,
    terms([
      [texts.caseNumber, one.number],
      [texts.caseState, capital(one.state)],
      [texts.caseDepartment, one.department],
      [texts.caseHandler, one.handler],
      [texts.caseOpened, when(one.opened)],
      [texts.caseExpected, when(one.expected)],
      [texts.caseTodos, lines(one.todos)],
      [texts.caseEvents, lines(one.events)],
      [texts.caseSensitive, one.sensitivity],
    ]),
  );
}

function capital(word) {
  return word ? word.charAt(0).toUpperCase() + word.slice(1) : "";
}

function lines(list = []) {
  if (!list.length) return null;
  return make("ul", {}, ...list.map((one) => make("li", {}, line(one))));
}

function line(one) {
  if (typeof one === "string") return one;
  const at = one.due ?? one.on ?? one.at ?? one.date;
  return at ? `${when(at)}: ${one.text}` : one.text;
}
