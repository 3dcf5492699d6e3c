// The box where a reply to the citizen is written. Notes have a box of their own, elsewhere and in another colour.

import { button, make, newId } from "./elements.js";
import { Canned } from "./canned.js";
import { drafts } from "./keep.js";
import { texts } from "./texts.js";

const LONGEST = 3000; // characters, as the server counts them
const NEAR = 300;

export class Composer {
  constructor(talk, { readOnly, onSent }) {
    this.talk = talk;
    this.readOnly = readOnly;
    this.onSent = onSent;
    this.key = `svar.${talk.id}`;
    const id = newId("svar");
    this.box = make("textarea", { id, rows: 2, "aria-describedby": `${id}-hint ${id}-trouble`, autocomplete: "off" });
    this.box.value = drafts.get(this.key, "");
    this.canned = new Canned(this.box, talk);
    this.trouble = make("p", { class: "field-error", id: `${id}-trouble`, role: "status" });
    this.form = make(
      "form",
      { class: "composer" },
      make("div", { class: "composer-head" }, make("label", { for: id }, texts.reply), make("p", { class: "hint", id: `${id}-hint` }, texts.replyHint)),
      make("div", { class: "composer-box" }, this.canned.list, this.box),
      this.trouble,
      make(
        "div",
        { class: "composer-foot" },
        button(texts.canned, () => this.canned.start(), { "data-focus": "skabeloner" }),
        make("button", { type: "submit", class: "button primary" }, texts.send),
      ),
    );
    this.aside = make("p", { class: "hint", hidden: true });
    this.form.prepend(this.aside);
    this.why = make("p", { class: "cannot" });
    this.element = make("div", { class: "reply" }, this.form, this.why);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("input", () => this.#typed());
    talk.addEventListener("detail", () => this.update());
  }

  /** Whether a reply may be written now; if not, the reason stands in its place. */
  update() {
    const why = this.#reason();
    const had = this.element.contains(document.activeElement);
    this.form.hidden = Boolean(why);
    this.why.hidden = !why;
    this.why.textContent = why;
    const { handoff, state } = this.talk.detail;
    const aside = state === "human" ? "" : (texts.replyTakesOver[handoff.way] ?? "");
    this.aside.hidden = !aside;
    this.aside.textContent = aside;
    this.#grow();
    if (why && had) document.getElementById("indhold").focus({ preventScroll: true });
  }

  get open() {
    return !this.form.hidden;
  }

  focus() {
    this.box.focus();
  }

  #reason() {
    const { handoff, state } = this.talk.detail;
    const { cannotReply } = texts;
    if (this.readOnly) return texts.auditor;
    if (this.talk.over || state === "closed") return cannotReply.closed;
    if (handoff.status === "offered") return cannotReply.offered;
    if (handoff.status === "waiting") return cannotReply.waiting;
    if (!this.talk.mine) return cannotReply.others(handoff.claimed_by?.name ?? texts.who.staff);
    return "";
  }

  #key(event) {
    if (this.canned.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#send();
    }
  }

  #typed() {
    drafts.set(this.key, this.box.value);
    this.#grow();
    const left = LONGEST - [...this.box.value].length;
    this.#say(left < 0 ? texts.tooLong(-left) : left < NEAR ? texts.left(left) : "", left < 0);
    if (this.box.value.trim()) this.talk.typing();
  }

  #send() {
    const text = this.box.value.trim();
    if (!text || [...text].length > LONGEST) return;
    const place = this.canned.unfilled();
    if (place) {
      this.#say(texts.cannedMissing(place.name), true);
      this.box.setSelectionRange(place.start, place.end);
      return;
    }
    this.box.value = "";
    this.#typed();
    this.talk.reply(text);
    this.box.focus();
    this.onSent();
  }

  #say(text, wrong = false) {
    this.trouble.textContent = text;
    this.trouble.classList.toggle("mild", !wrong);
    if (wrong) this.box.setAttribute("aria-invalid", "true");
    else this.box.removeAttribute("aria-invalid");
  }

  // As many lines as are written, up to what the stylesheet allows.
  #grow() {
    this.box.style.height = "auto";
    if (this.box.scrollHeight) this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }
}
