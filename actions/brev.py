"""What does this letter, or this word, mean?"""

from __future__ import annotations

import re

from actions.session import Answer
from actions.turn import Turn
from bot.handoff.rules import Trigger

_MOST = 3  # words explained at once
# A word that was asked for by itself: to ask "which word?" then is no answer.
_NAMED = re.compile(
    r"\b(?:betyder|betyde|ordet|begrebet|udtrykket)\s+(?:(?:ordet|begrebet|udtrykket|det|ord)\s+)*[»\"'”]?"
    r"(?!brev|dette|egentlig|afgørelse|sætning|jeres|teksten)\w{5,}[»«\"'”]?\s*\??$",
    re.IGNORECASE,
)


class ExplainLetter(Answer):
    """Words of the letter from the glossary; what it does not know is for a human."""

    intent = "forstaa_brev"

    async def answer(self, turn: Turn) -> None:
        """Explain the words, or ask which."""
        explain(turn, asked_before=turn.before.asked == "brevord")


def explain(turn: Turn, *, asked_before: bool) -> None:
    """Explain the hard words in what was written.

    Without any it is asked which; when it *was* asked, or one was named, and still there is none, a human is offered.
    """
    found = turn.parts.glossary.explain(turn.text)
    if found:
        for entry in found[:_MOST]:
            turn.say("utter_brevord", word=entry.word, meaning=entry.meaning)
        turn.say("utter_brevord_mere")
        turn.remember(asked="brevord")
    elif asked_before or _NAMED.search(turn.text):
        turn.say(
            "utter_brevord_ukendt",
            phone=turn.municipality.phone,
            hours=turn.municipality.phone_hours.in_words(),
        )
        turn.hand_off(Trigger.NOT_UNDERSTOOD, "Vil have hjælp til at forstå et brev.")
    else:
        turn.say("utter_brev_hvilket_ord")
        turn.remember(asked="brevord")
