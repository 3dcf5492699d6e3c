// The municipality's colours on the page, made readable in light and in dark.

import { palette, parse } from "/widget/colours.js";

/** Set the custom properties from the page's data-primary and data-on-primary. */
export function paint(root = document.documentElement) {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colours = palette(parse(root.dataset.primary, probe), parse(root.dataset.onPrimary, probe));
  probe.remove();
  for (const [name, value] of Object.entries(colours)) root.style.setProperty(name, value);
}
