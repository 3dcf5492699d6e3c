// The Danish words of the page with figures. Read them aloud.

import { plural } from "./texts.js";

const number = (n, digits = 0) => n.toLocaleString("da-DK", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const conversations = (n) => plural(n, "samtale", "samtaler");
const messages = (n) => plural(n, "besked", "beskeder");
const SHORT = new Intl.DateTimeFormat("da-DK", { timeZone: "UTC", day: "numeric", month: "short" });
const LONG = new Intl.DateTimeFormat("da-DK", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("da-DK", { timeZone: "UTC", weekday: "long" });
const at = (day) => new Date(`${day}T00:00:00Z`);

/** "24. nov." of 2026-11-24: a day is a day, wherever the computer stands. */
export const shortDay = (day) => SHORT.format(at(day));
/** "24. november 2026". */
export const longDay = (day) => LONG.format(at(day));
/** "tirsdag den 24. november 2026". */
export const fullDay = (day) => `${WEEKDAY.format(at(day))} den ${longDay(day)}`;

/** A share of all: "76 %", "–" of nothing; what is there is never shown as nothing, nor what is missing as all. */
export function share(part, all) {
  if (!all) return "–";
  const whole = (100 * part) / all;
  if (part && whole < 1) return "under 1 %";
  if (part < all && whole > 99) return "over 99 %";
  return `${number(Math.round(whole))} %`;
}

/** Minutes as they are said: "under 1 min.", "4,5 min.", "17 min.", "2 t. 5 min.", "3 dage". */
export function minutes(n) {
  if (n === null || n === undefined) return "–";
  if (n < 1) return "under 1 min.";
  if (n < 10) return `${number(n, Number.isInteger(n) ? 0 : 1)} min.`;
  const whole = Math.round(n);
  if (whole < 60) return `${whole} min.`;
  const hours = Math.floor(whole / 60);
  if (hours >= 48) return `${number(Math.round(whole / 1440))} dage`;
  return whole % 60 ? `${hours} t. ${whole % 60} min.` : `${hours} t.`;
}

export { number };

export const texts = {
  period: "Periode",
  from: "Fra",
  to: "Til",
  show: "Vis",
  last: (days) => `${days} dage`,
  quick: "Vælg de sidste",
  lead: (from, to) => (from === to ? `Tal for ${fullDay(from)}.` : `Tal for ${longDay(from)} til ${longDay(to)}.`),
  none: "Der er ingen samtaler i perioden. Vælg andre dage.",
  shortened: (days) => `Samtaler slettes ${days === 1 ? "dagen" : `${days} dage`} efter den sidste besked. De ældste dage kan derfor have haft flere samtaler, end der står her.`,
  allCsv: "Hent hovedtal (CSV)",
  csv: "Hent tabellen (CSV)",
  csvOf: (title) => `Hent tabellen »${title}« som CSV-fil`,
  table: "Se tallene i en tabel",
  how: "Sådan tæller vi",
  definitions: [
    ["Samtale", "Borgeren har sendt mindst én besked, skrevet eller med en knap. Samtalen tæller én gang, på den dag den første besked kom."],
    ["Løst uden et menneske", "Ingen medarbejder fik samtalen, og den sluttede ikke med »ikke forstået«. Tallet siger ikke, om borgeren var tilfreds."],
    ["Givet videre", "Samtalen blev sendt til en medarbejder. Den tæller også med, hvis borgeren fortrød bagefter."],
    ["Sluttede med »ikke forstået«", "Ingen medarbejder fik samtalen, og robotten forstod ikke borgerens sidste besked."],
    ["Beskeder", "Kun det, borgeren selv skriver. Et tryk på en knap tæller ikke. En besked tæller på den dag, den kom."],
    ["Grund og emne", "Hver samtale tæller én gang, efter den første gang den blev givet videre."],
    ["Ventetid", "Fra samtalen blev sendt til skranken, til en medarbejder tog den. Ved et opkald: til opkaldet var slut. Tallene er de samme som på skrankens side."],
    ["Behandlingstid", "Fra en medarbejder tog samtalen, til den blev afsluttet."],
    ["Den midterste", "Halvdelen af tiderne er kortere, og halvdelen er længere."],
    ["Dage", "Danske dage fra midnat til midnat. Når uret stilles, har dagen 23 eller 25 timer."],
    ["Slettede samtaler", (days) => `Samtaler slettes ${days === 1 ? "en dag" : `${days} dage`} efter den sidste besked, eller når borgeren selv gør det. Så tæller de ikke med længere.`],
  ],

  conversations: "Samtaler",
  solved: "Løst uden et menneske",
  handedOff: "Givet videre til et menneske",
  unsolved: "Sluttede med »ikke forstået«",
  count: "Antal",
  part: "Andel",
  all: "I alt",
  how_went: "Sådan gik samtalerne",
  went: "Udfald",
  wentAlt: (f) =>
    `Af ${conversations(f.conversations)} blev ${number(f.solved)} løst uden et menneske (${share(f.solved, f.conversations)}), ${number(f.handed_off)} givet videre (${share(f.handed_off, f.conversations)}), og ${number(f.unsolved)} sluttede med »ikke forstået« (${share(f.unsolved, f.conversations)}).`,

  days: "Dag for dag",
  day: "Dag",
  week: "Uge fra",
  dayHead: ["Dag", "Samtaler", "Løst", "Givet videre", "Sluttede med »ikke forstået«", "Beskeder, den ikke forstod"],
  perDay: "Samtaler hver dag",
  perWeek: "Samtaler hver uge, fra mandag",
  missedDay: "Beskeder, den ikke forstod, hver dag",
  missedWeek: "Beskeder, den ikke forstod, hver uge",
  columnAlt: (weekly, most, n) => (n ? `Flest ${weekly ? "i ugen fra" : ""} ${fullDay(most)}: ${conversations(n)}.` : "Ingen samtaler."),
  missedAlt: (weekly, most, n) => (n ? `Flest ${weekly ? "i ugen fra" : ""} ${fullDay(most)}: ${messages(n)}.` : "Den forstod alle beskeder."),
  column: (weekly, day, f) => `${weekly ? "Uge fra " : ""}${fullDay(day)}: ${conversations(f.conversations)}, ${number(f.solved)} løst, ${number(f.handed_off)} givet videre, ${number(f.unsolved)} sluttede med »ikke forstået«`,
  missedColumn: (weekly, day, n) => `${weekly ? "Uge fra " : ""}${fullDay(day)}: ${messages(n)}`,

  triggers: "Derfor tog et menneske over",
  trigger: "Grund",
  noTriggers: "Ingen samtaler blev givet videre.",
  triggersAlt: (first, all) => `Den hyppigste grund er »${first.text}« med ${number(first.n)} af ${conversations(all)}.`,

  matters: "Det handlede samtalerne om",
  mattersIntro: "Kun samtaler, hvor robotten tilbød et menneske. I de andre kender vi ikke emnet.",
  matter: "Emne",
  kle: "KLE-nummer",
  offered: "Tilbudt",
  onlyOffered: "Kun tilbudt",
  noMatters: "Robotten tilbød ikke et menneske i nogen samtale.",
  mattersAlt: (first) => `Det hyppigste emne er »${first.title}«: ${conversations(first.conversations)}, og ${number(first.handed_off)} af dem blev givet videre.`,

  messages: "Det forstod robotten ikke",
  kind: "Beskeder",
  notUnderstood: "Ikke forstået",
  askedBack: "Spurgte tilbage",
  markedWrong: "Meldt som forkert",
  messagesNotes: {
    notUnderstood: "Robotten kunne ikke svare.",
    askedBack: "Robotten var i tvivl og spurgte »Mener du …?«.",
    markedWrong: "Borgeren eller en medarbejder sagde, at svaret var forkert.",
  },
  noMessages: "Der er ingen beskeder, som robotten ikke forstod.",
  messagesAlt: (f) => `${messages(f.not_understood)} blev ikke forstået. Ved ${number(f.asked_back)} spurgte robotten tilbage, og ${number(f.marked_wrong)} er meldt som forkert forstået.`,

  intents: "Det spørger borgerne om",
  intentsIntro: "Den hensigt, som hver besked lignede mest.",
  intent: "Hensigt",
  heard: "Beskeder",
  unsure: "Robotten var usikker",
  sure: "Robotten var sikker",
  notSure: "Spurgte tilbage eller forstod ikke",
  noIntents: "Borgerne har ikke skrevet noget i perioden.",
  intentsAlt: (first, n) => `${n === 1 ? "1 hensigt" : `${number(n)} hensigter`}. Hyppigst er »${first.title}« med ${messages(first.n)}, og ved ${number(first.not_sure)} af dem var robotten usikker.`,
  most: (n) => `Billedet viser de ${n} hyppigste. Tabellen har dem alle.`,

  waits: "Ventetid og behandlingstid",
  span: "Tid",
  howLong: "Hvor længe",
  waitMedian: "Ventetid, den midterste",
  waitMost: "Ni ud af ti ventede højst",
  handlingMedian: "Behandlingstid, den midterste",
  noWaits: "Ingen medarbejder har taget en samtale i perioden.",
  waitsAlt: (f) => `Den midterste ventetid er ${minutes(f.waits.median_minutes)}, og ni ud af ti ventede højst ${minutes(f.waits.p90_minutes)}. Den midterste behandlingstid er ${minutes(f.handling.median_minutes)}.`,
  promises: (kept, broken) => (kept + broken ? `Vi holdt ${number(kept)} af ${plural(kept + broken, "løfte", "løfter")} om, hvornår borgeren fik svar (${share(kept, kept + broken)}).` : ""),

  survey: "Det siger borgerne bagefter",
  question: "Spørgsmål",
  average: "Gennemsnit",
  scale: "Fra 1 (slet ikke) til 5 (i høj grad).",
  questions: { heard: "Blev du hørt?", neutral: "Blev du behandlet fair?", trust: "Har du tillid til det, du fik at vide?", respect: "Blev du mødt med respekt?" },
  noSurvey: "Ingen har svaret på spørgeskemaet i perioden.",
  answered: (n) => `${plural(n, "borger", "borgere")} har svaret.`,
  surveyAlt: (pairs) => `Gennemsnit på en skala fra 1 til 5. ${pairs.map(([words, value]) => `${words} ${value}`).join(". ")}.`,
  outOf: (value) => `${number(value, 1)} af 5`,
};
