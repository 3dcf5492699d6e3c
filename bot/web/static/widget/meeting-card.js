// A meeting: when, where, what about, what to bring; while it is held or agreed, what the citizen wishes for it.

import { make } from "./dom.js";
import { button, hasFocus, put, toggle } from "./fields.js";
import { save } from "./files.js";
import { definitions, filled, lines, listed, value } from "./rows.js";
import { texts } from "./texts.js";
import { timeOf } from "./times.js";
import { Wishes } from "./wishes.js";

/** The meeting as lines of plain text. */
export function meetingLines(card) {
  const state = texts.meetingStates[card.status];
  return [titleOf(card), ...(state ? [`${texts.caseState}: ${state}`] : []), ...lines(rows(card))];
}

function titleOf(card) {
  return value(card.title)?.text ?? texts.meeting;
}

function rows(card) {
  const where = [value(card.form_words), card.form_words?.includes?.(card.place) ? null : value(card.place)];
  return filled([
    { term: texts.meetingWhen, values: [value(card.when) && { ...value(card.when), strong: true }] },
    { term: texts.meetingWhere, values: where },
    { term: texts.meetingAgenda, kind: "todo", values: listed(card.agenda) },
    { term: texts.meetingDocuments, kind: "todo", values: listed(card.documents) },
    { term: texts.meetingCompanion, values: [value(card.companion)] },
    { term: texts.meetingInterpreter, values: [value(card.interpreter)] },
  ]);
}

export class MeetingCard {
  #on;
  #live = false;
  #isNew = true;
  #changing = false;
  #timer = null;

  /** `on`: hand, drafts, calendar, typing, refresh. */
  constructor(card, { on }) {
    this.#on = on;
    this.id = card.id;
    this.key = `meeting:${card.id}`;
    this.status = card.status;
    this.heldUntil = Date.parse(card.held_until ?? "");
    this.ends = Date.parse(card.ends_at ?? "");
    this.title = make("h3", { tabindex: "-1" }, titleOf(card));
    const state = Object.hasOwn(texts.meetingStates, card.status) ? texts.meetingStates[card.status] : "";
    const badge = state ? make("p", { class: "state" }, make("span", { class: "badge", "data-state": card.status }, state)) : null;
    const details = { companion: card.companion, interpreter: card.interpreter, ...(card.details ?? {}) };
    const listeners = { changed: () => this.#changed(), typing: on.typing };
    this.wishes = new Wishes(details, on.drafts.of(this.key), listeners, card.offers ?? {});
    this.#changing = this.status === "booked" && Object.keys(this.wishes.draft).length > 0;
    this.note = make("p", { class: "hint", hidden: true });
    this.problem = make("p", { class: "told", role: "status" });
    this.ics = button(texts.calendar, "primary", () => this.#save());
    this.hasFile = card.ics === true;
    this.change = button(texts.changeWishes, "secondary", () => this.#begin());
    this.buttons = make("div", { class: "buttons" }, this.ics, this.change);
    this.saving = make(
      "div",
      { class: "buttons", hidden: true },
      button(texts.saveWishes, "primary", () => this.#store()),
      button(texts.undo, "secondary", () => this.#giveUp()),
    );
    this.element = make(
      "div",
      { class: "card meeting", role: "group", "aria-label": titleOf(card) },
      this.title,
      badge,
      definitions(rows(card)),
      this.note,
      this.wishes.element,
      this.saving,
      this.buttons,
      this.problem,
    );
    this.element.addEventListener("focusout", () => setTimeout(on.refresh));
  }

  get holds() {
    return hasFocus(this.wishes.element);
  }

  /** Choices about a meeting last as long as its newest card. */
  allows() {
    if (this.status !== "held" && this.status !== "booked") return null;
    return this.#live && !this.busy && !this.#past;
  }

  /** Book with the wishes, where there are any; a wish that can't be right stays here. */
  takes(choice) {
    if (choice.do === "meeting:drop") this.#forget();
    if (choice.do !== "meeting:book" || this.status !== "held") return false;
    const { changes, wrong } = this.wishes.read();
    wrong?.focus();
    if (wrong || !Object.keys(changes).length) return Boolean(wrong);
    this.#hand("book", choice.title, changes);
    return true;
  }

  handed() {
    this.#changing = false;
    this.#forget();
  }

  update({ live: first, newest, busy }) {
    const live = first && !this.#past;
    if (live && !this.#live && !this.#isNew) this.wishes.fill(this.#on.drafts.of(this.key)); // from the older one
    this.#isNew = false;
    this.#live = live;
    this.busy = busy;
    const held = this.status === "held";
    const booked = this.status === "booked";
    this.element.classList.toggle("older", !newest);
    this.wishes.freeze(busy);
    toggle(this.wishes.element, live && (held || (booked && this.#changing)), this.title);
    toggle(this.saving, live && booked && this.#changing && !busy, this.title);
    toggle(this.ics, live && booked && this.hasFile, this.title);
    toggle(this.change, live && booked && !this.#changing && !busy, this.title);
    this.buttons.hidden = this.ics.hidden && this.change.hidden;
    put(this.note, live ? this.#holdWords(held) : newest ? "" : texts.older);
  }

  get #past() {
    return this.ends < Date.now();
  }

  #holdWords(held) {
    clearTimeout(this.#timer);
    const left = this.heldUntil - Date.now();
    if (!held || Number.isNaN(left)) return "";
    if (left <= 0) return texts.meetingGone;
    if (left < 2 ** 31) this.#timer = setTimeout(() => put(this.note, texts.meetingGone), left);
    return texts.meetingHeld(timeOf(this.heldUntil));
  }

  #changed() {
    this.#on.drafts.keep(this.key, this.wishes.draft);
  }

  #hand(does, title, details) {
    this.#on.hand({ type: "meeting", form: this.key, text: title, body: { meeting: this.id, do: does, details } });
  }

  #begin() {
    this.#changing = true;
    this.#on.refresh();
    this.wishes.element.querySelector("input").focus();
  }

  #store() {
    const { changes, wrong } = this.wishes.read();
    if (wrong) return wrong.focus();
    if (!Object.keys(changes).length) return this.#giveUp();
    this.title.focus();
    this.#hand("change", texts.changeWishes, changes);
  }

  #giveUp() {
    this.#changing = false;
    this.#forget();
    this.change.focus();
  }

  #forget() {
    this.#on.drafts.drop(this.key);
    this.wishes.fill();
    this.#on.refresh();
  }

  async #save() {
    put(this.problem, "");
    try {
      save(await this.#on.calendar(this.id), `${texts.calendarFile}-${this.id}.ics`);
      put(this.problem, texts.calendarHere);
    } catch (error) {
      put(this.problem, error.text || texts.calendarFailed);
    }
  }
}
