// The Danish words of the page for answers. Read them aloud before you change them.

import { plural } from "./texts.js";

export const LIMITS = { lix: 35, words: 60 };

export const texts = {
  title: "Svar",
  intro: "Her er alt det, robotten kan sige. Ret et svar, og se med det samme, hvordan det ser ud for borgeren.",
  search: "Søg i svarene",
  shown: (n) => plural(n, "svar", "svar"),
  none: "Ingen svar passer.",
  goneAnswer: "Det svar findes ikke.",
  usedBy: (titles) => `Bruges til: ${titles}`,
  notUsed: "Bliver ikke brugt direkte af en hensigt",
  edit: "Ret",
  of: (does, name) => `${does} svaret »${name}«`,
  variants: (n) => (n > 1 ? `${n} udgaver` : ""),

  lix: (n) => `Lixtal ${n}`,
  lixLimit: (n) => `Lixtal ${n}. Højst ${LIMITS.lix}.`,
  words: (n) => plural(n, "ord", "ord"),
  wordsLimit: (n) => `${plural(n, "ord", "ord")}. Højst ${LIMITS.words}.`,
  lixHint: "Lixtallet siger, hvor svær en tekst er at læse. Korte sætninger og korte ord giver et lavt tal.",
  hard: "Svært at læse",
  long: "For langt",

  // Writing
  editing: (name) => `Ret svaret »${name}«`,
  text: "Svarets tekst",
  nthText: (n) => `Udgave ${n}`,
  variantsHint: "Robotten vælger en af udgaverne hver gang.",
  addVariant: "Skriv en udgave mere",
  removeVariant: (n) => `Fjern udgave ${n}`,
  remove: "Fjern",
  placesTitle: "Ord, robotten selv fylder ud",
  placesHint: "Ord i {krøllede parenteser} bliver til det rigtige, når borgeren får svaret. Tryk på et for at sætte det ind.",
  place: "noget, robotten kender i samtalen",
  insert: (name, words) => `Sæt {${name}} ind: ${words}`,
  preview: "Sådan ser borgeren det",
  previewEmpty: "Skriv noget, så vises det her.",
  previewButtons: "Knapper under svaret:",
  previewFailed: "Det kan ikke vises lige nu. Det, du har skrevet, står her endnu.",
  good: "Svaret er let at læse og har en god længde.",
  links: "Links",
  checkLinks: "Tjek links",
  checking: "Tjekker …",
  linkOk: "Virker",
  linkBad: "Virker ikke",
  save: "Gem",
  cancel: "Luk uden at gemme",
  saved: "Svaret er gemt. Det virker, når robotten er trænet, og versionen er taget i brug.",
  draft: "Det er en kladde, du ikke har gemt.",
  changed: (by) => `${by || "En anden"} har rettet svaret imens. Det, du har skrevet, står her endnu. Gemmer du, gælder dit.`,
  theirs: "Se, hvad der står nu",
  required: "Skriv, hvad robotten skal sige.",
  history: "Se alle ændringer",
};

/** An answer's name for a reader: "utter_paa_vegne" as "på vegne". */
export const called = (name) => name.replace(/^utter_/, "").replaceAll("_", " ").replaceAll("aa", "å").replaceAll("ae", "æ").replaceAll("oe", "ø");
