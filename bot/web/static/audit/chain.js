// Whether the trail is as it was written: asked when the page opens, and again on a button.

import { announce, button, make, notice, terms } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { texts } from "./texts.js";

const PATIENCE = 600_000; // milliseconds: every line of years is looked at

export class Chain {
  constructor(api) {
    this.api = api;
    this.state = make("div", { class: "chain-state", role: "status" });
    this.again = button(texts.again, () => this.check());
    this.element = make("section", { class: "card" }, make("h3", {}, texts.chainTitle), this.state, this.again);
  }

  async check({ byItself = false } = {}) {
    if (this.again.getAttribute("aria-disabled") === "true") return;
    this.again.setAttribute("aria-disabled", "true");
    this.state.replaceChildren(make("p", { class: "hint" }, texts.checking));
    try {
      const found = await this.api.get("/chain", {}, { patience: PATIENCE, byItself });
      this.state.replaceChildren(...verdict(found));
      if (!byItself) announce(words(found));
    } catch (error) {
      if (!("code" in error)) throw error;
      this.state.replaceChildren(notice(error.message));
    } finally {
      this.again.removeAttribute("aria-disabled");
    }
  }
}

function words({ count, broken }) {
  return broken === null ? texts.whole(count) : texts.broken(broken);
}

function verdict(found) {
  const { count, mac, broken, at } = found;
  const whole = broken === null;
  return [
    make("p", { class: `chain-words ${whole ? "whole" : "broken"}` }, words(found)),
    whole ? "" : make("p", {}, texts.brokenMore(count)),
    make("p", { class: "hint" }, texts.checkedAt(moment(at))),
    make(
      "details",
      {},
      make("summary", {}, texts.compare),
      make("p", {}, texts.compareHow),
      terms([
        [texts.count, count.toLocaleString("da-DK")],
        [texts.mac, mac && make("span", { class: "mac" }, mac)],
      ]),
    ),
  ].filter(Boolean);
}
