// What the browser keeps: the conversation's key until it expires, and this tab's own unsent words.
//
// The key lies in localStorage, so that every tab of the website shows the same conversation. What the citizen
// has typed but not sent lies in sessionStorage, which ends with the tab. The conversation's text is never
// kept here: the server replays it. Where a browser forbids storage, memory takes over until the page is left.

/** Something like `localStorage` that never throws; `lasting` is false where it is only memory. */
function open(kind) {
  try {
    const area = window[kind];
    const probe = "borgerkontakt:probe";
    area.setItem(probe, "1");
    area.removeItem(probe);
    return { area, lasting: true };
  } catch {
    const memory = new Map();
    const area = {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    };
    return { area, lasting: false };
  }
}

function read(area, key) {
  try {
    return JSON.parse(area.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(area, key, value) {
  try {
    if (value === null) area.removeItem(key);
    else area.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden since we looked: the page still works, it just forgets on reload.
  }
}

export class Storage {
  /** `base` is the chat's address: two chats on one website do not mix. */
  constructor(base) {
    this.key = `borgerkontakt:${base}`;
    this.local = open("localStorage");
    this.tab = open("sessionStorage");
  }

  /** False where what is kept is gone when the page is left. */
  get lasting() {
    return this.local.lasting;
  }

  /** The conversation: {conversation, token, expires_at, seen}, or null when there is none or it has expired. */
  get session() {
    const session = read(this.local.area, this.key);
    if (!session || typeof session.token !== "string") return null;
    if (session.expires_at && !(Date.parse(session.expires_at) > Date.now())) {
      this.forget();
      return null;
    }
    return session;
  }

  set session(session) {
    write(this.local.area, this.key, session);
  }

  /** A value that belongs to this tab: "queue", "draft", "forms" or "open". */
  get(name) {
    return read(this.tab.area, this.key)?.[name] ?? null;
  }

  set(name, value) {
    write(this.tab.area, this.key, { ...read(this.tab.area, this.key), [name]: value });
  }

  /** Forget the conversation; the words not sent yet stay. */
  forget() {
    write(this.local.area, this.key, null);
  }

  /** Forget everything, as the next person at this computer needs it. */
  erase() {
    this.forget();
    write(this.tab.area, this.key, null);
  }

  /** Call `listener` when another tab has forgotten the conversation. */
  onForgotten(listener) {
    const heard = (event) => {
      if ((event.key === this.key && event.newValue === null) || event.key === null) listener();
    };
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }
}
