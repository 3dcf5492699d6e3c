// The transcript of the open conversation: the newest at the bottom, older ones put in above without a jump.

import { announce, button, make } from "./elements.js";
import { markPlace, messageItem, unmark } from "./message.js";
import { misread } from "./misread.js";
import { texts } from "./texts.js";
import { clock, day, isoDay, moment } from "./times.js";

const NEAR = 60; // pixels from the end that still count as being there
const TYPING_LASTS = 5000; // milliseconds

export class Transcript {
  #items = new Map();
  #pending = new Map();
  #typingTimer = null;
  #seen = { seq: 0, at: null };
  #pinned = true;

  constructor(talk, me, { readOnly }) {
    this.talk = talk;
    this.me = me;
    this.readOnly = readOnly;
    this.older = button(texts.older, () => this.#loadOlder(), { kind: "plain", class: "button plain older", hidden: true });
    this.list = make("ol", { class: "messages" });
    this.typing = make("p", { class: "typing", hidden: true });
    this.receipt = make("p", { class: "receipt", hidden: true });
    // Scrolled by keyboard too, so it can have the focus.
    this.scroller = make("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": texts.transcript }, this.older, this.list, this.receipt, this.typing);
    this.jump = button(texts.newer, () => this.toEnd(), { class: "button primary jump", hidden: true });
    this.element = make("div", { class: "transcript" }, this.scroller, this.jump);
    // Who stands at the end stays there, when the reply box grows or a panel is folded.
    const stays = new ResizeObserver(() => {
      if (this.#pinned) this.scroller.scrollTop = this.scroller.scrollHeight;
    });
    stays.observe(this.scroller);
    stays.observe(this.list);
    this.scroller.addEventListener("scroll", () => {
      this.#pinned = this.atEnd;
      if (this.#pinned) this.#arrived();
      if (this.scroller.scrollTop < 40 && !this.older.hidden && this.#ready) this.#loadOlder();
    });
    talk.addEventListener("messages", ({ detail }) => this.#add(detail));
    talk.addEventListener("pending", ({ detail }) => this.#wrote(detail.item));
    talk.addEventListener("typing", ({ detail }) => this.#typed(detail));
    talk.addEventListener("seen", ({ detail }) => this.#read(detail));
    talk.addEventListener("detail", () => this.#read({ seq: talk.detail.seen_seq ?? 0, at: talk.detail.seen_at ?? null }));
    const looked = () => this.#arrived();
    window.addEventListener("focus", looked);
    this.dispose = () => {
      stays.disconnect();
      window.removeEventListener("focus", looked);
      clearTimeout(this.#typingTimer);
    };
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  // Until the first page stands at its end, a scroll event is not somebody who scrolls up.
  #ready = false;

  /** Called once it stands in the page. */
  start() {
    this.toEnd();
    this.#ready = true;
  }

  toEnd() {
    this.#pinned = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#arrived();
  }

  /** Go to a place the summary names: {seq, start, end, path}. False when it cannot be found. */
  async show({ seq, start, end, path }) {
    await this.talk.reach(seq);
    unmark(this.list);
    const item = this.#items.get(seq);
    if (!item) return false;
    const text = path ? item.querySelector(`[data-path="${CSS.escape(path)}"]`) : item.querySelector(".words");
    const place = (text && markPlace(text, start, end)) ?? item;
    this.#pinned = false;
    place.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
    announce(texts.shownSource);
    return true;
  }

  #loadOlder() {
    this.talk.older().catch((error) => announce(error.message));
  }

  #add({ frames, where }) {
    const stay = this.#pinned;
    const { scrollHeight, scrollTop } = this.scroller;
    const nodes = [];
    for (const frame of frames) {
      const item = messageItem(frame, this.me, misread(frame, { talk: this.talk, readOnly: this.readOnly }));
      this.#items.set(frame.seq, item);
      nodes.push(item);
      for (const [id, pending] of this.#pending) if (pending.seq === frame.seq) this.#forget(id);
    }
    if (where === "start") this.list.prepend(...nodes);
    else {
      const waiting = this.list.querySelector(".pending");
      if (waiting) waiting.before(...nodes);
      else this.list.append(...nodes);
    }
    this.#days(nodes);
    this.older.hidden = !this.talk.more;
    if (where === "start") this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
    else if (this.#ready) this.#came(frames, stay);
  }

  // A day stands before its first message; only the new nodes and the one after them can have it wrong.
  #days(nodes) {
    const after = nodes.at(-1)?.nextElementSibling;
    for (const item of [...nodes, after?.classList.contains("day") ? after.nextElementSibling : after]) {
      if (!item?.dataset.seq) continue;
      let before = item.previousElementSibling;
      if (before?.classList.contains("day")) {
        const own = before;
        before = own.previousElementSibling;
        own.remove();
      }
      const when = item.querySelector("time").dateTime;
      const last = before?.querySelector("time")?.dateTime;
      if (!last || isoDay(last) !== isoDay(when)) item.before(make("li", { class: "day" }, make("span", {}, day(when))));
    }
  }

  #came(frames, stay) {
    const heard = frames.filter((frame) => frame.from === "citizen");
    for (const frame of heard) announce(texts.citizenWrote(frame.text));
    if (heard.length) this.typing.hidden = true;
    if (stay) this.toEnd();
    else this.jump.hidden = false;
    this.#receipt();
  }

  #arrived() {
    if (!this.atEnd) return;
    this.jump.hidden = true;
    if (document.visibilityState === "visible" && document.hasFocus() && this.talk.detail) this.talk.read();
  }

  #wrote(item) {
    if (item.status === "dropped" || (item.status === "kept" && !item.seq)) return this.#forget(item.id);
    const stay = this.#pinned;
    let pending = this.#pending.get(item.id);
    if (!pending) {
      pending = { status: make("div", { class: "status" }) };
      pending.element = make(
        "li",
        { class: "message staff own pending" },
        make("p", { class: "by" }, make("span", { class: "who" }, texts.you), " ", make("time", { datetime: item.at }, clock(item.at))),
        make("div", { class: "words" }, item.text),
        pending.status,
      );
      this.#pending.set(item.id, pending);
      this.list.append(pending.element);
    }
    pending.seq = item.seq;
    pending.element.dataset.status = item.status;
    const parts = { sending: [make("p", {}, texts.sending)], failed: this.#failed(item) };
    pending.status.replaceChildren(...(parts[item.status] ?? []));
    if (item.status === "failed") announce(`${texts.notSent} ${item.reason}`);
    if (stay || item.status === "sending") this.toEnd();
  }

  #failed(item) {
    const words = item.reason && item.reason !== texts.notSent ? `${texts.notSent} ${item.reason}` : texts.notSent;
    return [
      make("p", {}, words),
      button(texts.retry, () => this.talk.retry(item.id), { kind: "plain" }),
      button(texts.drop, () => this.talk.drop(item.id), { kind: "link" }),
    ];
  }

  #forget(id) {
    this.#pending.get(id)?.element.remove();
    this.#pending.delete(id);
  }

  #typed({ from, name }) {
    if (from === "staff" && name === this.me.name) return;
    this.typing.textContent = from === "staff" ? texts.typing.staff(name || texts.who.staff) : texts.typing.citizen;
    this.typing.hidden = false;
    if (this.#pinned) this.scroller.scrollTop = this.scroller.scrollHeight;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => (this.typing.hidden = true), TYPING_LASTS);
  }

  #read({ seq, at }) {
    if (seq < this.#seen.seq || (seq === this.#seen.seq && this.#seen.at)) return;
    this.#seen = { seq, at: at ?? (seq === this.#seen.seq ? this.#seen.at : null) };
    this.#receipt();
  }

  // Said below the last reply only, and only while the citizen has not gone on.
  #receipt() {
    const last = [...this.#items.keys()].reduce((a, b) => Math.max(a, b), 0);
    const item = this.#items.get(last);
    const shown = Boolean(item?.classList.contains("staff") && this.#seen.seq >= last);
    this.receipt.hidden = !shown;
    if (shown) this.receipt.textContent = this.#seen.at ? texts.seenAt(isoDay(this.#seen.at) === isoDay() ? clock(this.#seen.at) : moment(this.#seen.at)) : texts.seen;
    if (shown && this.#pinned) this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
