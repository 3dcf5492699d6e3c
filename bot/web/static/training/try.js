// Try a text on two versions beside each other: what each hears in it, how sure it is, and what it would say.

import { button, field, make, notice, terms } from "/desk/static/elements.js";
import { drafts } from "/desk/static/keep.js";
import { bar, loaded, pageOf, table } from "./parts.js";
import { addresses } from "./router.js";
import { percent } from "./texts.js";
import { texts } from "./texts-try.js";

const TO_START = 180_000; // milliseconds: a version is loaded the first time it is asked
const DRAFT = "traening.proev";
const RUNNABLE = ["live", "ready"];

export class TryPage {
  #ready = false;

  constructor(app) {
    this.app = app;
    const { element, heading, state, body } = pageOf(texts.title, "try");
    Object.assign(this, { element, heading, state });
    this.pickers = [texts.left, texts.right].map((words) => field(words, { kind: "select" }));
    this.text = field(texts.text, { kind: "textarea", rows: 2, maxlength: 1000, value: drafts.get(DRAFT, "") });
    this.text.input.addEventListener("input", () => drafts.set(DRAFT, this.text.input.value));
    this.send = button(texts.send, null, { kind: "primary", type: "submit" });
    this.form = make("form", { class: "ask" }, ...this.pickers.map(({ element: one }) => one), this.text.element, make("div", { class: "buttons" }, this.send));
    this.said = make("div", { class: "said-of", role: "status" });
    this.tries = make("ol", { class: "tries" });
    this.clear = button(texts.clear, () => this.#clear(), { hidden: true });
    body.append(make("p", { class: "lead" }, texts.intro), this.form, this.said, this.tries, this.clear);
    this.body = body;
    this.form.hidden = true;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try();
    });
    // As in a chat: Enter sends, with Shift it is a new line.
    this.text.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#try();
    });
  }

  async open({ query }) {
    const found = await loaded(this.state, this.app.api.get("/versions"));
    if (!found) return;
    const rows = found.rows.filter(({ status }) => RUNNABLE.includes(status));
    this.form.hidden = !rows.length;
    if (!rows.length) {
      this.state.replaceChildren(make("p", {}, texts.none), make("a", { class: "button", href: addresses.versions, "data-inside": true }, texts.trainGo));
      return;
    }
    this.#versions(rows, found.active, Number(query.get("version")) || null);
    const text = query.get("tekst");
    if (text) this.text.input.value = text;
  }

  close() {}

  // The running version on the left, the newest other one on the right, unless an address or the reader says else.
  #versions(rows, active, wanted) {
    const before = this.pickers.map(({ input }) => input.value);
    const options = rows.map((row) => [String(row.id), texts.versionOption(row, row.id === active)]);
    this.pickers.forEach(({ input }, index) => {
      const all = index ? [["", texts.nobody], ...options] : options;
      input.replaceChildren(...all.map(([value, words]) => make("option", { value }, words)));
    });
    const [left, right] = this.pickers.map(({ input }) => input);
    const running = rows.find(({ id }) => id === active) ?? rows[0];
    const other = rows.find(({ id }) => id === wanted) ?? rows.find(({ id }) => id !== running.id);
    left.value = String(running.id);
    right.value = other && other.id !== running.id ? String(other.id) : "";
    if (this.#ready && !wanted) for (const [index, { input }] of this.pickers.entries()) if ([...input.options].some(({ value }) => value === before[index])) input.value = before[index];
    this.#ready = true;
    this.active = active;
  }

  async #try() {
    if (this.send.getAttribute("aria-disabled") === "true") return;
    const text = this.text.input.value.trim();
    this.text.fail(text ? "" : texts.write);
    if (!text) {
      this.text.input.focus();
      return;
    }
    const versions = [...new Set(this.pickers.map(({ input }) => Number(input.value)).filter(Boolean))];
    this.send.setAttribute("aria-disabled", "true");
    this.said.replaceChildren(make("p", { class: "hint" }, texts.waiting));
    try {
      const { results } = await this.app.api.post("/try", { text, versions }, { patience: TO_START });
      this.tries.prepend(this.#tried(text, results));
      this.clear.hidden = false;
      const agree = results.length > 1 ? make("p", {}, differ(results) ? texts.differ : texts.same) : "";
      this.said.replaceChildren(...[agree].filter(Boolean));
      this.text.input.select();
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      this.said.replaceChildren(notice(error.message));
    } finally {
      this.send.removeAttribute("aria-disabled");
    }
  }

  #tried(text, results) {
    const other = results.length > 1 && differ(results);
    return make(
      "li",
      { class: "tried" },
      make("h3", {}, make("span", { class: "hint" }, `${texts.youWrote}: `), `»${text}«`),
      make("div", { class: "beside" }, ...results.map((result) => this.#result(result, other))),
    );
  }

  #result(result, other) {
    const { version, intent, title, confidence, outcome, guesses, entities, rule, decided, action, said, ranking, ms } = result;
    const heard = intent ? `${title}, ${texts.sure_(confidence)}` : texts.noIntent;
    return make(
      "section",
      { class: "card" },
      make("h4", {}, texts.version(version), version === this.active ? make("span", { class: "chip unread" }, texts.runs) : null),
      terms([
        [texts.understood, make("strong", {}, heard)],
        [texts.outcome, make("span", { class: `chip ${outcome === "answered" ? "unread" : outcome === "danger" ? "urgent" : "late"}` }, texts.outcomes[outcome] ?? outcome)],
        [texts.guesses, guesses.map((guess) => guess.title ?? guess).join(", ")],
        [texts.entities, entities.map(({ entity, value }) => `${entity}: ${value}`).join(", ")],
        [texts.rule, rule ?? decided],
        [texts.action, action],
      ]),
      make("h5", {}, texts.said),
      said.length ? make("div", { class: "speech" }, ...said.map((words) => make("p", { class: "words" }, words))) : make("p", { class: "hint" }, texts.nothingSaid),
      make(
        "details",
        { open: other },
        make("summary", {}, texts.ranking),
        table("", [texts.intent, texts.sure], ranking.map((one) => [one.title, bar(one.confidence, percent(one.confidence, 0))])),
      ),
      make("p", { class: "hint" }, texts.ms(ms)),
    );
  }

  #clear() {
    this.tries.replaceChildren();
    this.said.replaceChildren();
    this.clear.hidden = true;
    this.text.input.focus();
  }
}

function differ([one, other]) {
  return one.intent !== other.intent || one.outcome !== other.outcome;
}
