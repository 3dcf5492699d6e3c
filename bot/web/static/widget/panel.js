// The panel: heading, what stands, transcript, notices, and at the foot the place to write.
//
// On a wide page it lies beside the page and leaves it alone. Where it fills the whole screen it is modal,
// since what lies behind could take the keyboard's focus without being seen.

import { Composer } from "./composer.js";
import { icon, make } from "./dom.js";
import { Menu } from "./menu.js";
import { QueueLine } from "./queue.js";
import { texts } from "./texts.js";
import { Transcript } from "./transcript.js";

const FILLS = "(max-width: 480px), (max-height: 420px)"; // as in style.js
const BRIEFLY = 5000;

export class Panel {
  #noticeTimer = null;
  #standing = "write"; // what the foot goes back to after the question of ending
  municipality = texts.municipality;
  loggedIn = false;

  /**
   * `on`: close, say, draft, scrolled, download, print, logout, end, restart; and for messages and their cards choose,
   * retry, drop, login, typing, hand, drafts, calendar, settle, hasSettled.
   */
  constructor(on, draft) {
    this.on = on;
    this.fills = window.matchMedia(FILLS);
    this.fills.addEventListener("change", () => this.isOpen && this.open());
    this.name = make("h2", { id: "name", tabindex: "-1" }, texts.assistant);
    this.menu = new Menu({ download: on.download, print: on.print, logout: on.logout, end: () => this.foot("confirm") });
    const close = make("button", { type: "button", class: "plain close", "aria-label": texts.close, on: { click: on.close } });
    close.append(icon("close"));
    this.who = make("p", { class: "login-name" });
    this.who.hidden = true;
    this.queue = new QueueLine();
    this.notice = make("div", { class: "notice", role: "status" });
    this.aloud = make("p", { class: "spoken", role: "status" });
    this.jump = make("button", { type: "button", class: "jump", hidden: true }, icon("down"), texts.newMessages);
    this.transcript = new Transcript({
      ...on,
      leave: () => this.focus(),
      drop: (id, form) => {
        on.drop(id);
        if (this.transcript.toCard(form)) return;
        this.composer.focus();
        this.tell(texts.dropped, { briefly: true });
      },
      news: (unseen) => {
        this.jump.hidden = !unseen;
        if (!unseen) on.scrolled();
      },
    });
    this.jump.addEventListener("click", () => {
      this.transcript.toEnd();
      this.transcript.element.focus();
    });
    this.composer = new Composer({ say: on.say, typing: on.typing, draft: on.draft }, draft);
    this.confirm = this.#confirm();
    this.over = this.#over();
    this.element = make(
      "dialog",
      { class: "panel", "aria-labelledby": "name", "aria-describedby": "robot" },
      make(
        "div",
        { class: "top" },
        make("span", { class: "face" }, icon("robot")),
        make("div", { class: "names" }, this.name, make("p", { id: "robot", class: "robot" }, texts.robot)),
        this.menu.element,
        close,
      ),
      this.who,
      this.queue.words,
      this.queue.aloud,
      make("div", { class: "middle" }, this.transcript.element, this.jump),
      this.notice,
      this.aloud,
      this.composer.element,
      this.confirm,
      this.over,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.escape();
    });
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault(); // the back gesture of a phone
      this.escape();
    });
    this.element.addEventListener("close", () => this.isOpen || on.close());
    this.element.addEventListener("pointerdown", (event) => {
      if (this.menu.isOpen && !event.composedPath().includes(this.menu.element)) this.menu.toggle(false);
    });
    this.foot("write");
  }

  get isOpen() {
    return this.element.open;
  }

  /** Show the panel; the focus stays where it is, as far as the browser lets it. */
  open() {
    const modal = this.fills.matches;
    if (this.isOpen && this.element.matches(":modal") === modal) return;
    const focused = this.element.getRootNode().activeElement;
    if (this.isOpen) this.element.removeAttribute("open");
    if (modal) this.element.showModal();
    else this.element.open = true; // show() would take the focus
    focused?.focus();
    this.composer.fit();
  }

  close() {
    if (this.element.matches(":modal")) this.element.close();
    else this.element.open = false;
  }

  /** Step back once: the list of options, the question, then the panel. */
  escape() {
    if (this.menu.isOpen) {
      this.menu.toggle(false);
      this.menu.button.focus();
    } else if (!this.confirm.hidden) this.foot(this.#standing, { focus: true });
    else this.on.close();
  }

  /** Where a citizen who has just opened the panel begins. */
  focus() {
    // On a phone the field would call up the keyboard, over what the assistant says.
    const phone = window.matchMedia("(pointer: coarse)").matches;
    if (phone || this.composer.element.hidden) this.name.focus();
    else this.composer.focus();
  }

  /** What stands at the foot: "write", "confirm" (the end) or "over". */
  foot(which, { focus = which !== "write", words = "", logoutUrl = null } = {}) {
    if (which !== "confirm") this.#standing = which;
    this.composer.element.hidden = which !== "write";
    this.confirm.hidden = which !== "confirm";
    this.over.hidden = which !== "over";
    this.menu.element.hidden = which === "over"; // nothing left to keep or to end
    if (which === "over") {
      this.over.querySelector("p").textContent = words;
      this.over.querySelector(".mitid").replaceChildren(...(logoutUrl ? mitid(logoutUrl) : []));
    }
    if (!focus || !this.isOpen) return;
    if (which === "write") this.composer.focus();
    else (which === "confirm" ? this.confirm : this.over).querySelector("button, h3").focus();
  }

  /**
   * Say something about the connection or a request; `retry` adds a button, `logoutUrl` the way to leave MitID too,
   * `briefly` lets it go by itself.
   */
  tell(words, { retry = null, logoutUrl = null, briefly = false } = {}) {
    clearTimeout(this.#noticeTimer);
    const button = retry && make("button", { type: "button", class: "small", on: { click: retry } }, texts.retry);
    const said = words ? make("p", {}, words) : null;
    this.notice.replaceChildren(...[said, button, ...(logoutUrl ? mitid(logoutUrl) : [])].filter(Boolean));
    if (briefly) this.#noticeTimer = setTimeout(() => this.tell(""), BRIEFLY);
  }

  /** Say something to those who hear the page. */
  say(words) {
    this.aloud.textContent = words;
  }

  /** The queue, the person at the other end, the login. */
  state(state) {
    const { login } = state;
    this.queue.update(state);
    this.transcript.stands(state);
    this.who.hidden = !login;
    this.who.replaceChildren();
    if (login) {
      const out = make("button", { type: "button", class: "small", on: { click: this.on.logout } }, texts.logout);
      this.who.append(icon("lock"), make("span", {}, login.name ? texts.loggedInAs(login.name) : texts.loggedIn), out);
    }
    this.menu.logout.hidden = !login;
    this.loggedIn = Boolean(login);
    this.#meaning();
    this.element.classList.toggle("logged-in", Boolean(login));
  }

  /** The names that come with the settings. */
  named({ assistant, municipality, limit }) {
    this.name.textContent = assistant;
    this.transcript.assistant = assistant;
    this.composer.limit = limit;
    this.municipality = municipality;
    this.#meaning();
  }

  #meaning() {
    this.confirm.querySelector("p").textContent = texts.endMeans(this.municipality, this.loggedIn);
  }

  #confirm() {
    const button = (words, kind, listener) =>
      make("button", { type: "button", class: kind, on: { click: listener } }, words);
    return make(
      "div",
      { class: "foot confirm", role: "group", "aria-labelledby": "ask" },
      make("h3", { id: "ask", tabindex: "-1" }, texts.endAsk),
      make("p"),
      make(
        "div",
        { class: "buttons" },
        button(texts.endYes, "danger", () => this.on.end()),
        button(texts.endNo, "secondary", () => this.foot(this.#standing, { focus: true })),
      ),
    );
  }

  #over() {
    const again = make("button", { type: "button", class: "primary", on: { click: () => this.on.restart() } }, texts.restart);
    return make("div", { class: "foot over" }, icon("check"), make("p", { role: "status" }), make("div", { class: "mitid" }), again);
  }
}

// Logged out here one is still logged in at MitID, where the next person at the computer could go on.
function mitid(address) {
  return [
    make("p", {}, texts.mitid),
    make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, texts.mitidLogout),
  ];
}
