// The card of a case: how it is, what the citizen must do, when the next thing happens, and whom to ask.

import { make, spoken } from "./dom.js";
import { link, withLinks } from "./links.js";
import { definitions, filled, lines, value } from "./rows.js";
import { texts } from "./texts.js";

/** A case as an element. */
export function caseCard(card) {
  const badge = stateName(card);
  const words = stateWords(card);
  return make(
    "div", // a group and no landmark: a conversation may hold the same case several times
    { class: "card case", role: "group", "aria-label": card.number ? texts.caseOf(card.number) : texts.caseUntitled },
    make("h3", {}, heading(card)),
    make(
      "p",
      { class: "state" },
      badge ? make("span", { class: "badge", "data-state": card.state ?? "" }, spoken(`${texts.caseState}: `), badge) : null,
      badge && words ? " " : null,
      words ? make("span", { class: "words" }, words) : null,
    ),
    definitions(rows(card)),
  );
}

/** The case as lines of plain text. */
export function caseLines(card) {
  const state = [stateName(card), stateWords(card)].filter(Boolean).join(". ");
  return [heading(card), ...(state ? [`${texts.caseState}: ${state}`] : []), ...lines(rows(card))];
}

function heading(card) {
  return card.title || texts.caseUntitled;
}

function stateName({ state, state_text: text }) {
  const name = state || text || "";
  return name.charAt(0).toLocaleUpperCase("da") + name.slice(1);
}

/** What the state means, where that says more than its name. */
function stateWords({ state, state_text: text }) {
  return state && text && text.toLowerCase() !== state.toLowerCase() ? text : "";
}

/** Rows of the definition list: {term, kind, values}; a value is {text}, or {text, nodes}, or {text, strong}. */
function rows(card) {
  const { number, department, caseworker, todos, next, contact } = card;
  const todo = Array.isArray(todos) ? todos : null;
  const when = next?.text?.includes(next.on) ? null : next?.on;
  const all = [
    { term: texts.caseTodo, kind: todo?.length ? "todo" : "", values: todo ? todoValues(todo) : [] },
    { term: texts.caseNext, kind: "", values: [value([next?.text, when].filter(Boolean).join(" "))] },
    {
      term: caseworker ? texts.caseWorker : texts.caseContact,
      kind: "",
      values: contactValues(contact ?? {}, [...new Set([caseworker, contact?.name, department].filter(Boolean))]),
    },
    { term: texts.caseNumber, kind: "", values: [value(number)] },
  ];
  return filled(all);
}

function todoValues(todos) {
  if (!todos.length) return [value(texts.caseNothing)];
  return todos.map(({ text, due }) => {
    if (!due) return value(text);
    const words = texts.caseDue(due);
    return { text: `${text} (${words})`, nodes: [...withLinks(text), " ", make("span", { class: "due" }, ...withLinks(words))] };
  });
}

function contactValues({ phone, hours, email }, names) {
  const tel = phone && { text: phone, nodes: [link(`tel:${phone.replace(/[^\d+]/g, "")}`, phone)] };
  const mail = email && { text: email, nodes: [link(`mailto:${email}`, email)] };
  return [...names.map((name, index) => ({ text: String(name), strong: index === 0 })), tel, value(hours), mail];
}
