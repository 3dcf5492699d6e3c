// The one script a website needs: defines <borgerkontakt-chat>, and puts one on the page if there is none.
//
//   <script type="module" src="https://chat.example/widget/borgerkontakt.js"></script>
//
// The chat talks to the place this file came from. A page may place the element itself, open it with
// document.querySelector("borgerkontakt-chat").open(), and set --borgerkontakt-primary on it in its own CSS.

import { BorgerkontaktChat } from "./element.js";

const TAG = "borgerkontakt-chat";

function place() {
  if (!document.querySelector(TAG)) document.body.append(document.createElement(TAG));
}

if (!customElements.get(TAG)) {
  customElements.define(TAG, BorgerkontaktChat);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
}
