// The Danish words of the page for what was changed. Read them aloud before you change them.

import { plural } from "./texts.js";

export const texts = {
  title: "Historik",
  intro: "Alle ændringer, de nyeste først. Du kan fortryde det meste, så længe ingen har rettet i det siden.",
  filter: "Vis ændringer i",
  everything: "Alt",
  answer: (name) => `Svaret »${name}«`,
  none: "Der er ingen ændringer endnu.",
  noneOf: "Der er ingen ændringer i det, du har valgt.",
  kinds: {
    added: "Nye eksempler",
    changed: "Rettet",
    moved: "Flyttet",
    deleted: "Slettet",
    imported: "Læst ind",
    intent: "Ny hensigt",
    answer: "Svar rettet",
    undone: "Fortrudt",
  },
  by: (name, when) => `${name || "Ukendt"}, ${when}`,
  see: (n) => `Se før og efter (${plural(n, "linje", "linjer")})`,
  before: "Før",
  after: "Efter",
  nothing: "Ingenting",
  moreLines: (n) => `og ${plural(n, "linje", "linjer")} mere`,
  undo: "Fortryd",
  undoOf: (text) => `Fortryd: ${text}`,
  undone: "Det er fortrudt. Det står øverst i historikken.",
  undoes: "Den her ændring fortrød en anden.",
};
