// Which page the address names, and going from one to another without loading anew.

const BASE = "/desk";

/** {page: "queue"|"talk"|"history"|"figures", id}. */
export function read(path = location.pathname) {
  const talk = /^\/desk\/samtale\/(\d+)\/?$/.exec(path);
  if (talk) return { page: "talk", id: Number(talk[1]) };
  if (/^\/desk\/historik\/?$/.test(path)) return { page: "history", id: null };
  if (/^\/desk\/tal\/?$/.test(path)) return { page: "figures", id: null };
  return { page: "queue", id: null };
}

export const addresses = {
  queue: BASE,
  history: `${BASE}/historik`,
  figures: `${BASE}/tal`,
  talk: (id) => `${BASE}/samtale/${id}`,
};

/** Event "went" (detail: what `read` gives; the desk's own, where no other is given). */
export class Router extends EventTarget {
  constructor(reading = read) {
    super();
    this.read = reading;
  }

  start() {
    window.addEventListener("popstate", () => this.#went());
    document.addEventListener("click", (event) => this.#clicked(event));
    this.#went();
  }

  go(address) {
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    this.#went();
  }

  // A link inside is followed here; with a modifier it is the browser's, for a new tab.
  #clicked(event) {
    const link = event.target.closest?.("a[data-inside]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }

  #went() {
    this.dispatchEvent(new CustomEvent("went", { detail: this.read() }));
  }
}
