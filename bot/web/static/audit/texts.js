// The Danish words of the auditor's page. Read them aloud before you change them.

const number = (n) => n.toLocaleString("da-DK");
const lines = (n) => `${number(n)} ${n === 1 ? "linje" : "linjer"}`;

export const texts = {
  place: "Revision",
  title: "Revisionsspor",
  desk: "Skranken",
  training: "Træning",
  intro: "Her står hver gang, nogen har set eller skrevet i sagssystemerne: hvem, hvorfor og hvornår. Det står her også, når du selv læser med.",
  reload: "Indlæs igen",
  shortcuts: [
    ["F", "Gå til felterne, der vælger linjer"],
    ["L", "Gå til listen"],
    ["?", "Vis genveje"],
    ["Esc", "Luk det, der er åbent, eller gå ud af feltet"],
  ],

  // The chain
  chainTitle: "Er sporet, som det blev skrevet?",
  checking: "Efterprøver alle linjer …",
  whole: (n) => (n ? `Kæden er ubrudt: ${lines(n)}.` : "Sporet er tomt endnu."),
  broken: (line) => (line < 1 ? "Der er sat noget ind før den første linje." : `Linje ${number(line)} er ændret eller mangler.`),
  brokenMore: (n) => `${n ? `Indtil da hænger ${lines(n)} sammen. ` : ""}Sig det til den, der driver Borgerkontakt, og gem loggen.`,
  checkedAt: (when) => `Efterprøvet ${when}.`,
  again: "Efterprøv igen",
  compare: "Sammenlign med loggen",
  compareHow: "Er de nyeste linjer skåret væk, kan kæden ikke selv se det. Loggen skriver nu og da, hvor langt sporet er nået (»audit.head«). Er der færre linjer her end i loggen, er sporet skåret over.",
  count: "Linjer",
  mac: "Den nyeste linjes segl",

  // What is chosen
  filters: "Vælg linjer",
  from: "Fra",
  to: "Til",
  cpr: "CPR-nummer",
  cprHint: "Nummeret gemmes kun som et fingeraftryk, også når du søger på det.",
  cprWrong: "Skriv et CPR-nummer med ti cifre.",
  who: "Hvem",
  everybody: "Alle",
  citizens: "Borgerne selv",
  staff: "Alle medarbejdere",
  workers: "Systemet",
  what: "Hvad",
  everything: "Alt",
  show: "Vis",
  clear: "Ryd",
  export: "Hent som CSV",
  exporting: "Henter filen …",
  exported: "Filen er hentet. Den er gemt, hvor din browser gemmer filer.",
  exportFailed: "Filen kunne ikke hentes. Prøv igen om lidt.",
  file: (day) => `revisionsspor-${day}.csv`,

  // The lines
  list: "Linjer, de nyeste først",
  line: (n) => `Linje ${number(n)}`,
  unknownTime: "tidspunktet kan ikke læses",
  cases: "Sager",
  systems: "System",
  talk: (n) => `Åbn samtale ${n}`,
  same: "Vis alt om samme borger",
  sameAs: (n) => `Vis alt om samme borger som linje ${number(n)}`,
  onlySame: (n) => `Du ser kun linjer om samme borger som linje ${number(n)}.`,
  notOnlySame: "Vis alle borgere",
  shown: (n, more) => `Viser ${lines(n)}.${more ? " Der er flere." : ""}`,
  none: "Ingen linjer passer på det, du har valgt.",
};
