// Choosing a free time: fourteen days at once, by day, as radio buttons that arrows move through.

import { button, make, newId, notice } from "./elements.js";
import { texts } from "./texts.js";
import { clock, day, isoDay } from "./times.js";

const DAYS = 14;

/**
 * A field for `ask`: {element, value, fail, required}. Value is "calendar|starts_at|form" or "". `where()` says which
 * department and form are chosen; `reload()` asks for the times again.
 */
export function slotPicker(api, where) {
  const name = newId("tid");
  const error = make("p", { class: "field-error", hidden: true, id: `${name}-fejl` });
  const list = make("div", { class: "slots", "aria-live": "polite" });
  const earlier = button(texts.earlierSlots, () => step(-DAYS), { kind: "link" });
  const later = button(texts.laterSlots, () => step(DAYS), { kind: "link" });
  const element = make("fieldset", { class: "slot-picker", tabindex: "-1" }, make("legend", {}, texts.slots), list, error, make("div", { class: "buttons" }, earlier, later));
  let from = isoDay();
  let asked = 0;
  let chosen = "";

  async function load() {
    const mine = ++asked;
    list.replaceChildren(make("p", { class: "empty-line" }, texts.loading));
    earlier.hidden = from <= isoDay();
    try {
      const { slots } = await api.get("/slots", { ...where(), from, days: DAYS });
      if (mine === asked) draw(slots);
    } catch (refused) {
      if (mine === asked) list.replaceChildren(notice(refused.message), button(texts.retry, load));
    }
  }

  function draw(slots) {
    if (!slots.length) return list.replaceChildren(make("p", { class: "empty-line" }, texts.noSlots));
    const days = new Map();
    for (const slot of slots) days.set(isoDay(slot.starts_at), [...(days.get(isoDay(slot.starts_at)) ?? []), slot]);
    const several = new Set(slots.map(({ calendar }) => calendar)).size > 1;
    return list.replaceChildren(
      ...[...days.values()].map((ofDay) => {
        const heading = make("p", { class: "slot-day", id: newId("dag") }, capital(day(ofDay[0].starts_at)));
        return make("div", { role: "group", "aria-labelledby": heading.id }, heading, make("div", { class: "slot-row" }, ...ofDay.map((slot) => option(slot, several))));
      }),
    );
  }

  function option(slot, several) {
    const key = [slot.calendar, slot.starts_at, slot.form].join("|");
    const input = make("input", { type: "radio", name, value: key, id: newId("tid"), on: { change: () => (chosen = key) } });
    input.checked = key === chosen;
    const words = `${clock(slot.starts_at)}${several ? `, ${slot.calendar_name}` : ""}`;
    return make("div", { class: "slot" }, input, make("label", { for: input.id }, words));
  }

  function step(days) {
    const at = new Date(`${from}T12:00:00Z`);
    at.setUTCDate(at.getUTCDate() + days);
    from = isoDay(at) < isoDay() ? isoDay() : isoDay(at);
    load();
  }

  return {
    element,
    required: texts.takeSlot,
    reload() {
      chosen = "";
      load();
    },
    get value() {
      return chosen;
    },
    set value(key) {
      chosen = key ?? "";
    },
    fail(text) {
      error.textContent = text;
      error.hidden = !text;
      if (text) element.setAttribute("aria-describedby", error.id);
      else element.removeAttribute("aria-describedby");
    },
  };
}

function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
