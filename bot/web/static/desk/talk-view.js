// One conversation on the page: who and what on top, the summary, the transcript with its reply box, and the panels.

import { Actions } from "./actions.js";
import { CasesPanel } from "./cases.js";
import { Composer } from "./composer.js";
import { announce, button, listed, make, newId, redraw } from "./elements.js";
import { FilingsPanel } from "./filings.js";
import { MeetingsPanel } from "./meetings.js";
import { NotesPanel } from "./notes.js";
import { addresses } from "./router.js";
import { SummaryPanel } from "./summary.js";
import { Talk } from "./talk.js";
import { texts } from "./texts.js";
import { day, clock, moment } from "./times.js";
import { Transcript } from "./transcript.js";

export class TalkView {
  constructor(id, { api, socket, me, readOnly, left, back = addresses.queue }) {
    this.talk = new Talk(id, { api, socket, me });
    this.me = me;
    this.heading = make("h2", { tabindex: "-1", class: "talk-title" }, texts.loading);
    this.facts = make("p", { class: "talk-facts" });
    this.reason = make("p", { class: "talk-reason", hidden: true });
    this.call = make("p", { class: "talk-call", hidden: true });
    this.present = make("p", { class: "present", role: "status" });
    this.banner = make("div", { class: "banner", hidden: true });
    this.transcript = new Transcript(this.talk, me, { readOnly });
    this.composer = new Composer(this.talk, { readOnly, onSent: () => this.transcript.toEnd() });
    this.actions = new Actions(this.talk, { me, readOnly, left });
    this.summary = new SummaryPanel(this.talk, { show: (source) => this.#source(source) });
    const cases = new CasesPanel(this.talk, { me });
    this.panels = {
      cases,
      notes: new NotesPanel(this.talk, { readOnly }),
      meetings: new MeetingsPanel(this.talk, { me, readOnly }),
      filings: new FilingsPanel(this.talk, { me, readOnly, cases }),
    };
    this.element = make(
      "article",
      { class: "talk" },
      make(
        "header",
        { class: "talk-head" },
        make("a", { class: "back", href: back, "data-inside": true }, `← ${texts.back}`),
        make("div", { class: "talk-who" }, this.heading, this.facts, this.reason, this.call),
        this.present,
        this.actions.element,
        this.banner,
      ),
      this.summary.element,
      make("section", { class: "chat", "aria-label": texts.chat }, this.transcript.element, this.composer.element),
      this.#tabs(),
    );
    this.talk.addEventListener("detail", () => this.#draw());
    this.talk.addEventListener("present", ({ detail }) => this.#others(detail.staff));
  }

  /** Load it. Throws Refused. */
  async open() {
    await this.talk.open();
    this.transcript.start();
  }

  close() {
    this.transcript.dispose();
    this.talk.close();
  }

  /** Open a panel: "cases", "notes", "meetings" or "filings". */
  panel(name) {
    this.#select(name, true);
  }

  note() {
    this.#select("notes", false);
    this.panels.notes.focus();
  }

  async #source(source) {
    try {
      await this.transcript.show(source);
    } catch (error) {
      announce(error.message);
    }
  }

  #draw() {
    const { handoff, state, present } = this.talk.detail;
    const topic = handoff.topic || handoff.trigger_text;
    const name = handoff.name || texts.unknown;
    this.heading.textContent = topic ? `${name}: ${topic}` : name;
    redraw(this.facts, handoff, () => {
      const facts = [
        make("span", { class: `chip state ${handoff.status}` }, handoff.status === "claimed" ? texts.state[state] : texts.status[handoff.status]),
        texts.priorities(handoff.priority) ? make("span", { class: "chip urgent" }, texts.priorities(handoff.priority)) : null,
        handoff.late ? make("span", { class: "chip late" }, texts.late) : null,
        make("span", {}, texts.ways[handoff.way]),
        make("span", {}, handoff.department_name),
        others(handoff) ? make("span", {}, texts.moreDepartments(listed(others(handoff)))) : null,
        make("span", {}, handoff.logged_in ? texts.loggedIn : texts.notLoggedIn),
        handoff.due_at && !this.talk.over ? make("span", {}, (Date.parse(handoff.due_at) < Date.now() ? texts.wasDue : texts.due)(moment(handoff.due_at))) : null,
        handoff.claimed_by && !this.talk.over ? make("span", {}, handoff.claimed_by.id === this.me.id ? texts.youHaveIt : texts.hasIt(handoff.claimed_by.name)) : null,
      ];
      return facts.filter(Boolean).flatMap((fact) => [fact, " "]);
    });
    this.reason.hidden = !handoff.reason;
    this.reason.textContent = handoff.reason ? `${texts.reason}: ${handoff.reason}` : "";
    this.call.hidden = !handoff.phone;
    redraw(this.call, handoff.phone, () => make("a", { href: `tel:${String(handoff.phone).replace(/[^\d+]/g, "")}` }, texts.call(handoff.phone)));
    this.banner.hidden = handoff.status !== "closed";
    redraw(this.banner, [handoff.outcome, handoff.note, handoff.closed_at], () => {
      const outcome = this.me.outcomes.find(({ key }) => key === handoff.outcome)?.text ?? handoff.outcome;
      return [
        make("p", {}, texts.closedBanner(handoff.closed_at ? `${day(handoff.closed_at)} ${clock(handoff.closed_at)}` : "", outcome)),
        handoff.note ? make("p", { class: "event-text" }, `${texts.closingNote}: ${handoff.note}`) : null,
      ];
    });
    this.#others(present ?? []);
    this.#counts();
  }

  #others(staff) {
    const names = staff.filter(({ id }) => id !== this.me.id).map(({ name }) => name);
    const words = names.length ? texts.present(listed(names)) : "";
    if (this.present.textContent !== words) this.present.textContent = words;
  }

  #tabs() {
    this.tabs = {};
    const list = make("div", { role: "tablist", class: "tabs", "aria-label": texts.panels });
    const panels = Object.entries(this.panels).map(([name, panel]) => {
      const id = newId("fane");
      const tab = make("button", { type: "button", role: "tab", id, "aria-controls": `${id}-indhold`, on: { click: () => this.#select(name, false) } }, texts.tabs[name]);
      const body = make("div", { role: "tabpanel", id: `${id}-indhold`, "aria-labelledby": id, tabindex: "0", class: "panel" }, panel.element);
      list.append(tab);
      this.tabs[name] = { tab, body };
      return body;
    });
    list.addEventListener("keydown", (event) => {
      const names = Object.keys(this.tabs);
      const at = names.findIndex((name) => this.tabs[name].tab === document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
      if (to === undefined || at < 0) return;
      event.preventDefault();
      this.#select(names[(to + names.length) % names.length], true);
    });
    const aside = make("aside", { class: "panels", "aria-label": texts.panels }, list, ...panels);
    this.#select("cases", false);
    return aside;
  }

  #select(name, focus) {
    for (const [other, { tab, body }] of Object.entries(this.tabs)) {
      const on = other === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      body.hidden = !on;
    }
    if (focus) this.tabs[name].tab.focus();
  }

  #counts() {
    const { meetings, filings, events } = this.talk.detail;
    const numbers = {
      notes: events.filter(({ kind }) => kind === "note").length,
      meetings: meetings.filter(({ status }) => status === "booked" || status === "held").length,
      filings: filings.filter(({ status }) => status === "draft").length,
    };
    for (const [name, n] of Object.entries(numbers)) this.tabs[name].tab.textContent = n ? `${texts.tabs[name]} (${n})` : texts.tabs[name];
  }
}

function others(handoff) {
  const names = (handoff.departments ?? []).filter((name) => name !== handoff.department_name && name !== handoff.department);
  return names.length ? names : null;
}

/** A conversation that could not be opened, with a way on. */
export function failedTalk(error, retry) {
  return make(
    "article",
    { class: "talk failed" },
    make("header", { class: "talk-head" }, make("a", { class: "back", href: addresses.queue, "data-inside": true }, `← ${texts.back}`)),
    make("h2", { tabindex: "-1", class: "talk-title" }, error.status === 404 ? texts.notFound : texts.failed),
    make("p", {}, error.message),
    button(texts.retry, retry, { kind: "primary" }),
  );
}
