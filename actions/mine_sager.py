"""Which cases do I have?"""

from __future__ import annotations

from collections.abc import Sequence

from actions.cases import CaseAnswer, no_cases
from actions.naming import buttons, in_words
from actions.session import Turn
from actions.telling import expected, status, tell, todos, upcoming
from bot.cases.case import Case, Role
from bot.chat.turn import Question
from bot.municipality.danish import number_words

_MOST = 12  # cases in one list; more can not be taken in


class MyCases(CaseAnswer):
    """All own cases in a list, each with a button; a single one is told at once."""

    intent = "mine_sager"

    def choose(self, turn: Turn, cases: Sequence[Case]) -> None:
        """List them all, the open ones first."""
        if not cases:
            no_cases(turn)
            return
        if len(cases) == 1:
            turn.say("utter_mine_sager_en")
            turn.remember(case=cases[0].ref, question=Question(intent="sagsstatus"))
            self.answer_about(turn, cases[0])
            return
        listed = sorted(cases, key=lambda case: not case.state.is_open)
        shown = listed[:_MOST]
        turn.say(
            "utter_mine_sager",
            number=number_words(len(cases)),
            cases="\n".join(f"- {_line(turn, case)}" for case in shown),
            buttons=buttons(turn, shown),
        )
        # A case chosen from the list is asked for its state.
        turn.remember(offered=tuple(case.ref for case in shown), question=Question(intent="sagsstatus"), asked="sag")

    def about(self, turn: Turn, case: Case) -> None:
        """A single case, or one chosen from the list: its state."""
        tell(turn, case, (status, todos, upcoming))


def _line(turn: Turn, case: Case) -> str:
    name = in_words(turn, case)
    if case.about_a_child:
        return f"En sag {name}, som vi taler med dig om i telefonen"
    said = [case.state.value]
    if case.my_role is Role.REPRESENTATIVE:
        said.append("du er repræsentant")
    if case.state.is_open and case.todos:
        said.append("vi mangler noget fra dig")
    answer = expected(turn, case)
    if answer and answer.overdue:
        said.append("svaret er forsinket")
    return f"{name}: {', '.join(said)}"
