"""What the model made of one message whose intent is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.nlu.evaluation.reading import Labelled

UNSURE = "nlu_fallback"  # Rasa's name for "none of them"
NOTHING = "(ingen)"  # stands for the guess of a model that made none
OUT_OF_SCOPE = "uden_for_emne"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One message, its right intent and what the model said.

    ``best`` is the best intent besides `nlu_fallback` and ``confidence`` the model's probability of it, ``second`` the
    one after it; ``answered`` is whether the assistant would act on it, ``guesses`` the two it would ask about
    (»Mener du …?«), ``path`` how far into the pipeline it took (`fast` or `whole`, None where the pipeline does not
    say). ``known`` is whether the message stands word for word in the training data.
    """

    text: str
    intent: str
    best: str
    confidence: float
    slice: str | None = None
    second: str | None = None
    answered: bool = True
    guesses: tuple[str, ...] = ()
    path: str | None = None
    milliseconds: float = 0.0
    known: bool = False

    @property
    def right(self) -> bool:
        """Whether the best intent is the right one."""
        return self.best == self.intent


def outcome_of(labelled: Labelled, parsed: Mapping[str, Any], *, milliseconds: float, known: bool) -> Outcome:
    """Read what Rasa answers to `/model/parse`, or `Agent.parse_message` gives, for one message."""
    top = parsed.get("intent") or {}
    ranking = [
        (str(one["name"]), float(one["confidence"]))
        for one in parsed.get("intent_ranking") or ()
        if one.get("name") not in (None, UNSURE)
    ]
    # What is on top wins over the order of the ranking: a component may put an intent there by a rule of its own.
    if top.get("name") not in (None, UNSURE):
        first = (str(top["name"]), float(top["confidence"]))
        ranking = [first, *(one for one in ranking if one[0] != first[0])]
    best, confidence = ranking[0] if ranking else (NOTHING, 0.0)
    return Outcome(
        text=labelled.text,
        intent=labelled.intent,
        slice=labelled.slice,
        best=best,
        confidence=confidence,
        second=ranking[1][0] if len(ranking) > 1 else None,
        answered=bool(ranking) and top.get("name") != UNSURE,
        guesses=tuple(str(one["intent"]) for one in parsed.get("guesses") or ()),
        path=parsed.get("path"),
        milliseconds=milliseconds,
        known=known,
    )
