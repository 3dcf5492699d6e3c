"""Where does my case stand?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.telling import status, tell, todos, upcoming
from actions.turn import Turn
from bot.cases.case import Case


class WhereMyCaseStands(CaseAnswer):
    """The state, never the outcome."""

    intent = "sagsstatus"

    def about(self, turn: Turn, case: Case) -> None:
        """The state first, with what happened last."""
        tell(turn, case, (status, todos, upcoming))
