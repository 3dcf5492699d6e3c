// The few pieces that every part of the desk is put together from.

import { make, spoken } from "/widget/dom.js";
import { texts } from "./texts.js";

export { make, spoken };

let numbered = 0;

/** An id that no other element of the page has. */
export function newId(prefix) {
  numbered += 1;
  return `${prefix}-${numbered}`;
}

/** A button; `kind` is "primary", "plain" (the default), "danger" or "link". */
export function button(text, onClick, { kind = "plain", ...attributes } = {}) {
  return make("button", { type: "button", class: `button ${kind}`, on: { click: onClick }, ...attributes }, text);
}

/** Say something to a screen reader without moving anything. The same words twice are said twice. */
export function announce(text) {
  const announcer = document.getElementById("announcer");
  announcer.replaceChildren(make("p", {}, text));
}

/** A message in its place: `kind` is "error", "warning" or "info". */
export function notice(text, kind = "error") {
  return make("p", { class: `notice ${kind}`, role: kind === "error" ? "alert" : null }, text);
}

/**
 * A label with its field, and room for an error below. `kind`: "text", "email", "tel", "date", "textarea", "select".
 * Gives {element, input, fail(text)}; fail("") takes the error away.
 */
export function field(label, { kind = "text", value = "", options = [], hint = "", required = false, rows = 4, ...attributes } = {}) {
  const id = newId("felt");
  const shared = { id, name: id, "aria-required": required ? "true" : null, autocomplete: "off", ...attributes };
  let input;
  if (kind === "textarea") input = make("textarea", { rows, ...shared });
  else if (kind === "select") input = make("select", shared, ...options.map(([key, text]) => make("option", { value: key }, text)));
  else input = make("input", { type: kind, ...shared });
  input.value = value ?? "";
  const help = hint ? make("p", { class: "hint", id: `${id}-hint` }, hint) : null;
  const error = make("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const described = () => input.setAttribute("aria-describedby", [help?.id, error.hidden ? null : error.id].filter(Boolean).join(" "));
  if (help) described();
  return {
    element: make("div", { class: "field" }, make("label", { for: id }, label), help, input, error),
    input,
    fail(text) {
      error.textContent = text;
      error.hidden = !text;
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      described();
    },
  };
}

/** A tick with its words. Gives {element, input}. */
export function tick(label, checked = false) {
  const input = make("input", { type: "checkbox", id: newId("kryds") });
  input.checked = Boolean(checked);
  return { element: make("div", { class: "tick" }, input, make("label", { for: input.id }, label)), input };
}

/** A group of radio buttons in a fieldset; `options` are [key, text]. Gives {element, value, fail(text)}. */
export function choice(legend, options, { value = "" } = {}) {
  const name = newId("valg");
  const error = make("p", { class: "field-error", id: `${name}-error`, hidden: true });
  const inputs = options.map(([key, text]) => {
    const input = make("input", { type: "radio", name, value: key, id: newId("valg") });
    input.checked = key === value;
    return { input, row: make("div", { class: "tick" }, input, make("label", { for: input.id }, text)) };
  });
  const element = make("fieldset", {}, make("legend", {}, legend), ...inputs.map(({ row }) => row), error);
  return {
    element,
    input: inputs[0]?.input,
    get value() {
      return inputs.find(({ input }) => input.checked)?.input.value ?? "";
    },
    set value(key) {
      for (const { input } of inputs) input.checked = input.value === key;
    },
    fail(text) {
      error.textContent = text;
      error.hidden = !text;
      if (text) element.setAttribute("aria-describedby", error.id);
      else element.removeAttribute("aria-describedby");
    },
  };
}

/**
 * Build the children of `element` anew, but only when `key` says something else than last time; whatever had the
 * focus keeps it, found again by its data-focus.
 */
export function redraw(element, key, build) {
  const now = JSON.stringify(key);
  if (element.drawn === now) return;
  element.drawn = now;
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  element.replaceChildren(...[build()].flat().filter(Boolean));
  if (focused) element.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

/** A list of terms: [[heading, text or node]]; empty values are left out. */
export function terms(pairs, className = "terms") {
  const rows = pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([heading, value]) => make("div", {}, make("dt", {}, heading), make("dd", {}, value)));
  return rows.length ? make("dl", { class: className }, ...rows) : null;
}

/** "Mette, Per og Ida". */
export function listed(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${texts.and} ${names.at(-1)}`;
}
