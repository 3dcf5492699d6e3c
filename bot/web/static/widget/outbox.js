// What the citizen has written and the server has not yet kept: sent until it is, and across a reload of the page.

import { texts } from "./texts.js";

const PATIENCE = 8000; // milliseconds without an answer before a message is sent again
const TRIES = 2; // times a message is sent by itself before the citizen is asked
// Sent again, refused again.
const HOPELESS = new Set(["too_long", "empty", "unknown_choice", "unknown_type", "bad_frame", "too_big", "refused"]);
const KEPT = ["id", "type", "text", "choice", "form", "body", "after", "at"]; // of an item, across a reload

/** A random id for a message: sent twice with the same id, a message is kept once. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only on secure pages
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Outbox {
  #storage;
  #wire;
  #timers = new Map();

  /**
   * `wire`: transmit(frame), true when it went out; changed(item), whose status is now "sending", "waiting"
   * (for a connection) or "failed" (item.reason says why); silent(), the connection seems dead.
   */
  constructor(storage, wire) {
    this.#storage = storage;
    this.#wire = wire;
    const kept = storage.get("queue");
    this.items = Array.isArray(kept) ? kept.map((item) => ({ ...item, tries: 0, status: "waiting" })) : [];
  }

  /** What has been sent and is not answered. */
  get inFlight() {
    return this.items.filter((item) => this.#timers.has(item.id));
  }

  find(id) {
    return this.items.find((item) => item.id === id) ?? null;
  }

  /**
   * Write a message: `type` "say" or "choose", its `text`, for a choice its id; or the form of a card: its name in
   * `form`, and in `body` what the frame holds besides type and id (`text` is then what is shown meanwhile).
   * `after` is the last message seen when it was written: the server keeps it under a higher number than that.
   */
  post({ type, text, choice = null, form = null, body = null, after }) {
    const at = new Date().toISOString();
    const item = { id: uuid(), type, text, choice, form, body, after, at, tries: 0, status: "waiting" };
    this.items.push(item);
    this.#save();
    this.#wire.changed(item);
    this.#send(item);
  }

  /** There is a connection again. */
  sendAll() {
    for (const item of this.items) this.#send(item);
  }

  /** There is none. */
  pause() {
    for (const item of this.items) {
      this.#stopClock(item.id);
      if (item.status !== "failed") this.#mark(item, "waiting");
    }
  }

  /** The citizen wants a failed message sent again. */
  retry(id) {
    const item = this.find(id);
    if (!item) return;
    item.tries = 0;
    if (item.unheard) this.#wire.silent();
    else this.#send(item);
  }

  /** The server has refused a message, and said why. */
  refuse(item, { code, text }) {
    this.#fail(item, { reason: text || texts.notSent, hopeless: HOPELESS.has(code), unheard: false });
  }

  /** Take a message out: the server has kept it, or the citizen gave it up. */
  take(id) {
    const item = this.find(id);
    this.#stopClock(id);
    this.items = this.items.filter((other) => other !== item);
    this.#save();
    return item;
  }

  /** Carry the words over into a new conversation. Choices and forms belonged to the old one and are dropped. */
  carryOver() {
    this.pause();
    this.items = this.items.filter((item) => item.type === "say").map((item) => ({ ...item, id: uuid(), after: 0 }));
    this.#save();
  }

  clear() {
    for (const item of this.items) this.#stopClock(item.id);
    this.items = [];
    this.#save();
  }

  #send(item) {
    const { id, type, text, choice, body } = item;
    const sent = this.#wire.transmit({ type, id, ...(body ?? (type === "choose" ? { choice } : { text })) });
    if (sent) {
      item.tries += 1;
      this.#stopClock(id);
      this.#timers.set(id, setTimeout(() => this.#unheard(item), PATIENCE));
    }
    this.#mark(item, sent ? "sending" : "waiting");
  }

  #unheard(item) {
    this.#timers.delete(item.id);
    if (item.tries < TRIES) this.#wire.silent(); // a new connection sends everything again
    else this.#fail(item, { reason: texts.notSent, hopeless: false, unheard: true });
  }

  #fail(item, why) {
    this.#stopClock(item.id);
    Object.assign(item, why);
    this.#mark(item, "failed");
  }

  #mark(item, status) {
    if (item.status === status) return;
    item.status = status;
    this.#wire.changed(item);
  }

  #stopClock(id) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #save() {
    this.#storage.set(
      "queue",
      this.items.map((item) => Object.fromEntries(KEPT.map((name) => [name, item[name] ?? null]))),
    );
  }
}
