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
.citizen { align-items: flex-end; }
.citizen .bubble { background: var(--primary); color: var(--on-primary); border-radius: 1em .3em 1em 1em; max-width: 85%; }
.staff .bubble { background: var(--surface); border: 1px solid var(--accent); }
.system { align-items: center; }
.system .bubble { background: none; border: 1px dashed var(--edge); border-radius: .75em; font-size: .9375em; text-align: center; max-width: 95%; }

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
  display: inline-flex; align-items: center; gap: .4em; min-height: 2.5em; padding: .4em 1em; border: 1.5px solid var(--accent); border-radius: 1.25em;
  background: var(--surface); color: var(--accent); font-weight: 600; font-size: .9375em; line-height: 1.3; text-align: left; overflow-wrap: anywhere;
}
.choice:hover { background: var(--surface-2); }
.choice[aria-disabled="true"] { border-color: var(--line); color: var(--muted); background: none; font-weight: 400; cursor: default; }
.choice.chosen { border-color: var(--accent); color: var(--accent); font-weight: 600; }
.choice .icon { width: 1em; height: 1em; }

/* Cards */
.card { align-self: stretch; margin-top: .6em; padding: .9em 1em 1em; border: 1px solid var(--line); border-radius: .9em; background: var(--surface); }
.card h3 { font-size: 1em; font-weight: 650; line-height: 1.35; overflow-wrap: anywhere; }
.card-head { display: flex; flex-wrap: wrap; align-items: flex-start; justify-content: space-between; gap: .35em .75em; }
.card-head h3 { flex: 1 1 9em; }
.badge { padding: .1em .7em; border-radius: 1em; background: var(--surface-2); color: var(--text); font-size: .8125em; font-weight: 600; border: 1px solid var(--line); }
.badge::before { content: ""; display: inline-block; width: .55em; height: .55em; border-radius: 50%; margin-right: .45em; background: var(--accent); }
dl { display: grid; grid-template-columns: minmax(6.2em, auto) 1fr; gap: 0 .9em; font-size: .9375em; }
dt { grid-column: 1; color: var(--muted); padding-top: .5em; }
dd { grid-column: 2; overflow-wrap: anywhere; }
dt + dd { padding-top: .5em; }
@media (max-width: 400px) { dl { display: block; } dt + dd { padding-top: 0; } }
.card.login { border-color: var(--accent); }
.card.login .primary { width: 100%; }
.card .done { display: none; align-items: center; gap: .4em; color: var(--good); font-weight: 600; }
.card .problem:empty { display: none; }
.logged-in .card.login .primary { display: none; }
.logged-in .card .done { display: flex; }

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
