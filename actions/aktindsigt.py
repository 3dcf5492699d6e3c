"""May I see the documents of my case?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.telling import which
from actions.turn import Turn
from bot.cases.case import Case
from bot.municipality.danish import date_words

_WORKDAYS = 7  # Forvaltningsloven § 16, stk. 2


class AccessToDocuments(CaseAnswer):
    """How to get access; seven working days are named, and so is the day they end if one asks today."""

    intent = "aktindsigt"

    def before_login(self, turn: Turn) -> None:
        """The right is the same for everyone."""
        turn.say("utter_aktindsigt_generelt", by=self._by(turn))

    def about(self, turn: Turn, case: Case) -> None:
        """Where to ask, with which number; or have somebody call and take it down."""
        which(turn, case)
        department = turn.municipality.department(case.department)
        turn.say("utter_aktindsigt", department=department.name, number=case.number, by=self._by(turn))
        turn.say(
            "utter_kontakt_afdeling",
            department=department.name,
            phone=department.phone,
            hours=department.phone_hours.in_words(),
        )
        turn.offer_callback(f"Ønsker aktindsigt i sag {case.number}.")

    def about_a_child(self, turn: Turn, case: Case) -> None:
        """The right is said all the same; the rest is for a human."""
        self.before_login(turn)
        super().about_a_child(turn, case)

    @staticmethod
    def _by(turn: Turn) -> str:
        return date_words(turn.municipality.workdays.after(turn.parts.today, _WORKDAYS))
