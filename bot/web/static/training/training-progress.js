// Training: start one with a reason, see how far it is, stop it. What is shown comes from the server, so a page that is
// loaded anew, or opened by a colleague, shows the same.

import { button, field, make, notice, redraw } from "/desk/static/elements.js";
import { ask } from "/desk/static/dialog.js";
import { drafts } from "/desk/static/keep.js";
import { age, moment } from "/desk/static/times.js";
import { addresses } from "./router.js";
import { texts } from "./texts-versions.js";

const LOOK_AGAIN = 1500; // milliseconds between two looks at one that goes on
const LOOK_LATER = 5000; // where the server can't be reached
const LOOK_SELDOM = 20_000; // a colleague may begin one
const FRESH = 86_400_000; // milliseconds for which it is said how the last one ended
const DRAFT = "traening";

export const ongoing = (training) => Boolean(training) && ["queued", "running"].includes(training.status);

export class TrainingPart {
  #timer = 0;
  #open = false;
  #asked = 0;
  #seen = null; // the one that was last seen going on
  #said = "";

  /** `ended(training)` is called when one that was seen going on is over; `changes()` gives how many changes wait, or null. */
  constructor(app, { ended, changes }) {
    Object.assign(this, { app, ended, changes });
    this.reason = field(texts.reason, { hint: texts.reasonHint, value: drafts.get(DRAFT, ""), maxlength: 300 });
    this.reason.input.addEventListener("input", () => drafts.set(DRAFT, this.reason.input.value));
    this.send = make("button", { type: "submit", class: "button primary" }, texts.start);
    this.trouble = make("div", { class: "trouble" });
    this.waiting = make("p", {});
    this.form = make("form", { class: "train-form", novalidate: true, hidden: true }, this.waiting, this.reason.element, this.trouble, this.send, make("p", { class: "hint" }, texts.takes));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    this.state = make("div", { class: "training-state" });
    this.lost = make("div", {});
    this.heading = make("h3", { tabindex: "-1" }, texts.trainTitle);
    this.element = make("section", { class: "card training-part" }, this.heading, this.state, this.lost, this.form);
  }

  /** Look now, and for as long as it is open. */
  open() {
    this.#open = true;
    return this.#look(false);
  }

  close() {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  /** Show a training that was just begun. */
  show(training) {
    clearTimeout(this.#timer);
    this.#asked += 1; // an older answer says nothing any more
    this.#draw(training);
    this.#timer = setTimeout(() => this.#look(), LOOK_AGAIN);
  }

  async #look(byItself = true) {
    clearTimeout(this.#timer);
    const token = ++this.#asked;
    let rest = LOOK_LATER;
    try {
      const training = await this.app.api.get("/trainings/current", {}, { byItself });
      if (token !== this.#asked) return;
      this.lost.replaceChildren();
      this.#draw(training);
      rest = ongoing(training) ? LOOK_AGAIN : LOOK_SELDOM;
    } catch (error) {
      if (!("code" in error)) throw error;
      if (token !== this.#asked) return;
      redraw(this.lost, "lost", () => notice(error.status ? error.message : texts.lost, "warning"));
      this.lost.drawn = null;
    }
    if (this.#open && token === this.#asked) this.#timer = setTimeout(() => this.#look(), rest);
  }

  #draw(training) {
    const going = ongoing(training);
    this.form.hidden = going || this.app.readOnly;
    this.heading.textContent = going ? (training.version === null ? texts.ongoing : texts.measuring) : texts.trainTitle;
    if (going) {
      this.#seen = training.id;
      this.#going(training);
      return;
    }
    const over = training !== null && this.#seen === training.id;
    this.#ended(training, over);
    if (over) {
      this.#seen = null;
      this.#said = "";
      this.ended(training);
    }
    this.#waits();
  }

  #going(training) {
    const doing = training.status === "queued" ? texts.queued : texts.step(training);
    redraw(this.state, ["going", training.id], () => {
      this.bar = make("progress", { "aria-label": texts.ongoing });
      this.doing = make("p", { class: "doing" });
      this.for = make("p", { class: "hint" });
      this.stop = this.app.readOnly ? "" : button(texts.cancel, () => this.#cancel(training.id), { "data-focus": "stop" });
      return [this.bar, this.doing, this.for, this.stop];
    });
    this.bar.max = Math.max(1, training.steps);
    this.bar.value = training.status === "queued" ? 0 : Math.max(0, training.step - 0.5);
    this.bar.setAttribute("aria-valuetext", doing);
    this.doing.textContent = doing;
    const parts = [texts.by(training.by, moment(training.created_at)), training.reason ? texts.reasoned(training.reason) : "", texts.since(age(training.started_at ?? training.created_at))];
    this.for.textContent = parts.filter(Boolean).join(" · ");
    if (this.stop) {
      this.stop.setAttribute("aria-disabled", String(Boolean(training.stopping)));
      this.stop.textContent = training.stopping ? texts.stopping : texts.cancel;
    }
    const step = `${training.id}.${training.status}.${training.step}`;
    if (this.#said !== step) this.app.announce(doing); // said at each step, not at each look
    this.#said = step;
  }

  #ended(training, over) {
    const fresh = training && (over || Date.now() - Date.parse(training.ended_at) < FRESH);
    const had = this.state.contains(document.activeElement);
    redraw(this.state, fresh ? ["ended", training.id, training.status] : null, () => (fresh ? end(training) : []));
    if (had) this.heading.focus();
    if (over) this.app.announce(training.status === "done" ? `${texts.doneTitle}. ${texts.done(training.version)}` : `${words(training)}. ${training.problem ?? ""}`);
  }

  async #waits() {
    const n = await this.changes();
    this.waiting.textContent = n === null ? "" : texts.changes(n);
  }

  async #start() {
    const reason = this.reason.input.value.trim();
    this.reason.fail(reason ? "" : texts.required);
    if (!reason) return this.reason.input.focus();
    if (this.send.getAttribute("aria-disabled") === "true") return;
    this.send.setAttribute("aria-disabled", "true");
    this.trouble.replaceChildren();
    try {
      const training = await this.app.api.post("/trainings", { reason });
      this.reason.input.value = "";
      drafts.set(DRAFT, null);
      this.show(training);
      this.heading.focus();
    } catch (error) {
      if (!("code" in error)) throw error;
      this.trouble.replaceChildren(notice(error.message));
      if (error.code === "wrong_moment") this.#look();
    } finally {
      this.send.removeAttribute("aria-disabled");
    }
  }

  #cancel(id) {
    ask({
      title: texts.cancel,
      intro: texts.cancelIntro,
      yes: texts.cancel,
      danger: true,
      done: async () => {
        this.show(await this.app.api.post(`/trainings/${id}/cancel`));
      },
    });
  }
}

function words({ status }) {
  return status === "cancelled" ? texts.cancelledTitle : texts.failedTitle;
}

function end(training) {
  if (training.status === "done") {
    const { version } = training;
    const link = version === null ? "" : make("a", { class: "button primary", href: addresses.version(version), "data-inside": true, "data-focus": "se-version" }, texts.see(version));
    return [make("p", { class: "notice info" }, `${texts.doneTitle}. ${version === null ? "" : texts.done(version)}`), link];
  }
  if (training.status === "cancelled") return [make("p", { class: "notice info" }, `${texts.cancelledTitle}. ${texts.failed}`)];
  return [make("p", { class: "notice warning" }, `${texts.failedTitle}. ${training.problem ?? ""}`)];
}
