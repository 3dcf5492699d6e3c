// Hands a file over to the citizen's own computer.

import { make } from "./dom.js";

/** Save a Blob under `name`, as a download. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
