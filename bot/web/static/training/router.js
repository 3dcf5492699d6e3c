// Which of the training pages the address names.

export { Router } from "/desk/static/router.js";

const BASE = "/training";

export const addresses = {
  overview: BASE,
  inbox: `${BASE}/indbakke`,
  intents: `${BASE}/hensigter`,
  answers: `${BASE}/svar`,
  checks: `${BASE}/tjek`,
  versions: `${BASE}/versioner`,
  try: `${BASE}/proev`,
  figures: `${BASE}/tal`,
  history: `${BASE}/historik`,
  intent: (name, query = {}) => `${BASE}/hensigter/${encodeURIComponent(name)}${search(query)}`,
  version: (id) => `${BASE}/versioner/${id}`,
  answer: (name) => `${BASE}/svar${search({ navn: name })}`,
  group: (id) => `${BASE}/indbakke${search({ id })}`,
};

const PLAIN = Object.fromEntries(Object.entries(addresses).flatMap(([page, address]) => (typeof address === "string" ? [[address, page]] : [])));

/** {page: a key of `addresses`, id: an intent's name or a version's number where there is one, query: URLSearchParams}. */
export function read({ pathname, search: asked } = location) {
  const query = new URLSearchParams(asked);
  const path = pathname.replace(/\/$/, "");
  const version = /^\/training\/versioner\/(\d+)$/.exec(path);
  if (version) return { page: "version", id: Number(version[1]), query };
  const intent = /^\/training\/hensigter\/([^/]+)$/.exec(path);
  if (intent) return { page: "intent", id: decoded(intent[1]), query };
  return { page: PLAIN[path] ?? "overview", id: null, query };
}

function decoded(words) {
  try {
    return decodeURIComponent(words);
  } catch {
    return words; // no name at all: the server says that there is none
  }
}

function search(query) {
  const words = new URLSearchParams(query).toString();
  return words && `?${words}`;
}
