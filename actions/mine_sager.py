"""Which cases do I have?"""

from __future__ import annotations

from collections.abc import Sequence

from actions.cases import CaseAnswer, no_cases, no_representation, of_whom, overview
from actions.looking_up import more_may_be_missing, trouble
from actions.telling import status, tell, todos, upcoming
from actions.turn import Turn
from bot.cases.case import Case
from bot.chat.turn import Question


class MyCases(CaseAnswer):
    """All own cases in a list, each with a button; a single one is told at once."""

    intent = "mine_sager"

    def choose(self, turn: Turn, cases: Sequence[Case]) -> None:
        """List them all, the open ones first."""
        mine = of_whom(turn, cases)
        if turn.missing is not None and not mine:
            trouble(turn, turn.question(self.intent), turn.missing)
            return
        if turn.for_another and not mine:
            no_representation(turn)
        elif not mine:
            no_cases(turn)
        elif len(mine) == 1:
            turn.has_several_cases = turn.missing is not None  # perhaps
            if not turn.for_another and turn.missing is None:
                turn.say("utter_mine_sager_en")
            turn.remember(case=mine[0].ref, question=Question(intent="sagsstatus"))
            self.answer_about(turn, mine[0])
        else:
            overview(turn, mine)
        more_may_be_missing(turn)

    def about(self, turn: Turn, case: Case) -> None:
        """A single case, or one chosen from the list: its state."""
        tell(turn, case, (status, todos, upcoming))
