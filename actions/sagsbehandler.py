"""Who handles my case?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.telling import contact, tell
from actions.turn import Turn
from bot.cases.case import Case


class WhoHandlesMyCase(CaseAnswer):
    """The caseworker, the team, or the department that answers in their place."""

    intent = "hvem_er_sagsbehandler"

    def about(self, turn: Turn, case: Case) -> None:
        """Who it is, and how to reach them."""
        tell(turn, case, (contact,))
