// One websocket that stays up: says hello, reconnects with growing pauses, and never throws.
//
// Events: "up" (detail: the welcome frame), "down", and "frame" (detail: any other frame of the server).

const FIRST_PAUSE = 500; // milliseconds before the first new attempt; doubles each time
const LONGEST_PAUSE = 30000;
const HANDSHAKE = 10000; // a server that has not said welcome by then is given up

export class Connection extends EventTarget {
  #socket = null;
  #timer = null;
  #attempts = 0;
  #wanted = false;

  /** `since` is asked at each hello: the last message seen, so that the server replays what came after it. */
  constructor(address, { token, since }) {
    super();
    this.address = address;
    this.token = token;
    this.since = since;
    this.up = false;
  }

  open() {
    if (this.#wanted) return;
    this.#wanted = true;
    window.addEventListener("online", this.#now);
    document.addEventListener("visibilitychange", this.#now);
    this.#connect();
  }

  /** Leave for good. */
  close() {
    this.#wanted = false;
    window.removeEventListener("online", this.#now);
    document.removeEventListener("visibilitychange", this.#now);
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Send a frame; false when there is no connection to send it on. */
  send(frame) {
    if (!this.up || this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Leave a connection that seems dead, and make a new one at once. */
  reconnect() {
    if (!this.#wanted) return;
    this.#drop();
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    // A socket that was left may still speak: only the newest is heard.
    const heard = (listener) => (event) => {
      if (socket === this.#socket) listener(event);
    };
    socket.addEventListener(
      "open",
      heard(() => socket.send(JSON.stringify({ type: "hello", token: this.token, since: this.since() }))),
    );
    socket.addEventListener("message", heard((event) => this.#receive(event.data)));
    socket.addEventListener("close", heard(() => this.#lost()));
    this.#timer = setTimeout(() => {
      this.#drop();
      this.#lost();
    }, HANDSHAKE);
  }

  #receive(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame?.type === "welcome") {
      clearTimeout(this.#timer);
      this.#attempts = 0;
      this.up = true;
      this.#emit("up", frame);
    } else if (typeof frame?.type === "string") this.#emit("frame", frame);
  }

  #lost() {
    clearTimeout(this.#timer);
    this.#socket = null;
    this.#fell();
    if (!this.#wanted) return;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#attempts);
    this.#attempts += 1;
    // Jitter: after a restart, a thousand citizens must not all come back in the same moment.
    this.#timer = setTimeout(() => this.#connect(), pause / 2 + (Math.random() * pause) / 2);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#fell();
  }

  #fell() {
    if (!this.up) return;
    this.up = false;
    if (this.#wanted) this.#emit("down");
  }

  // The network is back, or the citizen looks at the page again: no reason to wait longer.
  #now = () => {
    if (this.#wanted && !this.#socket && document.visibilityState === "visible" && navigator.onLine) {
      this.#attempts = 0;
      this.#connect();
    }
  };

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
