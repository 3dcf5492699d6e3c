// Who has the conversation and who is logged in in it, as the server last told; a login ends here by itself too.

const NOBODY = { state: "bot", position: null, wait_minutes: null, handoff: null, login: null };

export class Standing {
  #timer = null;
  #changed;

  /** `changed` is called after every change. */
  constructor(changed) {
    this.#changed = changed;
    this.now = NOBODY;
  }

  /** A person reads along, or is about to. */
  get attended() {
    const { state, handoff } = this.now;
    return state === "human" || state === "queued" || handoff?.status === "claimed";
  }

  /** Take over what a frame of the server tells; what it does not mention stays. */
  apply(change) {
    const { state, position = null, wait_minutes = null } = change;
    if (state) this.now = { ...this.now, state, position, wait_minutes };
    if ("handoff" in change) this.now = { ...this.now, handoff: change.handoff };
    if ("login" in change) this.now = { ...this.now, login: change.login };
    clearTimeout(this.#timer);
    const ends = Date.parse(this.now.login?.expires_at ?? "") - Date.now();
    if (ends >= 0 && ends < 2 ** 31) this.#timer = setTimeout(() => this.apply({ login: null }), ends);
    this.#changed();
  }

  /** The conversation is over: nothing of it stands. */
  reset() {
    this.apply(NOBODY);
  }
}
