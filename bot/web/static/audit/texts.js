// The Danish words of the auditor's page. Read them aloud before you change them.

const number = (n) => n.toLocaleString("da-DK");
const lines = (n) => `${number(n)} ${n === 1 ? "linje" : "linjer"}`;

export const texts = {
  place: "Revision",
  title: "Revisionsspor",
  desk: "Skranken",
  training: "Træning",
  intro: "Hver gang nogen ser en borgers sager, læser en samtale eller skriver i en sag, står det her: hvem, hvorfor og hvornår. Det gælder også dig, når du læser i sporet.",
  reload: "Indlæs igen",
  shortcuts: [
    ["F", "Gå til felterne, hvor du vælger linjer"],
    ["L", "Gå til listen"],
    ["?", "Vis genveje"],
    ["Esc", "Luk det, der er åbent, eller gå ud af feltet"],
  ],

  // The chain
  chainTitle: "Er sporet uændret?",
  checking: "Efterprøver alle linjer …",
  whole: (n) => (n ? `Kæden er ubrudt: ${lines(n)}.` : "Sporet er tomt endnu."),
  broken: (line) => (line < 1 ? "Der er sat noget ind før den første linje." : `Linje ${number(line)} er ændret eller mangler.`),
  brokenMore: (n) => `${n ? `Regnet fra begyndelsen hænger ${lines(n)} sammen. ` : ""}Sig det til den, der driver Borgerkontakt, og gem loggen.`,
  checkedAt: (when) => `Efterprøvet ${when}.`,
  again: "Efterprøv igen",
  compare: "Sammenlign med loggen",
  compareHow: "Hvis nogen har fjernet de nyeste linjer, kan det ikke ses på kæden. Derfor står det jævnligt i loggen, hvor langt sporet er nået (»audit.head«). Er der færre linjer her end i loggen, er der fjernet linjer. Passer seglet ikke, når tallet er det samme, er sporet skrevet om.",
  count: "Linjer",
  mac: "Den nyeste linjes segl (»mac«)",

  // What is chosen
  filters: "Vælg linjer",
  from: "Fra",
  to: "Til",
  cpr: "CPR-nummer",
  cprHint: "Nummeret gemmes kun som et fingeraftryk, der ikke kan læses. Det gælder også, når du søger på det.",
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
  exported: "Filen er hentet. Den ligger der, hvor din browser gemmer filer.",
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
  none: "Ingen linjer passer til det, du har valgt.",
};
