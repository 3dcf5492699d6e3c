"""Why the desk is told no: each with a code for its page and Danish words for whoever sits there.

DeskRefusal
├── Taken        somebody else has it
├── NotYours     only who has it may do that
├── WrongMoment  it is not in the state for that (not taken yet, or over)
└── Unusable     what was written can't be kept
"""

from __future__ import annotations

from bot.errors import InputError


class DeskRefusal(InputError):
    """Something at the desk that can't be done; nothing was changed. ``staff`` says why, ``code`` is for the page."""

    code = "refused"

    def __init__(self, log: str, *, staff: str) -> None:
        super().__init__(log, citizen=staff, staff=staff)


class Taken(DeskRefusal):
    """Somebody was first. ``by`` is their name."""

    code = "taken"

    def __init__(self, by: str) -> None:
        super().__init__("somebody else has the handoff", staff=f"{by} har allerede taget den.")
        self.by = by


class NotYours(DeskRefusal):
    """Only the owner may do that. ``by`` is the owner's name."""

    code = "not_yours"

    def __init__(self, by: str) -> None:
        super().__init__(
            "only the owner of the handoff may do that",
            staff=f"Det er {by}, der har den. Bed om at få den givet videre.",
        )
        self.by = by


class WrongMoment(DeskRefusal):
    """The handoff is not in the state for that."""

    code = "wrong_moment"


class Unusable(DeskRefusal):
    """What was written is missing, too long or makes no sense."""

    code = "bad_input"
