// The frame around every page of the desk: where to go, who one is, sound, notifications, shortcuts, and bad news.

import { announce, button, make, notice, tick } from "./elements.js";
import { tell } from "./dialog.js";
import { drafts } from "./keep.js";
import { addresses } from "./router.js";
import { texts } from "./texts.js";

export class Shell {
  constructor({ api, socket, me, alerts, keys, readOnly }) {
    this.api = api;
    this.socket = socket;
    this.me = me;
    this.alerts = alerts;
    this.keys = keys;
    this.readOnly = readOnly;
    this.notices = document.getElementById("notices");
    this.links = {};
    const bar = document.getElementById("bar");
    const tools = this.#tools();
    bar.append(this.#menu(tools), this.#nav(), tools);
    this.down = notice(texts.socketDown, "warning");
    this.down.hidden = true;
    this.notices.append(this.down);
    if (readOnly) this.notices.append(notice(texts.auditor, "info"));
    else if (me.desk_open === false) this.notices.append(notice(texts.deskClosed(me.desk_hours), "info"));
  }

  /** Mark where we are, and give the window its title. */
  at(page, title, waiting) {
    for (const [name, link] of Object.entries(this.links)) {
      if (name === page || (name === "queue" && page === "talk")) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const words = `${waiting ? `(${waiting}) ` : ""}${title} – ${texts.desk}`;
    if (document.title !== words) document.title = words;
  }

  connected(up) {
    if (this.down.hidden === up) return;
    this.down.hidden = up;
    announce(up ? texts.socketBack : texts.socketDown);
  }

  help() {
    const on = tick(texts.shortcutsOn, this.keys.on);
    on.input.addEventListener("change", () => this.keys.setOn(on.input.checked));
    tell({
      title: texts.shortcutsTitle,
      content: make(
        "div",
        {},
        make("p", { class: "intro" }, texts.shortcutsIntro),
        make("dl", { class: "shortcuts" }, ...texts.keys.map(([key, does]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)))),
        on.element,
      ),
    });
  }

  #nav() {
    const items = ["queue", "history", "figures"].map((name) => {
      this.links[name] = make("a", { href: addresses[name], "data-inside": true }, texts[name]);
      return make("li", {}, this.links[name]);
    });
    return make("nav", { "aria-label": texts.nav }, make("ul", {}, ...items));
  }

  // On a narrow screen the tools are folded away, so that the work has the room.
  #menu(tools) {
    const menu = button(
      texts.menu,
      () => {
        const open = tools.classList.toggle("open");
        menu.setAttribute("aria-expanded", String(open));
      },
      { class: "tool menu", "aria-expanded": "false", "aria-controls": tools.id },
    );
    return menu;
  }

  #tools() {
    const sound = make("button", { type: "button", class: "tool", "aria-pressed": String(this.alerts.sound), on: { click: () => this.#sound(sound) } }, texts.sound);
    return make(
      "div",
      { class: "tools", id: "vaerktoej" },
      this.readOnly ? null : this.#available(),
      sound,
      this.alerts.permission === "default" ? this.#notifications() : null,
      button(texts.shortcuts, () => this.help(), { class: "tool", "data-focus": "genveje" }),
      make("span", { class: "me" }, make("span", { class: "spoken" }, texts.loggedInAs("")), this.me.name),
      button(texts.logout, () => this.#logout(), { class: "tool" }),
    );
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

  trouble(text) {
    this.said?.remove();
    this.said = notice(text);
    this.notices.append(this.said);
  }

  async #logout() {
    try {
      const { logout_url } = await this.api.logout();
      sessionStorage.clear(); // the next one at this computer finds no drafts
      location.assign(logout_url);
    } catch (error) {
      this.trouble(error.message);
    }
  }
}

/** The login is over: said where one is, with the way back in; what was being written waits in the drafts. */
export function expiredDialog({ byItself }) {
  const said = document.querySelector(".notice.expired");
  if (document.querySelector("dialog.expired") || (said && byItself)) return;
  const link = (kind) => make("a", { class: kind, href: `/desk/login?${new URLSearchParams({ to: location.pathname })}` }, texts.loginAgain);
  const again = link("button primary");
  const dialog = make(
    "dialog",
    { class: "dialog expired", "aria-labelledby": "udloebet" },
    make("h2", { id: "udloebet" }, texts.expiredTitle),
    make("p", { class: "intro" }, texts.expired),
    make("div", { class: "buttons" }, again, button(texts.later, () => dialog.close())),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    // Put off, it stays in sight, and is not asked again until one does something.
    if (!document.querySelector(".notice.expired")) {
      document.getElementById("notices").append(make("p", { class: "notice warning expired" }, `${texts.expiredTitle}. `, link("")));
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  again.focus();
}
