// The Danish words of the page for checks. Read them aloud before you change them.

import { plural } from "./texts.js";

export const texts = {
  title: "Tjek",
  intro: "Se det hele efter, før du træner. Du får at vide, hvad der er galt, og kommer lige derhen, hvor det skal rettes.",
  run: "Kør tjek",
  again: "Kør tjek igen",
  running: "Ser det hele efter … Det kan tage et par minutter.",
  failed: "Tjekket gik i stå. Prøv igen.",
  never: "Der er ikke kørt et tjek endnu.",
  at: (when) => `Kørt ${when}.`,
  stale: "Der er rettet noget siden. Kør tjekket igen for at se, om det hjalp.",
  fine: "Der er ingenting at rette. Du kan roligt træne.",
  found: (errors, warnings, hints) =>
    [errors ? `${errors} skal rettes` : "", warnings ? `${warnings} bør ses på` : "", hints ? plural(hints, "godt råd", "gode råd") : ""].filter(Boolean).join(", "),
  severities: { error: "Skal rettes", warning: "Bør ses på", hint: "Gode råd" },
  go: { hensigt: "Gå til hensigten", svar: "Gå til svaret" },
  goTo: (words, text) => `${words}: ${text}`,
  rule: "Reglerne kan du ikke rette her. Send teksten til it-afdelingen.",
  copy: "Kopiér teksten",
  copied: "Teksten er kopieret.",
  notCopied: "Browseren vil ikke kopiere. Markér teksten selv.",
};
