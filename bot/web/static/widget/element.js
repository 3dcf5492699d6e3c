// <borgerkontakt-chat>: puts launcher, panel and conversation together, and knows when which of them speaks.

import { Conversation } from "./conversation.js";
import { make } from "./dom.js";
import { Drafts } from "./drafts.js";
import { download, print } from "./keep.js";
import { Launcher } from "./launcher.js";
import { openLogin, takeLoginResult } from "./login.js";
import { Panel } from "./panel.js";
import { Server } from "./server.js";
import { Settings } from "./settings.js";
import { Storage } from "./storage.js";
import { sheets } from "./style.js";
import { texts } from "./texts.js";

const BASE = new URL("..", import.meta.url).href.replace(/\/$/, "");
const SLOW_START = 1500; // milliseconds before a connection that does not come is mentioned
const SLOW_ANSWER = 4000; // before typing is said aloud
const HISTORY_SETTLES = 500; // before new messages are read aloud after old ones were put back

/** True when the page was loaded anew or come back to, as from a login that was given up. */
function sameVisit() {
  return ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
}

export class BorgerkontaktChat extends HTMLElement {
  #settings = new Settings();
  #opener = null;
  #timers = {};
  #lost = false;
  #greeting = ""; // said once a connection is there
  #unlisten = () => {};

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    document.addEventListener("keydown", this.#outsideEscape);
    document.addEventListener("visibilitychange", this.#look);
    this.#unlisten = this.storage.onForgotten(() => this.conversation.session && this.conversation.forget());
    this.#begin();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#outsideEscape);
    document.removeEventListener("visibilitychange", this.#look);
    this.#unlisten();
    this.conversation.disconnect();
  }

  /** Open the chat and begin writing. */
  open() {
    const active = document.activeElement;
    this.#opener = active && active !== document.body && active !== this ? active : null;
    this.#show();
    this.panel.focus();
    this.#start();
  }

  /** Close the panel; the conversation goes on. The focus goes back to where the panel was opened from. */
  close() {
    const within = this.shadowRoot.activeElement || document.activeElement === document.body;
    this.panel.close();
    this.root.classList.remove("open");
    this.storage.set("open", false);
    if (!within) return;
    if (this.#opener?.isConnected) this.#opener.focus();
    else this.launcher.button.focus();
  }

  #build() {
    this.storage = new Storage(BASE);
    this.server = new Server(BASE);
    this.conversation = new Conversation(this.server, this.storage);
    this.launcher = new Launcher(() => this.open());
    const { conversation } = this;
    const names = () => this.#settings.names;
    const messages = () => this.panel.transcript.messages;
    this.panel = new Panel(
      {
        close: () => this.close(),
        say: (text) => conversation.say(text),
        choose: (choice) => conversation.choose(choice),
        hand: (form) => conversation.hand(form),
        retry: (id) => conversation.retry(id),
        drop: (id) => conversation.drop(id),
        typing: () => conversation.typing(),
        calendar: (meeting) => conversation.calendar(meeting),
        wrong: (seq) => conversation.wrong(seq) || this.panel.tell(texts.wrongNotSent, { briefly: true }),
        settle: (form) => conversation.settle(form),
        hasSettled: (form) => conversation.hasSettled(form),
        drafts: new Drafts(this.storage),
        draft: (text) => this.storage.set("draft", text),
        scrolled: () => this.#look(),
        login: (button, problem) => openLogin(conversation, { button, problem, phone: this.#settings.phone }),
        logout: () => this.#logout(),
        download: () => download(messages(), names()),
        print: () => print(messages(), names()),
        end: () => this.#end(),
        restart: () => this.#restart(),
      },
      this.storage.get("draft"),
    );
    this.probe = make("span", { class: "spoken", "aria-hidden": "true" });
    this.root = make("div", { class: "root", lang: "da", hidden: true });
    this.root.append(this.launcher.button, this.launcher.aloud, this.panel.element, this.probe);
    const shadow = this.attachShadow({ mode: "open" });
    // Made by script, not by a style element: a host page's Content-Security-Policy has nothing against it.
    shadow.adoptedStyleSheets = sheets();
    shadow.append(this.root);
    this.#listen();
  }

  #listen() {
    const { conversation, panel } = this;
    const { transcript } = panel;
    const on = (type, listener) => conversation.addEventListener(type, (event) => listener(event.detail));
    on("message", ({ frame }) => this.#message(frame));
    on("pending", ({ item }) => transcript.pending(item));
    on("kept", (detail) => transcript.kept(detail));
    on("dropped", (detail) => transcript.dropped(detail));
    on("handed", (detail) => transcript.handed(detail));
    on("read", ({ seq }) => transcript.seen(seq));
    on("typing", ({ from, name }) => this.#typing(from, name));
    on("notice", ({ text }) => text && panel.tell(text));
    on("state", (state) => this.#state(state));
    on("connection", (detail) => this.#connection(detail));
    on("renewed", ({ giveUp }) => {
      transcript.clear();
      if (giveUp) panel.tell(texts.unreachable(this.#settings.phone), { retry: () => this.#start() });
      else this.#start(texts.expired);
    });
    on("forgotten", ({ text }) => this.#over(text || texts.endedElsewhere));
  }

  async #begin() {
    const result = takeLoginResult();
    const settings = this.#configure();
    if (result) {
      await settings;
      this.#show();
      this.panel.name.focus();
      await this.#start();
      if (result.code) await this.conversation.finishLogin(result.code).catch((error) => this.panel.tell(error.text || texts.loginFailed));
    } else if (this.conversation.session) {
      // A small screen would be filled by it, and who has gone to another page wants to see that page.
      if (this.storage.get("open") && (!this.panel.fills.matches || sameVisit())) this.#show();
      await this.#start();
    }
  }

  async #configure() {
    const soon = new Promise((resolve) => setTimeout(resolve, SLOW_START));
    const asked = this.server.config().then((config) => this.#named(config), () => {});
    await Promise.race([asked, soon]); // no settings, no colours, but still a chat
    this.#paint();
    this.root.hidden = false;
  }

  #named(config) {
    this.#settings = new Settings(config);
    const { names, limit } = this.#settings;
    this.launcher.named(names.assistant);
    this.panel.named({ ...names, limit });
    this.#paint();
  }

  #paint() {
    this.#settings.paint(this.root, { host: this, probe: this.probe });
  }

  #show() {
    this.root.hidden = false;
    this.#paint();
    this.root.classList.add("open");
    this.panel.open();
    this.storage.set("open", true);
    this.panel.transcript.toFirstAfter(this.conversation.session?.seen ?? 0);
    this.#look();
  }

  async #start(words = "") {
    clearTimeout(this.#timers.start);
    this.#greeting = words;
    if (!this.conversation.up) {
      this.panel.tell(words);
      const slow = (text, after) => setTimeout(() => this.conversation.up || this.panel.tell(text), after);
      this.#timers.start = slow(texts.starting, SLOW_START);
      clearTimeout(this.#timers.late);
      this.#timers.late = slow(texts.unreachable(this.#settings.phone), 8 * SLOW_START);
    }
    try {
      await this.conversation.start();
    } catch (error) {
      clearTimeout(this.#timers.start);
      clearTimeout(this.#timers.late);
      this.panel.tell(error.text || texts.unreachable(this.#settings.phone), { retry: () => this.#start() });
    }
  }

  #message(frame) {
    const { conversation, panel, launcher } = this;
    panel.transcript.show(frame);
    panel.say("");
    if (frame.seq >= this.#history) this.#listenSoon();
    this.#look();
    if (!this.panel.isOpen) launcher.unread(this.#unread(), { aloud: frame.from !== "citizen" && frame.seq > conversation.replayTo });
  }

  // What the citizen had seen before this page was opened is not read aloud again.
  get #history() {
    return Math.min(this.conversation.replayTo, this.conversation.session?.seen ?? 0);
  }

  #listenSoon() {
    clearTimeout(this.#timers.quiet);
    this.#timers.quiet = setTimeout(() => this.panel.transcript.quiet(false), this.#history ? HISTORY_SETTLES : 0);
  }

  #unread() {
    const seen = this.conversation.session?.seen ?? 0;
    return this.panel.transcript.messages.filter(({ seq, frame }) => seq > seen && frame.from !== "citizen").length;
  }

  /** What is in view is seen, and says so. */
  #look = () => {
    const { panel, conversation, launcher } = this;
    if (!panel?.isOpen || document.visibilityState !== "visible" || !panel.jump.hidden) return;
    const last = panel.transcript.messages.reduce((seq, message) => Math.max(seq, message.seq ?? 0), 0);
    if (last && conversation.up) conversation.seen(last);
    launcher.unread(0);
  };

  #typing(from, name) {
    const who = from === "staff" ? name || this.conversation.state.handoff?.staff || texts.staff : texts.theAssistant;
    this.panel.transcript.typing(who);
    clearTimeout(this.#timers.typing);
    this.#timers.typing = setTimeout(() => {
      if (this.panel.transcript.isTyping) this.panel.say(texts.typing(who));
    }, SLOW_ANSWER);
  }

  #state(state) {
    this.panel.state(state);
    if (!this.panel.isOpen) this.launcher.unread(this.#unread());
  }

  #connection({ up, again }) {
    const { panel } = this;
    clearTimeout(this.#timers.lost);
    if (!up) {
      panel.transcript.typing(null);
      this.#timers.lost = setTimeout(() => {
        this.#lost = true;
        panel.tell(texts.lost);
      }, SLOW_START);
      return;
    }
    clearTimeout(this.#timers.start);
    clearTimeout(this.#timers.late);
    if (again) {
      if (this.#lost) panel.tell(texts.back, { briefly: true });
    } else {
      panel.tell(this.#greeting);
      if (!this.#history) this.#listenSoon();
    }
    this.#lost = false;
  }

  async #logout() {
    try {
      const logoutUrl = await this.conversation.logout(); // a message in the conversation says that it is done
      if (this.#own(logoutUrl)) this.panel.tell("", { logoutUrl });
      this.panel.transcript.toEnd(); // where that message stands or comes
      this.panel.focus();
    } catch (error) {
      this.panel.tell(error.text || texts.logoutFailed);
    }
  }

  async #end() {
    const done = this.conversation.end();
    this.#over(texts.ending, { focus: true });
    const { erased, logoutUrl } = await done;
    const words = erased === null ? texts.endedOffline : erased || texts.ended;
    this.panel.foot("over", { words, focus: false, logoutUrl: this.#own(logoutUrl) ? logoutUrl : null });
  }

  #over(words, { focus = false } = {}) {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.panel.transcript.clear();
    this.panel.composer.clear();
    this.storage.erase(); // the cleared field has just been kept as an empty draft
    this.panel.tell("");
    this.panel.foot("over", { words, focus });
    this.launcher.unread(0);
  }

  async #restart() {
    if (this.conversation.session) return; // still being deleted
    this.panel.transcript.quiet(true);
    this.panel.foot("write");
    this.panel.focus();
    await this.#start();
  }

  // An address the server gave for the browser to go to is one of its own.
  #own(address) {
    return Boolean(address) && new URL(address, BASE).origin === new URL(BASE).origin;
  }

  // Escape also works from the page behind, when the panel hides what has the focus there.
  #outsideEscape = (event) => {
    const active = document.activeElement;
    if (event.key !== "Escape" || event.defaultPrevented || !this.panel.isOpen || !active || active === this) return;
    const panel = this.panel.element.getBoundingClientRect();
    const it = active.getBoundingClientRect();
    if (it.left < panel.right && it.right > panel.left && it.top < panel.bottom && it.bottom > panel.top && active !== document.body)
      this.close();
  };
}
