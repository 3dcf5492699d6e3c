// Turns the addresses, mail addresses and phone numbers of a text into links; everything else stays text.

import { make } from "./dom.js";

const PATTERNS = [
  // [pattern, address]; group 1 is what comes before the link and stays text
  [/(^|[\s(«"'])(https:\/\/[^\s<>"'«»]+)/iu, (found) => found],
  [/(^|[^\w.+-])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/u, (found) => `mailto:${found}`],
  [/(^|[\s(])((?:[a-z0-9-]+\.)+dk(?:\/[^\s<>"'«»]*)?)(?![\w@])/iu, (found) => `https://${found}`],
  [/(^|[^\d.\-/+])((?:\+45 ?)?(?:\d{2} \d{2} \d{2} \d{2}|\d{2} \d{3} \d{3}))(?![\d\-/]| \d)/u, phone],
  // Help lines are short, so they count only where one is told to ring: a house number is no number to call.
  [/((?:^|\s)(?:ring|på|til|alarmcentralen|livslinien|børnetelefonen|lev uden vold)[: ]+)(112|114|1888|116 111)(?![\d\-/]| ?kr)/iu, phone],
];

// Read as one thing, so never broken over two lines: a date, a time, a case number.
const WHOLE = new RegExp(
  "\\b\\d{1,2}\\. (?:januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december)(?: \\d{4})?" +
    "|\\bkl\\. \\d{1,2}(?:\\.\\d{2})?(?:[-–]\\d{1,2}(?:\\.\\d{2})?)?" +
    "|\\b\\d{2}\\.\\d{2}\\.\\d{2}-[A-Z]\\d{2}-\\d+-\\d{2}\\b",
  "giu",
);

function phone(found) {
  return `tel:${found.replace(/[^\d+]/g, "")}`;
}

/** True for an address a link may lead to: https, tel and mailto, nothing else. */
export function isSafe(address) {
  try {
    return ["https:", "tel:", "mailto:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** A link to `address` that says `text`; just the text where the address is not safe. */
export function link(address, text) {
  if (!isSafe(address)) return document.createTextNode(text);
  const outside = address.startsWith("https:") ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return make("a", { href: address, ...outside }, text);
}

/** The nodes of a text, links and all. */
export function withLinks(text) {
  const nodes = [];
  let rest = text;
  while (rest) {
    const first = nearest(rest);
    if (!first) break;
    nodes.push(...inLines(rest.slice(0, first.start)));
    nodes.push(link(first.address, first.found));
    rest = rest.slice(first.start + first.found.length);
  }
  return [...nodes, ...inLines(rest)];
}

function inLines(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(WHOLE)) {
    nodes.push(text.slice(from, match.index), make("span", { class: "whole" }, match[0]));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)].filter(Boolean).map((node) => (typeof node === "string" ? document.createTextNode(node) : node));
}

function nearest(text) {
  let best = null;
  for (const [pattern, address] of PATTERNS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const found = match[2].replace(/[.,;:!?)\]]+$/u, ""); // the sentence's own full stop is no part of the link
    const start = match.index + match[1].length;
    if (found && (!best || start < best.start)) best = { start, found, address: address(found) };
  }
  return best;
}

/** A text as paragraphs: an empty line parts them, lines that begin with "- " become a list. */
export function paragraphs(text, { links = true } = {}) {
  const render = links ? withLinks : (line) => [document.createTextNode(line)];
  return text
    .replace(/\r\n?/g, "\n")
    .split(/\n\s*\n/)
    .filter((part) => part.trim())
    .flatMap((part) => blocks(part.split("\n"), render));
}

function blocks(lines, render) {
  const made = [];
  for (const line of lines) {
    const item = /^\s*[-•]\s+(.*)$/.exec(line);
    const last = made[made.length - 1];
    if (item) {
      const list = last?.localName === "ul" ? last : make("ul");
      if (list !== last) made.push(list);
      list.append(make("li", {}, render(item[1])));
    } else if (last?.localName === "p") last.append("\n", ...render(line));
    else made.push(make("p", {}, render(line)));
  }
  return made;
}
