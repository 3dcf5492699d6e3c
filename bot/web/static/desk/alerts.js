// Sound and notifications: two short tones made here, and words on the screen that tell nobody's business.

import { preferences } from "./keep.js";

const TONES = {
  // [frequency in Hz, start in seconds, length in seconds]
  handoff: [[587, 0, 0.16], [784, 0.17, 0.24]],
  message: [[660, 0, 0.12]],
};
const LOUDNESS = 0.08;

export class Alerts {
  #context = null;

  constructor() {
    this.sound = preferences.get("lyd", true);
    // A browser lets a page be heard only once somebody has touched it.
    const wake = () => this.#wake();
    window.addEventListener("pointerdown", wake, { once: true });
    window.addEventListener("keydown", wake, { once: true });
  }

  /** "default" (not asked), "granted", "denied", or "none" where there are no notifications. */
  get permission() {
    return "Notification" in window ? Notification.permission : "none";
  }

  setSound(on) {
    this.sound = on;
    preferences.set("lyd", on);
    if (on) this.play("message");
  }

  async ask() {
    return this.permission === "none" ? "none" : Notification.requestPermission();
  }

  /** Tell of something: `kind` "handoff" or "message"; shown on the screen only when the page is not in front. */
  tell(kind, title, { tag, open }) {
    this.play(kind);
    if (this.permission !== "granted" || (document.visibilityState === "visible" && document.hasFocus())) return;
    try {
      const shown = new Notification(title, { tag, lang: "da", silent: true });
      shown.addEventListener("click", () => {
        window.focus();
        shown.close();
        open();
      });
    } catch {
      // Some phones have notifications only through a service worker.
    }
  }

  play(kind) {
    if (!this.sound) return;
    const context = this.#wake();
    if (context?.state !== "running") return;
    for (const [frequency, start, length] of TONES[kind]) {
      const at = context.currentTime + start;
      const tone = context.createOscillator();
      const level = context.createGain();
      tone.frequency.value = frequency;
      level.gain.setValueAtTime(0, at);
      level.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02); // no click at the edges
      level.gain.linearRampToValueAtTime(0, at + length);
      tone.connect(level).connect(context.destination);
      tone.start(at);
      tone.stop(at + length);
    }
  }

  #wake() {
    if (!this.#context && "AudioContext" in window && navigator.userActivation?.hasBeenActive) {
      this.#context = new AudioContext();
    }
    if (this.#context?.state === "suspended") this.#context.resume();
    return this.#context;
  }
}
