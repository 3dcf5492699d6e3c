"""When do I get an answer?"""

from __future__ import annotations

import re

from actions.cases import CaseAnswer
from actions.menneske import hand_over
from actions.telling import tell, upcoming
from actions.turn import Turn
from bot.cases.case import Case
from bot.danish.spelling import fold
from bot.handoff.rules import Trigger

# Of a human who was promised, not of a case. Searched for in folded text.
_FROM_A_HUMAN = re.compile(
    r"\b(?:hoerer jeg|hoere fra|ringer (?:i|du|de)\b|svarer\b.*\bher\b|i koe\w*|medarbejder|menneske|tage[rt]? over)"
)


class WhenDoIGetAnAnswer(CaseAnswer):
    """The date an answer is expected: always an estimate, and a late one is said to be late."""

    intent = "svartid"

    async def answer(self, turn: Turn) -> None:
        """Of a human who was promised: web says by when. Else of a case."""
        named = "emne" in turn.entities or "sagsnummer" in turn.entities
        if turn.before.human and not named and _FROM_A_HUMAN.search(fold(turn.text)):
            await hand_over(turn, Trigger.ASKED, "Vil vide, hvornår et menneske svarer.")
            return
        await super().answer(turn)

    def before_login(self, turn: Turn) -> None:
        """How long such cases take is public (Retssikkerhedsloven § 3)."""
        deadline = turn.municipality.find_deadline(turn.words)
        if deadline:
            turn.say("utter_frist_generelt", topic=deadline.name, deadline=deadline.in_words)

    def about(self, turn: Turn, case: Case) -> None:
        """The date, and how it is known."""
        tell(turn, case, (upcoming,))
