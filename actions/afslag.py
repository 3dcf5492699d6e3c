"""Why was I refused?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.klage import how_to_complain
from actions.telling import contact, upcoming, which
from actions.turn import Turn
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
        """The letter, the way to complain, a talk; a case that is still open has not been refused."""
        which(turn, case)
        if case.state.is_open:
            turn.say("utter_ikke_afgjort")
            upcoming(turn, case)
            how_to_complain(turn, case)  # of what the letter was about, if there was one
            contact(turn, case)
            turn.hand_off(
                Trigger.DECISION, f"Spørger om et afslag i sag {case.number}, som ikke er afgjort.", case=case
            )
            return
        turn.say("utter_afslag" if case.state is State.DECIDED else "utter_afslag_lukket")
        how_to_complain(turn, case)
        contact(turn, case)
        turn.hand_off(Trigger.DECISION, f"Vil have begrundelsen forklaret i sag {case.number}.", case=case)

    def about_a_child(self, turn: Turn, case: Case) -> None:
        """The way and the deadline to complain are always given; the rest is for a human."""
        how_to_complain(turn, case)
        super().about_a_child(turn, case)

    def sensitive(self, turn: Turn, case: Case) -> None:
        """As with a child's case."""
        how_to_complain(turn, case)
        super().sensitive(turn, case)
