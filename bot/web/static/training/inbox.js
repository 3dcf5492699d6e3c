// The inbox: what the assistant did not understand, gone through with one key at a time.

import { button, field, make, notice } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { chips, GroupView } from "./inbox-group.js";
import { NEW, pickIntent } from "./intent-picker.js";
import { loaded, pageOf } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-inbox.js";

const VIEWS = ["waiting", "used", "dropped"];

export class InboxPage {
  #asked = 0;
  #busy = false;
  #done = []; // what may be undone, the newest last: {group, edit}
  #intents = null;
  #view = null; // the GroupView that is open

  constructor(app) {
    this.app = app;
    this.rows = [];
    this.next = null;
    this.titles = new Map(); // of intents, as far as they were named
    this.filter = { view: "waiting", reason: "", q: "" };
    const { element, heading, state, body } = pageOf(texts.title, "inbox");
    Object.assign(this, { element, heading, state });
    this.views = make("div", { class: "views", role: "group", "aria-label": texts.viewsLabel });
    this.reason = field(texts.reason, { kind: "select", options: [["", texts.allReasons]] });
    this.q = field(texts.search, { kind: "search" });
    this.form = make("form", { class: "sift", role: "search" }, this.reason.element, this.q.element, button(texts.searchGo, null, { type: "submit" }));
    this.said = make("div", { class: "happened", role: "status" });
    this.counted = make("p", { class: "hint", role: "status" });
    this.list = make("ol", { class: "results", "aria-label": texts.list });
    this.more = button(texts.more, () => this.#more(), { hidden: true });
    this.place = make("div", { class: "opened" });
    body.append(make("p", { class: "lead intro" }, texts.intro), this.views, this.form, this.said);
    body.append(make("div", { class: "columns" }, make("div", { class: "listed" }, this.counted, this.list, this.more), this.place));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#show({ reason: this.reason.input.value });
    });
    this.reason.input.addEventListener("change", () => this.#show({ reason: this.reason.input.value }));
    this.keys = {
      j: () => this.#move(1),
      k: () => this.#move(-1),
      b: this.#writing(() => this.#useGuess()),
      v: this.#writing(() => this.#choose()),
      n: this.#writing(() => this.#makeNew()),
      s: this.#writing(() => this.#drop()),
      r: this.#writing(() => this.#edit()),
      f: () => (this.app.readOnly ? false : this.#undo()),
    };
    this.#pick();
  }

  async open({ query }) {
    const id = Number(query.get("id")) || null;
    if (!this.loadedOnce || (id === null && !this.openId)) {
      this.loadedOnce = true;
      await this.#load();
    }
    if (id !== this.openId) await this.#open(id);
  }

  close() {
    this.said.replaceChildren();
    this.#pick(); // so that one who comes back sees the list as it is then
  }

  // The list

  #show(change) {
    Object.assign(this.filter, { q: this.q.input.value.trim() }, change);
    if ("view" in change) {
      this.filter.reason = "";
      if (this.openId) this.app.router.go(addresses.inbox);
    }
    this.#load();
  }

