"""Where does my case stand?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.session import Turn
from actions.telling import status, tell, todos, upcoming
from bot.cases.case import Case


class WhereMyCaseStands(CaseAnswer):
    """The state, never the outcome."""

    intent = "sagsstatus"

    def about(self, turn: Turn, case: Case) -> None:
        """The state first, with what happened last."""
        tell(turn, case, (status, todos, upcoming))
