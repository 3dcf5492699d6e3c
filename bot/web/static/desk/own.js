// Watches one's own conversations that are not open: the socket only says that something is new somewhere.

const PAUSE = 700; // milliseconds after the news
const REST = 4000; // between two questions

export class Own {
  #unread = null;
  #timer = null;
  #asked = 0;

  /** `heard(row)` is called for each of one's conversations with more unread than before. */
  constructor(api, heard) {
    this.api = api;
    this.heard = heard;
  }

  news() {
    this.#timer ??= setTimeout(() => this.look(), Math.max(PAUSE, this.#asked + REST - Date.now()));
  }

  async look() {
    this.#timer = null;
    this.#asked = Date.now();
    try {
      const { items } = await this.api.get("/queue", { view: "mine", limit: 50 }, { byItself: true });
      const before = this.#unread;
      this.#unread = new Map(items.map(({ id, unread }) => [id, unread]));
      if (!before) return; // what was there before the page was is no news
      for (const row of items) if (row.unread > (before.get(row.id) ?? 0)) this.heard(row);
    } catch {
      // The next news asks again.
    }
  }
}
