// The first of the training pages: what waits, what is not live yet, which version runs, and where it is weakest.

import { make, notice } from "/desk/static/elements.js";
import { moment } from "/desk/static/times.js";
import { bar, card, loaded, pageOf, table } from "./parts.js";
import { addresses } from "./router.js";
import { percent, texts } from "./texts.js";

const LOOK_AGAIN = 5000; // milliseconds, while a training goes on

export class OverviewPage {
  #timer = 0;

  constructor({ api }) {
    this.api = api;
    const { element, heading, state, body } = pageOf(texts.titles.overview);
    Object.assign(this, { element, heading, state, body });
    body.classList.add("cards");
  }

  async open() {
    const found = await loaded(this.state, this.api.get("/overview"));
    if (found) this.#show(found);
  }

  close() {
    clearTimeout(this.#timer);
  }

  #show(overview) {
    this.body.replaceChildren(
      ...[inbox(overview.inbox), training(overview.training), changes(overview.changes), live(overview.active), week(overview.figures), weakest(overview.weakest)].filter(Boolean),
    );
    clearTimeout(this.#timer);
    if (ongoing(overview.training)) this.#timer = setTimeout(() => this.#again(), LOOK_AGAIN);
  }

  async #again() {
    if (!this.element.isConnected) return;
    try {
      this.#show(await this.api.get("/overview", {}, { byItself: true }));
    } catch {
      this.#timer = setTimeout(() => this.#again(), LOOK_AGAIN); // it is only looked at again; what stands here stands
    }
  }
}

function ongoing(training) {
  return training && ["queued", "running"].includes(training.status);
}

function go(words, address, kind = "plain") {
  return make("a", { class: `button ${kind}`, href: address, "data-inside": true }, words);
}

function inbox({ waiting }) {
  return card(texts.inboxTitle, make("p", { class: "big", "aria-hidden": "true" }, waiting.toLocaleString("da-DK")), make("p", {}, texts.inboxWaiting(waiting)), go(texts.inboxGo, addresses.inbox, waiting ? "primary" : "plain"));
}

function training(one) {
  if (ongoing(one)) {
    const doing = one.status === "queued" ? texts.trainingQueued : texts.trainingStep(one);
    return card(
      texts.trainingTitle,
      make("progress", { max: Math.max(1, one.steps), value: one.status === "queued" ? 0 : one.step, "aria-label": texts.trainingTitle }),
      make("p", {}, doing),
      make("p", { class: "hint" }, texts.trainingBy(one.by, moment(one.created_at))),
      go(texts.trainingGo, addresses.versions),
    );
  }
  return one?.status === "failed" ? card(texts.trainingFailed, notice(one.problem, "warning"), go(texts.trainGo, addresses.versions)) : null;
}

function changes({ n, since, elsewhere }) {
  return card(
    texts.changesTitle,
    make("p", { class: "big", "aria-hidden": "true" }, n.toLocaleString("da-DK")),
    make("p", {}, elsewhere ? texts.changedElsewhere : texts.changes(n, since ? moment(since) : "")),
    make("div", { class: "buttons" }, n || elsewhere ? go(texts.trainGo, addresses.versions) : null, go(texts.changesGo, addresses.history, "link")),
  );
}

function live(version) {
  if (!version) return card(texts.liveTitle, make("p", {}, texts.liveNone), go(texts.trainGo, addresses.versions));
  return card(
    texts.liveTitle,
    make("p", { class: "big" }, texts.live(version)),
    make("p", {}, texts.liveMade(moment(version.made_at), version.by || texts.bySystem)),
    make("p", {}, texts.liveData(version)),
    version.accuracy === null ? null : make("p", {}, texts.liveRight(version.accuracy)),
    version.macro_f1 === null ? null : make("p", {}, texts.liveMacro(version.macro_f1)),
    go(texts.liveGo, addresses.versions),
  );
}

function week({ days, conversations, solved, not_understood }) {
  const pairs = [
    [texts.conversations, conversations],
    [texts.solved, solved],
    [texts.notUnderstood, not_understood],
  ];
  return card(
    texts.figuresTitle(days),
    make("dl", { class: "pairs" }, ...pairs.map(([words, n]) => make("div", {}, make("dt", {}, words), make("dd", {}, n.toLocaleString("da-DK"))))),
    go(texts.figuresGo, addresses.figures),
  );
}

function weakest(intents) {
  const found = make("section", { class: "card wide" }, make("h3", {}, texts.weakestTitle));
  if (!intents.length) found.append(make("p", {}, texts.weakestNone));
  else
    found.append(
      make("p", { class: "hint" }, texts.weakestIntro),
      table(
        "",
        [texts.intent, texts.f1],
        intents.map(({ intent, title, f1 }) => [make("a", { href: addresses.intent(intent), "data-inside": true }, title), bar(f1, percent(f1, 0), f1 < 0.7 ? "late" : "")]),
      ),
    );
  return found;
}
