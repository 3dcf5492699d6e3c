// One row of the queue. It is changed where it stands, and only where something is different.

import { make, redraw } from "./elements.js";
import { addresses } from "./router.js";
import { texts } from "./texts.js";
import { age, moment } from "./times.js";

export class Row {
  constructor(row, me) {
    this.me = me;
    this.age = make("time", { class: "age" });
    this.marks = make("span", { class: "chips" });
    this.topic = make("span", { class: "row-topic" });
    this.first = make("span", { class: "row-first" });
    this.meta = make("span", { class: "row-meta" });
    this.link = make(
      "a",
      { class: "row-link", href: addresses.talk(row.id), "data-inside": true, "data-id": row.id },
      make("span", { class: "row-top" }, this.topic, " ", this.age),
      " ",
      this.first,
      " ",
      this.marks,
      " ",
      this.meta,
    );
    this.element = make("li", { class: "row" }, this.link);
    this.update(row);
  }

  update(row) {
    this.row = row;
    const say = (element, text) => {
      if (element.textContent !== text) element.textContent = text;
    };
    say(this.topic, row.topic || row.trigger_text);
    say(this.first, row.first ? `»${row.first}«` : texts.noWords);
    redraw(this.marks, [row.priority, row.urgency, row.late, row.unread, row.way], () =>
      [
        texts.priorities(row.priority) ? make("span", { class: "chip urgent" }, texts.priorities(row.priority)) : null,
        row.late ? make("span", { class: "chip late" }, texts.late) : null,
        row.unread ? make("span", { class: "chip unread" }, texts.unread(row.unread)) : null,
        row.way === "chat" ? null : make("span", { class: "chip" }, texts.ways[row.way]),
        row.urgency ? make("span", { class: "row-urgency" }, `»${row.urgency}«`) : null,
      ].filter(Boolean).flatMap((mark) => [mark, " "]),
    );
    const who = row.claimed_by ? (row.claimed_by.id === this.me.id ? texts.youHaveIt : texts.hasIt(row.claimed_by.name)) : "";
    const due = row.due_at ? (row.late ? texts.wasDue : texts.due)(moment(row.due_at)) : "";
    say(this.meta, [row.department_name, row.trigger_text, row.logged_in ? texts.loggedIn : "", who, due].filter(Boolean).join(" · "));
    this.element.classList.toggle("is-urgent", Boolean(texts.priorities(row.priority)));
    this.tick();
  }

  /** The waiting time, to the minute. */
  tick(now = Date.now()) {
    if (!this.row.waiting_since) return;
    const words = age(this.row.waiting_since, now);
    if (this.words === words) return;
    this.words = words;
    this.age.dateTime = this.row.waiting_since;
    this.age.textContent = words;
    this.age.title = texts.waited(words);
  }

  current(on) {
    if (on) this.link.setAttribute("aria-current", "true");
    else this.link.removeAttribute("aria-current");
  }
}
