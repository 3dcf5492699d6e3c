// The desk's one websocket: news of the queue and of open conversations. Stays up, and never throws.
//
// Events: "up" (detail: again, true when it was up before), "down", and "frame" (detail: a frame of the server).

const FIRST_PAUSE = 500; // milliseconds before the first new attempt; doubles each time
const LONGEST_PAUSE = 15_000;
const HANDSHAKE = 10_000;

export class DeskSocket extends EventTarget {
  #socket = null;
  #timer = null;
  #attempts = 0;
  #wanted = false;
  #before = false;
  up = false;

  open() {
    if (this.#wanted) return;
    this.#wanted = true;
    window.addEventListener("online", this.#now);
    document.addEventListener("visibilitychange", this.#now);
    this.#connect();
  }

  /** Leave for good: the login is over. */
  close() {
    this.#wanted = false;
    window.removeEventListener("online", this.#now);
    document.removeEventListener("visibilitychange", this.#now);
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Send a frame; false when there is no connection to send it on. */
  send(frame) {
    if (!this.up || this.#socket?.readyState !== WebSocket.OPEN) return false;
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
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/desk/socket`);
    this.#socket = socket;
    // A socket that was left may still speak: only the newest is heard.
    const heard = (listener) => (event) => {
      if (socket === this.#socket) listener(event);
    };
    socket.addEventListener("open", heard(() => this.#opened()));
    socket.addEventListener("message", heard((event) => this.#receive(event.data)));
    socket.addEventListener("close", heard(() => this.#lost()));
    this.#timer = setTimeout(() => {
      this.#drop();
      this.#lost();
    }, HANDSHAKE);
  }

  #opened() {
    clearTimeout(this.#timer);
    this.#attempts = 0;
    this.up = true;
    this.#emit("up", { again: this.#before });
    this.#before = true;
  }

  #receive(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (typeof frame?.type === "string") this.#emit("frame", frame);
  }

  #lost() {
    clearTimeout(this.#timer);
    this.#socket = null;
    this.up = false;
    if (!this.#wanted) return;
    this.#emit("down");
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#attempts);
    this.#attempts += 1;
    // Jitter: after a restart, a whole contact centre must not come back in the same moment.
    this.#timer = setTimeout(() => this.#connect(), pause / 2 + (Math.random() * pause) / 2);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.up = false;
    socket?.close();
  }

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
