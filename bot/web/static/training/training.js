// The training pages begin here: asks who one is, follows the address, and opens the page that it names.

import { Api } from "/desk/static/api.js";
import { paint } from "/desk/static/colours.js";
import { announce, button, make, notice } from "/desk/static/elements.js";
import { expiredDialog } from "/desk/static/frame.js";
import { Keys } from "/desk/static/keys.js";
import { addresses, read, Router } from "./router.js";
import { TrainingFrame } from "./shell.js";
import { texts } from "./texts.js";

const API = "/training/api";
// Each page's module is fetched when it is first gone to.
const PAGES = {
  overview: () => import("./overview.js").then((module) => module.OverviewPage),
  inbox: () => import("./inbox.js").then((module) => module.InboxPage),
  intents: () => import("./intents.js").then((module) => module.IntentsPage),
  intent: () => import("./intent.js").then((module) => module.IntentPage),
  answers: () => import("./answers.js").then((module) => module.AnswersPage),
  checks: () => import("./checks.js").then((module) => module.ChecksPage),
  versions: () => import("./versions.js").then((module) => module.VersionsPage),
  version: () => import("./version.js").then((module) => module.VersionPage),
  try: () => import("./try.js").then((module) => module.TryPage),
  figures: () => import("./figures.js").then((module) => module.FiguresPage),
  history: () => import("./history.js").then((module) => module.HistoryPage),
};

class Training {
  #pages = new Map();
  #open = null;
  #where = null;
  #bound = new Set();

  constructor(api, me) {
    this.api = api;
    this.me = me;
    this.readOnly = !me.may_write;
    this.mayOverride = me.may_override;
    this.main = document.getElementById("indhold");
    this.keys = new Keys();
    this.router = new Router(read);
    this.frame = new TrainingFrame(this);
    this.announce = announce;
  }

  /** Say above the page what went wrong. */
  trouble(text) {
    this.frame.trouble(text);
  }

  start() {
    this.api.addEventListener("expired", ({ detail }) => expiredDialog(detail));
    this.keys.add({
      "?": () => this.frame.help(),
      ...Object.fromEntries(Object.entries(texts.letters).map(([page, letter]) => [`g ${letter.toLowerCase()}`, () => this.router.go(addresses[page])])),
    });
    this.router.addEventListener("went", ({ detail }) => this.#went(detail));
    this.router.start();
  }

  async #went(where) {
    const first = this.#where === null;
    const same = !first && where.page === this.#where.page;
    this.#where = where;
    document.body.dataset.page = where.page;
    this.frame.at(where.page, texts.titles[where.page]);
    let page;
    try {
      page = await this.#page(where.page);
    } catch (error) {
      if (this.#where === where) this.#show(failed(error));
      return;
    }
    if (this.#where !== where) return; // gone on meanwhile
    if (!same) {
      this.#open?.close();
      this.#open = page;
      this.#show(page.element);
      document.documentElement.scrollTop = 0;
    }
    page.open(where);
    if (!first && !same) page.heading.focus();
  }

  async #page(name) {
    if (!this.#pages.has(name)) {
      const Page = await PAGES[name]();
      const made = new Page(this);
      this.#pages.set(name, made);
      this.#bind(made.keys ?? {});
    }
    return this.#pages.get(name);
  }

  // A page's shortcuts hold while it is the one that is open.
  #bind(commands) {
    for (const key of Object.keys(commands)) {
      if (this.#bound.has(key)) continue;
      this.#bound.add(key);
      this.keys.add({
        [key]: () => {
          const command = this.#open?.keys?.[key];
          return command ? command() : false;
        },
      });
    }
  }

  #show(element) {
    this.main.replaceChildren(this.main.firstElementChild, element);
  }
}

function failed(error) {
  console.error(error);
  return make("section", { class: "page" }, notice(texts.pageFailed), button(texts.reload, () => location.reload(), { kind: "primary" }));
}

async function begin() {
  paint();
  const api = new Api(API);
  const expired = () => expiredDialog({ byItself: false });
  api.addEventListener("expired", expired);
  const main = document.getElementById("indhold");
  try {
    const me = await api.get("/me");
    api.csrf = me.csrf;
    api.removeEventListener("expired", expired);
    main.querySelector("noscript")?.remove();
    new Training(api, me).start();
  } catch (error) {
    if (!("code" in error)) throw error;
    main.replaceChildren(main.querySelector("h1"), notice(error.message), button(texts.reload, () => location.reload(), { kind: "primary" }));
  }
}

await begin();
