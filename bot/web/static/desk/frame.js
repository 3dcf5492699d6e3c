// The frame around staff's pages: where to go, who one is, shortcuts, the way out, and bad news.

import { button, make, notice, tick } from "./elements.js";
import { tell } from "./dialog.js";
import { texts } from "./texts.js";

export class Frame {
  /**
   * `place`: what the pages are called in the window's title; `shortcuts`: [key, what it does].
   */
  constructor({ api, me, keys, place, shortcuts }) {
    this.api = api;
    this.me = me;
    this.keys = keys;
    this.place = place;
    this.shortcuts = shortcuts;
    this.notices = document.getElementById("notices");
    this.links = {};
  }

  /**
   * Fill the bar: `pages` are [name, words, address], `elsewhere` [words, address] outside these pages. `folded`: on a
   * narrow screen the pages are folded away with the tools.
   */
  build({ pages, elsewhere = [], tools = [], folded = false }) {
    this.bar = document.getElementById("bar");
    const nav = this.#nav(pages, elsewhere);
    const aside = make(
      "div",
      { class: "tools", id: "vaerktoej" },
      ...tools,
      button(texts.shortcuts, () => this.help(), { class: "tool", "data-focus": "genveje" }),
      make("span", { class: "me" }, make("span", { class: "spoken" }, texts.loggedInAs("")), this.me.name),
      button(texts.logout, () => this.#logout(), { class: "tool" }),
    );
    this.menu = button(texts.menu, () => this.fold(!this.bar.classList.contains("open")), {
      class: "tool menu",
      "aria-expanded": "false",
      "aria-controls": folded ? `${nav.id} ${aside.id}` : aside.id,
    });
    this.bar.append(this.menu, nav, aside);
  }

  /** Mark where we are, and give the window its title. */
  at(page, title, waiting = 0) {
    for (const [name, link] of Object.entries(this.links)) {
      if (name === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const words = `${waiting ? `(${waiting}) ` : ""}${title} – ${this.place}`;
    if (document.title !== words) document.title = words;
  }

  /** Fold the bar away again where the screen is narrow, or unfold it. */
  fold(open = false) {
    this.bar.classList.toggle("open", open);
    this.menu.setAttribute("aria-expanded", String(open));
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
        make("dl", { class: "shortcuts" }, ...this.shortcuts.map(([key, does]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)))),
        on.element,
      ),
    });
  }

  trouble(text) {
    this.said?.remove();
    this.said = notice(text);
    this.notices.append(this.said);
  }

  #nav(pages, elsewhere) {
    const items = pages.map(([name, words, address]) => {
      this.links[name] = make("a", { href: address, "data-inside": true }, words);
      return make("li", {}, this.links[name]);
    });
    const away = elsewhere.map(([words, address]) => make("li", { class: "elsewhere" }, make("a", { href: address }, words)));
    return make("nav", { id: "sider", "aria-label": texts.nav }, make("ul", {}, ...items, ...away));
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
  const link = (kind) => make("a", { class: kind, href: `/desk/login?${new URLSearchParams({ to: location.pathname + location.search })}` }, texts.loginAgain);
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
