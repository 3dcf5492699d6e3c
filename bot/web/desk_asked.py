"""What the desk's page asks: read, checked against what may be there, and refused in Danish when it does not hold."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from aiohttp import web

from bot.desk.refusals import Unusable

E = TypeVar("E", bound=Enum)
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_LARGEST = 2**31 - 1
_LONGEST = 10_000  # characters; what may be kept of it is less
_UNREADABLE = "Jeg kunne ikke læse det, der blev sendt. Indlæs siden igen."


def number_in_path(request: web.Request, name: str = "id") -> int:
    """A number of the address, which the route lets through as digits alone."""
    number = int(request.match_info[name])
    if number > _LARGEST:
        raise unreadable()
    return number


async def body_of(request: web.Request, *known: str) -> Body:
    """The JSON object that was sent, with no other keys than the ``known``. Raises Unusable."""
    try:
        raw = json.loads(await request.text()) if request.can_read_body else {}
    except (ValueError, RecursionError) as error:
        raise unreadable() from error
    if not isinstance(raw, dict) or not set(raw) <= set(known):
        raise unreadable()
    return Body(raw)


class Body:
    """A JSON object; each method reads one of its values and raises Unusable when it is of another kind."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str | None = None) -> str:
        """A text; ``default`` where it is left out or null."""
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise unreadable()
        return value

    def id(self, name: str) -> str:
        """An id that a client made up."""
        value = self.text(name)
        if not _ID.fullmatch(value):
            raise unreadable()
        return value

    def number(self, name: str) -> int:
        """A whole number from 1 on."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LARGEST:
            raise unreadable()
        return value

    def one_of(self, name: str, kind: type[E], words: str) -> E:
        """A value of an enumeration; ``words`` say in Danish what to choose."""
        return _member(self.text(name, ""), kind, words)

    def time(self, name: str) -> datetime:
        """A time with its offset, as ISO 8601 has it."""
        return _time(self.text(name))

    def day(self, name: str) -> date | None:
        """A date as ISO 8601 has it, or None where it is left out or null."""
        value = self.text(name, "")
        return _day(value) if value else None


class Query:
    """The query of an address; each method reads one value and raises Unusable when it is of another kind."""

    def __init__(self, request: web.Request) -> None:
        self._values = request.query

    def text(self, name: str, most: int = 300) -> str:
        """A text, empty where it is left out."""
        value = self._values.get(name, "")
        if len(value) > most:
            raise unreadable()
        return value

    def optional(self, name: str) -> str | None:
        """A text, None where it is left out."""
        return self.text(name) or None

    def number(self, name: str, default: int | None = None) -> int | None:
        """A whole number, ``default`` where it is left out."""
        value = self.text(name, 10)
        if not value:
            return default
        if not (value.isascii() and value.isdigit()) or int(value) > _LARGEST:
            raise unreadable()
        return int(value)

    def one_of(self, name: str, kind: type[E], default: E | None = None) -> E | None:
        """A value of an enumeration."""
        value = self.text(name)
        return _member(value, kind, _UNREADABLE) if value else default

    def day(self, name: str) -> date | None:
        """A date as ISO 8601 has it."""
        value = self.text(name)
        return _day(value) if value else None


def _member(value: str, kind: type[E], words: str) -> E:
    try:
        return kind(value)
    except ValueError as error:
        raise Unusable("a value that is none of the known", staff=words) from error


def _time(value: str) -> datetime:
    try:
        read = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError as error:
        raise unreadable() from error
    if read.tzinfo is None or not 2000 <= read.year <= 2100:
        raise unreadable()
    return read


def _day(value: str) -> date:
    try:
        read = date.fromisoformat(value)
    except ValueError as error:
        raise Unusable("a date that is none", staff="Skriv en dato som 24-11-2026.") from error
    if not 2000 <= read.year <= 2100:
        raise Unusable("a date out of all reason", staff="Den dato ligger for langt væk.")
    return read


def unreadable() -> Unusable:
    """What was sent is not what the page sends."""
    return Unusable("a request of the desk that does not hold", staff=_UNREADABLE)
