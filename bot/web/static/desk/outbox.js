// Replies that are written and not yet known to be kept: each has an id of its own, so that sending twice keeps once.

import { drafts } from "./keep.js";
import { texts } from "./texts.js";

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only on secure pages
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Outbox {
  /** `transmit(item)` sends and gives a promise of {seq}; `changed(item)` is told of each new status. */
  constructor(handoff, { transmit, changed, kept }) {
    this.key = `ikke-sendt.${handoff}`;
    this.transmit = transmit;
    this.changed = changed;
    this.kept = kept;
    this.items = drafts.get(this.key, []).map((item) => ({ ...item, status: "failed", reason: texts.notSent }));
  }

  get sending() {
    return this.items.filter((item) => item.status === "sending");
  }

  post(text, after) {
    const item = { id: uuid(), text, after, at: new Date().toISOString(), status: "sending", reason: "" };
    this.items.push(item);
    this.#save();
    return this.#send(item);
  }

  retry(id) {
    const item = this.items.find((one) => one.id === id);
    return item ? this.#send(item) : null;
  }

  take(id) {
    this.items = this.items.filter((one) => one.id !== id);
    this.#save();
  }

  async #send(item) {
    item.status = "sending";
    this.changed(item);
    try {
      const { seq } = await this.transmit(item);
      this.take(item.id);
      item.status = "kept";
      this.kept(item, seq);
    } catch (error) {
      item.status = "failed";
      item.reason = error.message;
      item.refused = error.status >= 400 && error.status < 500;
      this.changed(item);
    }
  }

  #save() {
    const items = this.items.map(({ id, text, after, at }) => ({ id, text, after, at }));
    drafts.set(this.key, items.length ? items : null);
  }
}
