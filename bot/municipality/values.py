"""Values that rows of `data/kommune.yml` share: hours, numbers, choices, phone numbers, mail addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from bot.municipality.danish import phone_words
from bot.municipality.hours import Hours, Span, parse_days, parse_spans, week
from bot.municipality.rows import Row
from bot.municipality.workdays import Workdays

E = TypeVar("E", bound=Enum)

_PHONE = re.compile(r"^(\+\d{1,3} ?)?\d[\d ]{1,18}\d$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")


def hours(row: Row, key: str, workdays: Workdays, *, required: bool = True) -> Hours | None:
    """Weekly hours under ``key``; None when there are none, which is noted when ``required``."""
    inner = row.row(key, required=required)
    if inner is None:
        return None
    spans: dict[int, tuple[Span, ...]] = {}
    for name in [str(name) for name in inner.values]:
        days = parse_days(name)
        if days is None:
            inner.raw(name, "tider")
            inner.wrong(name, f"{name} er ingen ugedag. Skriv som mandag eller mandag-torsdag.")
            continue
        read = inner.value(name, "tider", parse_spans, example="9-15, 9.30-12 og 13-15 eller lukket")
        for day in days:
            if day in spans:
                inner.wrong(name, f"{name} rammer en dag, der står to gange i {key}.")
            spans[day] = read or ()
    return week(spans, workdays)


def phone(row: Row) -> str:
    """The field ``telefon`` as numbers are shown; "" when it is wrong, which is noted."""
    number = row.value("telefon", "et telefonnummer", matching(_PHONE), example="12 34 56 00")
    return phone_words(number) if number else ""


def email(row: Row) -> str:
    """The field ``email``; "" when it is wrong, which is noted."""
    return row.value("email", "en mailadresse", matching(_EMAIL), example="post@kommune.dk") or ""


def choice(kind: type[E]) -> Callable[[str], E | None]:
    """Reads one of the values of ``kind``."""
    return lambda text: next((choice for choice in kind if choice.value == text), None)


def whole(row: Row, key: str, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``; ``low`` when it is wrong, which is noted."""
    what = f"et helt tal fra {low} til {high}"
    return row.value(key, what, lambda text: int(text) if text.isdigit() and low <= int(text) <= high else None) or low


def matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    """Reads a text that begins as ``pattern`` says."""
    return lambda text: text if pattern.match(text) else None
