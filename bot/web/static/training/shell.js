// The frame around the training pages: which there are, and that an auditor only reads.

import { notice } from "/desk/static/elements.js";
import { Frame } from "/desk/static/frame.js";
import { addresses } from "./router.js";
import { texts } from "./texts.js";

const AT_THE_DESK = ["agent", "administrator", "auditor"];
const PAGES = ["overview", "inbox", "intents", "answers", "checks", "versions", "try", "figures", "history"];
const WITHIN = { intent: "intents", version: "versions" };

export class TrainingFrame extends Frame {
  constructor({ api, me, keys, readOnly }) {
    super({ api, me, keys, place: texts.place, shortcuts: texts.shortcuts });
    this.build({
      pages: PAGES.map((name) => [name, texts.titles[name], addresses[name]]),
      elsewhere: [
        ...(me.roles.some((role) => AT_THE_DESK.includes(role)) ? [[texts.desk, "/desk"]] : []),
        ...(me.roles.includes("auditor") ? [[texts.revision, "/revision"]] : []),
      ],
      folded: true,
    });
    if (readOnly) this.notices.append(notice(texts.auditor, "info"));
  }

  /** One intent stands below the list of them, and one version too. */
  at(page, title) {
    super.at(WITHIN[page] ?? page, title);
    this.fold();
    this.said?.remove();
  }
}
