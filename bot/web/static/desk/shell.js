// The frame around every page of the desk: besides what all of staff's pages have, sound, notifications and being available.

import { announce, button, make, notice, tick } from "./elements.js";
import { Frame } from "./frame.js";
import { drafts } from "./keep.js";
import { addresses } from "./router.js";
import { texts } from "./texts.js";

const TRAINERS = ["trainer", "administrator", "auditor"];

export class Shell extends Frame {
  constructor({ api, socket, me, alerts, keys, readOnly }) {
    super({ api, me, keys, place: texts.desk, shortcuts: texts.keys });
    this.socket = socket;
    this.alerts = alerts;
    this.readOnly = readOnly;
    this.build({
      pages: ["queue", "history", "figures"].map((name) => [name, texts[name], addresses[name]]),
      elsewhere: [
        ...(me.roles.some((role) => TRAINERS.includes(role)) ? [[texts.training, "/training"]] : []),
        ...(me.roles.includes("auditor") ? [[texts.revision, "/revision"]] : []),
      ],
      tools: this.#tools(),
    });
    this.down = notice(texts.socketDown, "warning");
    this.down.hidden = true;
    this.notices.append(this.down);
    if (readOnly) this.notices.append(notice(texts.auditor, "info"));
    else if (me.desk_open === false) this.notices.append(notice(texts.deskClosed(me.desk_hours), "info"));
  }

  /** A conversation stands in the queue's place. */
  at(page, title, waiting) {
    super.at(page === "talk" ? "queue" : page, title, waiting);
  }

  connected(up) {
    if (this.down.hidden === up) return;
    this.down.hidden = up;
    announce(up ? texts.socketBack : texts.socketDown);
  }

  #tools() {
    const sound = make("button", { type: "button", class: "tool", "aria-pressed": String(this.alerts.sound), on: { click: () => this.#sound(sound) } }, texts.sound);
    return [this.readOnly ? null : this.#available(), sound, this.alerts.permission === "default" ? this.#notifications() : null];
  }

  #sound(control) {
    this.alerts.setSound(!this.alerts.sound);
    control.setAttribute("aria-pressed", String(this.alerts.sound));
    announce(this.alerts.sound ? texts.soundOn : texts.soundOff);
  }

  #notifications() {
    const control = button(
      texts.askNotifications,
      async () => {
        const answer = await this.alerts.ask();
        if (answer === "default") return;
        announce(answer === "granted" ? texts.notificationsOn : texts.notificationsRefused);
        control.nextElementSibling.focus();
        control.remove();
      },
      { class: "tool" },
    );
    return control;
  }

  // Being available lasts as long as the socket does: the server is told anew at each connection.
  #available() {
    this.free = drafts.get("klar", this.me.available === true);
    const { element, input } = tick(texts.available, this.free);
    element.classList.add("available");
    input.addEventListener("change", () => {
      this.free = input.checked;
      drafts.set("klar", this.free);
      this.sendAvailable();
      announce(this.free ? texts.nowAvailable : texts.nowAway);
    });
    return element;
  }

  sendAvailable() {
    if (!this.readOnly) this.socket.send({ type: "available", value: this.free });
  }
}
