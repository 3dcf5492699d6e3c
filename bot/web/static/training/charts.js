// Pictures of figures, made as SVG element by element. What a colour says, a pattern and words say too; lengths are
// shares of the width, so that letters stay as large on a telephone as on a large screen.

import { make, newId } from "/desk/static/elements.js";

const SVG = "http://www.w3.org/2000/svg";
const LINE = 50; // pixels from one bar to the next
const THICK = 18;
const LONGEST = 66; // per cent of the width; what is left is for the figure at its end
const TALL = 140; // of columns
const BELOW = 22; // for the days
const ABOVE = 10; // so that the highest figure has room
const MOST_NAMES = 4; // below the columns
const LETTERS = 42; // of a bar's name; the whole of it is in the table

/** How a series looks: each has a pattern of its own. */
export const LOOKS = ["full", "striped", "dotted"];

function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A picture with its name and what it shows, for those who do not see it. `series`: [{look, words}] of the legend. */
function picture(title, alt, height, series, paint, kind = "") {
  const id = newId("billede");
  const fills = Object.fromEntries(LOOKS.map((look) => [look, look === "full" ? null : `url(#${id}-${look})`]));
  const svg = draw(
    "svg",
    { role: "img", "aria-labelledby": `${id}-title ${id}-alt`, class: `chart ${kind}`, width: "100%", height },
    draw("title", { id: `${id}-title` }, title),
    draw("desc", { id: `${id}-alt` }, alt),
    draw("defs", {}, pattern(`${id}-striped`, "striped"), pattern(`${id}-dotted`, "dotted")),
    ...paint((look, attributes, ...inside) => draw("rect", { class: `mark ${look}`, fill: fills[look], ...attributes }, ...inside)),
  );
  return make("figure", { class: "picture" }, svg, series.length > 1 ? legend(series, id, fills) : null);
}

function pattern(id, look) {
  const inside = look === "striped" ? [draw("path", { d: "M0 0V7", class: "stripe" })] : [draw("circle", { cx: 2, cy: 2, r: 1.5, class: "dot" })];
  const size = look === "striped" ? 7 : 6;
  return draw("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: look === "striped" ? "rotate(45)" : null }, draw("rect", { width: size, height: size, class: "behind" }), ...inside);
}

function legend(series, id, fills) {
  return make(
    "ul",
    { class: "legend", "aria-hidden": "true" },
    ...series.map(({ look, words }) => make("li", {}, draw("svg", { class: "chart", width: 22, height: 14 }, draw("rect", { class: `mark ${look}`, fill: fills[look], x: 0.5, y: 0.5, width: 21, height: 13 })), words)),
  );
}

/**
 * Bars below each other, each with its name above it and its figure at its end. `rows`: {name, figure, parts: [n, …]},
 * a part for each of the `series`, which lie end to end. `most`: how much the longest bar stands for.
 */
export function bars({ title, alt, rows, series = [{ look: "full" }], most }) {
  const scale = LONGEST / (most ?? Math.max(1, ...rows.map(({ parts }) => sum(parts))));
  return picture(title, alt, rows.length * LINE, series, (mark) =>
    rows.map(({ name, figure, parts }, number) => {
      let from = 0;
      const top = number * LINE + 22;
      const laid = parts.map((part, place) => {
        const length = part * scale;
        const made = part ? mark(series[place].look, { x: `${from}%`, y: top, width: `${length}%`, height: THICK }) : null;
        from += length;
        return made;
      });
      return draw(
        "g",
        {},
        draw("title", {}, `${name}: ${figure}`),
        draw("text", { x: 0, y: top - 6 }, shortened(name)),
        draw("line", { class: "axis", x1: 0, x2: 0, y1: top - 2, y2: top + THICK + 2 }),
        ...laid,
        draw("text", { x: `${from}%`, dx: 7, y: top + 14, class: "figure" }, figure),
      );
    }),
  );
}

/** One bar that is the whole, in its parts. `parts`: [{look, words, n, figure}]. */
export function whole({ title, alt, parts }) {
  const all = sum(parts.map(({ n }) => n));
  return picture(title, alt, 40, parts, (mark) => {
    let from = 0;
    return parts.map(({ look, n, words, figure }) => {
      const length = all ? (100 * n) / all : 0;
      const made = n ? mark(look, { x: `${from}%`, y: 2, width: `${length}%`, height: 36 }, draw("title", {}, `${words}: ${figure}`)) : null;
      from += length;
      return made;
    });
  });
}

/**
 * Columns beside each other, with some of their names below. `columns`: {name, words, parts: [n, …]}; the parts stand
 * on each other, `words` come when one points at a column.
 */
export function columns({ title, alt, columns: all, series = [{ look: "full" }] }) {
  const most = ceiling(Math.max(1, ...all.map(({ parts }) => sum(parts))));
  const wide = 100 / all.length;
  return picture(
    title,
    alt,
    ABOVE + TALL + BELOW,
    series,
    (mark) => [
      ...[most, most / 2].filter(Number.isInteger).map((n) => line(n, most)),
      ...all.map(({ words, parts }, number) => {
        let top = ABOVE + TALL;
        const laid = parts.map((part, place) => {
          const height = (part / most) * TALL;
          top -= height;
          return part ? mark(series[place].look, { x: `${(number + 0.12) * wide}%`, y: top, width: `${wide * 0.76}%`, height }) : null;
        });
        return draw("g", {}, draw("title", {}, words), draw("rect", { class: "room", x: `${number * wide}%`, y: ABOVE, width: `${wide}%`, height: TALL }), ...laid);
      }),
      draw("line", { class: "axis", x1: 0, x2: "100%", y1: ABOVE + TALL, y2: ABOVE + TALL }),
      ...spread(all.length, MOST_NAMES).map((number) => dayName(number, all)),
    ],
    "upright",
  );
}

function dayName(number, all) {
  const middle = all.length <= MOST_NAMES * 2 || (number > 0 && number < all.length - 1); // else it would stand out at the side
  const x = middle ? ((number + 0.5) * 100) / all.length : number ? 100 : 0;
  return draw("text", { x: `${x}%`, y: ABOVE + TALL + 16, "text-anchor": middle ? "middle" : number ? "end" : "start", class: "day" }, all[number].name);
}

function line(n, most) {
  const y = ABOVE + TALL - (n / most) * TALL;
  return draw(
    "g",
    {},
    draw("line", { class: "grid", x1: 0, x2: "100%", y1: y, y2: y }),
    draw("text", { x: -6, y: y + 4, "text-anchor": "end", class: "figure" }, n.toLocaleString("da-DK")),
  );
}

const sum = (parts) => parts.reduce((all, part) => all + part, 0);

const shortened = (name) => (name.length > LETTERS ? `${name.slice(0, LETTERS - 1).trimEnd()}…` : name);

// The next round figure: 1, 2, 4, 10, 20, 40, 100 …
function ceiling(n) {
  const size = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 4, 6, 8, 10].map((each) => each * size).find((each) => each >= n);
}

// So many places from the first to the last, as evenly as can be.
function spread(n, most) {
  const count = Math.min(n, most);
  if (count < 2) return n ? [0] : [];
  return [...new Set(Array.from({ length: count }, (_, place) => Math.round((place * (n - 1)) / (count - 1))))];
}
