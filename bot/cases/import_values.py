"""Single values of an imported file: dates in, and values out again in messages without CPR numbers."""

from __future__ import annotations

import re
from datetime import date, timedelta

# More than what is a CPR number: also one that was mistyped, or lost its first zero in a spreadsheet.
_CPR_LIKE = re.compile(r"(?<!\d)\d{2}[ ./-]?\d{2}[ ./-]?\d{2}[ .–-]{0,3}\d{3,4}(?!\d)|\d{9,}")


def shown(value: str) -> str:
    """A value as it may stand in a message: CPR numbers masked, long ones cut."""
    masked = _CPR_LIKE.sub("••••••-••••", " ".join(value.split()))
    return f"»{masked[:40]}…«" if len(masked) > 40 else f"»{masked}«"


def date_of(text: str, *, today: date) -> date | None:
    """A date as people and programs write it, or None.

    2026-11-21, 21-11-2026, 21.11.2026, 21/11/2026, "i dag", and days from ``today``: -21d, +14d.
    """
    value = text.strip().lower()
    if value == "i dag":
        return today
    relative = re.fullmatch(r"([+-]?[0-9]{1,5})\s?d", value)
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[t ]00:00(?::00)?)?", value)
    danish = re.fullmatch(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})", value)
    try:
        if relative:
            return today + timedelta(days=int(relative[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if danish:
            return date(int(danish[3]), int(danish[2]), int(danish[1]))
    except (ValueError, OverflowError):
        return None
    return None
