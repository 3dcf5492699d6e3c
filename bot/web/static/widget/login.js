// The way to the login and back: MitID is a page of its own, and the citizen returns to this one.

import { texts } from "./texts.js";

const RESULT = /^#borgerkontakt-login(-error)?=([^&]*)$/;

/**
 * What the login left in the address, or null: {code} to hand in, or {code: null} when it failed.
 * It is taken out of the address at once, so that it is in no bookmark and no shared link.
 */
export function takeLoginResult() {
  const match = RESULT.exec(location.hash);
  if (!match) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return { code: match[1] ? null : decodeURIComponent(match[2]) };
}

/** Go and log in; `button` shows that it takes a moment, `problem` says why it did not work. */
export async function openLogin(conversation, { button, problem, phone }) {
  if (button.getAttribute("aria-disabled") === "true") return;
  if (!conversation.storage.lasting) {
    problem.textContent = texts.loginNeedsStorage(phone);
    return;
  }
  const words = button.lastChild;
  const ready = () => {
    button.removeAttribute("aria-disabled");
    words.textContent = texts.login;
  };
  problem.textContent = "";
  button.setAttribute("aria-disabled", "true");
  words.textContent = texts.loginOpens;
  window.addEventListener("pageshow", ready, { once: true }); // back from the login by the browser's own button
  try {
    const address = new URL(await conversation.login());
    if (!/^https?:$/.test(address.protocol)) throw new TypeError(`no web address: ${address.protocol}`);
    location.assign(address);
  } catch (error) {
    ready();
    problem.textContent = error.text || texts.loginUnreachable;
  }
}
