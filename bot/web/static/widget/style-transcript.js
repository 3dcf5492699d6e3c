// How what is said looks: messages, choices, cards, typing.

export const TRANSCRIPT = `
.log { flex: 1; min-width: 0; overflow-y: auto; overscroll-behavior: contain; padding: .9em 1em 1.1em; display: flex; flex-direction: column; position: relative; scroll-padding: 1em; }
.log:focus-visible { outline-offset: -3px; }
.message { display: flex; flex-direction: column; align-items: flex-start; margin-top: 1em; max-width: 100%; }
.log > .message:first-child { margin-top: 0; }
.day { align-self: center; margin: .2em 0 .8em; font-size: .8125em; font-weight: 600; color: var(--muted); }
.day::first-letter { text-transform: uppercase; }
.meta { font-size: .8125em; color: var(--muted); margin: 0 .2em .25em; }
.who { font-weight: 600; }
.bubble {
  max-width: min(90%, 32em); padding: .6em .9em; border-radius: .3em 1em 1em 1em; background: var(--surface-2);
  overflow-wrap: anywhere; white-space: pre-line; border: 1px solid transparent;
}
.bubble > * + *, .card > * + * { margin-top: .6em; }
.bubble ul { padding-left: 1.2em; white-space: normal; }
.bubble li + li { margin-top: .3em; }
.bubble > p:has(+ ul) { margin-bottom: -.35em; }
.citizen { align-items: flex-end; }
.citizen .bubble { background: var(--primary); color: var(--on-primary); border-radius: 1em .3em 1em 1em; max-width: 85%; }
.staff .bubble { background: var(--surface); border: 1px solid var(--accent); }
.system { align-items: center; }
.system.long { align-items: stretch; }
.system.long .meta { margin-bottom: .25em; }
.system.long .bubble { padding: .6em .9em; text-align: left; text-wrap: wrap; max-width: none; border: 1px solid var(--line); border-radius: .9em; }
.system .meta { margin-bottom: 0; }
.system .who { display: none; }
.system .bubble { background: none; padding: 0 .5em; font-size: .9375em; text-align: center; text-wrap: balance; max-width: 95%; }

/* On its way */
.message[data-status="failed"] .bubble, .message[data-status="waiting"] .bubble { background: var(--surface); color: var(--text); border: 1px dashed var(--edge); }
.message[data-status="failed"] .bubble { border: 1px solid var(--bad); }
.sending { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: .4em .6em; margin-top: .35em; font-size: .875em; color: var(--muted); text-align: right; }
.sending .small { font-size: 1em; }
.message[data-status="sending"] .sending { animation: late 0s .7s both; }
@keyframes late { from { visibility: hidden; } }
.receipt { font-size: .8125em; color: var(--muted); margin-top: .2em; }

/* Choices */
.choices { display: flex; flex-wrap: wrap; gap: .5em; margin-top: .6em; }
.choice {
  display: inline-flex; align-items: center; gap: .4em; min-height: 2.75em; padding: .45em 1.1em; border: 1.5px solid var(--accent); border-radius: 1.4em;
  background: var(--surface); color: var(--accent); font-weight: 600; line-height: 1.3; text-align: left; overflow-wrap: anywhere;
}
.choice:hover { background: var(--accent); color: var(--surface); }
/* Used up: out of the way, still to be read. */
.choice[aria-disabled="true"] { min-height: 0; padding: .2em .8em; font-size: .8125em; border-width: 1px; border-color: var(--line); color: var(--muted); background: none; font-weight: 400; cursor: default; }
.choice.chosen { border-color: var(--accent); color: var(--accent); font-weight: 600; }
.choice .icon { width: 1em; height: 1em; }

/* Below the newest answer, and no louder than its time of day */
.wrong button { min-height: 1.9em; margin-top: .3em; padding: .1em .3em; font-size: .8125em; color: var(--muted); text-decoration: underline; text-underline-offset: .15em; }
.wrong button:hover { color: var(--text); }

/* Cards */
.card { align-self: stretch; margin-top: .6em; padding: .9em 1em 1em; border: 1px solid var(--line); border-radius: .9em; background: var(--surface); }
.card h3 { font-size: 1em; font-weight: 650; line-height: 1.35; overflow-wrap: anywhere; }
.card > .state { display: flex; flex-wrap: wrap; align-items: center; gap: .3em .6em; margin-top: .35em; font-size: .9375em; }
.badge { display: inline-flex; align-items: center; gap: .45em; padding: .1em .7em .1em .6em; border-radius: 1em; background: var(--surface-2); border: 1px solid var(--line); font-size: .875em; font-weight: 600; }
/* Empty, half, full: how far it is. What came of it is for the letter to say, so no colour does. */
.badge::before { content: ""; width: .7em; height: .7em; border-radius: 50%; border: .14em solid var(--accent); background: var(--accent); }
.badge[data-state="oprettet"]::before { background: none; }
.badge[data-state="behandles"]::before { background: linear-gradient(90deg, var(--accent) 50%, transparent 50%); }
dl { font-size: .9375em; }
.row { display: grid; grid-template-columns: 7.5em 1fr; gap: 0 .8em; padding: .55em 0; border-top: 1px solid var(--line); }
.row:last-child { padding-bottom: 0; }
dt { grid-column: 1; grid-row: 1; color: var(--muted); }
dd { grid-column: 2; overflow-wrap: anywhere; }
.strong, .todo dd { font-weight: 600; }
.todo dd + dd { margin-top: .35em; }
.due { display: block; font-weight: 400; }
@media (max-width: 480px) { .bubble { max-width: 94%; } }
@media (max-width: 400px) { .row { display: block; } }
.card.login { border-color: var(--accent); }
.card.login .primary { width: 100%; }
.card .done { align-items: center; gap: .4em; color: var(--good); font-weight: 600; }
.card .problem:empty { display: none; }
.logged-in .card.login { padding: .6em 1em; border-color: var(--line); }
.logged-in .card.login h3, .logged-in .card.login .primary { display: none; }
.logged-in .card.login .done { margin-top: 0; }

/* Typing */
.typing { display: flex; align-items: center; gap: .6em; margin-top: 1em; font-size: .875em; color: var(--muted); }
.dots { display: inline-flex; gap: .3em; padding: .75em .85em; border-radius: .3em 1em 1em 1em; background: var(--surface-2); }
.dots i { width: .45em; height: .45em; border-radius: 50%; background: var(--muted); }
@media (prefers-reduced-motion: no-preference) {
  .dots i { animation: dot 1.2s infinite ease-in-out; }
  .dots i:nth-child(2) { animation-delay: .15s; }
  .dots i:nth-child(3) { animation-delay: .3s; }
  @keyframes dot { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }
  .message { animation: come .16s ease-out; }
  @keyframes come { from { opacity: 0; transform: translateY(.35em); } }
}
`;
