// How the cards look that the citizen fills in: the summary, a meeting, the questions afterwards.

export const CARDS = `
.card .hint, .card .told { font-size: .875em; color: var(--muted); }
.card .told:empty { display: none; }
.card .told { font-weight: 600; color: var(--text); }
.card .buttons { margin-top: .9em; }
.card .buttons > *, .card > .secondary, .card > .small { max-width: 100%; overflow-wrap: anywhere; }
.card > .secondary, .card > .small { margin-top: .9em; }
.card.handoff, .card.consent { border-color: var(--accent); }
.card.older { border-color: var(--line); background: none; }
.card.older h3 { font-weight: 600; color: var(--muted); }
.card { overflow-wrap: anywhere; }
.card .done { display: flex; }
.card .done span { min-width: 0; overflow-wrap: anywhere; }
.survey > .told { margin-top: 0; }
.card.login .done { display: none; }
.logged-in .card.login .done { display: flex; }
h3:focus-visible, .told:focus-visible { outline: none; }

/* A field: what stands there, and where it is put right */
.handoff dl { margin-top: .7em; }
.handoff .row { display: grid; grid-template-columns: 1fr auto; gap: 0 .8em; align-items: start; }
.handoff .row dt { grid-column: 1; font-size: .9375em; }
.handoff .row dd { grid-column: 1; }
.handoff .row dd.does { grid-column: 2; grid-row: 1 / span 2; align-self: center; }
.handoff .row:has(.editor:not([hidden])) dd { grid-column: 1 / -1; }
.value > p + p { margin-top: .25em; }
.tag { display: inline-block; margin-top: .25em; font-size: .8125em; font-weight: 600; color: var(--good); }
.editor { margin: .25em 0 .3em; }
.editor .buttons { margin-top: .5em; }
.labelled > label { display: block; font-size: .875em; font-weight: 600; margin-bottom: .25em; }
.labelled > label.spoken { position: absolute; }
.input {
  display: block; width: 100%; min-height: 2.75em; font: inherit; font-size: 1em; color: var(--text); background: var(--surface);
  border: 1px solid var(--edge); border-radius: .6em; padding: .5em .7em; line-height: 1.4;
}
textarea.input { min-height: 5em; max-height: 14em; resize: vertical; border-radius: .6em; }
.input:focus-visible { outline-offset: 0; outline-width: 2px; border-color: var(--accent); }
.input[aria-invalid="true"] { border-color: var(--bad); outline-color: var(--bad); }
.input:read-only { background: var(--surface-2); }
select.input { background: var(--surface); }
.adding { margin-top: .9em; }

@media (max-width: 16em) {
  .card, .bubble { hyphens: auto; }
  .card { padding: .6em .7em .8em; }
  .handoff .row { display: block; }
  .handoff .row dd.does { margin-top: .35em; }
}

/* A meeting */
.badge[data-state="held"]::before { background: linear-gradient(90deg, var(--accent) 50%, transparent 50%); }
.badge[data-state="cancelled"]::before { background: none; }
.meeting dl { margin-top: .7em; }
.meeting .todo dd { font-weight: 400; }
fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
legend { padding: 0; font-weight: 650; }
.wishes { margin-top: 1em; padding-top: .8em; border-top: 1px solid var(--line); }
.wishes legend { float: left; width: 100%; }
.wishes legend + * { clear: both; }
.wishes > .labelled { margin: .6em 0 .5em; }
.tick { display: flex; align-items: flex-start; gap: .65em; padding: .45em 0; }
.tick label { flex: 1; min-width: 0; }
.tick input, .step input { accent-color: var(--accent); flex: none; width: 1.35em; height: 1.35em; margin: .1em 0 0; }
.wish .shown { padding: 0 0 .4em 2em; }
.shown .problem { margin-top: .3em; font-size: .875em; }

/* How it was */
.question { margin-top: 1em; padding-top: .8em; border-top: 1px solid var(--line); }
.question legend { float: left; width: 100%; }
.steps { clear: both; display: flex; flex-wrap: wrap; gap: .4em; padding-top: .5em; }
.step { position: relative; }
.step input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.step label {
  display: block; padding: .4em .8em; min-height: 2.5em; border: 1px solid var(--edge); border-radius: 1.25em; font-size: .9375em; line-height: 1.5;
}
.step input:hover + label { background: var(--surface-2); }
.step input:checked + label { background: var(--primary); border-color: var(--primary); color: var(--on-primary); font-weight: 600; }
.step input:focus-visible + label { outline: 3px solid var(--accent); outline-offset: 2px; }
.question .clear { margin-top: .5em; border-color: transparent; text-decoration: underline; font-weight: 400; padding-left: 0; background: none; }
.survey .labelled { margin-top: 1em; padding-top: .8em; border-top: 1px solid var(--line); }
.survey .labelled > label { font-size: 1em; font-weight: 650; }
.survey .problem { margin-top: .6em; }
@media (forced-colors: active) {
  .step input:checked + label { forced-color-adjust: none; background: Highlight; color: HighlightText; }
}
@media print {
  .editor, .adding, .wishes, .does, .card .buttons, .card .secondary { display: none !important; }
}
`;
