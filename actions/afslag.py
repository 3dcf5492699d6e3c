"""Why was I refused?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.klage import how_to_complain
from actions.session import Turn
from actions.telling import contact, state, upcoming, which
from bot.cases.case import Case, State


class WhyRefused(CaseAnswer):
    """The reasons stand in the letter; a human can explain them, and one may complain."""

    intent = "afslag_begrundelse"
    beyond_state = True
    about_a_decision = True

    def before_login(self, turn: Turn) -> None:
        """Where reasons are found is the same for everyone."""
        turn.say("utter_afslag_generelt")

    def about(self, turn: Turn, case: Case) -> None:
        """The letter, a talk, the way to complain; a case that is still open has not been refused."""
        which(turn, case)
        if case.state.is_open:
            turn.say("utter_ikke_afgjort")
            state(turn, case)
            upcoming(turn, case)
            contact(turn, case)
            turn.offer_callback(f"Spørger om et afslag i sag {case.number}, som ikke er afgjort.")
            return
        turn.say("utter_afslag" if case.state is State.DECIDED else "utter_afslag_lukket")
        how_to_complain(turn, case)
        contact(turn, case)
        turn.offer_callback(f"Vil have begrundelsen forklaret i sag {case.number}.")
