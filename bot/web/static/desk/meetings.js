// The meetings of a conversation: what is agreed, and booking, moving, changing and cancelling it.

import { announce, button, field, make, redraw, terms, tick } from "./elements.js";
import { ask } from "./dialog.js";
import { listEditor } from "./list-editor.js";
import { slotPicker } from "./slots.js";
import { texts } from "./texts.js";
import { moment } from "./times.js";

const FORMS = Object.entries(texts.forms);

export class MeetingsPanel {
  constructor(talk, { me, readOnly }) {
    this.talk = talk;
    this.me = me;
    this.readOnly = readOnly;
    this.element = make("div", { class: "panel-body" });
    talk.addEventListener("detail", () => this.#draw());
  }

  get #mayChange() {
    return !this.readOnly && this.talk.mine;
  }

  #draw() {
    const { meetings } = this.talk.detail;
    redraw(this.element, { meetings, may: this.#mayChange }, () => [
      this.#mayChange ? button(texts.book, () => this.book(), { kind: "primary", "data-focus": "book" }) : null,
      meetings.length
        ? make("ul", { class: "cards" }, ...meetings.map((meeting) => this.#item(meeting)))
        : make("p", { class: "empty-line" }, texts.noMeetings),
    ]);
  }

  #item(meeting) {
    const alive = meeting.status === "booked" || meeting.status === "held";
    const details = meeting.details ?? {};
    return make(
      "li",
      { class: `meeting ${meeting.status}` },
      make("h4", {}, meeting.title || texts.conversation),
      make(
        "p",
        { class: "chips" },
        make("span", { class: "chip" }, texts.meetingStatus[meeting.status] ?? meeting.status),
        meeting.status === "held" && meeting.held_until ? make("span", { class: "chip" }, texts.heldUntil(moment(meeting.held_until))) : null,
      ),
      make("p", { class: "when" }, meeting.when || moment(meeting.starts_at)),
      terms([
        [texts.place, meeting.form_words || meeting.place],
        [texts.agenda, bullets(meeting.agenda)],
        [texts.documents, bullets(meeting.documents)],
        [texts.interpreter, details.interpreter ?? meeting.interpreter],
        [texts.companion, details.companion ?? meeting.companion],
        [texts.meetingName, details.name],
        [texts.meetingMail, details.email],
        [texts.meetingPhone, details.phone],
      ]),
      this.#mayChange && alive
        ? make(
            "div",
            { class: "buttons" },
            button(texts.edit, () => this.#edit(meeting.id), { "data-focus": `ret-${meeting.id}` }),
            button(texts.move, () => this.#move(meeting.id), { "data-focus": `flyt-${meeting.id}` }),
            button(texts.cancelMeeting, () => this.#cancel(meeting.id), { "data-focus": `aflys-${meeting.id}` }),
          )
        : null,
    );
  }

  #find(id) {
    return this.talk.detail.meetings.find((meeting) => meeting.id === id);
  }

  /** What the citizen has told of, as the summary has it. */
  #told(kind) {
    return this.talk.detail.summary.find((one) => one.kind === kind)?.value ?? "";
  }

  book() {
    if (!this.#mayChange) return false;
    const { handoff } = this.talk;
    const wished = this.#told("form").replace("fremmøde", "fremmoede");
    const department = field(texts.department, { kind: "select", value: handoff.department, options: this.me.departments_all.map(({ key, name }) => [key, name]) });
    const form = field(texts.form, { kind: "select", value: wished in texts.forms ? wished : "fremmoede", options: FORMS });
    const slot = slotPicker(this.talk.api, () => ({ department: department.input.value, form: form.input.value }));
    for (const { input } of [department, form]) input.addEventListener("change", () => slot.reload());
    const details = detailFields({
      name: handoff.name,
      email: this.#told("email"),
      phone: handoff.phone || this.#told("phone"),
      interpreter: this.#told("interpreter"),
      companion: this.#told("companion"),
    });
    ask({
      title: texts.bookTitle,
      fields: { department, form, slot, ...details },
      yes: texts.book,
      key: `book.${this.talk.id}`,
      wide: true,
      done: async ({ slot: key, department: _department, form: _form, ...values }) => {
        const [calendar, starts_at, chosenForm] = key.split("|");
        try {
          await this.#send(() => this.talk.api.post(`${this.talk.path}/meetings`, { calendar, form: chosenForm, starts_at, details: values }));
        } catch (error) {
          if (error.status === 409) slot.reload();
          throw error;
        }
        announce(texts.booked);
      },
    });
    slot.reload();
    return true;
  }

  #move(id) {
    const meeting = this.#find(id);
    const slot = slotPicker(this.talk.api, () => ({ department: meeting.department ?? this.talk.handoff.department, form: meeting.form }));
    ask({
      title: texts.moveTitle,
      intro: texts.moveIntro(meeting.when || moment(meeting.starts_at)),
      fields: { slot },
      yes: texts.moveTitle,
      wide: true,
      again: () => this.talk.reload(),
      done: async ({ slot: key }) => {
        const [calendar, starts_at] = key.split("|");
        try {
          await this.#patch(id, { calendar, starts_at });
        } catch (error) {
          if (error.status === 409) slot.reload();
          throw error;
        }
        announce(texts.moved);
      },
    });
    slot.reload();
  }

  #edit(id) {
    const meeting = this.#find(id);
    ask({
      title: texts.editTitle,
      fields: {
        agenda: listEditor(texts.agenda, meeting.agenda ?? [], { name: texts.agendaItem, add: texts.agendaAdd }),
        documents: listEditor(texts.documents, meeting.documents ?? [], { name: texts.documentItem, add: texts.documentAdd }),
        ...detailFields({ interpreter: meeting.interpreter, companion: meeting.companion, ...meeting.details }),
      },
      key: `moede.${id}`,
      wide: true,
      again: () => this.talk.reload(),
      done: async ({ agenda, documents, ...details }) => {
        await this.#patch(id, { agenda, documents, details });
        announce(texts.edited);
      },
    });
  }

  #cancel(id) {
    const meeting = this.#find(id);
    ask({
      title: texts.cancelTitle,
      intro: texts.cancelIntro(meeting.when || moment(meeting.starts_at)),
      yes: texts.cancelYes,
      danger: true,
      again: () => this.talk.reload(),
      done: async () => {
        await this.#send(() => this.talk.api.delete(`/meetings/${id}`, { version: this.#find(id).version }));
        announce(texts.cancelled);
      },
    });
  }

  #patch(id, change) {
    return this.#send(() => this.talk.api.patch(`/meetings/${id}`, { version: this.#find(id).version, ...change }));
  }

  async #send(request) {
    this.talk.settle(await request());
  }
}

function bullets(items = []) {
  return items.length ? make("ul", {}, ...items.map((item) => make("li", {}, item))) : null;
}

function detailFields(known) {
  const mail = tick(texts.meetingByMail, known.mail);
  mail.element.append(make("p", { class: "hint" }, texts.meetingConsent));
  return {
    name: field(texts.meetingName, { value: known.name }),
    email: field(texts.meetingMail, { kind: "email", value: known.email }),
    phone: field(texts.meetingPhone, { kind: "tel", value: known.phone }),
    interpreter: field(texts.interpreter, { value: known.interpreter }),
    companion: field(texts.companion, { value: known.companion }),
    mail,
    sms: tick(texts.meetingBySms, known.sms),
  };
}
