// The cards that come with a message, by their type. Any field may be missing; a type that is unknown shows nothing.
//
// A card is {element} and, where it lives on: `key`, which names what it is about ("handoff:12"); update(standing),
// called when anything around it has changed; allows(choice), whether a choice beside it may be used (null: as any
// other); takes(choice), true when the card has sent its form instead of the choice; handed(), the server has it.

import { caseCard, caseLines } from "./case-card.js";
import { ConsentCard, consentLines } from "./consent-card.js";
import { icon, make } from "./dom.js";
import { HandoffCard, handoffLines } from "./handoff-card.js";
import { paragraphs } from "./links.js";
import { MeetingCard, meetingLines } from "./meeting-card.js";
import { SurveyCard, surveyLines } from "./survey-card.js";
import { texts } from "./texts.js";

const KINDS = {
  case: { make: (card) => ({ element: caseCard(card) }), lines: caseLines },
  login: { make: (card, { on }) => ({ element: loginCard(card, on.login) }), lines: () => [] },
  handoff: { make: (card, given) => new HandoffCard(card, given), lines: handoffLines },
  meeting: { make: (card, given) => new MeetingCard(card, given), lines: meetingLines },
  survey: { make: (card, given) => new SurveyCard(card, given), lines: surveyLines },
  consent: { make: (card, given) => new ConsentCard(card, given), lines: consentLines },
};

const kindOf = (card) => (Object.hasOwn(KINDS, card?.type) ? KINDS[card.type] : null);

/** The card of a message, or null where there is none that we know. `given`: on (listeners), choices of the message. */
export function cardOf(card, given) {
  return kindOf(card)?.make(card, given) ?? null;
}

/** The card's content as lines of plain text, for the copy that the citizen keeps. */
export function cardLines(card) {
  return kindOf(card)?.lines(card) ?? [];
}

function loginCard(card, onLogin) {
  const button = make("button", { type: "button", class: "primary" }, icon("lock"), texts.login);
  const problem = make("p", { class: "problem", role: "alert" });
  button.addEventListener("click", () => onLogin(button, problem));
  return make(
    "div",
    { class: "card login", role: "group", "aria-label": card.title || texts.loginTitle },
    make("h3", {}, card.title || texts.loginTitle),
    card.text ? paragraphs(card.text) : null,
    button,
    make("p", { class: "done" }, icon("check"), texts.loggedIn),
    problem,
  );
}
