// The municipality's colours, made readable: text on them and in them reaches 4.5:1 in light and in dark.

const ENOUGH = 4.5; // WCAG 2.2, 1.4.3
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const LIGHT_SURFACE = [240, 243, 246]; // --surface-2 of style.js, the least light surface text stands on
const DARK_SURFACE = [42, 50, 60]; // --surface-2 in dark, the least dark one
const FALLBACK = [0, 85, 128];

/** Read any colour CSS knows, as [red, green, blue]; null where it is none, or is see-through. */
export function parse(text, probe) {
  if (!text) return null;
  probe.style.color = "";
  probe.style.color = text.trim();
  if (!probe.style.color) return null;
  const match = /^rgb\((\d+),\s*(\d+),\s*(\d+)\)$/.exec(getComputedStyle(probe).color);
  return match ? match.slice(1).map(Number) : null;
}

function luminance(colour) {
  const [r, g, b] = colour.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colours as WCAG reckons it, from 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Hue (0-360), saturation and lightness (0-1). */
function toHsl(colour) {
  const [r, g, b] = colour.map((part) => part / 255);
  const max = Math.max(r, g, b);
  const span = max - Math.min(r, g, b);
  const lightness = max - span / 2;
  if (!span) return [0, 0, lightness];
  const sector = max === r ? ((g - b) / span + 6) % 6 : max === g ? (b - r) / span + 2 : (r - g) / span + 4;
  return [sector * 60, span / (1 - Math.abs(2 * lightness - 1)), lightness];
}

function fromHsl([hue, saturation, lightness]) {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}

/** `colour`, made darker (step -1) or lighter (+1) only as far as it takes to be read on `surface`; its hue stays. */
function readable(colour, surface, step) {
  const [hue, saturation, start] = toHsl(colour);
  for (let lightness = start; lightness >= 0 && lightness <= 1; lightness += 0.02 * step) {
    const tried = fromHsl([hue, saturation, lightness]);
    if (contrast(tried, surface) >= ENOUGH) return tried;
  }
  return step > 0 ? WHITE : BLACK;
}

/** The custom properties of the widget for a primary colour, and the text colour wished for on it. */
export function palette(primary, wished) {
  const base = primary ?? FALLBACK;
  const best = contrast(WHITE, base) >= contrast(BLACK, base) ? WHITE : BLACK;
  const onPrimary = wished && contrast(wished, base) >= ENOUGH ? wished : best;
  const css = (colour) => `rgb(${colour.join(", ")})`;
  return {
    "--primary": css(base),
    "--on-primary": css(onPrimary),
    "--accent-light": css(readable(base, LIGHT_SURFACE, -1)),
    "--accent-dark": css(readable(base, DARK_SURFACE, +1)),
  };
}
