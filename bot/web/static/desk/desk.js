// The desk begins here: asks who one is, puts the parts together, and follows the address and the news.

import { Alerts } from "./alerts.js";
import { Api } from "./api.js";
import { paint } from "./colours.js";
import { make, notice, button } from "./elements.js";
import { FiguresView } from "./figures.js";
import { expiredDialog } from "./frame.js";
import { HistoryView } from "./history.js";
import { Keys } from "./keys.js";
import { Own } from "./own.js";
import { Queue } from "./queue.js";
import { QueueView } from "./queue-view.js";
import { addresses, Router } from "./router.js";
import { Shell } from "./shell.js";
import { DeskSocket } from "./socket.js";
import { failedTalk, TalkView } from "./talk-view.js";
import { texts } from "./texts.js";

class Desk {
  #talk = null;
  #where = { page: "queue", id: null };
  #came = false;

  constructor(api, me) {
    this.api = api;
    this.me = me;
    this.readOnly = !me.roles.some((role) => role === "agent" || role === "administrator");
    this.main = document.getElementById("indhold");
    this.alerts = new Alerts();
    this.keys = new Keys();
    this.socket = new DeskSocket();
    this.queue = new Queue(api);
    this.own = new Own(api, (row) => this.#heard(row));
    this.router = new Router();
    this.shell = new Shell(this);
    this.queueView = new QueueView(this.queue, me);
    this.empty = make("div", { class: "pick" }, make("p", {}, texts.pick), make("p", { class: "hint" }, texts.pickHint));
    this.place = make("div", { class: "place" }, this.empty);
    this.board = make("div", { class: "board" }, this.queueView.element, this.place);
  }

  start() {
    this.#keys();
    this.queue.addEventListener("rows", () => this.#title());
    this.socket.addEventListener("frame", ({ detail }) => this.#news(detail));
    this.socket.addEventListener("up", ({ detail }) => {
      this.shell.connected(true);
      this.shell.sendAvailable();
      if (detail.again) this.queue.refresh();
    });
    this.socket.addEventListener("down", () => {
      this.shell.connected(false);
      this.api.get("/me", {}, { byItself: true }).catch(() => {}); // a browser is not told why a socket is refused: ask whether we are still in
    });
    this.api.addEventListener("expired", ({ detail }) => {
      this.socket.close();
      expiredDialog(detail);
    });
    this.queue.refresh();
    if (!this.readOnly) this.own.look();
    this.socket.open();
    this.router.addEventListener("went", ({ detail }) => this.#went(detail));
    this.router.start();
  }

  #went(where) {
    const before = this.#where;
    const first = !this.#came;
    this.#came = true;
    if (!first && where.page === before.page && where.id === before.id) return;
    this.#where = where;
    document.body.dataset.page = where.page;
    this.#talk?.close();
    this.#talk = null;
    this.place.replaceChildren(this.empty);
    this.queueView.open(where.id);
    const page = this.#page(where);
    const heading = this.main.firstElementChild;
    this.main.replaceChildren(heading, page.element);
    this.#title();
    if (where.page === "talk") this.#openTalk(where.id, { focus: !first });
    else if (!first) page.focus(before);
  }

  #page({ page }) {
    if (page === "history") {
      this.history ??= new HistoryView(this); // its results are still there when one comes back from a conversation
      if (!this.searched) this.history.search();
      this.searched = true;
      return { element: this.history.element, focus: () => this.history.heading.focus() };
    }
    if (page === "figures") {
      const figures = new FiguresView(this);
      figures.load();
      return { element: figures.element, focus: () => figures.heading.focus() };
    }
    return { element: this.board, focus: (before) => this.queueView.focus(before.id) };
  }

  async #openTalk(id, { focus }) {
    const view = new TalkView(id, {
      api: this.api,
      socket: this.socket,
      me: this.me,
      readOnly: this.readOnly,
      left: (said) => this.#left(said),
    });
    this.#talk = view;
    this.place.replaceChildren(view.element);
    if (focus) view.heading.focus();
    view.talk.addEventListener("detail", () => this.#title());
    view.talk.addEventListener("acted", () => this.queue.news());
    try {
      await view.open();
    } catch (error) {
      if (this.#talk !== view) return;
      this.place.replaceChildren(failedTalk(error, () => this.#openTalk(id, { focus: true })));
    }
  }

  // Given away or laid back: the conversation is no longer this one's, so the queue is the place to be.
  #left(said) {
    this.queue.refresh();
    this.router.go(addresses.queue);
    document.getElementById("announcer").replaceChildren(make("p", {}, said));
  }

  #title() {
    const { page } = this.#where;
    const talk = page === "talk" && this.#talk?.talk.detail ? this.#talk.heading.textContent : null;
    this.shell.at(page, talk ?? (page === "talk" ? texts.conversation : texts[page]), this.queue.counts.waiting);
  }

  #news(frame) {
    if (frame.type === "queue") this.#changed();
    else if (frame.type === "new") this.#tell("handoff", texts.newHandoffAt(frame.row.department_name), frame.row.id);
    else if (frame.type === "late") this.#tell("handoff", texts.lateHandoff(frame.row.department_name), frame.row.id);
    else if (frame.type === "message" && frame.from === "citizen") this.#message(frame);
  }

  #changed() {
    this.queue.news();
    if (!this.readOnly) this.own.news();
  }

  // In the open conversation: heard at once, unless one sits and looks at it.
  #message(frame) {
    const open = this.#talk?.talk;
    if (open?.id !== frame.handoff || !open.detail || !open.mine) return;
    if (document.visibilityState !== "visible" || !document.hasFocus()) this.#tell("message", texts.newMessage, frame.handoff);
  }

