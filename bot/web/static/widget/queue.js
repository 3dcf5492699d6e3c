// The line above the conversation: where one stands in the queue, who one writes with, what is promised.

import { make } from "./dom.js";
import { put } from "./fields.js";
import { texts } from "./texts.js";

const AGAIN = 60000; // milliseconds between two times that a new place in the queue is said aloud

/** Who has the conversation, in words; empty when the assistant has it and nothing is promised. */
export function standingWords({ state, position, wait_minutes: wait, handoff }) {
  const { status, way = "chat", staff, due } = handoff ?? {};
  if (state === "human") return staff ? texts.humanNamed(staff) : texts.human;
  const said = [];
  if (status === "claimed" && staff) said.push(texts.has(staff));
  else if (state === "queued" || (status === "waiting" && way === "chat")) {
    said.push(position ? texts.position(position) : texts.queued);
    if (wait) said.push(texts.wait(wait));
  }
  if (status === "waiting" || status === "claimed") said.push(promise(way, due));
  return said.filter(Boolean).join(" ");
}

function promise(way, due) {
  if (way === "call") return due ? texts.callBy(due) : texts.call;
  if (way === "meeting") return due ? texts.meetBy(due) : texts.meet;
  return due ? texts.answerBy(due) : "";
}

/** Shows the line, and says it aloud: at once when something else is so, now and then when only a number moves. */
export class QueueLine {
  #kind = "";
  #said = "";
  #at = 0;
  #timer = null;

  constructor() {
    this.words = make("p", { class: "line", hidden: true });
    this.aloud = make("p", { class: "spoken", role: "status" });
  }

  update(state) {
    const words = standingWords(state);
    const kind = standingWords({ ...state, position: null, wait_minutes: null });
    put(this.words, words);
    clearTimeout(this.#timer);
    if (kind !== this.#kind) this.#say(words);
    else if (words !== this.#said) this.#timer = setTimeout(() => this.#say(words), Math.max(0, this.#at + AGAIN - Date.now()));
    this.#kind = kind;
  }

  #say(words) {
    this.#said = words;
    this.#at = Date.now();
    this.aloud.textContent = words;
  }
}
