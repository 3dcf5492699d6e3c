// What goes back into the case: drafts that are edited here, and filed only when somebody signs them.

import { announce, button, field, make, newId, notice, redraw } from "./elements.js";
import { ask } from "./dialog.js";
import { drafts } from "./keep.js";
import { texts } from "./texts.js";
import { date, moment } from "./times.js";

const OPEN = new Set(["draft", "refused"]); // what may still be written in

export class FilingsPanel {
  #editors = new Map();

  constructor(talk, { me, readOnly, cases }) {
    this.talk = talk;
    this.me = me;
    this.readOnly = readOnly;
    this.cases = cases;
    this.list = make("ul", { class: "cards" });
    this.none = make("p", { class: "empty-line" }, texts.noFilings);
    this.add = button(texts.addTask, () => this.#task(), { "data-focus": "opgave" });
    this.element = make("div", { class: "panel-body" }, make("p", { class: "hint" }, texts.filingsIntro), this.add, this.none, this.list);
    talk.addEventListener("detail", () => this.#draw());
  }

  // Each draft keeps its editor for as long as it is a draft: what is being typed in it is never drawn over.
  #draw() {
    const filings = this.talk.detail.filings.filter(({ status }) => status !== "dropped");
    // Whoever has it, or had it to its end; for a colleague's, an administrator.
    const owner = this.talk.handoff.claimed_by;
    const may = !this.readOnly && Boolean(owner) && (owner.id === this.me.id || this.me.roles.includes("administrator"));
    this.add.hidden = !may;
    this.none.hidden = filings.length > 0;
    const known = new Set(filings.map(({ id }) => id));
    for (const [id, one] of this.#editors) {
      if (known.has(id)) continue;
      one.element.remove();
      this.#editors.delete(id);
    }
    for (const filing of filings) {
      let one = this.#editors.get(filing.id);
      const kind = OPEN.has(filing.status) && may ? Editor : Read;
      if (one && !(one instanceof kind)) {
        one.element.remove();
        one = null;
      }
      one ??= new kind(this, filing);
      this.#editors.set(filing.id, one);
      one.update(filing);
      if (!one.element.isConnected) this.list.append(one.element);
    }
  }

  #task() {
    ask({
      title: texts.taskTitle,
      intro: texts.taskIntro,
      fields: {
        text: { ...field(texts.taskText, { kind: "textarea", required: true }), required: texts.required },
        case: { ...caseField(this.cases, ""), required: texts.required },
        deadline: field(texts.filingDeadline, { kind: "date" }),
      },
      key: `opgave.${this.talk.id}`,
      done: async ({ text, case: number, deadline }) => {
        await this.talk.act("file-task", { text, case: number, deadline: deadline || null });
        announce(texts.taskAdded);
      },
    });
  }
}

function caseField(cases, value) {
  const id = newId("sager");
  const one = field(texts.filingCase, { value, list: id });
  const list = make("datalist", { id });
  one.element.append(list);
  // The cases may come later than the field.
  one.input.addEventListener("focus", () => {
    const known = cases.answer?.cases ?? [];
    list.replaceChildren(...known.map(({ number, title }) => make("option", { value: number }, title)));
  });
  return one;
}

function caseOf(filing) {
  return typeof filing.case === "string" ? filing.case : (filing.case?.number ?? "");
}

class Editor {
  #loaded = {};

