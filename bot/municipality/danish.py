"""Dates, times and lists as Danes write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
_NUMBERS = ("nul", "én", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv")


def date_words(day: date) -> str:
    """`2026-12-03` as "3. december 2026"."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def weekday_words(day: date) -> str:
    """`2026-12-03` as "torsdag den 3. december"."""
    return f"{WEEKDAYS[day.weekday()]} den {day.day}. {MONTHS[day.month - 1]}"


def time_words(at: time) -> str:
    """09:00 as "9", 09:30 as "9.30"."""
    return f"{at.hour}" if at.minute == 0 else f"{at.hour}.{at.minute:02d}"


def listed(items: Sequence[str], *, last: str = "og") -> str:
    """["a", "b", "c"] as "a, b og c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def number_words(number: int) -> str:
    """Numbers to twelve as words ("syv"), the rest as digits."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def phone_words(phone: str) -> str:
    """Eight digits in pairs, as Danish numbers are written: "12 34 56 00"; anything else as it came."""
    digits = phone.replace(" ", "")
    if len(digits) == 8 and digits.isdigit():
        return " ".join(digits[i : i + 2] for i in range(0, 8, 2))
    return phone
