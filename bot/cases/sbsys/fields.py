"""Single fields of SBSYS's answers: texts, numbers, dates and CPR numbers, each as it is or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import CaseSystemNonsense

Row = Mapping[str, Any]

_COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
# "2019-11-18T09:24:48.507+01:00", with as many decimals as .NET gives, with or without zone, or a date alone.
_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?)?\Z",
    re.ASCII,
)
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_CPR: Final = re.compile(r"(\d{6})-?(\d{4})\Z", re.ASCII)


def wrong(what: str) -> CaseSystemNonsense:
    """The error for an answer that does not hold; ``what`` is in our words and never in the system's."""
    return CaseSystemNonsense(f"SBSYS gave {what}")


def row_in(value: Any, what: str) -> Row:
    """``value`` when it is an object of JSON. Raises CaseSystemNonsense."""
    if not isinstance(value, dict):
        raise wrong(f"{what} that is no object")
    return value


def rows_in(value: Any, what: str) -> list[Row]:
    """The objects of a list, which some endpoints put into ``Results``. Raises CaseSystemNonsense."""
    if isinstance(value, dict):
        value = value.get("Results")
    if not isinstance(value, list):
        raise wrong(f"{what} that are no list")
    return [row_in(one, f"{what}, one of them") for one in value]


def part_of(row: Row, name: str) -> Row:
    """The object in a field; empty where it is missing: the API leaves out what has no value."""
    value = row.get(name)
    return {} if value is None else row_in(value, f"a {name}")


def text_in(row: Row, *names: str) -> str | None:
    """The first of the fields that has a text in it, without space around; None where none has."""
    for name in names:
        value = row.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise wrong(f"a {name} that is no text")
        if value.strip():
            return value.strip()
    return None


def number_in(row: Row, name: str) -> int | None:
    """A whole number that is not negative, written as a number or as a text; None where it is missing."""
    value = row.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    raise wrong(f"a {name} that is no number")


def flag_in(row: Row, name: str) -> bool | None:
    """Yes or no; None where it is missing."""
    value = row.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise wrong(f"a {name} that is neither true nor false")


def uuid_in(row: Row, name: str) -> str | None:
    """A UUID in small letters; None where there is none, or something else in its place."""
    value = row.get(name)
    return value.lower() if isinstance(value, str) and _UUID.match(value) else None


def date_in(row: Row, *names: str) -> date | None:
    """The Danish calendar date in the first of the fields that has one; None where none has.

    Known: times carry Denmark's offset. Assumed: one without a zone is Danish time already, and the years 1 and 9999,
    .NET's first and last, are dates that were never set.
    """
    for name in names:
        value = row.get(name)
        if value is None or value == "":
            continue
        found = _TIME.match(value) if isinstance(value, str) else None
        if found is None:
            raise wrong(f"a {name} that is no date")
        if found[1] in ("0001", "9999"):
            continue
        try:
            return _danish(found)
        except (ValueError, OverflowError):
            pass
        raise wrong(f"a {name} that is no date")
    return None


def _danish(found: re.Match[str]) -> date:
    year, month, day, hour, minute, second, zone = found.groups()
    local = date(int(year), int(month), int(day))
    if hour is None:
        return local
    # A leap second is the same date as the second before it.
    at = datetime(local.year, local.month, local.day, int(hour), int(minute), min(int(second or 0), 59))
    if zone is None:
        return local
    if zone == "Z":
        offset = timedelta(0)
    else:
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        offset = -offset if zone[0] == "-" else offset
    return at.replace(tzinfo=timezone(offset)).astimezone(_COPENHAGEN).date()


def cpr_in(row: Row, *names: str) -> str | None:
    """Ten digits from the first of the fields that holds a CPR number, with a hyphen or without; None otherwise.

    Known: who has none has spaces or noughts in its place. Assumed: so it may be with one that is hidden from us.
    """
    for name in names:
        value = row.get(name)
        found = _CPR.match(value.strip()) if isinstance(value, str) else None
        if found and found[1] + found[2] != "0" * 10:
            return found[1] + found[2]
    return None
