// Tables with several figures a row; on a narrow screen each row becomes a card, and each figure says what it is.

import { make } from "/desk/static/elements.js";

/**
 * `head` are the columns' words; each row is a list of cells (text or nodes), the first of which names it. The roles
 * are written out, for a table that is shown as blocks is no table to a screen reader without them.
 */
export function cardTable(caption, head, rows) {
  return make(
    "table",
    { class: "card-table", role: "table" },
    make("caption", {}, caption),
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...head.map((words) => make("th", { scope: "col", role: "columnheader" }, words)))),
    make("tbody", { role: "rowgroup" }, ...rows.map((cells) => cardRow(head, cells))),
  );
}

/** One row of such a table. */
export function cardRow(head, [first, ...rest]) {
  return make(
    "tr",
    { role: "row" },
    make("th", { scope: "row", role: "rowheader" }, first),
    ...rest.map((cell, index) => make("td", { role: "cell" }, make("span", { class: "cell-label", "aria-hidden": "true" }, head[index + 1]), make("span", { class: "cell" }, cell))),
  );
}

/** An empty table whose body is filled by something else: gives {table, body}. */
export function cardTableOf(caption, head) {
  const table = cardTable(caption, head, []);
  return { table, body: table.querySelector("tbody") };
}
