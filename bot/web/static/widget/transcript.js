// The transcript: messages in order, none twice, read aloud as they come, scrolled without tearing anybody away.

import { make } from "./dom.js";
import { Message } from "./message.js";
import { texts } from "./texts.js";

const NEAR = 48; // pixels from the end that still count as reading the newest
const TYPING_LASTS = 20000; // the server may go down in the middle of a word

export class Transcript {
  #messages = [];
  #standing = {};
  #read = 0; // a person has read up to there
  #typingTimer = null;
  #following = true;
  #top = 0; // where it was scrolled to when that was last looked at

  /** `on`: what messages and cards need, and news(unseen) when newer messages lie below what is shown. */
  constructor(on) {
    this.on = { ...on, refresh: () => this.#refresh() };
    this.assistant = texts.assistant;
    this.words = make("span");
    // Hidden from screen readers: they hear the answer itself, and the status line when it takes long.
    this.dots = make(
      "div",
      { class: "typing", "aria-hidden": "true", hidden: true },
      make("span", { class: "dots" }, make("i"), make("i"), make("i")),
      this.words,
    );
    this.element = make(
      "div",
      { class: "log", role: "log", tabindex: "0", "aria-label": texts.conversation, "aria-relevant": "additions" },
      this.dots,
    );
    this.quiet(true);
    this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // The keyboard of a phone, a longer text, a bigger font: who reads the newest goes on reading the newest.
    new ResizeObserver(() => this.#following && this.toEnd()).observe(this.element);
  }

  get messages() {
    return this.#messages;
  }

  /** Nothing is read aloud while old messages are put back. */
  quiet(quiet) {
    this.element.setAttribute("aria-live", quiet ? "off" : "polite");
  }

  /** Show a message of the server, in its place; a number already there is only brought up to date. */
  show(frame) {
    const known = this.#messages.find((message) => message.seq === frame.seq);
    if (known) known.update(frame);
    else this.#insert(new Message(frame, { assistant: this.assistant, on: this.on, anew: this.#anew(frame) }));
    if (frame.from !== "citizen") this.typing(null);
    this.#refresh();
  }

  /** Show what the citizen has just written, and how its sending goes. */
  pending({ id, form, text, at, status, reason, hopeless }) {
    let message = this.#byId(id);
    if (!message) {
      message = new Message({ from: "citizen", text, at }, { assistant: this.assistant, on: this.on, id, form });
      this.#insert(message, { own: true });
    }
    message.status(status, reason, hopeless);
    if (this.#following) this.toEnd(); // what became of it takes a line more
    this.#refresh();
  }

  /** The server has kept it as number `seq`. */
  kept({ id, seq, frame }) {
    const message = this.#byId(id);
    if (!message) return;
    const there = this.#messages.find((other) => other.seq === seq);
    if (there) return this.dropped({ id });
    message.id = null;
    message.update({ ...message.frame, ...frame, seq });
    message.status(null);
    this.#sort(message);
    this.#refresh();
  }

  /** The server has kept the form of a card. */
  handed({ form }) {
    for (const { card } of this.#messages) if (card?.key === form) card.handed?.();
  }

  /** Who has the conversation has changed. */
  stands(state) {
    this.#standing = state;
    this.#refresh();
  }

  dropped({ id }) {
    const message = this.#byId(id);
    if (!message) return;
    message.element.remove();
    this.#messages = this.#messages.filter((other) => other !== message);
    this.#refresh();
  }

  /** Someone is writing ("assistant" or a name); null when nobody is any more. */
  typing(name) {
    clearTimeout(this.#typingTimer);
    this.dots.hidden = !name;
    this.words.textContent = name ? texts.typing(name) : "";
    if (!name) return;
    this.#typingTimer = setTimeout(() => this.typing(null), TYPING_LASTS);
    if (this.#following) this.toEnd();
  }

  get isTyping() {
    return !this.dots.hidden;
  }

  /** A person has read up to `seq`: said under the last of the citizen's messages that this covers. */
  seen(seq) {
    this.#read = Math.max(this.#read, seq);
    this.#refresh();
  }

  clear() {
    for (const message of this.#messages) message.element.remove();
    this.#messages = [];
    this.#read = 0;
    this.#following = true;
    this.typing(null);
    this.on.news(false);
  }

  toEnd() {
    this.#following = true;
    this.element.scrollTop = this.element.scrollHeight;
    this.#top = this.element.scrollTop;
    this.on.news(false);
  }

  /** Go to the newest card about `key`, to go on there; false when there is none. */
  toCard(key) {
    const { card } = [...this.#messages].reverse().find((message) => message.card?.key && message.card.key === key) ?? {};
    const start = card?.element.querySelector("h3");
    start?.setAttribute("tabindex", "-1");
    start?.focus();
    return Boolean(start);
  }

  /** Bring the first message after `seq` to the top, as when a closed panel is opened again. */
  toFirstAfter(seq) {
    const first = this.#messages.find((message) => message.seq > seq && message.frame.from !== "citizen");
    this.toEnd();
    if (first) this.#noFurtherThan(first.element);
  }

  #insert(message, { own = false } = {}) {
    const follow = this.#following;
    this.#messages.push(message);
    this.dots.before(message.element);
    this.#sort(message);
    if (own) this.toEnd();
    else if (follow) {
      this.toEnd();
      this.#noFurtherThan(message.element);
    } else if (message.frame.from !== "citizen") this.on.news(true);
  }

  // A long answer is read from its beginning: never scroll past its first line.
  #noFurtherThan(element) {
    const top = element.offsetTop - 12;
    if (top >= this.element.scrollTop) return;
    this.element.scrollTop = top;
    this.#top = top + 1; // so that this counts as scrolling up, unless something else follows at once
  }

  // Kept messages stand by number; what is not kept yet stands last. Moved in the page only when it must be.
  #sort(message) {
    const place = (one) => one.seq ?? Infinity;
    const others = this.#messages.filter((other) => other !== message);
    let index = others.length;
    while (index > 0 && place(others[index - 1]) > place(message)) index -= 1;
    others.splice(index, 0, message);
    this.#messages = others;
    const next = others[index + 1]?.element ?? this.dots;
    if (message.element.nextElementSibling !== next) next.before(message.element);
  }

  #refresh() {
    let day = "";
    for (const message of this.#messages) {
      const date = message.date;
      message.startsDay(date !== day && date !== "");
      day = date || day;
    }
    // From the newest back: a message is what was said after it.
    const busy = new Set(this.#messages.filter(({ id, form }) => id && form).map(({ form }) => form));
    const held = new Map(this.#messages.filter(({ card }) => card?.holds).map(({ card }) => [card.key, card]));
    const later = { last: true, answered: false, answer: null, said: new Set(), keys: new Set(), busy, held, handoff: this.#standing.handoff ?? null };
    let read = this.#read > 0;
    for (const message of [...this.#messages].reverse()) {
      message.stand(later);
      later.last = false;
      later.answered ||= ["assistant", "staff"].includes(message.frame.from);
      if (message.frame.from === "citizen") {
        const covered = read && message.seq && message.seq <= this.#read;
        message.wasSeen(Boolean(covered));
        if (covered) read = false;
        // The answer may be the title of a choice and below it what was filled in.
        later.answer = message.text.split("\n")[0];
        later.said.add(later.answer);
      }
      for (const key of [message.card?.key, ...message.does]) if (key) later.keys.add(key);
    }
  }

  // Somebody else spoke last: whoever only hears the conversation is told.
  #anew(frame) {
    if (frame.from === "citizen" || frame.from === "system") return false;
    const speaker = ({ from, name }) => (from === "staff" ? `staff ${name ?? ""}` : "assistant");
    const before = this.#messages.filter(({ seq, frame: other }) => seq && seq < frame.seq && !["citizen", "system"].includes(other.from));
    const last = before[before.length - 1];
    return speaker(frame) !== (last ? speaker(last.frame) : "assistant");
  }

  #byId(id) {
    return this.#messages.find((message) => message.id === id);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    // Only who scrolls up stops following: a notice that takes room below is no reason to.
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#following = true;
    else if (scrollTop < this.#top) this.#following = false;
    this.#top = scrollTop;
    if (this.#following) this.on.news(false);
  }
}
