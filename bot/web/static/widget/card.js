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
  return [heading(card), ...rows(card).flatMap(([term, values]) => values.map((value) => `${term}: ${plain(value)}`))];
}

function caseCard(card) {
  const list = make("dl");
  for (const [term, values] of rows(card)) {
    list.append(make("dt", {}, term), ...values.map((value) => make("dd", {}, value.nodes ?? withLinks(value.text))));
  }
  const badge = stateName(card);
  return make(
    "section",
    { class: "card case", "aria-label": card.number ? texts.caseOf(card.number) : texts.caseUntitled },
    make(
      "div",
      { class: "card-head" },
      make("h3", {}, heading(card)),
      badge ? make("p", { class: "badge", "data-state": card.state ?? "" }, spoken(`${texts.caseState}: `), badge) : null,
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

/** Rows of the definition list: [term, values]; a value is {text} or {text, nodes}. */
function rows(card) {
  const { number, department, caseworker, todos, next, contact } = card;
  const said = card.state_text && card.state_text.toLowerCase() !== (card.state ?? "").toLowerCase() ? card.state_text : null;
  const all = [
    [texts.caseNumber, [value(number)]],
    [texts.caseState, [value(card.state ? said : null)]],
    [texts.caseTodo, Array.isArray(todos) ? todoValues(todos) : []],
    [texts.caseNext, [value([next?.text, next?.text?.includes(next.on) ? null : next?.on].filter(Boolean).join(" "))]],
    [texts.caseDepartment, [value(department)]],
    [texts.caseWorker, [value(caseworker)]],
    [texts.caseContact, contactValues(contact ?? {}, caseworker ?? department)],
  ];
  return all.map(([term, values]) => [term, values.filter(Boolean)]).filter(([, values]) => values.length);
}

function value(text) {
  return text ? { text: String(text) } : null;
}

function todoValues(todos) {
  if (!todos.length) return [value(texts.caseNothing)];
  return todos.map(({ text, due }) => value(due ? `${text} (${texts.caseDue(due)})` : text));
}

function contactValues({ name, phone, hours, email }, alreadySaid) {
  const tel = phone && { text: phone, nodes: [link(`tel:${phone.replace(/[^\d+]/g, "")}`, phone)] };
  const mail = email && { text: email, nodes: [link(`mailto:${email}`, email)] };
  return [name === alreadySaid ? null : value(name), tel, value(hours), mail];
}

function plain(value) {
  return value.text;
}

function loginCard(card, onLogin) {
  const button = make("button", { type: "button", class: "primary" }, icon("lock"), texts.login);
  const problem = make("p", { class: "problem", role: "alert" });
  button.addEventListener("click", () => onLogin(button, problem));
  return make(
    "section",
    { class: "card login", "aria-label": card.title || texts.loginTitle },
    make("h3", {}, card.title || texts.loginTitle),
    card.text ? paragraphs(card.text) : null,
    button,
    make("p", { class: "done" }, icon("check"), texts.loggedIn),
    problem,
  );
}
