// The list of headings and values that cards are made of.

import { make } from "./dom.js";
import { withLinks } from "./links.js";

/** A value of a row, or null where there is nothing to say. */
export function value(text) {
  return text === null || text === undefined || text === "" || typeof text === "object" ? null : { text: String(text) };
}

/** Rows without those that have nothing to say. A row is {term, kind, values}; a value {text, nodes?, strong?}. */
export function filled(rows) {
  return rows.map((row) => ({ ...row, values: row.values.filter(Boolean) })).filter(({ values }) => values.length);
}

/** Rows as a definition list. */
export function definitions(rows) {
  const list = make("dl");
  for (const { term, kind = "", values } of rows) {
    const said = values.map(({ text, nodes, strong }) => make("dd", { class: strong ? "strong" : null }, nodes ?? withLinks(text)));
    list.append(make("div", { class: `row ${kind}` }, make("dt", {}, term), ...said));
  }
  return list;
}

/** Rows as lines of plain text. */
export function lines(rows) {
  return rows.map(({ term, kind, values }) => `${term}: ${values.map(({ text }) => text).join(kind === "todo" ? "; " : ", ")}`);
}

/** The texts of a list that a card may hold; what is no text is left out. */
export function listed(raw) {
  return (Array.isArray(raw) ? raw : []).map(value).filter(Boolean);
}
