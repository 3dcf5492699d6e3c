// What can be done to a conversation: the row of buttons above it, and the dialog of each.

import { announce, button, choice, field, listed, make, notice, redraw } from "./elements.js";
import { ask } from "./dialog.js";
import { texts } from "./texts.js";

export class Actions {
  /** `left(words)` is called when the conversation is no longer this one's: back to the queue. */
  constructor(talk, { me, readOnly, left }) {
    this.talk = talk;
    this.me = me;
    this.readOnly = readOnly;
    this.left = left;
    this.buttons = make("div", { class: "buttons", role: "group", "aria-label": texts.actions });
    this.trouble = make("div", { class: "trouble" });
    this.element = make("div", { class: "actions" }, this.buttons, this.trouble);
    talk.addEventListener("detail", () => this.#draw());
  }

  #draw() {
    const { handoff, state } = this.talk.detail;
    const { mine } = this.talk;
    const human = state === "human";
    const loggedIn = Boolean(handoff.logged_in);
    this.buttons.hidden = this.readOnly || this.talk.over || handoff.status === "offered";
    redraw(this.buttons, { status: handoff.status, mine, human, loggedIn }, () => {
      const name = (focus) => ({ "data-focus": focus });
      const pass = button(texts.transfer, () => this.transfer(), name("videre"));
      // What is not one's own only an administrator gives on.
      const leads = this.me.roles.includes("administrator") ? [pass] : [];
      if (handoff.status === "waiting") return [button(texts.take, () => this.take(), { kind: "primary", ...name("tag") }), ...leads];
      if (!mine) return leads;
      return [
        button(texts.end, () => this.end(), { kind: "primary", ...name("afslut") }),
        pass,
        button(texts.release, () => this.release(), name("tilbage")),
        !loggedIn ? button(texts.askLogin, () => this.askLogin(), name("login")) : null,
        button(texts.askConsent, () => this.askConsent(), name("samtykke")),
        human ? button(texts.toAssistant, () => this.toAssistant(), name("assistent")) : null,
      ];
    });
  }

  async take() {
    if (this.readOnly || this.talk.handoff.status !== "waiting") return false;
    this.trouble.replaceChildren();
    try {
      await this.talk.act("claim");
      announce(texts.taken);
    } catch (error) {
      const words = error.code === "taken" && error.by ? texts.takenBy(error.by) : error.message;
      this.trouble.replaceChildren(notice(words));
      if (error.status === 409) await this.talk.reload().catch(() => {});
    }
    return true;
  }

  release() {
    ask({
      title: texts.releaseTitle,
      intro: texts.releaseIntro,
      fields: { reason: field(texts.releaseReason, { kind: "textarea", rows: 2 }) },
      yes: texts.release,
      key: `tilbage.${this.talk.id}`,
      again: () => this.talk.reload(),
      done: async ({ reason }) => {
        await this.talk.act("release", { reason });
        this.left(texts.released);
      },
    });
  }

  async transfer() {
    const kind = choice(texts.transferTo, [["department", texts.toDepartment], ["staff", texts.toStaff]], { value: "department" });
    const departments = this.me.departments_all.map(({ key, name }) => [key, name]);
    const department = field(texts.department, { kind: "select", options: [["", texts.choose], ...departments] });
    const staff = field(texts.colleague, { kind: "select", options: [["", texts.loading]] });
    const shown = () => {
      department.element.hidden = kind.value !== "department";
      staff.element.hidden = kind.value !== "staff";
    };
    kind.element.addEventListener("change", shown);
    ask({
      title: texts.transferTitle,
      intro: texts.transferIntro,
      fields: {
        kind,
        department: { ...department, required: texts.choose },
        staff: { ...staff, required: texts.choose },
        reason: { ...field(texts.transferReason, { kind: "textarea", rows: 3, required: true }), required: texts.required },
      },
      yes: texts.transfer,
      key: `videre.${this.talk.id}`,
      again: () => this.talk.reload(),
      done: async ({ kind: to, department: key, staff: id, reason }) => {
        await this.talk.act("transfer", { to: to === "staff" ? { staff: id } : { department: key }, reason });
        this.left(texts.transferred);
      },
    });
    shown();
    try {
      const names = new Map(departments);
      const colleagues = (await this.talk.api.get("/staff")).filter(({ id }) => id !== this.talk.handoff.claimed_by?.id);
      const wished = staff.input.value;
      staff.input.replaceChildren(
        make("option", { value: "" }, texts.choose),
        ...colleagues.map((one) =>
          make("option", { value: one.id }, texts.colleagueOn(one.name, listed((one.departments ?? []).map((key) => names.get(key) ?? key)), one.available)),
        ),
      );
      staff.input.value = wished;
    } catch (error) {
      staff.fail(error.message);
    }
  }

  askLogin() {
    this.#simple("ask-login", texts.askLoginTitle, texts.askLoginIntro, texts.askLoginYes, texts.askedLogin);
  }

  toAssistant() {
    this.#simple("to-assistant", texts.toAssistantTitle, texts.toAssistantIntro, texts.toAssistant, texts.toAssistantDone);
  }

  #simple(what, title, intro, yes, said) {
    ask({
      title,
      intro,
      yes,
      again: () => this.talk.reload(),
      done: async () => {
        await this.talk.act(what);
        announce(said);
      },
    });
  }

  askConsent() {
    ask({
      title: texts.askConsentTitle,
      intro: texts.askConsentIntro,
      fields: { text: { ...field(texts.askConsentText, { kind: "textarea", rows: 4, required: true }), required: texts.required } },
      yes: texts.askConsent,
      key: `samtykke.${this.talk.id}`,
      again: () => this.talk.reload(),
      done: async ({ text }) => {
        await this.talk.act("ask-consent", { text });
        announce(texts.askedConsent);
      },
    });
  }

  end() {
    if (this.readOnly || !this.talk.mine) return false;
    ask({
      title: texts.endTitle,
      intro: texts.endIntro,
      fields: {
        outcome: Object.assign(choice(texts.outcome, this.me.outcomes.map(({ key, text }) => [key, text])), { required: texts.choose }),
        note: { ...field(texts.endNote, { kind: "textarea", rows: 4, required: true }), required: texts.required },
      },
      yes: texts.end,
      key: `afslut.${this.talk.id}`,
      again: () => this.talk.reload(),
      done: async ({ outcome, note }) => {
        await this.talk.act("close", { outcome, note });
        announce(texts.ended);
      },
    });
    return true;
  }
}
