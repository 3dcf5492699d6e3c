// What goes to a person, for the citizen to read, put right and send; once it is sent it can still be put right.

import { icon, make } from "./dom.js";
import { button, field, hasFocus, put, toggle } from "./fields.js";
import { grouped, SummaryRow } from "./summary-row.js";
import { texts } from "./texts.js";

const DOES = { "handoff:send": "send", "handoff:call": "call" }; // choices that take along what was changed
const ADD = "add"; // beside the kinds of fields, in the draft

/** The summary as lines of plain text. */
export function handoffLines(card) {
  return [texts.handoffTitle, ...grouped(card.fields).map(({ heading, values }) => `${heading}: ${values.join("; ")}`)];
}

export class HandoffCard {
  #on;
  #mode = "";
  #correcting = false;

  /** `on`: hand, drafts, typing, refresh. `choices`: of the message; one that sends makes this an offer. */
  constructor(card, { on, choices }) {
    this.#on = on;
    this.id = card.id;
    this.key = `handoff:${card.id}`;
    this.sendAt = card.send_at ?? null;
    this.send = choices.find((choice) => choice.do === "handoff:send") ?? null;
    const draft = on.drafts.of(this.key);
    const listeners = { changed: () => this.#changed(), typing: on.typing };
    this.rows = grouped(card.fields).map((one) => new SummaryRow(one, { draft: draft[one.kind], on: listeners }));
    const addition = field(card.add_heading || texts.addHeading, "area", { value: draft[ADD] ?? "" });
    this.add = addition.control;
    this.add.addEventListener("input", () => {
      this.#changed();
      on.typing();
    });
    this.adding = make("div", { class: "adding", hidden: !this.add.value }, addition.element);
    this.adding.addEventListener("keydown", (event) => event.key === "Escape" && this.#stopAdding(event));
    this.more = button(texts.add, "small", () => this.#startAdding());
    this.title = make("h3", { tabindex: "-1" }, texts.handoffTitle);
    this.done = make("p", { class: "done", hidden: true }, icon("check"), make("span"));
    this.note = make("p", { class: "hint", hidden: true });
    this.correct = button(texts.correct, "secondary", () => this.#begin());
    this.buttons = make(
      "div",
      { class: "buttons", hidden: true },
      button(texts.sendCorrections, "primary", () => this.#sendCorrections()),
      button(texts.undo, "secondary", () => this.#giveUp()),
    );
    this.element = make(
      "div",
      { class: "card handoff", role: "group", "aria-label": texts.handoffTitle },
      this.title,
      this.rows.length ? make("dl", {}, this.rows.map(({ element }) => element)) : make("p", { class: "hint" }, texts.handoffEmpty),
      this.adding,
      this.more,
      this.done,
      this.note,
      this.correct,
      this.buttons,
    );
    // A newer card waits for the citizen to leave this one.
    this.element.addEventListener("focusout", () => setTimeout(on.refresh));
  }

  /** The citizen is at work in it: nothing that comes takes it out of their hands. */
  get holds() {
    return hasFocus(this.element) && (this.#correcting || !this.adding.hidden || this.rows.some((row) => row.isOpen));
  }

  /** Whether a choice beside the card may be used: as long as the summary is offered, whatever was said since. */
  allows(choice) {
    if (this.#mode === "offered") return !this.busy;
    return this.send ? false : choice.do === "handoff:send" ? false : null;
  }

  /** Send what was changed along with the choice, where something was. */
  takes(choice) {
    if (this.#mode !== "offered") return false;
    if (choice.do === "handoff:withdraw") this.#forget();
    const does = DOES[choice.do];
    if (!does || !this.#isChanged) return false;
    this.#hand(does, choice.title);
    return true;
  }

  handed() {
    this.#correcting = false;
    this.wasHanded = true;
    this.#forget();
  }

  update({ live, newest, last, busy, handoff }) {
    const mine = handoff?.id === this.id ? handoff : null;
    const before = this.#mode;
    this.busy = busy;
    this.newest = newest;
    this.#mode = this.#modeOf(live, last, mine);
    if (before === "older" && this.#mode !== "older") this.#fill(this.#on.drafts.of(this.key)); // from the older one
    // Sent by itself, or with another choice, while the citizen was putting it right: that goes on.
    if (before !== "sent" && this.#mode === "sent" && this.#isChanged) this.#correcting = true;
    this.#draw(mine);
  }

  #modeOf(live, last, mine) {
    if (!live) return "older";
    if (mine?.status === "offered") return "offered";
    if (mine?.status === "waiting" || mine?.status === "claimed") return "sent";
    return last && this.send ? "offered" : "over"; // the message may come before the news of it
  }

  #draw(mine) {
    const mode = this.#mode;
    const { busy } = this;
    const free = mode === "offered" || (mode === "sent" && this.#correcting);
    this.element.classList.toggle("older", mode === "older");
    for (const row of this.rows) row.allow(free && !busy, this.title);
    this.add.readOnly = busy;
    toggle(this.adding, free && (Boolean(this.add.value) || !this.adding.hidden), this.title);
    toggle(this.more, free && !busy && this.adding.hidden, this.title);
    toggle(this.correct, mode === "sent" && !free && !busy, this.title);
    toggle(this.buttons, mode === "sent" && free && !busy, this.title);
    const sent = mode === "sent" && (mine.status === "claimed" && mine.staff ? texts.handoffTaken(mine.staff) : texts.handoffSent);
    put(this.done.lastChild, sent || "");
    this.done.hidden = !sent;
    put(this.note, this.#noteFor(mine));
  }

  #noteFor(mine) {
    if (this.#mode === "older") return this.newest ? "" : texts.older;
    if (this.#mode === "sent" && this.#correcting) return this.isEmpty && !this.#isChanged ? texts.nothingChanged : "";
    if (this.#mode === "sent") return this.wasHanded ? texts.handoffHanded : "";
    if (this.#mode !== "offered" || this.busy) return "";
    const soon = mine ? mine.send_at : this.sendAt;
    return [soon ? texts.handoffSoon : "", this.#isChanged && this.send ? texts.handoffChanged(this.send.title) : ""].filter(Boolean).join(" ");
  }

  get #isChanged() {
    return Boolean(this.add.value.trim()) || this.rows.some(({ change }) => change !== null);
  }

  get #fields() {
    return Object.fromEntries(this.rows.filter(({ change }) => change !== null).map(({ kind, change }) => [kind, change]));
  }

  #changed() {
    const add = this.add.value;
    this.#on.drafts.keep(this.key, { ...this.#fields, ...(add ? { [ADD]: add } : {}) });
    this.#on.refresh();
  }

  #hand(does, title) {
    const add = this.add.value.trim();
    for (const row of this.rows) row.close();
    const body = { handoff: this.id, do: does, fields: this.#fields, ...(add ? { add } : {}) };
    this.#on.hand({ type: "handoff", form: this.key, text: title, body });
  }

  #sendCorrections() {
    this.isEmpty = !this.#isChanged;
    if (this.isEmpty) return this.#on.refresh();
    this.title.focus(); // the button goes away with what it has done
    this.#hand("correct", texts.correct);
  }

  #begin() {
    this.#correcting = true;
    this.isEmpty = false;
    this.#on.refresh();
    (this.rows.find(({ editable }) => editable)?.edit ?? this.more).focus();
  }

  #giveUp() {
    this.#correcting = false;
    this.#forget();
    this.correct.focus();
  }

  #startAdding() {
    this.adding.hidden = false;
    this.add.focus();
    this.#on.refresh();
  }

  #stopAdding(event) {
    event.stopPropagation();
    this.adding.hidden = !this.add.value;
    this.#on.refresh();
    (this.adding.hidden ? this.more : this.title).focus();
  }

  #forget() {
    this.#on.drafts.drop(this.key);
    this.#fill({});
    this.#on.refresh();
  }

  #fill(draft) {
    this.add.value = draft[ADD] ?? "";
    this.adding.hidden = !this.add.value;
    for (const row of this.rows) row.fill(draft[row.kind]);
  }
}
