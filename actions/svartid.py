"""When do I get an answer?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.session import Turn
from actions.telling import tell, upcoming
from bot.cases.case import Case


class WhenDoIGetAnAnswer(CaseAnswer):
    """The date an answer is expected: always an estimate, and a late one is said to be late."""

    intent = "svartid"

    def before_login(self, turn: Turn) -> None:
        """How long such cases take is public (Retssikkerhedsloven § 3)."""
        deadline = turn.municipality.find_deadline(turn.words)
        if deadline:
            turn.say("utter_frist_generelt", topic=deadline.name, deadline=deadline.in_words)

    def about(self, turn: Turn, case: Case) -> None:
        """The date, and how it is known."""
        tell(turn, case, (upcoming,))
