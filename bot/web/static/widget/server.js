// The requests to the chat's server that are not the socket: settings, a new conversation, login and logout, a file.

/** The server said no, or could not be reached (`code` is then "unreachable"). */
export class Refused extends Error {
  constructor(code, text, { retryAfter = null, status = 0 } = {}) {
    super(text || code);
    this.code = code;
    this.text = text;
    this.retryAfter = retryAfter;
    this.status = status;
  }
}

const readJson = (answer) => (answer.status === 204 ? null : answer.json().catch(() => null));

const PATIENCE = 15000; // milliseconds before a request is given up

export class Server {
  /** `base` is the address of the installation, without a trailing slash. */
  constructor(base) {
    this.base = base;
  }

  /** Where the socket is. */
  get socket() {
    return `${this.base.replace(/^http/, "ws")}/chat/socket`;
  }

  /** {municipality, assistant, phone, phone_hours, website, colours: {primary, on_primary}, max_length}. */
  config() {
    return this.#ask("GET", "/chat/config");
  }

  /** A new conversation: {conversation, token, expires_at}. */
  newSession() {
    return this.#ask("POST", "/chat/sessions", { body: {} });
  }

  /** Where to log in; afterwards the citizen comes back to `returnUrl`. Gives {url}. */
  startLogin(token, returnUrl) {
    return this.#ask("POST", "/identity/start", { token, body: { return_url: returnUrl } });
  }

  /** Hand in the code that came back from the login: {name, expires_at}. */
  finishLogin(token, code) {
    return this.#ask("POST", "/identity/finish", { token, body: { code } });
  }

  /** End the login. The request outlives the page, for the citizen who leaves at once. */
  logout(token) {
    return this.#ask("POST", "/identity/logout", { token, body: {}, keepalive: true });
  }

  /** A meeting as a file for the citizen's own calendar; a Blob. */
  calendar(token, meeting) {
    return this.#ask("GET", `/chat/meetings/${encodeURIComponent(meeting)}.ics`, { token, read: (answer) => answer.blob() });
  }

  async #ask(method, path, { token = null, body = null, keepalive = false, read = readJson } = {}) {
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE);
    try {
      const answer = await fetch(this.base + path, {
        method,
        headers,
        body: body && JSON.stringify(body),
        keepalive,
        cache: "no-store",
        signal: giveUp.signal,
      });
      if (answer.ok) return await read(answer);
      const error = (await readJson(answer))?.error ?? {};
      throw new Refused(error.code ?? "refused", error.text ?? "", {
        retryAfter: error.retry_after ?? null,
        status: answer.status,
      });
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("unreachable", "");
    } finally {
      clearTimeout(timer);
    }
  }
}
