"""May I have another caseworker?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.telling import which
from actions.turn import Turn
from bot.cases.case import Case


class AnotherCaseworker(CaseAnswer):
    """The leader of the department decides, after a conversation: so a call is offered."""

    intent = "skift_sagsbehandler"
    beyond_state = True

    def about(self, turn: Turn, case: Case) -> None:
        """Who decides, and that the wish is passed on."""
        which(turn, case)
        department = turn.municipality.department(case.department)
        turn.say(
            "utter_skift_sagsbehandler",
            department=department.name,
            phone=department.phone,
            hours=department.phone_hours.in_words(),
        )
        turn.offer_callback(f"Ønsker en anden sagsbehandler i sag {case.number}.")
