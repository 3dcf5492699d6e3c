"""How do I reach my caseworker?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.telling import contact, email, tell
from actions.turn import Turn
from bot.cases.case import Case


class HowToReachMyCaseworker(CaseAnswer):
    """Phone, hours and mail, and an offer to be called instead."""

    intent = "kontakt_sagsbehandler"

    def about(self, turn: Turn, case: Case) -> None:
        """The contact; a call is offered, since a message can not be passed on."""
        tell(turn, case, (contact, email))
        turn.offer_callback(f"Vil i kontakt med sagsbehandleren i sag {case.number}.")
