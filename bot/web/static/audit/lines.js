// One line of the trail as it is shown: what it says, and where one can go on from it.

import { button, make } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { texts } from "./texts.js";

/** A line's element; `onSame(number)` is for what is about the same citizen. */
export function lineRow({ number, at, text, about_citizen, handoff, cases, systems }, onSame) {
  const when = at ? make("time", { datetime: at }, moment(at)) : texts.unknownTime;
  const more = [cases.length && `${texts.cases}: ${cases.join(", ")}`, systems && `${texts.systems}: ${systems}`].filter(Boolean);
  const links = [
    handoff === null ? "" : make("a", { href: `/desk/samtale/${handoff}` }, texts.talk(handoff)),
    about_citizen ? button(texts.same, () => onSame(number), { kind: "link", "aria-label": texts.sameAs(number) }) : "",
  ].filter(Boolean);
  return make(
    "li",
    { class: "audit-row" },
    make("p", { class: "hint" }, texts.line(number), " · ", when),
    make("p", {}, text),
    more.length ? make("p", { class: "hint" }, more.join(" · ")) : "",
    links.length ? make("p", { class: "links" }, ...links) : "",
  );
}
