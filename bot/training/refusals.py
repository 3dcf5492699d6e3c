"""Why those who train the assistant are told no: each with a code for the page and Danish words for the reader.

TrainingRefusal
├── Changed      somebody changed it since it was read
├── WrongMoment  it can't be done now (another training runs, the version is gone)
├── Held         the gate holds the version back
└── Unusable     what was written can't be used
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import InputError


class TrainingRefusal(InputError):
    """Something that can't be done; nothing was changed.

    ``staff`` says why, ``code`` is for the page, ``more`` what else it is told (JSON).
    """

    code = "refused"
    more: Mapping[str, Any] = {}

    def __init__(self, log: str, *, staff: str, code: str | None = None) -> None:
        super().__init__(log, citizen=staff, staff=staff)
        if code is not None:
            self.code = code


class Changed(TrainingRefusal):
    """Somebody else changed it since it was read. ``by`` is their name, empty where nobody knows.

    ``staff`` says what they did where that is more than a change of the same lines.
    """

    code = "changed"

    def __init__(self, by: str = "", *, staff: str | None = None) -> None:
        who = f"{by} har" if by else "En anden har"
        super().__init__(
            "it was changed since it was read",
            staff=staff or f"{who} ændret det imens. Din ændring er ikke gemt. Indlæs siden igen, så ser du det nye.",
        )
        self.by = by


class WrongMoment(TrainingRefusal):
    """It can't be done now."""

    code = "wrong_moment"


class Held(TrainingRefusal):
    """The gate holds a version back; ``reasons`` are Danish sentences with the figures."""

    code = "gate"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("the gate holds the version back", staff=" ".join(reasons))
        self.reasons = tuple(reasons)


class Unusable(TrainingRefusal):
    """What was written is missing, too long or makes no sense."""

    code = "bad_input"
