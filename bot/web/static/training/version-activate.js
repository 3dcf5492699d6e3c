// Taking a version in use: with a reason, and past the gate only by an administrator who writes why.

import { field, make } from "/desk/static/elements.js";
import { ask } from "/desk/static/dialog.js";
import { texts } from "./texts-versions.js";
import { heldBack, mustBeLong, SWITCHING } from "./versions-live.js";

/**
 * Ask for the reason and take `version` in use; `switched(version)` is called when it runs, `overtaken(error)` when
 * another one runs by now than the page shows.
 */
export function activate(app, version, switched, overtaken) {
  const reason = field(texts.activateReason, { maxlength: 300 });
  const override = field(texts.overrideReason, { kind: "textarea", rows: 3, hint: texts.overrideHint, maxlength: 1000 });
  const reasons = make("div", {});
  const holds = (list) => {
    override.element.hidden = false;
    reasons.replaceChildren(...heldBack(texts.gateHolds, list));
  };
  override.element.hidden = true;
  if (!version.gate.passes) holds(version.gate.reasons);
  const dialog = ask({
    title: version.gate.passes ? texts.activateTitle(version.id) : texts.overrideTitle(version.id),
    intro: texts.activateIntro,
    yes: version.gate.passes ? texts.activate : texts.overrideButton,
    danger: !version.gate.passes,
    key: `tag-i-brug.${version.id}`,
    fields: { reasons: { element: reasons }, reason: { ...reason, required: texts.required }, override: { ...override, required: texts.overrideShort } },
    done: async ({ reason: why, override: anyway }) => {
      const over = !override.element.hidden;
      if (over) mustBeLong(override, anyway);
      override.fail("");
      try {
        const answer = await app.api.post(`/versions/${version.id}/activate`, { reason: why, override: over ? anyway : null, from: version.active }, { patience: SWITCHING });
        await switched(answer.version);
      } catch (error) {
        // What runs may be another one since the page was read: then the gate says another thing.
        if (error.code === "gate" && app.mayOverride && error.more?.reasons) holds(error.more.reasons);
        // The page says it, beside what runs now: whoever still wants it looks at that first. What was written is kept.
        if (error.code === "changed") {
          dialog.close();
          await overtaken(error);
        }
        throw error;
      }
    },
  });
}
