// The auditor's page begins here: asks who one is, shows the verdict of the chain, and the lines one chooses.

import { Api } from "/desk/static/api.js";
import { paint } from "/desk/static/colours.js";
import { announce, button, make, notice } from "/desk/static/elements.js";
import { expiredDialog, Frame } from "/desk/static/frame.js";
import { Keys } from "/desk/static/keys.js";
import { isoDay } from "/desk/static/times.js";
import { Paged } from "/training/static/paged.js";
import { loaded, pageOf } from "/training/static/parts.js";
import { Chain } from "./chain.js";
import { Filters } from "./filters.js";
import { lineRow } from "./lines.js";
import { texts } from "./texts.js";

const API = "/revision/api";

class Revision {
  #like = null;

  constructor(api, me) {
    this.api = api;
    this.keys = new Keys();
    this.frame = new Frame({ api, me, keys: this.keys, place: texts.place, shortcuts: texts.shortcuts });
    this.frame.build({
      pages: [["trail", texts.title, "/revision"]],
      elsewhere: [
        [texts.desk, "/desk"],
        [texts.training, "/training"],
      ],
      folded: true,
    });
    this.chain = new Chain(api);
    this.filters = new Filters(me.doings);
    this.same = make("div", { class: "only-same", hidden: true });
    this.count = make("p", { class: "hint", role: "status" });
    this.listHeading = make("h3", { tabindex: "-1", id: "linjer" }, texts.list);
    this.list = new Paged((row) => lineRow(row, (number) => this.#onlySame(number)), { tag: "ol", className: "audit-rows", label: texts.list });
    const { element, state, body } = pageOf(texts.title);
    this.state = state;
    body.remove();
    element.append(make("p", { class: "lead" }, texts.intro), this.chain.element, this.filters.element, this.same, this.listHeading, this.count, this.list.element);
    // Where it went wrong is said where one looks: between what was chosen and what came of it.
    this.listHeading.before(state);
    document.getElementById("indhold").append(element);
  }

  start() {
    this.api.addEventListener("expired", ({ detail }) => expiredDialog(detail));
    this.keys.add({
      "?": () => this.frame.help(),
      f: () => this.filters.focus(),
      l: () => this.listHeading.focus(),
    });
    this.filters.addEventListener("chosen", () => this.#show());
    this.filters.addEventListener("cleared", () => this.#onlySame(null));
    this.filters.addEventListener("export", () => this.#export());
    this.frame.at("trail", texts.title);
    this.chain.check({ byItself: true });
    this.#actors();
    this.#show();
  }

  get #asked() {
    return { ...this.filters.values, like: this.#like };
  }

  async #show() {
    const asked = this.#asked;
    let count = 0;
    const more = async (cursor) => {
      const page = await this.api.post("/lines", { ...asked, cursor });
      count += page.rows.length;
      this.count.replaceChildren(count ? texts.shown(count, page.next !== null) : texts.none);
      return page;
    };
    await loaded(this.state, this.list.start(more));
  }

  #onlySame(number) {
    this.#like = number;
    this.same.hidden = number === null;
    if (number !== null) {
      this.same.replaceChildren(notice(texts.onlySame(number), "info"), button(texts.notOnlySame, () => this.#onlySame(null)));
      announce(texts.onlySame(number));
      this.listHeading.focus();
    } else if (this.same.contains(document.activeElement)) {
      this.listHeading.focus();
    }
    this.#show();
  }

  async #actors() {
    try {
      const { actors } = await this.api.get("/actors", {}, { byItself: true });
      this.filters.actors(actors);
    } catch (error) {
      if (!("code" in error)) throw error; // one can choose by kind all the same
    }
  }

  async #export() {
    const control = this.filters.export;
    if (control.getAttribute("aria-disabled") === "true") return;
    control.setAttribute("aria-disabled", "true");
    this.state.replaceChildren(make("p", { class: "hint" }, texts.exporting));
    try {
      save(await this.#file(), texts.file(isoDay()));
      this.state.replaceChildren(make("p", { class: "notice info" }, texts.exported));
    } catch (error) {
      this.state.replaceChildren(notice(error.told ?? texts.exportFailed));
    } finally {
      control.removeAttribute("aria-disabled");
    }
  }

  // Posted, as the lines are: an address is remembered, and what is chosen may be a CPR number.
  async #file() {
    const response = await fetch(`${API}/export`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": this.api.csrf },
      body: JSON.stringify(this.#asked),
      credentials: "same-origin",
      redirect: "error",
    });
    if (response.ok) return response.blob();
    if (response.status === 401) this.api.dispatchEvent(new CustomEvent("expired", { detail: { byItself: false } }));
    const answer = await response.json();
    throw Object.assign(new Error("refused"), { told: answer.error?.text });
  }
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
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
    new Revision(api, me).start();
  } catch (error) {
    if (!("code" in error)) throw error;
    main.replaceChildren(main.querySelector("h1"), notice(error.message), button(texts.reload, () => location.reload(), { kind: "primary" }));
  }
}

await begin();
