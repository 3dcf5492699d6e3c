// One row of the inbox, opened: the message, what it was taken for, the text to keep of it, and the talk around it.

import { button, field, listed, make, notice, tick } from "/desk/static/elements.js";
import { drafts } from "/desk/static/keep.js";
import { moment } from "/desk/static/times.js";
import { marked } from "./parts.js";
import { addresses } from "./router.js";
import { texts } from "./texts-inbox.js";

export class GroupView {
  /** `does`: use(), choose(), makeNew(), drop(), restore(). */
  constructor(group, { readOnly, does, titles }) {
    this.group = group;
    this.key = `traening.indbakke.${group.id}`;
    this.titles = titles;
    this.open = group.status === "waiting" && !readOnly;
    this.heading = make("h3", { class: "said", tabindex: "-1" }, make("span", { class: "spoken" }, `${texts.message}: `), "»", ...marked(group.text, named(group.personal)), "«");
    this.trouble = make("div", { class: "trouble" });
    this.talks = make("section", { class: "talks" });
    this.element = make(
      "article",
      { class: "group" },
      make("a", { class: "button link back", href: addresses.inbox, "data-inside": true }, texts.back),
      this.heading,
      chips(group),
      make("p", { class: "hint" }, texts.firstAndLast(moment(group.first_at), moment(group.last_at))),
      make("p", {}, taken(group)),
      this.open ? this.#form(does) : this.#done(readOnly ? null : does),
      this.talks,
    );
    if (group.messages) this.showTalks(group.messages);
  }

  /** {text, confirmed}: what is to be kept as an example. */
  get wanted() {
    return { text: this.text.input.value.trim(), confirmed: !this.confirm.element.hidden && this.confirm.input.checked };
  }

  /** Whether there is something personal left that nobody has looked at. */
  get unseen() {
    return this.group.personal.length > 0 && this.text.input.value.trim() === this.group.text.trim() && !this.confirm.input.checked;
  }

  /** Point at what is personal, in the text or (without) in the message. */
  warn(spans = this.group.personal, text = this.group.text) {
    const letters = [...text];
    const found = listed(spans.map(({ start, end, kind }) => `${texts.personal[kind] ?? kind} (${letters.slice(start, end).join("")})`));
    this.trouble.replaceChildren(notice(texts.personalFound(found), "warning"));
    this.confirm.element.hidden = false;
    this.text.input.focus();
  }

  /** A no of the server's, where one looks; with the way to where the text stands already. */
  fail(error) {
    if (error.code === "personal" && error.more.spans) {
      this.warn(error.more.spans, this.text.input.value.trim());
      return;
    }
    const said = notice(error.message);
    const { intent } = error.more;
    if (intent) said.append(" ", make("a", { href: addresses.intent(intent), "data-inside": true }, texts.elsewhereGo(this.titles.get(intent) ?? intent)));
    this.trouble.replaceChildren(said);
    this.text.input.focus();
  }

  forget() {
    drafts.set(this.key, null);
  }

  showTalks(messages) {
    const one = (message, index) => talk(message, { open: index === 0, titles: this.titles });
    this.talks.replaceChildren(make("h4", {}, texts.around), ...(messages.length ? messages.map(one) : [make("p", { class: "hint" }, texts.noMessages)]));
  }

  #form(does) {
    const { guess, personal, text } = this.group;
    this.text = field(texts.text, { kind: "textarea", rows: 2, hint: texts.textHint, value: drafts.get(this.key, text), maxlength: 3000 });
    this.text.input.addEventListener("input", () => drafts.set(this.key, this.text.input.value === text ? null : this.text.input.value));
    // Out of the field again, so that one key is enough for what comes next.
    this.text.input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.heading.focus();
    });
    this.confirm = tick(texts.personalConfirm);
    this.confirm.element.hidden = true;
    if (personal.length) {
      const found = listed(personal.map(({ start, end, kind }) => `${texts.personal[kind] ?? kind} (${[...text].slice(start, end).join("")})`));
      this.trouble.replaceChildren(notice(texts.personalFound(found), "warning"));
      this.confirm.element.hidden = false;
    }
    return make(
      "div",
      { class: "use" },
      this.text.element,
      this.trouble,
      this.confirm.element,
      make(
        "div",
        { class: "buttons", role: "group", "aria-label": texts.actions },
        guess ? keyed(texts.use(guess.title), "B", does.use, { kind: "primary" }) : null,
        keyed(texts.choose, "V", does.choose, { kind: guess ? "plain" : "primary" }),
        keyed(texts.makeNew, "N", does.makeNew),
        keyed(texts.drop, "S", does.drop),
      ),
    );
  }

  #done(does) {
    const { status, intent, by } = this.group;
    if (status === "waiting") return null;
    const what = status === "used" ? texts.usedIn(this.titles.get(intent) ?? intent) : texts.droppedWords;
    return make(
      "div",
      { class: "use" },
      make("p", {}, texts.doneBy(what, by), ". "),
      intent ? make("p", {}, make("a", { href: addresses.intent(intent), "data-inside": true }, texts.elsewhereGo(this.titles.get(intent) ?? intent))) : null,
      this.trouble,
      does && status === "dropped" ? make("div", { class: "buttons" }, button(texts.restore, does.restore)) : null,
    );
  }
}

/** Chips of why a row is there, and what is personal in it. */
export function chips({ reasons, n, personal }) {
  const all = [
    ...(n > 1 ? [make("span", { class: "chip" }, texts.times(n))] : []),
    ...reasons.map((reason) => make("span", { class: `chip ${reason === "fallback" || reason === "asked" ? "" : "late"}` }, texts.reasons[reason] ?? reason)),
    ...(personal.length ? [make("span", { class: "chip urgent" }, texts.hasPersonal)] : []),
  ];
  return make("span", { class: "chips" }, ...all.flatMap((chip) => [chip, " "]));
}

// The key that does it stands on the button, and is told to a screen reader as a shortcut.
function keyed(words, key, does, more = {}) {
  const made = button(words, does, { ...more, "aria-keyshortcuts": key.toLowerCase() });
  made.append(" ", make("kbd", { "aria-hidden": "true" }, key));
  return made;
}

function taken({ guess, second }) {
  if (!guess) return texts.without;
  const best = guess.confidence === null || guess.confidence === undefined ? texts.bestWithout(guess.title) : texts.best(guess.title, guess.confidence);
  return second ? `${best} ${texts.second(second.title)}` : best;
}

function named(spans) {
  return spans.map(({ start, end, kind }) => ({ start, end, words: texts.personal[kind] ?? kind }));
}

function talk({ at, intent, outcome, marked: by, around }, { open, titles }) {
  const as = outcome ? texts.understoodAs(texts.outcomes[outcome] ?? outcome, intent ? (titles.get(intent) ?? intent) : "") : "";
  return make(
    "details",
    { open },
    make("summary", {}, texts.aroundOne(moment(at))),
    as ? make("p", { class: "hint" }, as) : null,
    by ? make("p", { class: "hint" }, texts.marked[by] ?? "") : null,
    make(
      "ol",
      { class: "around" },
      ...around.map((one) =>
        make("li", { class: one.this ? "this" : "", "aria-current": one.this ? "true" : null }, make("span", { class: "who" }, texts.who[one.from] ?? one.from), " ", make("span", { class: "words" }, one.text)),
      ),
    ),
  );
}
