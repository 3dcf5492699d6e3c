// How the widget looks: colours, launcher and panel here, what is said in style-transcript.js, forms in style-cards.js.
//
// Sizes are in em of the reader's own default font size, so that a host page cannot make the text small.
// --primary, --on-primary, --accent-light and --accent-dark come from colours.js.

import { CARDS } from "./style-cards.js";
import { TRANSCRIPT } from "./style-transcript.js";

const FRAME = `
:host { all: initial; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }

.root {
  /* Again, inside: a page's own rule for all elements reaches the element itself, and would be inherited. */
  all: initial; display: block; color-scheme: light dark;
  font: medium/1.5 var(--borgerkontakt-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
  --surface: #ffffff;
  --surface-2: #f0f3f6;
  --text: #17202a;
  --muted: #4d5a67;
  --line: #d5dce3;
  --edge: #76838f; /* borders of what can be used: 3:1 on both surfaces */
  --accent: var(--accent-light);
  --bad: #a81c1c;
  --bad-surface: #fdeeee;
  --good: #14663a;
  --shade: 0 12px 40px rgb(16 32 48 / 22%), 0 2px 8px rgb(16 32 48 / 12%);
  color: var(--text);
}
@media (prefers-color-scheme: dark) {
  .root {
    --surface: #1b222a;
    --surface-2: #2a323c;
    --text: #eef2f6;
    --muted: #b6c1cc;
    --line: #3d4854;
    --edge: #8794a1;
    --accent: var(--accent-dark);
    --bad: #ffb1aa;
    --bad-surface: #46221f;
    --good: #8fdcb0;
    --shade: 0 12px 40px rgb(0 0 0 / 60%), 0 0 0 1px rgb(255 255 255 / 9%);
  }
}

.spoken {
  position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; border: 0;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.icon { width: 1.25em; height: 1.25em; fill: currentColor; flex: none; }

button { font: inherit; color: inherit; background: none; border: 0; border-radius: .5em; cursor: pointer; margin: 0; padding: 0; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h2:focus-visible, h3:focus-visible { outline: none; } /* where reading begins, nothing to use */
a { color: var(--accent); text-underline-offset: .15em; overflow-wrap: anywhere; }
a[href^="tel:"], .whole { white-space: nowrap; }
a:hover { text-decoration-thickness: 2px; }

.primary, .secondary, .danger {
  display: inline-flex; align-items: center; justify-content: center; gap: .5em;
  min-height: 2.75em; padding: .5em 1.1em; border: 1px solid transparent; font-weight: 600; line-height: 1.25;
}
.primary { background: var(--primary); color: var(--on-primary); }
.secondary { border-color: var(--edge); background: var(--surface); }
.danger { background: #b3121d; color: #fff; }
.primary:hover, .danger:hover, .launcher:hover, .send:hover { filter: brightness(1.08); }
.secondary:hover { background: var(--surface-2); }
.small {
  min-height: 2.15em; padding: .2em .8em; border: 1px solid var(--edge); border-radius: 1.1em;
  font-size: .875em; font-weight: 600; background: var(--surface); color: var(--text);
}
.small:hover { background: var(--surface-2); }

/* The launcher */
.launcher {
  position: fixed; right: max(1.25em, env(safe-area-inset-right)); bottom: max(1.25em, env(safe-area-inset-bottom));
  z-index: 2147483000; max-width: calc(100vw - 2.5em);
  display: flex; align-items: center; gap: .7em; min-height: 3.5em; padding: .55em 1.4em .55em 1.15em;
  border-radius: 1.75em; border: 2px solid #fff; background: var(--primary); color: var(--on-primary); box-shadow: var(--shade); text-align: left; line-height: 1.25;
}
.launcher .icon { width: 1.6em; height: 1.6em; }
.launcher strong, .launcher small { display: block; }
.launcher small { font-size: .8125em; }
.launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; box-shadow: 0 0 0 8px var(--surface); }
.root.open .launcher { display: none; }
.unread {
  position: absolute; top: -.35em; right: -.2em; min-width: 1.75em; height: 1.75em; padding: 0 .4em; border-radius: 1em;
  background: #b3121d; color: #fff; border: 2px solid #fff; font-size: .875em; font-weight: 700; line-height: 1.55em; text-align: center;
}

/* The panel */
.panel {
  position: fixed; inset: auto 1.25em 1.25em auto; z-index: 2147483000; margin: 0; padding: 0; border: 0;
  width: 27.5em; max-width: calc(100vw - 2.5em); height: 50em; max-height: calc(100vh - 2.5em); max-height: calc(100dvh - 2.5em);
  background: var(--surface); color: var(--text); border-radius: 1em; box-shadow: var(--shade); overflow: hidden;
}
.panel[open] { display: flex; flex-direction: column; }
.panel::backdrop { background: none; }
@media (max-width: 480px), (max-height: 420px) {
  .panel { inset: 0; width: 100%; max-width: 100%; height: 100vh; height: 100dvh; max-height: 100vh; max-height: 100dvh; border-radius: 0; }
}
.top {
  flex: none; display: flex; align-items: center; gap: .75em; padding: .8em .75em .8em 1em;
  background: var(--primary); color: var(--on-primary);
}
.top :focus-visible { outline-color: var(--on-primary); outline-offset: 0; }
.face { display: grid; place-items: center; width: 2.6em; height: 2.6em; border-radius: 50%; border: 1.5px solid currentColor; }
.face .icon { width: 1.55em; height: 1.55em; }
.names { flex: 1; min-width: 0; }
h2 { font-size: 1.0625em; font-weight: 650; line-height: 1.25; overflow-wrap: anywhere; }
.robot { font-size: .875em; line-height: 1.35; }
.plain { display: grid; place-items: center; width: 2.75em; height: 2.75em; }
.plain:hover { background: rgb(128 128 128 / 30%); }
.options { position: relative; }
.menu {
  position: absolute; right: 0; top: calc(100% + .25em); z-index: 3; width: max-content; max-width: 17em; padding: .4em;
  background: var(--surface); color: var(--text); border: 1px solid var(--line); border-radius: .75em; box-shadow: var(--shade);
}
.menu button { display: block; width: 100%; padding: .6em .8em; text-align: left; }
.menu button:hover { background: var(--surface-2); }
.menu button:focus-visible { outline-color: var(--accent); }
.menu .end { color: var(--bad); font-weight: 600; }

.line, .notice > p { font-size: .9375em; }
.login-name { flex: none; display: flex; align-items: center; gap: .5em; padding: .35em .85em .35em 1.15em; font-size: .875em; border-bottom: 1px solid var(--line); color: var(--good); }
.login-name .small { font-size: 1em; }
@media (max-width: 400px) { .login-name { font-size: .8125em; } }
.login-name .icon { width: 1em; height: 1em; }
.login-name span { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.line:not(:empty) { flex: none; padding: .5em 1em; background: var(--surface-2); border-bottom: 1px solid var(--line); }
.middle { position: relative; flex: 1; min-height: 0; display: flex; }
.notice { flex: none; display: flex; align-items: center; gap: .75em; padding: 0 1em; background: var(--surface-2); border-top: 1px solid var(--line); }
.notice:empty { display: none; }
.notice > p { flex: 1; padding: .55em 0; }
.jump {
  position: absolute; bottom: .75em; left: 50%; transform: translateX(-50%); display: flex; align-items: center; gap: .4em; min-height: 2.4em; padding: .3em 1em .3em .8em;
  border-radius: 1.2em; background: var(--primary); color: var(--on-primary); font-size: .9375em; font-weight: 600; box-shadow: var(--shade);
}
.jump .icon { width: 1.1em; height: 1.1em; }

/* The foot */
.composer, .foot { flex: none; padding: .75em 1em .7em; border-top: 1px solid var(--line); background: var(--surface); padding-bottom: max(.7em, env(safe-area-inset-bottom)); }
.field { display: flex; align-items: flex-end; gap: .5em; }
.field textarea {
  flex: 1; min-width: 0; font: inherit; color: var(--text); background: var(--surface); border: 1px solid var(--edge); border-radius: .75em;
  padding: .6em .8em; min-height: 2.8em; max-height: 9.5em; resize: none; line-height: 1.45; overflow-y: auto;
}
.field textarea::placeholder { color: var(--muted); opacity: 1; }
.field textarea:focus-visible { outline-offset: 0; outline-width: 2px; border-color: var(--accent); }
.field textarea[aria-invalid="true"] { border-color: var(--bad); outline-color: var(--bad); }
.send { display: grid; place-items: center; width: 2.8em; height: 2.8em; border-radius: .75em; background: var(--primary); color: var(--on-primary); flex: none; }
.below { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1em; margin-top: .45em; font-size: .8125em; color: var(--muted); }
.below .problem { color: var(--bad); font-weight: 600; }
.foot { display: grid; gap: .6em; }
.panel:has(.over:not([hidden])) .middle { display: none; }
.over { flex: 1; align-content: center; justify-items: center; gap: 1em; text-align: center; border-top: 0; overflow-y: auto; }
.over > .icon { width: 2.4em; height: 2.4em; padding: .5em; border-radius: 50%; background: var(--surface-2); color: var(--good); }
.foot h3 { font-size: 1em; font-weight: 650; }
.mitid { display: grid; gap: .3em; }
.mitid:empty { display: none; }
.notice { flex-wrap: wrap; }
.notice > a { padding: .5em 0; font-size: .9375em; }
.foot p { font-size: .9375em; color: var(--muted); }
.foot.over p { max-width: 20em; color: var(--text); text-wrap: balance; }
.foot.over > p { font-size: 1.0625em; }
.buttons { display: flex; flex-wrap: wrap; gap: .6em; margin-top: .2em; }
.problem { color: var(--bad); }

@media (max-height: 420px) {
  .top { padding: .2em .5em .2em .75em; }
  .face { display: none; }
  .composer, .foot { padding-top: .5em; }
  .field textarea { max-height: 4.5em; }
}
@media (max-width: 16em) { /* a narrow page with large text */
  .top { gap: .3em; padding: .4em .4em .4em .7em; }
  .face { display: none; }
  .plain { width: 2.25em; height: 2.25em; }
  .log, .composer, .foot { padding-left: .6em; padding-right: .6em; }
}
@media (max-height: 300px), (max-width: 16em) and (max-height: 32em) { /* little room: everything scrolls together */
  .panel[open] { display: block; overflow-y: auto; }
  .middle .log { max-height: 75vh; min-height: 7em; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel[open] { animation: rise .18s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(.75em); } }
}
@media (forced-colors: active) {
  .panel, .menu, .bubble, .card, .badge, .launcher, .jump, .primary, .send, .plain, .danger, .unread { border: 1px solid ButtonBorder; }
  .bubble, .card { border-color: CanvasText; }
  :focus-visible { outline-color: Highlight; }
  .choice.chosen { border-width: 3px; }
}
@media print {
  .launcher, .options, .close, .composer, .foot, .notice, .jump, .choices, .wrong, .typing, .primary, .small { display: none !important; }
  .root { --surface: #fff; --surface-2: #fff; --text: #000; --muted: #333; --accent: #000; --primary: #fff; --on-primary: #000; --shade: none; --good: #000; }
  .panel, .panel[open] { position: static; display: block; width: auto; max-width: none; height: auto; max-height: none; overflow: visible; animation: none; }
  .middle, .middle .log { display: block; height: auto; max-height: none; overflow: visible; }
  .bubble { border: 1px solid #999; }
  .message { break-inside: avoid; }
}
`;

let made = null;

/** The stylesheets of the widget, made once for all elements on the page. */
export function sheets() {
  made ??= [FRAME, TRANSCRIPT, CARDS].map((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  });
  return made;
}
