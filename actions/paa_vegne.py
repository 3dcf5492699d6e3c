"""I am asking for somebody else."""

from __future__ import annotations

from actions.cases import own_cases
from actions.naming import buttons
from actions.session import Answer, Turn
from bot.cases.case import Role
from bot.chat.turn import Question


class OnBehalfOf(Answer):
    """A registered representation counts; without one a human helps, and nobody is turned away."""

    intent = "paa_vegne_af"

    async def answer(self, turn: Turn) -> None:
        """The cases in which one is registered, or a call."""
        # After login comes the overview, where one's representations stand: web asks only questions about cases again.
        cases = await own_cases(turn, "mine_sager", before_login=lambda turn: turn.say("utter_paa_vegne"))
        if cases is None:
            return
        mine = [case for case in cases if case.my_role is Role.REPRESENTATIVE]
        if not mine:
            turn.say(
                "utter_paa_vegne_uden_fuldmagt",
                phone=turn.municipality.phone,
                hours=turn.municipality.phone_hours.in_words(),
            )
            turn.offer_callback("Spørger på vegne af en anden uden at være repræsentant i sagen.")
            return
        turn.say("utter_paa_vegne_hvilken", buttons=buttons(turn, mine))
        turn.remember(
            offered=tuple(case.ref for case in mine),
            question=turn.before.question or Question(intent="sagsstatus"),
            asked="sag",
        )
