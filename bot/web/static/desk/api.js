// Asks the server of staff's pages: JSON both ways, the CSRF token on every change, and a Danish text for every no.

import { texts } from "./texts.js";

const PATIENCE = 15_000; // milliseconds before a request is given up

/** The server said no, or could not be reached: `code`, `text` for the reader, `status` (0: not reached), `more` it told. */
export class Refused extends Error {
  constructor({ status = 0, code = "failed", text = texts.failed, by = "", ...more }) {
    super(text);
    this.status = status;
    this.code = code;
    this.by = by;
    this.more = more;
  }
}

/** Event "expired": the login is over (detail: byItself, true where nobody had pressed anything). */
export class Api extends EventTarget {
  csrf = "";

  /** `base`: what every path is below. */
  constructor(base = "/desk/api") {
    super();
    this.base = base;
  }

  /** `byItself`: nobody pressed anything, so the server does not take it for a sign that somebody is here. */
  get(path, query, { byItself = false, ...more } = {}) {
    return this.#ask("GET", this.base + path + search(query), undefined, { ...more, headers: byItself ? { "X-By-Itself": "1" } : {} });
  }

  /** `more`: `patience` in milliseconds, where an answer takes longer than most. */
  post(path, body = {}, more = {}) {
    return this.#ask("POST", this.base + path, body, more);
  }

  put(path, body, more = {}) {
    return this.#ask("PUT", this.base + path, body, more);
  }

  patch(path, body, more = {}) {
    return this.#ask("PATCH", this.base + path, body, more);
  }

  delete(path, body, more = {}) {
    return this.#ask("DELETE", this.base + path, body, more);
  }

  /** Log out; gives {"logout_url"}. */
  logout() {
    return this.#ask("POST", "/desk/logout", {});
  }

  async #ask(method, path, body, { headers: more = {}, patience = PATIENCE } = {}) {
    const headers = { Accept: "application/json", ...more };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET") headers["X-CSRF-Token"] = this.csrf;
    let response;
    let answer;
    try {
      response = await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        redirect: "error",
        signal: AbortSignal.timeout(patience),
      });
      answer = response.status === 204 ? null : await response.json();
    } catch {
      throw new Refused({ status: response?.status ?? 0, code: response ? "failed" : "offline", text: response ? texts.failed : texts.offline });
    }
    if (response.ok) return answer;
    if (response.status === 401) this.dispatchEvent(new CustomEvent("expired", { detail: { byItself: "X-By-Itself" in more } }));
    const error = answer?.error ?? {};
    throw new Refused({ ...error, status: response.status, text: error.text || texts.failed });
  }
}

function search(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}