  constructor(panel, filing) {
    this.panel = panel;
    this.talk = panel.talk;
    this.id = filing.id;
    this.key = `kladde.${filing.id}`;
    this.fields = {
      text: field(texts.filingText, { kind: "textarea", rows: 6, value: filing.text }),
      case: caseField(panel.cases, caseOf(filing)),
      ...(filing.kind === "task" ? { deadline: field(texts.filingDeadline, { kind: "date", value: filing.deadline?.slice(0, 10) }) } : {}),
    };
    this.#loaded = this.values;
    this.trouble = make("div", { class: "trouble" });
    this.state = make("div", {});
    this.element = make(
      "li",
      { class: "filing" },
      make("h4", {}, texts.filingKinds[filing.kind] ?? filing.kind),
      this.state,
      ...Object.values(this.fields).map(({ element }) => element),
      this.trouble,
      make(
        "div",
        { class: "buttons" },
        button(texts.sign, () => this.#sign(), { kind: "primary", "data-focus": `underskriv-${this.id}` }),
        button(texts.saveDraft, () => this.#save(), { "data-focus": `gem-${this.id}` }),
        button(texts.dropDraft, () => this.#drop(), { kind: "link", "data-focus": `slet-${this.id}` }),
      ),
    );
    const kept = drafts.get(this.key);
    if (kept) for (const [name, value] of Object.entries(kept)) if (this.fields[name]) this.fields[name].input.value = value;
    this.element.addEventListener("input", () => drafts.set(this.key, this.values));
  }

  get values() {
    return Object.fromEntries(Object.entries(this.fields).map(([name, { input }]) => [name, input.value]));
  }

  get dirty() {
    return JSON.stringify(this.values) !== JSON.stringify(this.#loaded);
  }

  update(filing) {
    redraw(this.state, [filing.status, filing.error], () => [
      make("p", { class: "chips" }, make("span", { class: `chip ${filing.status}` }, texts.filingStatus[filing.status])),
      filing.error ? notice(filing.error, "warning") : null,
    ]);
    this.version = filing.version;
    const now = { text: filing.text ?? "", case: caseOf(filing), ...(this.fields.deadline ? { deadline: filing.deadline?.slice(0, 10) ?? "" } : {}) };
    const changed = JSON.stringify(now) !== JSON.stringify(this.#loaded);
    if (changed && !this.dirty) for (const [name, value] of Object.entries(now)) this.fields[name].input.value = value;
    if (changed && this.dirty && now.text !== this.values.text) {
      this.#say(notice(texts.changed, "warning"), make("details", {}, make("summary", {}, texts.theirs), make("p", { class: "event-text" }, now.text)));
    }
    this.#loaded = now;
  }

  #say(...nodes) {
    this.trouble.replaceChildren(...nodes);
  }

  async #put() {
    const { text, case: number, deadline } = this.values;
    const put = { version: this.version, text, case: number, deadline: deadline || null };
    const detail = await this.talk.api.put(`/filings/${this.id}`, put);
    this.#loaded = this.values;
    drafts.set(this.key, null);
    this.talk.settle(detail);
  }

  async #save() {
    if (!this.#whole()) return;
    this.#say();
    try {
      await this.#put();
      announce(texts.draftSaved);
      this.#say(notice(texts.draftSaved, "info"));
    } catch (error) {
      await this.#refused(error);
    }
  }

  #whole() {
    const { text } = this.values;
    this.fields.text.fail(text.trim() ? "" : texts.required);
    if (!text.trim()) this.fields.text.input.focus();
    return Boolean(text.trim());
  }

  #sign() {
    const number = this.values.case.trim();
    this.fields.case.fail(number ? "" : texts.required);
    if (!number) return this.fields.case.input.focus();
    if (!this.#whole()) return;
    ask({
      title: texts.signTitle,
      intro: texts.signIntro(this.panel.me.name, number),
      yes: texts.signYes,
      again: () => this.talk.reload(),
      done: async () => {
        // What is signed is what stands here: first it is saved, then that version is signed.
        if (this.dirty) await this.#put();
        this.talk.settle(await this.talk.api.post(`/filings/${this.id}/sign`, { version: this.version }));
        drafts.set(this.key, null);
        announce(texts.signed);
      },
    });
  }

  #drop() {
    ask({
      title: texts.dropTitle,
      intro: texts.dropIntro,
      yes: texts.dropDraft,
      danger: true,
      done: async () => {
        this.talk.settle(await this.talk.api.delete(`/filings/${this.id}`, { version: this.version }));
        drafts.set(this.key, null);
        announce(texts.dropped);
      },
    });
  }

  async #refused(error) {
    if (error.code !== "changed") return this.#say(notice(error.message));
    await this.talk.reload().catch(() => {});
    if (!this.trouble.children.length) this.#say(notice(texts.changed, "warning"));
  }
}

class Read {
  constructor() {
    this.element = make("li", { class: "filing" });
  }

  update(filing) {
    const who = filing.who ?? filing.signed_by;
    redraw(this.element, filing, () => [
      make("h4", {}, texts.filingKinds[filing.kind] ?? filing.kind),
      make("p", { class: "chips" }, make("span", { class: `chip ${filing.status}` }, texts.filingStatus[filing.status] ?? filing.status)),
      filing.error ? notice(filing.error, "warning") : null,
      make("p", { class: "event-text" }, filing.text),
      make("p", { class: "hint" }, [caseOf(filing), filing.deadline ? `${texts.filingDeadline} ${date(filing.deadline)}` : "", who ? texts.signedBy(who.name ?? who, moment(filing.at ?? filing.signed_at)) : ""].filter(Boolean).join(" · ")),
    ]);
  }
}
