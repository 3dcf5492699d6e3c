// A list that can be written: items are added, changed, moved up and down, and taken away.

import { announce, button, make, newId } from "./elements.js";
import { texts } from "./texts.js";

/** Gives {element, input, value}: `value` is the lines that are not empty. `name(n)` names the n-th item. */
export function listEditor(legend, items, { name, add }) {
  const list = make("ol", { class: "editor" });
  const rows = [];
  const changed = () => element.dispatchEvent(new Event("input", { bubbles: true }));

  function insert(value, focus) {
    const input = make("input", { type: "text", id: newId("punkt"), autocomplete: "off" });
    input.value = value;
    const row = { input };
    row.up = button("↑", () => move(row, -1), { kind: "small" });
    row.down = button("↓", () => move(row, 1), { kind: "small" });
    row.remove = button("×", () => remove(row), { kind: "small" });
    row.element = make("li", {}, input, row.up, row.down, row.remove);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // Enter makes the next item; the form is sent with its button
      insert("", true);
    });
    rows.push(row);
    list.append(row.element);
    number();
    if (focus) input.focus();
  }

  function move(row, step) {
    const from = rows.indexOf(row);
    const to = from + step;
    if (to < 0 || to >= rows.length) return;
    rows.splice(to, 0, ...rows.splice(from, 1));
    list.append(...rows.map(({ element: one }) => one));
    number();
    (step < 0 ? row.up : row.down).focus();
    announce(name(to + 1));
    changed();
  }

  function remove(row) {
    const at = rows.indexOf(row);
    rows.splice(at, 1);
    row.element.remove();
    number();
    (rows[Math.min(at, rows.length - 1)]?.input ?? more).focus();
    changed();
  }

  function number() {
    rows.forEach((row, index) => {
      const called = name(index + 1);
      row.input.setAttribute("aria-label", called);
      row.up.setAttribute("aria-label", texts.up(called));
      row.down.setAttribute("aria-label", texts.down(called));
      row.remove.setAttribute("aria-label", texts.remove(called));
      row.up.setAttribute("aria-disabled", String(index === 0));
      row.down.setAttribute("aria-disabled", String(index === rows.length - 1));
    });
  }

  const more = button(add, () => insert("", true));
  const element = make("fieldset", { class: "list-editor" }, make("legend", {}, legend), list, more);
  for (const value of items) insert(value, false);
  return {
    element,
    get input() {
      return rows[0]?.input ?? more;
    },
    get value() {
      return rows.map(({ input }) => input.value.trim()).filter(Boolean);
    },
    set value(values) {
      for (const row of rows.splice(0)) row.element.remove();
      for (const value of values) insert(value, false);
    },
  };
}
