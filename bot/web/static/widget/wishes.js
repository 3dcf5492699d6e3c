// What a citizen may tell of a meeting: whom to write to, whether to be reminded, an interpreter, somebody who comes along.

import { make } from "./dom.js";
import { field, put, tick, unique } from "./fields.js";
import { texts } from "./texts.js";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^(?:\D*\d){8,}\D*$/;

// Each is a box to tick, and once it is ticked a field. `asked`: the name of the box where the server keeps that too.
const WISHES = [
  { name: "email", asked: "mail", words: texts.mail, label: texts.email, kind: "email", fits: EMAIL, wrong: texts.emailWrong, autocomplete: "email" },
  { name: "phone", asked: "sms", words: texts.sms, label: texts.phone, kind: "tel", fits: PHONE, wrong: texts.phoneWrong, autocomplete: "tel" },
  { name: "interpreter", words: texts.needsInterpreter, label: texts.interpreter, kind: "text" },
  { name: "companion", words: texts.bringsCompanion, label: texts.companion, kind: "text" },
];

/** A wish as it can be had: without text messages a phone number is still worth having, to call. */
function offered(wish, offers) {
  if (!wish.asked || offers[wish.asked] !== false) return wish;
  return wish.name === "phone" ? { ...wish, asked: undefined, words: texts.callMe } : null;
}

const text = (raw) => (typeof raw === "string" ? raw : "");

export class Wishes {
  /**
   * `details` as the server has them, `draft` what was typed before a reload; `on`: changed(), typing().
   * `offers`: which of "mail" and "sms" the municipality can send; those it can't are not asked about.
   */
  constructor(details, draft, on, offers = {}) {
    this.details = details;
    this.on = on;
    this.name = typeof details.name === "string" ? this.#listen(field(texts.name, "text", { autocomplete: "name" })) : null;
    this.parts = WISHES.map((wish) => offered(wish, offers)).filter(Boolean).map((wish) => this.#part(wish));
    this.element = make(
      "fieldset",
      { class: "wishes" },
      make("legend", {}, texts.wishes),
      make("p", { class: "hint" }, texts.wishesFree),
      this.name?.element,
      this.parts.map(({ element }) => element),
    );
    this.fill(draft);
  }

  /** Everything as it stands in the form, for the draft; empty when it is as the server has it. */
  get draft() {
    if (!Object.keys(this.#changes).length) return {};
    const ticks = this.parts.map(({ wish, box }) => [`${wish.name}?`, box.control.checked]);
    const values = this.parts.map(({ wish, control }) => [wish.name, control.value]);
    return Object.fromEntries([...ticks, ...values, ...(this.name ? [["name", this.name.control.value]] : [])]);
  }

  /** {changes, wrong}: what differs from what the server has, and the first field that can't be right, or null. */
  read() {
    let first = null;
    for (const part of this.parts) {
      const { wish, box, control, problem } = part;
      const value = control.value.trim();
      const wrong = box.control.checked && wish.fits && !wish.fits.test(value);
      put(problem, wrong ? wish.wrong : "");
      control.setAttribute("aria-invalid", String(Boolean(wrong)));
      if (wrong) first ??= control;
    }
    return { changes: this.#changes, wrong: first };
  }

  /** Put `draft` into the form, or what the server has. */
  fill(draft = {}) {
    for (const { wish, box, control, shown, problem } of this.parts) {
      const kept = text(this.details[wish.name]);
      control.value = draft[wish.name] ?? kept;
      box.control.checked = draft[`${wish.name}?`] ?? this.#asked(wish);
      shown.hidden = !box.control.checked;
      put(problem, "");
      control.removeAttribute("aria-invalid");
    }
    if (this.name) this.name.control.value = draft.name ?? text(this.details.name);
  }

  freeze(frozen) {
    for (const { box, control } of this.parts) {
      control.readOnly = frozen;
      box.control.setAttribute("aria-disabled", String(frozen));
    }
    this.frozen = frozen;
    if (this.name) this.name.control.readOnly = frozen;
  }

  get #changes() {
    const changes = {};
    for (const { wish, box, control } of this.parts) {
      const { checked } = box.control;
      const value = checked ? control.value.trim() : "";
      if (wish.asked && checked !== this.#asked(wish)) changes[wish.asked] = checked;
      const same = value === text(this.details[wish.name]);
      if (wish.asked ? checked && (!same || changes[wish.asked]) : !same) changes[wish.name] = value;
    }
    const name = this.name?.control.value.trim();
    if (this.name && name !== text(this.details.name)) changes.name = name;
    return changes;
  }

  #asked({ name, asked }) {
    return asked ? this.details[asked] === true : Boolean(text(this.details[name]));
  }

  #part(wish) {
    const box = tick(wish.words);
    const id = unique("problem");
    const { element, control } = this.#listen(
      field(wish.label, wish.kind, { autocomplete: wish.autocomplete ?? "off", "aria-describedby": id }),
    );
    const problem = make("p", { class: "problem", id, role: "alert", hidden: true });
    const shown = make("div", { class: "shown" }, element, problem);
    box.control.addEventListener("click", (event) => this.frozen && event.preventDefault());
    box.control.addEventListener("change", () => {
      shown.hidden = !box.control.checked;
      this.on.changed();
    });
    return { wish, box, control, problem, shown, element: make("div", { class: "wish" }, box.element, shown) };
  }

  #listen(made) {
    made.control.addEventListener("input", () => {
      this.on.changed();
      this.on.typing();
    });
    return made;
  }
}
