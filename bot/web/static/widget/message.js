// One message in the transcript: who, when, what, its choices, and whether it has been sent.

import { cardOf } from "./card.js";
import { icon, make, spoken } from "./dom.js";
import { paragraphs } from "./links.js";
import { texts } from "./texts.js";

const LONG = 80; // characters; more than that is not set in the middle
const ZONE = "Europe/Copenhagen";
const clock = new Intl.DateTimeFormat("da-DK", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const calendar = new Intl.DateTimeFormat("da-DK", { weekday: "long", day: "numeric", month: "long", timeZone: ZONE });
const dayKey = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: ZONE });

/** "14.05" of an ISO time, in Danish time; empty where it is no time. */
export function timeOf(at) {
  const when = new Date(at);
  return Number.isNaN(when.getTime()) ? "" : clock.format(when);
}

/** The day of an ISO time as it is said: "I dag", "I går", "mandag den 3. maj". */
export function dayOf(at) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return "";
  const key = dayKey.format(when);
  if (key === dayKey.format(new Date())) return texts.today;
  if (key === dayKey.format(new Date(Date.now() - 864e5))) return texts.yesterday;
  return calendar.format(when);
}

/** Who wrote it, as the page shows it. */
export function authorOf(frame, assistant) {
  if (frame.from === "citizen") return texts.you;
  if (frame.from === "staff") return frame.name || texts.staff;
  if (frame.from === "system") return texts.notice;
  return assistant;
}

function announced(frame) {
  if (frame.from === "citizen") return texts.youWrote;
  if (frame.from === "staff") return texts.answered(frame.name || texts.staff);
  if (frame.from === "system") return texts.notice;
  return texts.assistantAnswered;
}

export class Message {
  /** `frame` is a message frame, or one made of what the citizen has just written; `on` are the listeners. */
  constructor(frame, { assistant, on, id = null }) {
    this.id = id;
    this.on = on;
    this.day = make("p", { class: "day", hidden: true });
    this.bubble = make("div", { class: "bubble" });
    this.sending = make("div", { class: "sending", hidden: true });
    this.receipt = make("p", { class: "receipt", hidden: true });
    const who = make("span", { class: "who", "aria-hidden": "true" }, authorOf(frame, assistant));
    const said = spoken(announced(frame));
    this.element = make(
      "div",
      { class: `message ${["citizen", "staff", "system"].includes(frame.from) ? frame.from : "assistant"}` },
      this.day,
      make("p", { class: "meta" }, said, who, " ", make("time", { datetime: frame.at ?? "" }, timeOf(frame.at))),
      this.bubble,
      cardOf(frame.card, { onLogin: on.login }),
    );
    this.choices = this.#choices(Array.isArray(frame.choices) ? frame.choices : []);
    this.element.append(...[this.choices, this.sending, this.receipt].filter(Boolean));
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
    const when = new Date(this.frame.at);
    return Number.isNaN(when.getTime()) ? "" : dayKey.format(when);
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
      button(texts.drop, () => this.on.drop(this.id)),
    );
  }

  /** Under the newest message a person has read. */
  wasSeen(seen) {
    this.receipt.hidden = !seen;
    this.receipt.textContent = seen ? texts.seen : "";
  }

  /** Choices can be used while they are the newest thing said. `answer`: what the citizen wrote next. */
  lock(locked, answer = null) {
    if (!this.choices) return;
    let found = false;
    for (const button of this.choices.querySelectorAll("button")) {
      const chosen = locked && !found && button.dataset.title === answer;
      found ||= chosen;
      // Not the disabled attribute: that would throw the keyboard's focus away in the middle of a choice.
      button.setAttribute("aria-disabled", String(locked));
      button.tabIndex = locked ? -1 : 0;
      button.classList.toggle("chosen", chosen);
      const mark = chosen ? [icon("check"), button.dataset.title, spoken(` (${texts.chosen})`)] : [button.dataset.title];
      button.replaceChildren(...mark);
    }
  }

  #choices(choices) {
    if (!choices.length) return null;
    const buttons = choices.map((choice) => {
      const title = String(choice.title ?? "");
      const button = make("button", { type: "button", class: "choice", "data-title": title }, title);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") this.on.choose({ id: choice.id, title });
      });
      return button;
    });
    return make("div", { class: "choices", role: "group", "aria-label": texts.choose }, buttons);
  }
}
