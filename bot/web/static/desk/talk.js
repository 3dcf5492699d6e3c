// One open conversation as the desk knows it: the handoff, its messages, what is being sent. It draws nothing.
//
// Events (CustomEvent, with detail):
//   detail                     the handoff is known anew
//   acted                      this one has changed it
//   messages {frames, where}   to show: where is "start" (older ones) or "end"
//   pending {item}             what this one writes; item.status is sending, failed or kept
//   typing {from, name} · seen {seq, at} · present {staff}

import { Outbox } from "./outbox.js";

const PAGE = 100;
const TYPING_EVERY = 3000; // milliseconds
const CHANGED_PAUSE = 150;

export class Talk extends EventTarget {
  #shown = new Set();
  #held = new Map();
  #timer = null;
  #typed = 0;
  #seen = 0;
  #closed = false;
  #older = null;

  constructor(id, { api, socket, me }) {
    super();
    this.id = id;
    this.path = `/handoffs/${id}`;
    this.api = api;
    this.socket = socket;
    this.me = me;
    this.detail = null;
    this.more = false;
    this.first = 0;
    this.last = 0;
    this.outbox = new Outbox(id, {
      transmit: (item) => api.post(`${this.path}/reply`, { id: item.id, text: item.text }),
      changed: (item) => this.#pending(item),
      kept: (item, seq) => this.#kept(item, seq),
    });
  }

  get handoff() {
    return this.detail.handoff;
  }

  get mine() {
    return this.handoff.status === "claimed" && this.handoff.claimed_by?.id === this.me.id;
  }

  get over() {
    return this.handoff.status === "closed" || this.handoff.status === "withdrawn";
  }

  /** Load it and listen. Throws Refused. */
  async open() {
    const [detail, page] = await Promise.all([this.api.get(this.path), this.#messages()]);
    if (this.#closed) return;
    this.#apply(detail);
    this.more = page.more;
    this.#add(page.items, "end");
    for (const item of this.outbox.items) this.#pending(item);
    this.socket.addEventListener("frame", this.#frame);
    this.socket.addEventListener("up", this.#up);
    this.#listen();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.socket.removeEventListener("frame", this.#frame);
    this.socket.removeEventListener("up", this.#up);
    this.socket.send({ type: "leave", handoff: this.id });
  }

  /** Ask for the handoff again. Throws Refused. */
  async reload(options) {
    const detail = await this.api.get(this.path, {}, options);
    if (!this.#closed) this.#apply(detail);
  }

  /** Do something to it (`take`, `release` …): POST below its path; what comes back is how it is now. */
  async act(what, body = {}) {
    this.settle(await this.api.post(`${this.path}/${what}`, body));
  }

  /** Something was done to it, and the server has told how it is now. */
  settle(detail) {
    if (this.#closed) return;
    this.#apply(detail);
    this.#emit("acted");
  }

  /** Older messages, if there are any; calls at the same time share one question. */
  older() {
    if (!this.more) return Promise.resolve();
    this.#older ??= this.#messages(this.first)
      .then((page) => {
        this.more = page.more;
        this.#add(page.items, "start");
      })
      .finally(() => (this.#older = null));
    return this.#older;
  }

  /** Load back to message `seq`. */
  async reach(seq) {
    while (this.more && seq < this.first) await this.older();
  }

  /** The assistant misread the citizen's message `seq`. Throws Refused. */
  misread(seq) {
    return this.api.post(`${this.path}/misread`, { seq });
  }

  reply(text) {
    return this.outbox.post(text, this.last);
  }

  retry(id) {
    return this.outbox.retry(id);
  }

  drop(id) {
    this.#forget(id);
    this.#release();
  }

  typing() {
    if (Date.now() - this.#typed < TYPING_EVERY) return;
    if (this.socket.send({ type: "typing", handoff: this.id })) this.#typed = Date.now();
  }

  /** The one who has the conversation has read up to its end; others who look in have read nothing for them. */
  read() {
    if (!this.mine || this.last <= this.#seen) return;
    if (this.socket.send({ type: "seen", handoff: this.id, seq: this.last })) this.#seen = this.last;
  }

  #messages(before) {
    return this.api.get(`${this.path}/messages`, { before, limit: PAGE });
  }

  #listen() {
    this.socket.send({ type: "open", handoff: this.id, since: this.last });
  }

  #up = () => {
    this.#listen();
    this.#changed();
  };

  #changed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.reload({ byItself: true }).catch(() => {}), CHANGED_PAUSE); // the next news asks again
  }

  #apply(detail) {
    this.detail = detail;
    this.#seen = Math.max(this.#seen, detail.staff_seen_seq ?? 0);
    this.#emit("detail");
  }

  #frame = ({ detail: frame }) => {
    if (frame.handoff !== this.id) return;
    if (frame.type === "message") this.#message(frame);
    else if (frame.type === "handoff") this.#changed();
    else if (frame.type === "typing") this.#emit("typing", frame);
    else if (frame.type === "present") this.#emit("present", { staff: frame.staff });
    else if (frame.type === "seen" && frame.from === "citizen") {
      this.detail.seen_seq = Math.max(this.detail.seen_seq ?? 0, frame.seq);
      this.#emit("seen", { seq: frame.seq, at: frame.at ?? new Date().toISOString() });
    }
  };

  #message(frame) {
    if (!Number.isInteger(frame.seq) || this.#shown.has(frame.seq)) return;
    // One's own words come back before or after the answer to the request: shown at once they would stand twice.
    const mine = frame.from === "staff" && this.outbox.sending.some((item) => frame.seq > item.after);
    this.last = Math.max(this.last, frame.seq);
    if (mine) this.#held.set(frame.seq, frame);
    else this.#add([frame], "end");
  }

  #add(frames, where) {
    const fresh = frames.filter((frame) => !this.#shown.has(frame.seq));
    for (const frame of fresh) this.#came(frame);
    for (const { seq } of fresh) {
      this.#shown.add(seq);
      this.first = this.first ? Math.min(this.first, seq) : seq;
      this.last = Math.max(this.last, seq);
    }
    if (fresh.length || where === "start") this.#emit("messages", { frames: fresh, where });
  }

  // A reply whose answer was lost may be kept all the same: then it has come, and is not called unsent any more.
  #came({ from, name, text, seq }) {
    if (from !== "staff" || name !== this.me.name) return;
    const item = this.outbox.items.find((one) => one.status === "failed" && one.text === text && seq > one.after);
    if (item) this.#forget(item.id);
  }

  #forget(id) {
    this.outbox.take(id);
    this.#emit("pending", { item: { id, status: "dropped" } });
  }

  #pending(item) {
    this.#emit("pending", { item });
    if (item.status === "failed") {
      this.#release();
      if (item.refused) this.#changed(); // it may be a colleague's by now
      if (!this.socket.up) this.socket.reconnect();
    }
  }

  #kept(item, seq) {
    // Shown as it was written until the log's own copy comes; that one is masked, and counts.
    const frame = this.#held.get(seq);
    this.#held.delete(seq);
    if (frame || this.#shown.has(seq)) {
      this.#emit("pending", { item });
      if (frame) this.#add([frame], "end");
    } else this.#emit("pending", { item: { ...item, seq } });
    this.#release();
  }

  #release() {
    if (this.outbox.sending.length) return;
    const held = [...this.#held.values()].sort((a, b) => a.seq - b.seq);
    this.#held.clear();
    if (held.length) this.#add(held, "end");
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
