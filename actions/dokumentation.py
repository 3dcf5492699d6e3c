"""How do I hand my documents in?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.telling import missing, which
from actions.turn import Turn
from bot.cases.case import Case


class HandDocumentsIn(CaseAnswer):
    """Digital Post, which is safe, or in person; never in this chat."""

    intent = "send_dokumentation"
    beyond_state = True

    def before_login(self, turn: Turn) -> None:
        """The ways are the same for everyone."""
        turn.say("utter_dokumentation_generelt", address=turn.municipality.address)

    def about(self, turn: Turn, case: Case) -> None:
        """Where to, with which number, and what is missing."""
        which(turn, case)
        department = turn.municipality.department(case.department)
        turn.say("utter_dokumentation", department=department.name, number=case.number, address=department.address)
        missing(turn, case)
        turn.say(
            "utter_kontakt_afdeling",
            department=department.name,
            phone=department.phone,
            hours=department.phone_hours.in_words(),
        )

    def sensitive(self, turn: Turn, case: Case) -> None:
        """The safe way is said all the same; the rest is for a human."""
        turn.say("utter_dokumentation_generelt", address=turn.municipality.department(case.department).address)
        super().sensitive(turn, case)
