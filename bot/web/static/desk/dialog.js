// Dialogs: a question with its fields. What is typed is kept until it is done, whatever the server answers.

import { button, make, newId, notice } from "./elements.js";
import { drafts } from "./keep.js";
import { texts } from "./texts.js";

/**
 * Ask something. `fields` maps names to what elements.js gives (`field`, `tick`, `choice`, a list) or to
 * {element, input?, value?, fail?}; a field's `required` is the words said when it is empty. `done(values)` does the
 * thing and may throw Refused; then the dialog stays and says why. `key` names the draft that is kept meanwhile.
 */
export function ask({ title, intro = "", fields = {}, yes = texts.save, danger = false, key = null, wide = false, done, again = null }) {
  const opener = document.activeElement;
  const heading = make("h2", { id: newId("dialog") }, title);
  const trouble = make("div", { class: "trouble" });
  const send = make("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}` }, yes);
  const form = make(
    "form",
    { novalidate: true },
    heading,
    intro ? make("p", { class: "intro" }, intro) : null,
    ...Object.values(fields).map(({ element }) => element),
    trouble,
    make("div", { class: "buttons" }, send, button(texts.cancel, () => dialog.close())),
  );
  const dialog = make("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": heading.id }, form);

  const kept = key ? drafts.get(key, {}) : {};
  for (const [name, value] of Object.entries(kept)) if (fields[name]) setValue(fields[name], value);
  const remember = () => {
    if (key) drafts.set(key, valuesOf(fields));
  };
  form.addEventListener("input", remember);
  form.addEventListener("change", remember);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.getAttribute("aria-disabled") === "true") return;
    const values = valuesOf(fields);
    const missing = Object.entries(fields).filter(([name, one]) => {
      const wrong = one.required && !one.element.hidden && !hasValue(values[name]) ? one.required : "";
      one.fail?.(wrong);
      return wrong;
    });
    if (missing.length) {
      (missing[0][1].input ?? missing[0][1].element).focus();
      return;
    }
    send.setAttribute("aria-disabled", "true");
    trouble.replaceChildren();
    try {
      await done(values);
      if (key) drafts.set(key, null);
      dialog.close();
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      if (again && error.code === "changed") await again().catch(() => {});
      trouble.replaceChildren(notice(error.code === "changed" ? texts.changed : error.message));
    } finally {
      send.removeAttribute("aria-disabled");
    }
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    // What opened it may be gone, or drawn anew: then the page's main part is the next best place.
    const place = opener?.isConnected ? opener : findAgain(opener);
    (place ?? document.getElementById("indhold")).focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  (firstInput(fields) ?? send).focus();
  return dialog;
}

/** Show something that is only read. */
export function tell({ title, content }) {
  const opener = document.activeElement;
  const heading = make("h2", { id: newId("dialog") }, title);
  const shut = button(texts.close, () => dialog.close(), { kind: "primary" });
  const dialog = make("dialog", { class: "dialog", "aria-labelledby": heading.id }, heading, content, make("div", { class: "buttons" }, shut));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  shut.focus();
  return dialog;
}

function firstInput(fields) {
  const first = Object.values(fields).find(({ element, input }) => input && !element.hidden);
  return first?.input.type === "radio" ? (first.element.querySelector("input:checked") ?? first.input) : first?.input;
}

function valuesOf(fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, valueOf(one)]));
}

function valueOf(one) {
  if ("value" in one) return one.value;
  if (one.input?.type === "checkbox") return one.input.checked;
  return one.input?.value.trim() ?? null;
}

function setValue(one, value) {
  if ("value" in one) one.value = value;
  else if (one.input?.type === "checkbox") one.input.checked = value;
  else if (one.input) one.input.value = value;
}

function hasValue(value) {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function findAgain(opener) {
  const name = opener?.dataset?.focus;
  return name ? document.querySelector(`[data-focus="${CSS.escape(name)}"]`) : null;
}
