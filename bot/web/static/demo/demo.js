// The demo page's own buttons: "Skriv med os" opens the chat, as any page of a municipality can do it.

await customElements.whenDefined("borgerkontakt-chat");
for (const button of document.querySelectorAll("[data-open-chat]")) {
  button.addEventListener("click", () => document.querySelector("borgerkontakt-chat").open());
  button.hidden = false; // without the chat there is nothing to open
}