  async #load() {
    this.#asked += 1;
    const asked = this.#asked;
    const found = await loaded(this.state, this.app.api.get("/inbox", this.filter));
    if (!found || asked !== this.#asked) return;
    await this.#name(found.rows);
    this.rows = found.rows;
    this.next = found.next;
    this.counts = found.counts;
    this.#reasons(found.reasons);
    this.list.replaceChildren(...this.rows.map((row) => this.#item(row)));
    this.#counted();
  }

  async #more() {
    const asked = this.#asked;
    try {
      const found = await this.app.api.get("/inbox", { ...this.filter, cursor: this.next });
      if (asked !== this.#asked) return;
      const known = new Set(this.rows.map(({ id }) => id)); // a row that came to the top meanwhile
      const rows = found.rows.filter(({ id }) => !known.has(id));
      await this.#name(rows);
      this.rows.push(...rows);
      this.next = found.next;
      const items = rows.map((row) => this.#item(row));
      this.list.append(...items);
      this.#counted();
      items[0]?.querySelector("a").focus();
    } catch (error) {
      this.app.announce(error.message);
    }
  }

  #counted() {
    const { view, reason, q } = this.filter;
    const empty = reason || q ? texts.emptyFiltered : texts.empty[view];
    this.counted.textContent = this.rows.length ? texts.shown(this.rows.length, Boolean(this.next)) : empty;
    this.more.hidden = !this.next;
    this.views.replaceChildren(
      ...VIEWS.map((name) =>
        make(
          "button",
          { type: "button", class: "view", "aria-pressed": String(name === view), "data-focus": name, on: { click: () => this.#show({ view: name }) } },
          `${texts.views[name]} `,
          make("span", { class: "count" }, (this.counts?.[name] ?? 0).toLocaleString("da-DK")),
        ),
      ),
    );
  }

  #reasons(counts) {
    const options = Object.entries(texts.reasons).map(([key, words]) => [key, texts.reasonCount(words, counts[key] ?? 0)]);
    this.reason.input.replaceChildren(...[["", texts.allReasons], ...options].map(([key, words]) => make("option", { value: key }, words)));
    this.reason.input.value = this.filter.reason;
  }

  #item(row) {
    const done = row.status === "used" ? texts.usedIn(this.titles.get(row.intent) ?? row.intent) : texts.droppedWords;
    const meta = row.status === "waiting" ? (row.guess ? texts.guess(row.guess.title) : texts.noGuess) : texts.doneBy(done, row.by);
    const current = row.id === this.openId;
    return make(
      "li",
      { class: "row" },
      make(
        "a",
        { class: "row-link", href: addresses.group(row.id), "data-inside": true, "data-id": row.id, "aria-current": current ? "true" : null },
        make("span", { class: "row-first" }, `»${row.text}«`),
        " ",
        chips(row),
        make("span", { class: "row-meta" }, meta, " · ", texts.last(moment(row.last_at))),
      ),
    );
  }

  #link(id) {
    return this.list.querySelector(`[data-id="${id}"]`);
  }

  // Keep the titles of what rows name; one that is only named by where it was put is asked for.
  async #name(rows) {
    for (const one of rows.flatMap(({ guess, second }) => [guess, second])) if (one) this.titles.set(one.intent, one.title);
    if (rows.some(({ intent }) => intent && !this.titles.has(intent))) await this.#all();
  }

  // One of them

  get #current() {
    const focused = document.activeElement?.closest?.(".row-link");
    const id = this.openId ?? (focused && this.list.contains(focused) ? Number(focused.dataset.id) : null);
    return this.rows.find((row) => row.id === id) ?? (this.openId ? this.#view?.group : null) ?? null;
  }

