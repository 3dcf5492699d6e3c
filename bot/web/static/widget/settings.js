// The municipality's own settings: its name and the assistant's, its phone, its colours.

import { palette, parse } from "./colours.js";
import { texts } from "./texts.js";

const LIMIT = 3000; // characters a message

export class Settings {
  #colours;

  /** `config` as the server gives it; anything may be missing. */
  constructor(config = null) {
    const { assistant, municipality, phone, max_length: limit, colours } = config ?? {};
    this.names = { assistant: assistant || texts.assistant, municipality: municipality || texts.municipality };
    this.phone = phone ?? "";
    this.limit = limit || LIMIT;
    this.#colours = colours ?? {};
  }

  /** Give `root` the colours: those that the page has set on its element `host`, else the municipality's own. */
  paint(root, { host, probe }) {
    const own = parse(getComputedStyle(host).getPropertyValue("--borgerkontakt-primary"), probe);
    const { primary, on_primary: onPrimary } = this.#colours;
    const colours = palette(own ?? parse(primary, probe), own ? null : parse(onPrimary, probe));
    for (const [name, value] of Object.entries(colours)) root.style.setProperty(name, value);
  }
}