  #heard(row) {
    if (this.#talk?.talk.id !== row.id) this.#tell("message", texts.newMessage, row.id);
  }

  #tell(kind, title, id) {
    this.#changed();
    if (!this.readOnly) this.alerts.tell(kind, title, { tag: `${kind}-${id}`, open: () => this.router.go(addresses.talk(id)) });
  }

  #keys() {
    const talk = (does) => () => (this.#talk?.talk.detail ? does(this.#talk) : false);
    const go = (address) => () => this.router.go(address);
    const onBoard = (does) => () => (["queue", "talk"].includes(this.#where.page) ? does() : false);
    this.keys.add({
      j: onBoard(() => this.queueView.move(1)),
      k: onBoard(() => this.queueView.move(-1)),
      t: talk((view) => view.actions.take()),
      r: talk((view) => (view.composer.open ? view.composer.focus() : false)),
      n: talk((view) => (this.readOnly || view.talk.over ? false : view.note())),
      m: talk((view) => view.panel("meetings")),
      a: talk((view) => view.actions.end()),
      "/": talk((view) => (view.composer.open ? view.composer.canned.start() : false)),
      "?": () => this.shell.help(),
      "g q": () => {
        this.router.go(addresses.queue);
        this.queue.show({ view: "waiting" });
        this.queueView.focus();
      },
      "g m": () => {
        this.router.go(addresses.queue);
        this.queue.show({ view: "mine" });
        this.queueView.focus();
      },
      "g h": go(addresses.history),
      "g t": go(addresses.figures),
    });
  }
}

async function begin() {
  paint();
  const api = new Api();
  const expired = () => expiredDialog({ byItself: false });
  api.addEventListener("expired", expired);
  const main = document.getElementById("indhold");
  try {
    const me = await api.get("/me");
    api.csrf = me.csrf;
    api.removeEventListener("expired", expired);
    main.querySelector("noscript")?.remove();
    new Desk(api, me).start();
  } catch (error) {
    if (!("code" in error)) throw error;
    main.replaceChildren(main.querySelector("h1"), notice(error.message), button(texts.retry, () => location.reload(), { kind: "primary" }));
  }
}

await begin();
