// The conversation as the widget knows it: what was sent, what is kept, what came, who is logged in.
//
// It draws nothing. Events (all CustomEvent, with `detail`):
//   message {frame}             a message to show; one with a known seq comes once only
//   pending {item}              the citizen wrote this; its status is item.status
//   kept {id, seq, frame}       the server has kept it as number seq; frame is null until it comes back masked
//   dropped {id}                a message that will not be sent after all
//   state {state, position, wait_minutes, login}
//   connection {up, again}      again: it was up before
//   typing {from} · read {seq}  a person has read up to there · notice {text}
//   renewed {giveUp}            the key had expired · forgotten {text}  it was deleted in another window

import { Connection } from "./connection.js";
import { Outbox } from "./outbox.js";

const TYPING_EVERY = 3000; // milliseconds
const ERASE_PATIENCE = 5000; // before a deletion that the server has not confirmed is called unconfirmed

export class Conversation extends EventTarget {
  #connection = null;
  #held = new Map();
  #shown = new Set();
  #opened = 0;
  #typed = 0;
  #loginTimer = null;
  #starting = null;
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
        if (item.status === "failed") this.#release();
      },
    });
    this.session = storage.session;
    this.state = { state: "bot", login: null };
    this.lastSeq = 0;
    this.replayTo = 0; // what was said before this page was opened ends here
  }

  get up() {
    return this.#connection?.up ?? false;
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
    this.#shown.clear();
    this.#held.clear();
    this.lastSeq = 0;
    for (const item of this.outbox.items) this.#emit("pending", { item });
    const connection = new Connection(this.server.socket, { token: this.session.token, since: () => this.lastSeq });
    this.#connection = connection;
    connection.addEventListener("up", (event) => this.#welcome(event.detail));
    connection.addEventListener("down", () => this.#down());
    connection.addEventListener("frame", (event) => this.#frame(event.detail));
    connection.open();
  }

  /** Write a message. */
  say(text) {
    this.outbox.post({ type: "say", text, after: this.lastSeq });
  }

  /** Use one of the choices the server gave. */
  choose({ id, title }) {
    this.outbox.post({ type: "choose", choice: id, text: title, after: this.lastSeq });
  }

  /** Send a message again that was not sent. */
  retry(id) {
    this.outbox.retry(id);
  }

  /** Give up a message that was not sent. */
  drop(id) {
    if (this.outbox.take(id)) this.#emit("dropped", { id });
    this.#release();
  }

  /** The citizen is typing; said only while a person reads along, and not at every key. */
  typing() {
    if (this.state.state !== "human" || Date.now() - this.#typed < TYPING_EVERY) return;
    if (this.#connection?.send({ type: "typing" })) this.#typed = Date.now();
  }

  /** The citizen has seen everything up to `seq`. */
  seen(seq) {
    if (!this.session || seq <= (this.session.seen ?? 0)) return;
    this.session = { ...this.session, seen: seq };
    if (this.storage.session) this.storage.session = this.session;
    this.#connection?.send({ type: "seen", seq });
  }

  /** Where to log in (an address), coming back to this page. Throws Refused. */
  async login() {
    const here = location.href.split("#")[0];
    return (await this.server.startLogin(this.session.token, here)).url;
  }

  /** Hand in what came back from the login. Throws Refused. */
  async finishLogin(code) {
    this.#apply({ login: await this.server.finishLogin(this.session.token, code) });
  }

  /** End the login, not the conversation; gives the address where MitID can be left too, or null. Throws Refused. */
  async logout() {
    const answer = await this.server.logout(this.session.token);
    this.#apply({ login: null });
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
    clearTimeout(this.#loginTimer);
    this.session = null;
    this.#opened = 0;
    this.#erased = null;
    this.lastSeq = 0;
    this.replayTo = 0;
    this.#apply({ state: "bot", login: null });
  }

  #welcome(frame) {
    if (!this.session) return;
    this.#opened += 1;
    this.session = { ...this.session, seen: Math.max(this.session.seen ?? 0, frame.seen_seq ?? 0) };
    if (frame.expires_at) this.session.expires_at = frame.expires_at;
    if (this.storage.session) this.storage.session = this.session;
    if (this.#opened === 1) this.replayTo = frame.last_seq ?? 0;
    this.#apply({ login: null, ...frame });
    this.#emit("connection", { up: true, again: this.#opened > 1 });
    this.outbox.sendAll();
  }

  #down() {
    this.outbox.pause();
    this.#emit("connection", { up: false, again: true });
  }

  #frame(frame) {
    if (frame.type === "state" && frame.erased) this.#gone(frame.text ?? "");
    else if (this.#erased) return; // it is being deleted: nothing of it is shown again
    else if (frame.type === "message") this.#message(frame);
    else if (frame.type === "ack") this.#kept(frame);
    else if (frame.type === "state") this.#apply(frame);
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

  #message(frame) {
    if (!Number.isInteger(frame.seq) || this.#shown.has(frame.seq)) return;
    this.lastSeq = Math.max(this.lastSeq, frame.seq);
    // One's own words come back before or after their ack: shown at once they would stand there twice.
    const mine = frame.from === "citizen" && this.outbox.inFlight.some((item) => frame.seq > item.after);
    if (mine) this.#held.set(frame.seq, frame);
    else this.#show(frame);
  }

  #kept({ id, seq }) {
    const item = this.outbox.take(id);
    const frame = this.#held.get(seq) ?? null;
    this.#held.delete(seq);
    if (frame) this.#shown.add(seq);
    if (item) this.#emit("kept", { id, seq, frame });
    else if (frame) this.#show(frame);
    this.#release();
  }

  #refused(frame) {
    if (frame.code === "bad_token") this.#expired();
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
    this.session = null;
    this.#opened = 0;
    this.replayTo = 0;
    this.renewedAt = Date.now();
    this.outbox.carryOver();
    this.#apply({ state: "bot", login: null });
    this.#emit("renewed", { giveUp: fresh });
  }

  #release() {
    if (this.outbox.inFlight.length) return;
    const held = [...this.#held.values()].sort((a, b) => a.seq - b.seq);
    this.#held.clear();
    for (const frame of held) this.#show(frame);
  }

  #show(frame) {
    this.#shown.add(frame.seq);
    this.#emit("message", { frame });
  }

  #apply(change) {
    const { state, position = null, wait_minutes = null } = change;
    if (state) this.state = { ...this.state, state, position, wait_minutes };
    if ("login" in change) this.state = { ...this.state, login: change.login };
    clearTimeout(this.#loginTimer);
    const ends = Date.parse(this.state.login?.expires_at ?? "") - Date.now();
    if (ends >= 0 && ends < 2 ** 31) {
      this.#loginTimer = setTimeout(() => this.#apply({ login: null }), ends);
    }
    this.#emit("state", this.state);
  }

  #emit(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
