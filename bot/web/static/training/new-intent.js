// A new hensigt in one go: what it is called, what the robot answers, and how citizens say it.

import { announce, field, make, tick } from "/desk/static/elements.js";
import { ask } from "/desk/static/dialog.js";
import { AnswerPreview } from "./answers-preview.js";
import { linesOf, refusedList } from "./intent-lines.js";
import { texts } from "./texts-intents.js";
import { WRITING } from "./writing.js";

const NOT_THERE_YET = "utter_ny";

/**
 * Ask for everything a new hensigt needs, and make it. `text` is the message that it is made for: it is shown, and not
 * put among the examples. Gives {intent, title}, or null when it was given up; what was written is kept as a draft.
 */
export function newIntent({ app, text = "" }) {
  return new Promise((resolve) => {
    let made = null;
    const preview = new AnswerPreview(app, NOT_THERE_YET, { heading: "h3" });
    const answer = field(texts.newAnswer, { kind: "textarea", rows: 4 });
    const examples = field(texts.newExamples, { kind: "textarea", rows: 7, hint: texts.newExamplesHint });
    const count = make("p", { class: "hint", role: "status" });
    const refused = make("div", {});
    const confirmed = tick(texts.personalTick);
    confirmed.element.hidden = true;
    answer.input.addEventListener("input", () => preview.update([answer.input.value]));
    examples.input.addEventListener("input", () => (count.textContent = texts.newCount(linesOf(examples.input.value).length)));
    const dialog = ask({
      title: texts.newTitle,
      intro: text ? texts.newFor(text) : texts.newIntro,
      yes: texts.newYes,
      key: "ny-hensigt",
      wide: true,
      fields: {
        title: { ...field(texts.newName, { hint: texts.newNameHint, maxlength: 32 }), required: texts.required },
        about: { ...field(texts.newAbout, { hint: texts.newAboutHint, maxlength: 200 }), required: texts.required },
        answer: { ...answer, required: texts.required },
        preview: { element: preview.element },
        examples: { ...examples, required: texts.required },
        lines: { element: make("div", { class: "under-lines" }, count, refused) },
        confirmed,
      },
      done: async ({ title, about, answer: said, examples: written, confirmed: read }) => {
        refused.replaceChildren();
        const body = { intent: "", title, about, answer: said, examples: linesOf(written), confirmed: read };
        try {
          made = await app.api.post("/intents", body, { patience: WRITING });
        } catch (error) {
          const lines = error.more?.refused ?? [];
          if (lines.length) refused.replaceChildren(refusedList(lines));
          if (error.code === "personal" || lines.some(({ code }) => code === "personal")) confirmed.element.hidden = false;
          throw error;
        }
        announce(texts.newMade(made.title));
      },
    });
    dialog.classList.add("new-intent");
    dialog.addEventListener("close", () => {
      preview.close();
      resolve(made && { intent: made.intent, title: made.title });
    });
    if (answer.input.value) preview.update([answer.input.value]); // a draft
  });
}
