"""I want to complain."""

from __future__ import annotations

from datetime import timedelta

from actions.cases import CaseAnswer
from actions.telling import which
from actions.turn import Turn
from bot.cases.case import Case
from bot.handoff.rules import Trigger
from bot.municipality.danish import number_words
from bot.municipality.model import AppealWay


class Complain(CaseAnswer):
    """Who reviews the decision, how, and by when; a talk is offered before anything is written."""

    intent = "klage"
    about_a_decision = True

    def before_login(self, turn: Turn) -> None:
        """What holds for nearly all decisions; nobody has to log in to talk about one."""
        turn.say("utter_klage_generelt")
        turn.hand_off(Trigger.DECISION, "Overvejer at klage.")

    def about(self, turn: Turn, case: Case) -> None:
        """The way, the deadline, and the talk."""
        which(turn, case)
        if case.state.is_open:
            turn.say("utter_ikke_afgjort")
        how_to_complain(turn, case)
        turn.hand_off(Trigger.DECISION, f"Overvejer at klage i sag {case.number}.", case=case)

    def about_a_child(self, turn: Turn, case: Case) -> None:
        """The way and the deadline are the law's and are always given; the rest is for a human."""
        how_to_complain(turn, case)
        super().about_a_child(turn, case)


def how_to_complain(turn: Turn, case: Case) -> None:
    """Instance, procedure and deadline for decisions of this kind; said when the deadline seems to have passed."""
    appeal = turn.municipality.appeal_for(case.kle, case.department)
    department = turn.municipality.department(case.department)
    weeks = number_words(appeal.weeks)
    if appeal.way is AppealWay.MUNICIPALITY:
        turn.say("utter_klage_kommunen", department=department.name, appeal=appeal.name, weeks=weeks)
    elif appeal.way is AppealWay.BODY:
        turn.say("utter_klage_direkte", appeal=appeal.name, weeks=weeks)
    else:
        turn.say("utter_klage_brevet", department=department.name, weeks=weeks)
    # Counted from the letter's arrival, which we do not know: so it is only said that it *may* be over.
    if case.decided and not case.about_a_child and case.decided + timedelta(weeks=appeal.weeks) < turn.parts.today:
        turn.say("utter_klage_frist_gaaet")
