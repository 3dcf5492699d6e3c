// The Danish words of the training pages' frame and first page, and those that several pages share. Read them aloud.

export const plural = (n, one, many) => `${n.toLocaleString("da-DK")} ${n === 1 ? one : many}`;

/** 0.912 as "91,2 %"; "–" where there is no figure. */
export const percent = (part, digits = 1) =>
  part === null || part === undefined ? "–" : `${(100 * part).toLocaleString("da-DK", { minimumFractionDigits: digits, maximumFractionDigits: digits })} %`;

const titles = {
  overview: "Overblik",
  inbox: "Indbakke",
  intents: "Hensigter",
  intent: "Hensigt",
  answers: "Svar",
  checks: "Tjek",
  versions: "Versioner",
  version: "Version",
  try: "Prøv",
  figures: "Tal",
  history: "Historik",
};
// After G. The first letter where it is free.
const letters = { overview: "O", inbox: "I", intents: "H", answers: "S", checks: "T", versions: "V", try: "P", figures: "A", history: "K" };

export const texts = {
  place: "Træning",
  desk: "Skranken",
  revision: "Revision",
  titles,
  letters,
  auditor: "Du kan se alt her, men ikke ændre noget.",
  pageFailed: "Siden kunne ikke hentes. Prøv igen om lidt.",
  reload: "Indlæs igen",
  loading: "Henter …",
  more: "Vis flere",
  retry: "Prøv igen",
  by: (name) => `af ${name}`,
  bySystem: "systemet",
  none: "–",

  // Shortcuts
  shortcuts: [
    ...Object.entries(letters).map(([page, letter]) => [`G, så ${letter}`, `Gå til ${titles[page].toLowerCase()}`]),
    ["J", "Indbakke: næste"],
    ["K", "Indbakke: forrige"],
    ["Enter", "Indbakke: åbn"],
    ["B", "Indbakke: brug gættet"],
    ["V", "Indbakke: vælg en hensigt"],
    ["N", "Indbakke: lav en ny hensigt"],
    ["R", "Indbakke: ret teksten"],
    ["S", "Indbakke: smid væk"],
    ["F", "Indbakke: fortryd det sidste"],
    ["?", "Vis genveje"],
    ["Esc", "Luk det, der er åbent, eller gå ud af feltet"],
  ],

  // What the assistant made of a message
  outcomes: {
    answered: "Svarede",
    asked: "Spurgte tilbage",
    fallback: "Forstod ikke",
    danger: "Så tegn på fare",
  },
  sure: (part) => `${percent(part, 0)} sikker`,

  // The first page
  inboxTitle: "Indbakke",
  inboxWaiting: (n) => (n ? `${plural(n, "besked venter", "beskeder venter")} på, at nogen ser på ${n === 1 ? "den" : "dem"}.` : "Der venter ingen beskeder. Alt er set igennem."),
  inboxGo: "Åbn indbakken",
  changesTitle: "Ændringer, der ikke er taget i brug",
  changes: (n, since) =>
    n ? `${plural(n, "ændring", "ændringer")} ${since ? `siden ${since} ` : ""}virker først, når robotten er trænet, og den nye version er taget i brug.` : "Alle ændringer er med i den version, der kører.",
  changedElsewhere: "Der er ændret noget uden om de her sider. Det virker først, når robotten er trænet, og den nye version er taget i brug.",
  changesGo: "Se ændringerne",
  trainGo: "Gå til træning",
  liveTitle: "Den version, der kører",
  live: (version) => `Version ${version.id}`,
  liveMade: (when, name) => `Trænet ${when} af ${name}.`,
  liveData: (version) => `${plural(version.intents, "hensigt", "hensigter")} og ${plural(version.examples, "eksempel", "eksempler")}.`,
  liveRight: (part) => `Rigtige i prøven: ${percent(part)}`,
  liveMacro: (part) => `Samlet træfsikkerhed (makro-F1): ${percent(part)}`,
  liveNone: "Der står ingen version på listen endnu. Den første kommer, når du træner.",
  liveGo: "Se versionerne",
  trainingTitle: "Træning i gang",
  trainingStep: (training) => `Trin ${training.step} af ${training.steps}: ${training.doing}`,
  trainingQueued: "Træningen er ved at gå i gang.",
  trainingBy: (name, when) => `Sat i gang af ${name} ${when}.`,
  trainingFailed: "Den sidste træning lykkedes ikke",
  trainingGo: "Følg træningen",
  weakestTitle: "De svageste hensigter",
  weakestIntro: "Her tager robotten oftest fejl. Flere og mere forskellige eksempler hjælper mest.",
  weakestNone: "Der er ingen tal for de enkelte hensigter endnu.",
  intent: "Hensigt",
  f1: "Træfsikkerhed (F1)",
  figuresTitle: (days) => `De sidste ${days} dage`,
  conversations: "Samtaler",
  solved: "Løst uden et menneske",
  notUnderstood: "Beskeder, den ikke forstod",
  figuresGo: "Se alle tal",
};
