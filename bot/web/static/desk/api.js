// Asks the desk's server: JSON both ways, the CSRF token on every change, and a Danish text for every no.

import { texts } from "./texts.js";

const API = "/desk/api";
const PATIENCE = 15_000; // milliseconds before a request is given up

/** The server said no, or could not be reached: `code`, `text` for the reader, `status` (0: not reached). */
export class Refused extends Error {
  constructor({ status = 0, code = "failed", text = texts.failed, by = "" }) {
    super(text);
    this.status = status;
    this.code = code;
    this.by = by;
  }
}

/** Event "expired": the login is over (detail: byItself, true where nobody had pressed anything). */
export class Api extends EventTarget {
  csrf = "";

  /** `byItself`: nobody pressed anything, so the server does not take it for a sign that somebody is here. */
  get(path, query, { byItself = false } = {}) {
    return this.#ask("GET", API + path + search(query), undefined, byItself ? { "X-By-Itself": "1" } : {});
  }

  post(path, body = {}) {
    return this.#ask("POST", API + path, body);
  }

  put(path, body) {
    return this.#ask("PUT", API + path, body);
  }

  patch(path, body) {
    return this.#ask("PATCH", API + path, body);
  }

  delete(path, body) {
    return this.#ask("DELETE", API + path, body);
  }

  /** Log out; gives {"logout_url"}. */
  logout() {
    return this.#ask("POST", "/desk/logout", {});
  }

  async #ask(method, path, body, more = {}) {
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
        signal: AbortSignal.timeout(PATIENCE),
      });
      answer = response.status === 204 ? null : await response.json();
    } catch {
      throw new Refused({ status: response?.status ?? 0, code: response ? "failed" : "offline", text: response ? texts.failed : texts.offline });
    }
    if (response.ok) return answer;
    if (response.status === 401) this.dispatchEvent(new CustomEvent("expired", { detail: { byItself: "X-By-Itself" in more } }));
    const { code, text, by } = answer?.error ?? {};
    throw new Refused({ status: response.status, code, text: text || texts.failed, by });
  }
}

function search(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}
