"""I am asking for somebody else."""

from __future__ import annotations

from actions.cases import no_representation
from actions.looking_up import more_may_be_missing, own_cases, trouble
from actions.naming import buttons
from actions.session import Answer
from actions.turn import Turn
from bot.cases.case import Role
from bot.chat.turn import Question


class OnBehalfOf(Answer):
    """A registered representation counts; without one a human helps, and nobody is turned away."""

    intent = "paa_vegne_af"

    async def answer(self, turn: Turn) -> None:
        """The cases in which one is registered, or a call."""
        # After login comes the overview, where one's representations stand: web asks only questions about cases again.
        turn.asks_for_another = True
        cases = await own_cases(turn, "mine_sager")
        if cases is None:
            return
        mine = [case for case in cases if case.my_role is Role.REPRESENTATIVE]
        if not mine:
            if turn.missing is not None:
                trouble(turn, turn.question("mine_sager"), turn.missing)
            else:
                no_representation(turn)
            return
        turn.say("utter_paa_vegne_hvilken", buttons=buttons(turn, mine))
        more_may_be_missing(turn)
        turn.remember(
            offered=tuple(case.ref for case in mine),
            question=turn.before.question or Question(intent="sagsstatus"),
            asked="sag",
        )
