// The conversation as the widget knows it: what was sent, what is kept, what came, who is logged in.
//
// It draws nothing. Events (all CustomEvent, with `detail`):
//   message {frame}             a message to show; one with a known seq comes once only
//   pending {item}              the citizen wrote this; its status is item.status
//   kept {id, seq, frame}       the server has kept it as number seq; frame is null until it comes back masked
//   handed {id, form}           the server has kept the form of a card
//   dropped {id}                a message that will not be sent after all
//   state {state, position, wait_minutes, handoff, login}
//   connection {up, again}      again: it was up before
//   typing {from} · read {seq}  a person has read up to there · notice {text}
//   renewed {giveUp}            the key had expired · forgotten {text}  it was deleted in another window

import { Arrivals } from "./arrivals.js";
import { Connection } from "./connection.js";
import { Outbox, uuid } from "./outbox.js";
import { Standing } from "./standing.js";

const TYPING_EVERY = 3000; // milliseconds
const ERASE_PATIENCE = 5000; // before a deletion that the server has not confirmed is called unconfirmed

export class Conversation extends EventTarget {
  #connection = null;
  #arrivals;
  #standing;
  #opened = 0;
  #typed = 0;
  #starting = null;
  #wrong = new Map(); // answers that were called wrong, by the id they were sent under, until the server has heard it
  #erased = null; // what waits for the server to confirm the deletion

  constructor(server, storage) {
    super();
    this.server = server;
    this.storage = storage;
    this.outbox = new Outbox(storage, {
      transmit: (frame) => this.#connection?.send(frame) ?? false,
      silent: () => this.#connection?.reconnect(),
      changed: (item) => {
        this.#emit("pending", { item });
        if (item.status === "failed") this.#arrivals.release();
      },
    });
    this.#arrivals = new Arrivals(this.outbox, (frame) => this.#emit("message", { frame }));
    this.#standing = new Standing(() => this.#emit("state", this.state));
    this.session = storage.session;
    this.replayTo = 0; // what was said before this page was opened ends here
  }

  get up() {
    return this.#connection?.up ?? false;
  }

  get state() {
    return this.#standing.now;
  }

