"""Why was I refused?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.klage import how_to_complain
from actions.session import Turn
from actions.telling import contact, state, upcoming, which
from bot.cases.case import Case, State
from bot.handoff.rules import Trigger


class WhyRefused(CaseAnswer):
    """The reasons stand in the letter; a human can explain them, and one may complain."""

    intent = "afslag_begrundelse"
    beyond_state = True
    about_a_decision = True

    def before_login(self, turn: Turn) -> None:
        """Where reasons are found is the same for everyone."""
        turn.say("utter_afslag_generelt")
        turn.hand_off(Trigger.DECISION, "Vil have et afslag forklaret.")

    def about(self, turn: Turn, case: Case) -> None:
        """The letter, a talk, the way to complain; a case that is still open has not been refused."""
        which(turn, case)
        if case.state.is_open:
            turn.say("utter_ikke_afgjort")
            state(turn, case)
            upcoming(turn, case)
            contact(turn, case)
            turn.hand_off(
                Trigger.DECISION, f"Spørger om et afslag i sag {case.number}, som ikke er afgjort.", case=case
            )
            return
        turn.say("utter_afslag" if case.state is State.DECIDED else "utter_afslag_lukket")
        how_to_complain(turn, case)
        contact(turn, case)
        turn.hand_off(Trigger.DECISION, f"Vil have begrundelsen forklaret i sag {case.number}.", case=case)
