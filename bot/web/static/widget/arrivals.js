// What the server sends, each message once; the citizen's own is held back while its optimistic copy stands.

export class Arrivals {
  #held = new Map();
  #known = new Set();
  #outbox;
  #show;

  constructor(outbox, show) {
    this.#outbox = outbox;
    this.#show = show;
    this.last = 0; // the highest number that has come
  }

  reset() {
    this.#held.clear();
    this.#known.clear();
    this.last = 0;
  }

  take(frame) {
    if (!Number.isInteger(frame.seq) || this.#known.has(frame.seq)) return;
    this.last = Math.max(this.last, frame.seq);
    // One's own words come back before or after their ack: shown at once they would stand there twice.
    const mine = frame.from === "citizen" && this.#outbox.inFlight.some((item) => frame.seq > item.after);
    if (mine) this.#held.set(frame.seq, frame);
    else this.show(frame);
  }

  /** Number `seq` is the optimistic copy's own: gives the frame that was held back, or null when it is still to come. */
  claim(seq) {
    const frame = this.#held.get(seq) ?? null;
    this.#held.delete(seq);
    if (frame) this.#known.add(seq);
    return frame;
  }

  /** Nothing is on its way any more: what was held back was written in another window. */
  release() {
    if (this.#outbox.inFlight.length) return;
    const held = [...this.#held.values()].sort((a, b) => a.seq - b.seq);
    this.#held.clear();
    for (const frame of held) this.show(frame);
  }

  show(frame) {
    this.#known.add(frame.seq);
    this.#show(frame);
  }
}