  /** Open the conversation; makes one if there is none. Throws Refused. Calling again does no harm. */
  start() {
    this.#starting ??= this.#start().finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #start() {
    if (this.#connection) return;
    if (!this.session) {
      this.session = { ...(await this.server.newSession()), seen: 0 };
      this.storage.session = this.session;
    }
    this.#arrivals.reset();
    for (const item of this.outbox.items) this.#emit("pending", { item });
    const connection = new Connection(this.server.socket, { token: this.session.token, since: () => this.#arrivals.last });
    this.#connection = connection;
    connection.addEventListener("up", (event) => this.#welcome(event.detail));
    connection.addEventListener("down", () => this.#down());
    connection.addEventListener("frame", (event) => this.#frame(event.detail));
    connection.open();
  }

  /** Write a message. */
  say(text) {
    this.outbox.post({ type: "say", text, after: this.#arrivals.last });
  }

  /** Use one of the choices the server gave; not twice, however often it is pressed. */
  choose({ id, title }) {
    if (this.outbox.items.some((item) => item.choice === id)) return;
    this.outbox.post({ type: "choose", choice: id, text: title, after: this.#arrivals.last });
  }

  /** Hand in the form of a card: the frame's `type` and `body`; `text` is shown until the server's own words come. */
  hand({ type, form, body, text }) {
    if (this.outbox.items.some((item) => item.form === form)) return;
    this.outbox.post({ type, form, body, text, after: this.#arrivals.last });
  }

  /** The message `seq` is no answer; false when there is no connection to say so on. */
  wrong(seq) {
    if ([...this.#wrong.values()].includes(seq)) return true;
    const id = uuid();
    if (!this.#connection?.send({ type: "wrong", id, seq })) return false;
    this.#wrong.set(id, seq);
    return true;
  }

  /** The calendar file of a meeting, as a Blob. Throws Refused. */
  calendar(meeting) {
    return this.server.calendar(this.session.token, meeting);
  }

  /** True when the citizen has answered the form called `form`, or declined to, and is not to be asked again. */
  hasSettled(form) {
    return this.session?.settled?.includes(form) ?? false;
  }

  settle(form) {
    if (this.session && !this.hasSettled(form)) this.#keep({ settled: [...(this.session.settled ?? []), form] });
  }

  /** Send a message again that was not sent. */
  retry(id) {
    this.outbox.retry(id);
  }

  /** Give up a message that was not sent. */
  drop(id) {
    if (this.outbox.take(id)) this.#emit("dropped", { id });
    this.#arrivals.release();
  }

  /** The citizen is typing; said only while a person reads along or is about to, and not at every key. */
  typing() {
    if (!this.#standing.attended || Date.now() - this.#typed < TYPING_EVERY) return;
    if (this.#connection?.send({ type: "typing" })) this.#typed = Date.now();
  }

  /** The citizen has seen everything up to `seq`. */
  seen(seq) {
    if (!this.session || seq <= (this.session.seen ?? 0)) return;
    this.#keep({ seen: seq });
    this.#connection?.send({ type: "seen", seq });
  }

  /** Where to log in (an address), coming back to this page. Throws Refused. */
  async login() {
    const here = location.href.split("#")[0];
    return (await this.server.startLogin(this.session.token, here)).url;
  }

  /** Hand in what came back from the login. Throws Refused. */
  async finishLogin(code) {
    this.#standing.apply({ login: await this.server.finishLogin(this.session.token, code) });
  }

  /** End the login, not the conversation; gives the address where MitID can be left too, or null. Throws Refused. */
  async logout() {
    const answer = await this.server.logout(this.session.token);
    this.#standing.apply({ login: null });
    return answer?.logout_url ?? null;
  }

  /**
   * Delete the conversation, here first and then at the municipality, and end the login.
   * Gives {erased, logoutUrl}: what the server says of the deletion, null when it could not be told.
   */
  async end() {
    const { token } = this.session ?? {};
    const loggedIn = this.state.login;
    this.storage.erase();
    if (!token) return { erased: "", logoutUrl: null };
    const confirmed = new Promise((resolve) => (this.#erased = resolve));
    // Logged out first: once it is deleted, the key opens nothing any more.
    const out = loggedIn ? await this.server.logout(token).catch(() => null) : null;
    const told = this.#connection?.send({ type: "end", erase: true });
    setTimeout(this.#erased, told ? ERASE_PATIENCE : 0, null);
    const erased = await confirmed;
    this.#leave();
    this.storage.erase();
    return { erased, logoutUrl: out?.logout_url ?? null };
  }

  /** The conversation was deleted in another window. */
  forget(text = "") {
    this.#leave();
    this.storage.erase();
    this.#emit("forgotten", { text });
  }

  /** Stop talking, keep the key: the page is left, or the element is taken out of it. */
  disconnect() {
    this.#connection?.close();
    this.#connection = null;
    this.outbox.pause();
  }

  #leave() {
    this.outbox.clear();
    this.disconnect();
    this.session = null;
    this.#opened = 0;
    this.#erased = null;
    this.#arrivals.reset();
    this.replayTo = 0;
    this.#standing.reset();
  }

  #welcome(frame) {
    if (!this.session) return;
    this.#opened += 1;
    const seen = Math.max(this.session.seen ?? 0, frame.seen_seq ?? 0);
    this.#keep({ seen, ...(frame.expires_at ? { expires_at: frame.expires_at } : {}) });
    if (this.#opened === 1) this.replayTo = frame.last_seq ?? 0;
    this.#standing.apply({ login: null, handoff: null, ...frame });
    this.#emit("connection", { up: true, again: this.#opened > 1 });
    this.outbox.sendAll();
  }

  #down() {
    this.#wrong.clear(); // said again it counts once
    this.outbox.pause();
    this.#emit("connection", { up: false, again: true });
  }

  #frame(frame) {
    if (frame.type === "state" && frame.erased) this.#gone(frame.text ?? "");
    else if (this.#erased) return; // it is being deleted: nothing of it is shown again
    else if (frame.type === "message") this.#arrivals.take(frame);
    else if (frame.type === "ack") this.#kept(frame);
    else if (frame.type === "state") this.#standing.apply(frame);
    else if (frame.type === "typing") this.#emit("typing", frame);
    else if (frame.type === "seen") this.#wasSeen(frame);
    else if (frame.type === "error") this.#refused(frame);
  }

  #gone(text) {
    if (this.#erased) this.#erased(text);
    else this.forget(text);
  }

  // Without a sender it is what the citizen has seen in another window.
  #wasSeen(frame) {
    if (frame.from === "staff") this.#emit("read", frame);
    else if (this.session && frame.seq > (this.session.seen ?? 0)) {
      this.session = { ...this.session, seen: frame.seq };
      this.#emit("state", this.state);
    }
  }

  #kept({ id, seq: number }) {
    if (this.#wrong.delete(id)) {
      this.settle(`wrong:${number}`);
      this.#emit("state", this.state);
      return;
    }
    const item = this.outbox.take(id);
    const seq = item?.type === "survey" ? null : number; // kept, but not as a message
    const frame = this.#arrivals.claim(seq);
    if (item?.form) this.#emit("handed", { id, form: item.form });
    if (item && !Number.isInteger(seq)) this.#emit("dropped", { id });
    else if (item) this.#emit("kept", { id, seq, frame });
    else if (frame) this.#arrivals.show(frame);
    this.#arrivals.release();
  }

  #refused(frame) {
    if (frame.code === "bad_token") this.#expired();
    else if (this.#wrong.delete(frame.id)) this.#emit("notice", { text: frame.text });
    else {
      const item = frame.id ? this.outbox.find(frame.id) : null;
      if (item) this.outbox.refuse(item, frame);
      else if (!frame.id) this.#emit("notice", { text: frame.text });
    }
  }

  // The key no longer opens anything. What was not sent goes into the new conversation; a key that is refused
  // when it is brand new means the fault is the server's, and trying again would never end.
  #expired() {
    const fresh = this.#opened === 0 && Date.now() - (this.renewedAt ?? 0) < 10000;
    this.disconnect();
    this.storage.forget();
    this.storage.set("forms", null);
    this.session = null;
    this.#opened = 0;
    this.replayTo = 0;
    this.renewedAt = Date.now();
    this.outbox.carryOver();
    this.#standing.reset();
    this.#emit("renewed", { giveUp: fresh });
  }

  #keep(change) {
    this.session = { ...this.session, ...change };
    if (this.storage.session) this.storage.session = this.session; // unless it was deleted in another window
  }

  #emit(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
