// The parts that the forms on cards are made of: fields with their labels, and the care for the keyboard's focus.

import { make } from "./dom.js";

let made = 0;

/** A name that no other element of the page has: two cards may hold the same field. */
export function unique(name) {
  made += 1;
  return `${name}-${made}`;
}

/** The input itself: `kind` is "text", "area", "email", "tel", or a list of values to choose between. */
export function input(kind, { value = "", ...attributes } = {}) {
  if (Array.isArray(kind)) {
    const known = kind.includes(value) || !value ? kind : [value, ...kind];
    const option = (words) => make("option", { value: words }, words);
    const select = make("select", { class: "input", ...attributes }, value ? null : option(""), known.map(option));
    select.value = value;
    return select;
  }
  const area = kind === "area";
  const element = make(area ? "textarea" : "input", { class: "input", autocomplete: "off", ...attributes, ...(area ? { rows: "3" } : { type: kind }) });
  element.value = value;
  return element;
}

/** A field with its label above; gives {element, control, label}. */
export function field(words, kind, attributes = {}) {
  const id = unique("field");
  const control = input(kind, { id, ...attributes });
  const label = make("label", { for: id }, words);
  return { element: make("div", { class: "labelled" }, label, control), control, label };
}

/** A box to tick; gives {element, control}. */
export function tick(words, { checked = false, ...attributes } = {}) {
  const id = unique("tick");
  const control = make("input", { type: "checkbox", id, ...attributes });
  control.checked = checked;
  return { element: make("div", { class: "tick" }, control, make("label", { for: id }, words)), control };
}

export function button(words, kind, listener) {
  return make("button", { type: "button", class: kind, on: { click: listener } }, words);
}

/** Set what a text says, once: the same words again would be read aloud again. An empty one is hidden. */
export function put(element, words) {
  if (element.textContent !== words) element.textContent = words;
  element.hidden = !words;
}

/** The keyboard's focus is within `element`. */
export function hasFocus(element) {
  const active = element.getRootNode().activeElement;
  return Boolean(active) && element.contains(active);
}

/** Show or hide; where the focus was inside, it goes to `refuge` and is not lost. */
export function toggle(element, shown, refuge = null) {
  if (element.hidden === !shown) return;
  const move = !shown && refuge && hasFocus(element);
  element.hidden = !shown;
  if (move) refuge.focus();
}
