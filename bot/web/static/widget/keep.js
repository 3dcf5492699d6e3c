// The copy a citizen keeps: the conversation as a text file or on paper.

import { cardLines } from "./card.js";
import { make } from "./dom.js";
import { save } from "./files.js";
import { authorOf } from "./message.js";
import { texts } from "./texts.js";

function entries(messages, assistant) {
  return messages.map(({ frame, text }) => ({
    head: [authorOf(frame, assistant), when(frame.at)].filter(Boolean).join(", "),
    lines: [...text.split("\n"), ...cardLines(frame.card)].filter((line) => line.trim()),
  }));
}

// The whole date: "i dag" means nothing on paper. Empty where the time is unknown.
function when(at) {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return "";
  return new Intl.DateTimeFormat("da-DK", { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Copenhagen" }).format(time);
}

function made() {
  return texts.copyMade(when(Date.now()));
}

/** The conversation as plain text. */
export function asText(messages, { municipality, assistant }) {
  const parts = entries(messages, assistant).map(({ head, lines }) => [head, ...lines].join("\n"));
  return [texts.copyTitle(municipality), made(), "", parts.join("\n\n"), ""].join("\n");
}

/** Hand the conversation over as a text file. */
export function download(messages, names) {
  // The byte order mark makes old Windows editors show æ, ø and å.
  const copy = new Blob(["\ufeff", asText(messages, names)], { type: "text/plain;charset=utf-8" });
  const day = new Intl.DateTimeFormat("sv-SE").format(new Date());
  save(copy, `${texts.copyFile}-${day}.txt`);
}

const PAPER = `
  body { font: 11pt/1.45 system-ui, sans-serif; color: #000; background: #fff; margin: 0; }
  h1 { font-size: 16pt; margin: 0 0 2pt; }
  section { break-inside: avoid; margin-top: 12pt; }
  h2 { font-size: 10pt; margin: 0 0 2pt; }
  p { margin: 0 0 2pt; overflow-wrap: anywhere; }
`;

/** Print the conversation alone, without the page around it, from a frame nobody sees. */
export function print(messages, { municipality, assistant }) {
  const frame = make("iframe", { "aria-hidden": "true", tabindex: "-1", title: texts.print });
  Object.assign(frame.style, { position: "fixed", width: "0", height: "0", border: "0" });
  document.body.append(frame);
  const paper = frame.contentDocument;
  const sheet = new frame.contentWindow.CSSStyleSheet();
  sheet.replaceSync(PAPER);
  paper.adoptedStyleSheets = [sheet];
  paper.documentElement.lang = "da";
  paper.title = texts.copyTitle(municipality);
  paper.body.append(
    make("h1", {}, texts.copyTitle(municipality)),
    make("p", {}, made()),
    ...entries(messages, assistant).map(({ head, lines }) =>
      make("section", {}, make("h2", {}, head), ...lines.map((line) => make("p", {}, line))),
    ),
  );
  frame.contentWindow.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow.focus();
  frame.contentWindow.print();
  return frame;
}
