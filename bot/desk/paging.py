"""Pages of a long list, cut in the database: where the next one begins is told by the last row, not by a number."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.sql import ColumnElement

from bot.desk.refusals import Unusable

_LONGEST = 300  # characters
_LARGEST = 2**31 - 1

Place = Sequence[Any]
"""What a row is sorted by, its id last: whole numbers and aware times."""


def cursor_of(name: str, place: Place) -> str:
    """A row's place in the list ``name``, for whoever asks for what comes after it."""
    values = [value.isoformat() if isinstance(value, datetime) else value for value in place]
    return base64.urlsafe_b64encode(json.dumps([name, *values]).encode()).rstrip(b"=").decode()


def place_of(cursor: str, name: str, kinds: Sequence[type]) -> list[Any]:
    """The place that a cursor of the list ``name`` tells; each value is of its kind. Raises Unusable for any other."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        raw = json.loads(base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True))
        if not isinstance(raw, list) or len(raw) != len(kinds) + 1 or raw[0] != name:
            raise ValueError
        return [_value(value, kind) for value, kind in zip(raw[1:], kinds, strict=True)]
    except (ValueError, UnicodeError, binascii.Error, RecursionError) as error:
        raise Unusable("a cursor that is none", staff="Listen har ændret sig. Hent den igen.") from error


def after(columns: Sequence[ColumnElement[Any]], place: Place, *, falling: bool = False) -> ColumnElement[bool]:
    """That a row comes after ``place`` in the order of ``columns``, which are all rising, or all ``falling``."""
    steps = []
    for index, (column, value) in enumerate(zip(columns, place, strict=True)):
        before = [earlier == told for earlier, told in zip(columns[:index], place[:index], strict=True)]
        steps.append(and_(*before, column < value if falling else column > value))
    return or_(*steps)


def _value(value: Any, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        read = datetime.fromisoformat(value)
        if read.tzinfo is None:
            raise ValueError
        return read
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and -1 <= value <= _LARGEST:
        return value
    raise ValueError
