// Four questions about how it was: each may be left out, and after an answer or a no nobody asks again.

import { make } from "./dom.js";
import { button, field, put, unique } from "./fields.js";
import { texts } from "./texts.js";

const COMMENT = "comment";

/** The questions as lines of plain text. */
export function surveyLines(card) {
  return [texts.survey, ...questionsOf(card).map(({ text }) => text)];
}

function questionsOf(card) {
  const all = Array.isArray(card.questions) ? card.questions : [];
  return all.filter((question) => typeof question?.key === "string" && typeof question.text === "string");
}

export class SurveyCard {
  #on;
  #over = false;

  /** `on`: hand, drafts, settle, hasSettled. */
  constructor(card, { on }) {
    this.#on = on;
    this.id = card.handoff;
    this.key = `survey:${card.handoff}`;
    const draft = on.drafts.of(this.key);
    this.questions = questionsOf(card).map((question) => this.#question(question, draft[question.key]));
    const comment = field(texts.surveyComment, "area", { value: draft[COMMENT] ?? "" });
    this.comment = comment.control;
    this.comment.addEventListener("input", () => this.#changed());
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    this.form = make(
      "div",
      { class: "survey-form" },
      make("h3", {}, texts.survey),
      this.questions.map(({ element }) => element),
      comment.element,
      this.problem,
      make(
        "div",
        { class: "buttons" },
        button(texts.surveySend, "primary", () => this.#send()),
        button(texts.surveyNo, "secondary", () => this.#decline()),
      ),
    );
    this.end = make("p", { class: "told", tabindex: "-1", hidden: true });
    this.element = make("div", { class: "card survey", role: "group", "aria-label": texts.survey }, this.form, this.end);
    if (on.hasSettled(this.key)) this.#close(texts.surveyThanks);
    else if (on.hasSettled(this.#no)) this.#close("");
  }

  handed() {
    this.#on.settle(this.key);
    this.#on.drafts.drop(this.key);
    this.#close(texts.surveyThanks);
  }

  update({ busy, newest }) {
    // On its way: put aside, and back if it can't be sent.
    this.form.hidden = this.#over || busy || !newest;
    this.element.hidden = this.form.hidden && this.end.hidden;
  }

  #question({ key, text }, answer) {
    const name = unique(`question-${this.key}`);
    const steps = texts.surveySteps.map((words, index) => {
      const id = unique("step");
      const radio = make("input", { type: "radio", id, name, value: index + 1 });
      radio.checked = answer === index + 1;
      return { radio, element: make("div", { class: "step" }, radio, make("label", { for: id }, words)) };
    });
    const clear = button(texts.surveyClear, "small clear", () => {
      for (const { radio } of steps) radio.checked = false;
      this.#changed();
      steps[0].radio.focus();
      clear.hidden = true;
    });
    clear.hidden = !answer;
    const element = make(
      "fieldset",
      { class: "question" },
      make("legend", {}, text),
      make("div", { class: "steps" }, steps.map((step) => step.element)),
      clear,
    );
    element.addEventListener("change", () => {
      clear.hidden = false;
      this.#changed();
    });
    const chosen = () => Number(steps.find(({ radio }) => radio.checked)?.radio.value ?? 0) || null;
    return { key, element, chosen };
  }

  get #no() {
    return `${this.key}:no`;
  }

  get #answers() {
    return Object.fromEntries(this.questions.map(({ key, chosen }) => [key, chosen()]));
  }

  #changed() {
    const answers = Object.entries(this.#answers).filter(([, answer]) => answer);
    const comment = this.comment.value;
    this.#on.drafts.keep(this.key, { ...Object.fromEntries(answers), ...(comment ? { [COMMENT]: comment } : {}) });
    put(this.problem, "");
  }

  #send() {
    const answers = this.#answers;
    const comment = this.comment.value.trim();
    if (!comment && !Object.values(answers).some(Boolean)) return put(this.problem, texts.surveyEmpty);
    this.#on.hand({ type: "survey", form: this.key, text: texts.surveyAnswers, body: { handoff: this.id, ...answers, comment } });
    this.#on.leave();
  }

  #decline() {
    this.#on.settle(this.#no);
    this.#on.drafts.drop(this.key);
    this.#close(texts.surveyDeclined);
    this.end.focus();
  }

  #close(words) {
    this.#over = true;
    this.form.hidden = true;
    this.form.replaceChildren(); // no answers left behind in the page
    put(this.end, words);
    this.element.hidden = !words;
  }
}
