// What is filled in on a card and not yet handed in: kept in this tab, so that a reload loses nothing.

const NAME = "forms";

export class Drafts {
  #storage;

  constructor(storage) {
    this.#storage = storage;
  }

  /** What was filled in on the form called `form`, by the names of its fields; empty when nothing was. */
  of(form) {
    const draft = this.#storage.get(NAME)?.[form];
    return draft && typeof draft === "object" ? draft : {};
  }

  keep(form, values) {
    const { [form]: _, ...others } = this.#storage.get(NAME) ?? {};
    const all = Object.keys(values).length ? { ...others, [form]: values } : others;
    this.#storage.set(NAME, Object.keys(all).length ? all : null);
  }

  drop(form) {
    this.keep(form, {});
  }
}
