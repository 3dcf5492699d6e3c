// One message in the transcript: who, when, what, its choices, and whether it has been sent.

import { cardOf } from "./card.js";
import { Choices } from "./choices.js";
import { make, spoken } from "./dom.js";
import { paragraphs } from "./links.js";
import { texts } from "./texts.js";
import { dayKey, dayOf, timeOf } from "./times.js";
import { WrongAnswer } from "./wrong-answer.js";

const WAITING = new Set(["handoff:assistant", "handoff:call", "handoff:withdraw"]); // what one may do in the queue
const LONG = 80; // characters; more than that is not set in the middle
/** Who wrote it, as the page shows it. */
export function authorOf(frame, assistant) {
  if (frame.from === "citizen") return texts.you;
  if (frame.from === "staff") return frame.name || texts.staff;
  if (frame.from === "system") return texts.notice;
  return assistant;
}

// What a screen reader says before the message; `anew`: somebody else spoke before.
function announced(frame, anew) {
  if (frame.from === "citizen") return texts.youWrote;
  if (frame.from === "system") return texts.notice;
  if (frame.from !== "staff") return anew ? texts.assistantAgain : texts.assistantAnswered;
  const name = frame.name || texts.staff;
  return anew ? texts.nowAnswers(name) : texts.answered(name);
}

export class Message {
  /** `frame` is a message frame, or one made of what the citizen has just written; `on` are the listeners. */
  constructor(frame, { assistant, on, id = null, form = null, anew = false }) {
    this.id = id;
    this.form = form; // the card's form that is on its way as this message
    this.on = on;
    this.day = make("p", { class: "day", hidden: true });
    this.bubble = make("div", { class: "bubble" });
    this.sending = make("div", { class: "sending", hidden: true });
    this.receipt = make("p", { class: "receipt", hidden: true });
    const who = make("span", { class: "who", "aria-hidden": "true" }, authorOf(frame, assistant));
    const said = spoken(announced(frame, anew));
    this.element = make(
      "div",
      { class: `message ${["citizen", "staff", "system"].includes(frame.from) ? frame.from : "assistant"}` },
      this.day,
      make("p", { class: "meta" }, said, who, " ", make("time", { datetime: frame.at ?? "" }, timeOf(frame.at))),
      this.bubble,
    );
    const choices = (Array.isArray(frame.choices) ? frame.choices : []).filter(Boolean);
    this.card = cardOf(frame.card, { on, choices });
    this.choices = choices.length ? new Choices(choices, (choice) => this.card?.takes?.(choice) || on.choose(choice)) : null;
    this.does = choices.map((choice) => choice.do).filter(Boolean);
    this.wrong = Number.isInteger(frame.answers) ? new WrongAnswer(frame.seq, on) : null;
    this.element.append(
      ...[this.card?.element, this.choices?.element, this.wrong?.element, this.sending, this.receipt].filter(Boolean),
    );
    this.update(frame);
  }

  /** The text as the log holds it, which may differ from what was typed: a CPR number is masked. */
  update(frame) {
    this.frame = frame;
    const text = typeof frame.text === "string" ? frame.text : "";
    if (text === this.text) return;
    this.text = text;
    this.bubble.replaceChildren(...paragraphs(text, { links: frame.from !== "citizen" }));
    this.bubble.hidden = !text.trim();
    this.element.classList.toggle("long", text.length > LONG);
  }

  get seq() {
    return this.frame.seq ?? null;
  }

  /** The Danish date it was written, to compare; empty where the time is unknown. */
  get date() {
    return dayKey(this.frame.at);
  }

  /** Show the day above the message, or not. */
  startsDay(starts) {
    this.day.textContent = starts ? dayOf(this.frame.at) : "";
    this.day.hidden = !starts;
  }

  /** How it goes with the sending: "sending", "waiting", "failed" (with why), or null when it is kept. */
  status(status, reason = "", hopeless = false) {
    this.element.dataset.status = status ?? "kept";
    this.sending.hidden = status === null;
    if (status === null) return this.sending.replaceChildren();
    if (status !== "failed") {
      const words = status === "waiting" ? texts.waiting : texts.sending;
      return this.sending.replaceChildren(make("p", {}, words));
    }
    const button = (words, listener) => make("button", { type: "button", class: "small", on: { click: listener } }, words);
    return this.sending.replaceChildren(
      make("p", { class: "problem" }, reason),
      ...(hopeless ? [] : [button(texts.retry, () => this.on.retry(this.id))]),
      button(this.form ? texts.fix : texts.drop, () => this.on.drop(this.id, this.form)),
    );
  }

  /** Under the newest message a person has read. */
  wasSeen(seen) {
    if (this.receipt.hidden !== seen) return;
    this.receipt.hidden = !seen;
    this.receipt.textContent = seen ? texts.seen : "";
  }

  /** Bring choices and card up to date with what was said later and with who has the conversation. */
  stand(later) {
    const key = this.card?.key ?? null;
    const newest = !later.keys.has(key);
    const held = later.held.get(key); // of two cards about the same, the one the citizen is at work in goes on
    this.card?.update?.({ ...later, newest, live: held ? held === this.card : newest, busy: later.busy.has(key) });
    this.wrong?.update({ newest: !later.answered });
    this.choices?.update({
      usable: (choice) => this.#usable(choice, later),
      chosen: (title) => later.answer === title || Boolean(this.card?.key && later.said.has(title)),
    });
  }

  // Choices can be used while they are the newest thing said. Those of a card, and those about a queue one still
  // stands in, last longer: one may write about something else in between.
  #usable(choice, { last, keys, handoff }) {
    const allowed = this.card?.allows?.(choice) ?? null;
    if (allowed !== null) return allowed;
    return last || (handoff?.status === "waiting" && WAITING.has(choice.do) && !keys.has(choice.do));
  }
}
