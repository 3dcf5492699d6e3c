// The cards that come with an answer: a case, and the offer to log in. Any field may be missing.

import { icon, make, spoken } from "./dom.js";
import { link, paragraphs, withLinks } from "./links.js";
import { texts } from "./texts.js";

/** The card of a message as an element, or null where there is none that we know. `onLogin` gets the button. */
export function cardOf(card, { onLogin }) {
  if (card?.type === "case") return caseCard(card);
  if (card?.type === "login") return loginCard(card, onLogin);
  return null;
}

/** The card's content as lines of plain text, for the copy that the citizen keeps. */
export function cardLines(card) {
  if (card?.type !== "case") return [];
  const state = [stateName(card), stateWords(card)].filter(Boolean).join(". ");
  return [
    heading(card),
    ...(state ? [`${texts.caseState}: ${state}`] : []),
    ...rows(card).map(({ term, kind, values }) => `${term}: ${values.map(({ text }) => text).join(kind === "todo" ? "; " : ", ")}`),
  ];
}

function caseCard(card) {
  const list = make("dl");
  for (const { term, kind, values } of rows(card)) {
    const said = values.map(({ text, nodes, strong }) => make("dd", { class: strong ? "strong" : null }, nodes ?? withLinks(text)));
    list.append(make("div", { class: `row ${kind}` }, make("dt", {}, term), ...said));
  }
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
    list,
  );
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
  return all.map((row) => ({ ...row, values: row.values.filter(Boolean) })).filter(({ values }) => values.length);
}

function value(text) {
  return text ? { text: String(text) } : null;
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
