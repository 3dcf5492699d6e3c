"""The CPR number: what is one, and what is not."""

from __future__ import annotations

import re

from stdnum.dk import cpr as rule
from stdnum.exceptions import ValidationError

# Six digits of date and four more, apart by at most a hyphen and spaces; ASCII digits only.
_SHAPE = re.compile(r"([0-9]{2})\s?([0-9]{2})\s?([0-9]{2})\s*[-–]?\s*([0-9]{4})", re.ASCII)


def parse(text: str) -> str | None:
    """The ten digits of ``text`` when the whole of it is a CPR number, else None.

    With or without hyphen and spaces. The first six digits must be a date of birth, with the
    century that the seventh gives, not in the future; replacement numbers (the day plus 60) count.
    Modulus 11 is not asked for: since 2007 numbers are given out that do not fulfil it
    (CPR-kontoret, "Personnummeret i CPR").
    """
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        return None
    digits = "".join(match.groups())
    day = int(digits[:2])
    dated = f"{day - 60:02d}{digits[2:]}" if day > 60 else digits
    try:
        rule.validate(dated)
    except ValidationError:
        return None
    return digits
