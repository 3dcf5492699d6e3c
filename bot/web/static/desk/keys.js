// Shortcuts of one key, never while somebody types or a dialog is open, and off for those who want them off (WCAG 2.1.4).

import { preferences } from "./keep.js";

const SECOND_KEY_WITHIN = 1500; // milliseconds after G

function typing(target) {
  return Boolean(target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
}

export class Keys {
  #commands = new Map();
  #went = 0;

  constructor() {
    this.on = preferences.get("genveje", true);
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  setOn(on) {
    this.on = on;
    preferences.set("genveje", on);
  }

  /** `commands`: key (or "g q") to a function; one that gives false lets the key be the browser's. */
  add(commands) {
    for (const [key, command] of Object.entries(commands)) this.#commands.set(key, command);
  }

  #pressed(event) {
    if (!this.on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const after = Date.now() - this.#went < SECOND_KEY_WITHIN;
    this.#went = 0;
    if (key === "g" && !after) {
      this.#went = Date.now();
      return;
    }
    const command = this.#commands.get(after ? `g ${key}` : key);
    if (command && command() !== false) event.preventDefault();
  }
}
