// The button that opens the chat, with the number of messages not yet seen.

import { icon, make, spoken } from "./dom.js";
import { texts } from "./texts.js";

export class Launcher {
  constructor(onOpen) {
    this.words = make("span", { class: "words" });
    this.badge = make("span", { class: "unread", hidden: true });
    this.button = make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", on: { click: onOpen } });
    this.button.append(icon("bubble"), this.words, this.badge);
    this.aloud = make("p", { class: "spoken", role: "status" });
    this.named(texts.assistant);
  }

  named(name) {
    const says = /assistent/i.test(name);
    this.words.replaceChildren(
      make("strong", {}, says ? name : texts.launch(name)),
      ...(says ? [] : [spoken(", "), make("small", {}, texts.launchRobot)]),
    );
  }

  /** `aloud`: say it too, for those who do not see the badge. */
  unread(count, { aloud = false } = {}) {
    this.badge.hidden = count === 0;
    this.badge.replaceChildren(
      ...(count ? [make("span", { "aria-hidden": "true" }, count > 9 ? "9+" : String(count)), spoken(`, ${texts.unread(count)}`)] : []),
    );
    this.aloud.textContent = aloud && count ? texts.unread(count) : "";
  }
}
