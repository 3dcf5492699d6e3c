"""Reads what citizens write of when they can come: »på torsdag efter kl. 14«, »i næste uge, men ikke mandag«.

What a time means is read by `bot.danish.times`; here it becomes a wish that free times are held against. What can't be
read is left out and handed back, so that the citizen can be told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from bot.danish.times import Days, Exact, Hours, How, Piece, read_pieces
from bot.meetings.model import Slot
from bot.meetings.wish_words import FILLING, PART_HOURS
from bot.municipality.workdays import COPENHAGEN

T = TypeVar("T")
Span = tuple[date, date]

_LONGEST = 300  # characters: a wish is a few words
_LAST_MINUTE = 23 * 60 + 59


@dataclass(frozen=True, kw_only=True)
class Wish:
    """When somebody can come, by the Danish calendar and wall clock; what is not said is None or empty.

    ``dates``: any of these spans of days, ends included. ``days``: any of these weekdays (Monday 0). ``not_days``,
    ``not_dates``, ``not_hours``: none of these. ``hours``: begins in one of these spans of the clock, the later end
    outside. ``first``, ``last``: no earlier and no later day. ``at``: begins at this time, or nearest to it.
    ``unread``: the words that were not understood.
    """

    dates: tuple[Span, ...] = ()
    not_dates: tuple[Span, ...] = ()
    days: frozenset[int] = frozenset()
    not_days: frozenset[int] = frozenset()
    hours: tuple[tuple[time, time], ...] = ()
    not_hours: tuple[tuple[time, time], ...] = ()
    after: time | None = None
    before: time | None = None
    first: date | None = None
    last: date | None = None
    at: time | None = None
    unread: str = ""

    @property
    def says_something(self) -> bool:
        """Whether it narrows the choice at all."""
        return self != Wish(unread=self.unread)

    def holds(self, slot: Slot) -> bool:
        """Whether the slot is as wished; the time of day in `at` is not asked for here, see `fitting`."""
        starts, ends = slot.starts_at.astimezone(COPENHAGEN), slot.ends_at.astimezone(COPENHAGEN)
        day, clock = starts.date(), starts.time()
        if any(first <= day <= last for first, last in self.not_dates) or day.weekday() in self.not_days:
            return False
        if any(since <= clock < until for since, until in self.not_hours):
            return False
        in_days = (not self.dates or any(first <= day <= last for first, last in self.dates)) and (
            not self.days or day.weekday() in self.days
        )
        in_hours = not self.hours or any(since <= clock < until for since, until in self.hours)
        not_early = (self.after is None or clock >= self.after) and (self.first is None or day >= self.first)
        not_late = (self.before is None or ends.time() <= self.before) and (self.last is None or day <= self.last)
        return in_days and in_hours and not_early and not_late

    def fitting(self, slots: list[Slot]) -> list[Slot]:
        """The slots that are as wished; of a wished hour those that begin on it, else those within an hour of it."""
        fit = [slot for slot in slots if self.holds(slot)]
        if self.at is None:
            return fit
        exact = [slot for slot in fit if _minutes_from(self.at, slot) == 0]
        return exact or [slot for slot in fit if _minutes_from(self.at, slot) <= 60]


def read_wish(text: str, *, now: datetime) -> Wish:
    """What ``text`` wishes, said at ``now`` (aware)."""
    said = text[:_LONGEST]
    reading = read_pieces(said, now=now, asked=True)
    left = list(said)
    for piece in reading.pieces:
        start, end = reading.plain.span(piece.start, piece.end)
        left[start:end] = [" "] * (end - start)
    return _wish(reading.pieces, now.astimezone(COPENHAGEN).date(), _unread("".join(left).lower()))


def _minutes_from(at: time, slot: Slot) -> int:
    begins = slot.starts_at.astimezone(COPENHAGEN)
    return abs(begins.hour * 60 + begins.minute - at.hour * 60 - at.minute)


def _wish(pieces: Sequence[Piece], today: date, unread: str) -> Wish:
    days = [piece for piece in pieces if isinstance(piece, Days)]
    hours = [piece for piece in pieces if isinstance(piece, Hours)]
    wanted = [piece for piece in days if not piece.negated]
    dates = [span for piece in wanted if piece.how is How.ON and (span := _dates(piece))]
    dates += [_exactly(piece) for piece in pieces if isinstance(piece, Exact)]
    first = _last([day for piece in wanted if (day := _first(piece, today))])
    last = _last([day for piece in wanted if (day := _until(piece, today))])
    named = [piece for piece in wanted if piece.weekdays and piece.how is How.ON]
    every = {day for piece in named if piece.every or piece.run for day in piece.weekdays}
    once = [day for piece in named if not (piece.every or piece.run) for day in piece.weekdays]
    if first or last or any(since != until for since, until in dates):
        every |= set(once)  # "torsdag i næste uge"
    elif not dates:  # "tirsdag den 24." is that date
        dates += [(day, day) for day in (_next(weekday, today) for weekday in once)]
    return Wish(
        dates=tuple(dict.fromkeys(dates)),
        not_dates=tuple(span for piece in days if piece.negated and (span := _dates(piece))),
        days=frozenset(every),
        not_days=frozenset(day for piece in days if piece.negated for day in piece.weekdays),
        hours=tuple(_begins(piece) for piece in hours if _is_span(piece) and not piece.negated),
        not_hours=tuple(_begins(piece) for piece in hours if _is_span(piece) and piece.negated),
        after=_last([_clock(piece.since) for piece in hours if _bounds(piece) and piece.since is not None]),
        before=_last([_clock(piece.until) for piece in hours if _bounds(piece) and piece.until is not None]),
        first=first,
        last=last,
        at=_last([_clock(piece.since or 0) for piece in hours if piece.at and not piece.negated]),
        unread=unread,
    )


def _dates(piece: Days) -> Span | None:
    return None if piece.first is None or piece.last is None else (piece.first, piece.last)


def _exactly(piece: Exact) -> Span:
    return piece.since.date(), (piece.until - timedelta(microseconds=1)).date()


def _first(piece: Days, today: date) -> date | None:
    """No earlier day than this is wished."""
    begins = piece.first or _next(piece.weekdays[0], today)
    ends = piece.last or begins
    return {How.FROM: begins, How.AFTER: ends + timedelta(days=1)}.get(piece.how)


def _until(piece: Days, today: date) -> date | None:
    """No later day than this is wished."""
    begins = piece.first or _next(piece.weekdays[0], today)
    ends = piece.last or begins
    return {How.UNTIL: ends, How.BEFORE: begins - timedelta(days=1)}.get(piece.how)


def _next(weekday: int, today: date) -> date:
    """The first such weekday after today: said on a Thursday, »på torsdag« is in a week."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _bounds(piece: Hours) -> bool:
    """Whether it says from or until when: »efter kl. 14«, »mellem 10 og 12«."""
    return not piece.at and piece.part is None and not piece.negated


def _is_span(piece: Hours) -> bool:
    """Whether a meeting is to begin within it, or, refused, not to: »om formiddagen«, »ikke mellem 10 og 12«."""
    return piece.part is not None or (piece.negated and not piece.at)


def _begins(piece: Hours) -> tuple[time, time]:
    if piece.part is not None:
        return PART_HOURS[piece.part]
    return _clock(piece.since or 0), _clock(_LAST_MINUTE if piece.until is None else piece.until)


def _clock(minutes: int) -> time:
    return time(*divmod(min(minutes, _LAST_MINUTE), 60))


def _last(values: list[T]) -> T | None:
    """What was said last counts."""
    return values[-1] if values else None


def _unread(left: str) -> str:
    words = re.findall(r"[^\s,.;:!?»«\"()]+", left)
    return " ".join(word for word in words if word not in FILLING)
