// »Robotten misforstod« beside what the citizen wrote and the assistant answered: it goes to those who train it.

import { announce, button, make } from "./elements.js";
import { texts } from "./texts.js";

const FIRST = 40; // characters by which a screen reader's user knows which message it is

/** What stands beside the message of `frame`: the button, or that it has been said; null where there is neither. */
export function misread(frame, { talk, readOnly }) {
  if (typeof frame.misread !== "boolean" || (readOnly && !frame.misread)) return null;
  const place = make("span", { class: "misread" });
  const said = (focus) => {
    const words = make("span", { tabindex: focus ? "-1" : null }, texts.misread.said);
    place.replaceChildren(" · ", words);
    if (focus) words.focus();
  };
  if (frame.misread) {
    said(false);
    return place;
  }
  const say = async () => {
    press.disabled = true;
    try {
      await talk.misread(frame.seq);
      frame.misread = true;
      announce(texts.misread.thanks);
      said(true);
    } catch (error) {
      press.disabled = false;
      announce(error.message);
      place.replaceChildren(" · ", press, make("span", { class: "field-error" }, ` ${error.message}`));
      press.focus();
    }
  };
  const press = button(texts.misread.say, say, { kind: "link", "aria-label": texts.misread.about(first(frame.text)) });
  place.append(" · ", press);
  return place;
}

function first(text) {
  const points = [...String(text ?? "")];
  return points.length > FIRST ? `${points.slice(0, FIRST - 1).join("")}…` : points.join("");
}
