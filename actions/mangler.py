"""Do you need anything from me?"""

from __future__ import annotations

from actions.cases import CaseAnswer
from actions.telling import missing, tell
from actions.turn import Turn
from bot.cases.case import Case
from bot.municipality.model import Department


class WhatIsMissing(CaseAnswer):
    """What the citizen must do or send in, with the date."""

    intent = "mangler_i_sagen"

    def before_login(self, turn: Turn) -> None:
        """Who can say what an application needs, for somebody who has no case yet."""
        found = turn.municipality.find_topic(turn.words)
        if isinstance(found, Department):
            turn.say(
                "utter_mangler_foer_ansoegning",
                department=found.name,
                phone=found.phone,
                hours=found.phone_hours.in_words(),
            )

    def about(self, turn: Turn, case: Case) -> None:
        """What is missing, with its date."""
        tell(turn, case, (missing,))