  #pick() {
    this.openId = null;
    this.#view = null;
    this.element.classList.remove("has-open");
    this.place.replaceChildren(make("div", { class: "pick" }, make("p", {}, texts.pick), make("p", { class: "hint" }, texts.pickHint)));
  }

  async #open(id) {
    const before = this.openId;
    for (const link of this.list.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    if (id === null) {
      this.#pick();
      (this.#link(before) ?? this.heading).focus();
      return;
    }
    this.openId = id;
    this.element.classList.add("has-open");
    this.#link(id)?.setAttribute("aria-current", "true");
    this.#link(id)?.scrollIntoView({ block: "nearest" });
    const row = this.rows.find((one) => one.id === id);
    if (row) this.#draw(row); // at once; the talk around it follows
    try {
      const group = await this.app.api.get(`/inbox/${id}`);
      await this.#name([group]);
      if (this.openId !== id) return;
      if (row && row.version === group.version && row.text === group.text) this.#view.showTalks(group.messages);
      else this.#draw(group);
    } catch (error) {
      if (this.openId !== id) return;
      if (row) this.#view.talks.replaceChildren(notice(error.message));
      else this.place.replaceChildren(make("a", { class: "button link back", href: addresses.inbox, "data-inside": true }, texts.back), notice(error.message));
    }
  }

  #draw(group) {
    const does = {
      use: () => this.#useGuess(),
      choose: () => this.#choose(),
      makeNew: () => this.#makeNew(),
      drop: () => this.#drop(),
      restore: () => this.#restore(group),
    };
    this.#view = new GroupView(group, { readOnly: this.app.readOnly, titles: this.titles, does });
    this.place.replaceChildren(this.#view.element);
    this.#view.heading.focus();
  }

  #move(by) {
    if (!this.rows.length) return;
    const at = this.rows.findIndex((row) => row === this.#current);
    const next = this.rows[Math.min(this.rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (this.openId) this.app.router.go(addresses.group(next.id));
    else this.#link(next.id).focus();
  }

  // What is done with it

  // A shortcut that changes something: of a row that waits, by one who may, one at a time.
  #writing(does) {
    return () => {
      const current = this.#current;
      if (this.app.readOnly || !current || current.status !== "waiting") return false;
      does();
      return true;
    };
  }

  async #opened(group) {
    if (this.openId !== group.id) {
      history.pushState(null, "", addresses.group(group.id));
      await this.#open(group.id);
    }
    return this.#view;
  }

  async #edit() {
    const view = await this.#opened(this.#current);
    view.text.input.focus();
  }

  #useGuess() {
    const group = this.#current;
    if (!group.guess) {
      this.app.announce(texts.noGuessToUse);
      this.said.replaceChildren(notice(texts.noGuessToUse, "info"));
      return;
    }
    this.#use(group, group.guess);
  }

  async #choose() {
    const group = this.#current;
    if (await this.#warned(group)) return;
    const intents = await this.#all();
    if (!intents) return;
    const first = [group.guess, group.second].filter(Boolean).map(({ intent }) => intent);
    const chosen = await pickIntent({ intents, first, intro: `»${group.text}«`, allowNew: true });
    if (chosen === NEW) await this.#makeNew(group);
    else if (chosen) await this.#use(group, chosen);
  }

  async #makeNew(group = this.#current) {
    if (await this.#warned(group)) return;
    let made;
    try {
      const { newIntent } = await import("./new-intent.js");
      const text = this.openId === group.id && this.#view ? this.#view.wanted.text : group.text;
      made = await newIntent({ app: this.app, text });
    } catch (error) {
      if (!(error instanceof TypeError) && !("code" in error)) throw error; // a module that can't be fetched is a TypeError
      this.app.trouble("code" in error ? error.message : texts.pageFailed);
      return;
    }
    if (!made) return;
    this.#intents = null;
    await this.#use(group, made);
  }

  async #all() {
    try {
      this.#intents ??= (await this.app.api.get("/intents")).rows;
      for (const { intent, title } of this.#intents) this.titles.set(intent, title);
      return this.#intents;
    } catch (error) {
      this.app.trouble(error.message);
      return null;
    }
  }

  // Before anything else is asked: there is something personal in it that nobody has looked at yet.
  async #warned(group) {
    const open = this.openId === group.id ? this.#view : null;
    if (!(open ? open.unseen : group.personal.length)) return false;
    (await this.#opened(group)).warn();
    return true;
  }

  async #use(group, { intent, title }) {
    if (await this.#warned(group)) return;
    const open = this.openId === group.id ? this.#view : null;
    const { text, confirmed } = open?.wanted ?? { text: group.text, confirmed: false };
    await this.#change(group, async () => {
      const { group: now, edit } = await this.app.api.post(`/inbox/${group.id}/use`, { version: group.version, intent, text, confirmed });
      this.#gone(now, { edit }, texts.used(title));
    });
  }

  async #drop() {
    const group = this.#current;
    await this.#change(group, async () => {
      const { group: now } = await this.app.api.post(`/inbox/${group.id}/drop`, { version: group.version });
      this.#gone(now, {}, texts.dropped);
    });
  }

  async #restore(group) {
    await this.#change(group, async () => {
      await this.app.api.post(`/inbox/${group.id}/restore`, { version: group.version });
      this.#gone(group, null, texts.undone);
    });
  }

  async #undo() {
    const last = this.#done.at(-1);
    if (!last) {
      this.app.announce(texts.nothingToUndo);
      return;
    }
    if (this.#busy) return;
    this.#busy = true;
    try {
      if (last.edit && !last.edit.undone) {
        await this.#undoEdit(last.edit);
        last.edit.undone = true; // should the second step fail, it is not done twice
      }
      const { group: now } = await this.app.api.post(`/inbox/${last.group.id}/restore`, { version: last.group.version });
      this.#done.pop();
      this.filter = { view: "waiting", reason: "", q: "" };
      this.q.input.value = "";
      await this.#load();
      this.said.replaceChildren(make("p", { class: "notice info" }, now ? texts.undone : texts.undoneErased));
      if (now) await this.#opened({ id: last.group.id });
      else this.heading.focus();
    } catch (error) {
      if (!("code" in error)) throw error;
      if (refused(error)) this.#done.pop(); // else F tries again: half of it may be done
      this.said.replaceChildren(notice(error.message));
    } finally {
      this.#busy = false;
    }
  }

  async #undoEdit(edit) {
    try {
      await this.app.api.post(`/edits/${edit.id}/undo`);
    } catch (error) {
      // It was done the time before, and only the answer got lost: then it is refused now, and the rest is still to do.
      if (edit.unanswered && "code" in error && refused(error)) return;
      edit.unanswered = true;
      throw error;
    }
  }

  async #change(group, does) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await does();
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      await this.#failed(group, error);
    } finally {
      this.#busy = false;
    }
  }

  async #failed(group, error) {
    if (error.code === "changed" || error.code === "not_found") {
      const at = this.rows.findIndex(({ id }) => id === group.id);
      this.said.replaceChildren(notice(error.message));
      await this.#load();
      if (this.openId === group.id) {
        this.openId = null;
        await this.#open(group.id);
      } else {
        // The row one stood on may have left the list.
        const near = this.rows.find(({ id }) => id === group.id) ?? this.rows[Math.min(Math.max(at, 0), this.rows.length - 1)];
        (near ? this.#link(near.id) : this.heading).focus();
      }
      return;
    }
    const view = await this.#opened(group);
    if (view?.open) view.fail(error);
    else this.said.replaceChildren(notice(error.message));
  }

  // It has left the list: the next one takes its place, so that one key after another goes through them all.
  #gone(group, undoable, words) {
    if (undoable) this.#done.push({ group, ...undoable });
    const at = this.rows.findIndex(({ id }) => id === group.id);
    this.#view?.forget?.();
    const from = this.filter.view;
    if (this.counts) {
      this.counts[from] -= 1;
      this.counts[undoable ? group.status : "waiting"] += 1;
    }
    this.rows.splice(at, at < 0 ? 0 : 1);
    this.#link(group.id)?.closest("li").remove();
    this.#counted();
    const undo = undoable ? button(texts.undo, () => this.#undo(), { kind: "link", "aria-keyshortcuts": "f" }) : null;
    this.said.replaceChildren(make("p", { class: "notice info" }, `${words} »${shortened(group.text)}« `, undo));
    const next = this.rows[Math.min(Math.max(at, 0), this.rows.length - 1)];
    const opened = this.openId === group.id;
    if (opened) {
      history.pushState(null, "", next ? addresses.group(next.id) : addresses.inbox);
      this.openId = null;
      if (next) this.#open(next.id);
      else this.#pick();
    }
    if (!next) this.heading.focus();
    else if (!opened) this.#link(next.id).focus();
    if (this.rows.length < 10 && this.next) this.#fill();
  }

  async #fill() {
    const focused = document.activeElement;
    await this.#more();
    focused?.focus();
  }
}

// Whether the server said no; with a lost connection, or one who must log in again, nobody has.
function refused({ status }) {
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
}

function shortened(text) {
  const letters = [...text];
  return letters.length > 60 ? `${letters.slice(0, 60).join("").trimEnd()} …` : text;
}
