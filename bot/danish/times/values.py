"""What is read of a time: which days, which hours, and the phrases they make together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class How(Enum):
    """How a time is meant by the word before it."""

    ON = "on"  # fredag
    FROM = "from"  # fra fredag, tidligst fredag
    AFTER = "after"  # efter fredag
    BEFORE = "before"  # inden fredag
    UNTIL = "until"  # senest fredag, til og med fredag
    SINCE = "since"  # siden fredag


@dataclass(frozen=True, kw_only=True)
class Days:
    """What says which day. Either the days ``first`` to ``last``, both included, or ``weekdays`` (Monday 0).

    ``every``: all of these weekdays ("om mandagen"), not the next one. ``run``: from the first of them to the last.
    ``past``: the weekday that was, not the one that comes. ``start:end`` is its place.
    """

    start: int
    end: int
    first: date | None = None
    last: date | None = None
    weekdays: tuple[int, ...] = ()
    every: bool = False
    run: bool = False
    past: bool = False
    how: How = How.ON
    negated: bool = False


@dataclass(frozen=True, kw_only=True)
class Hours:
    """What says which time of day, in minutes from midnight; more than 24 hours is the next day.

    ``at``: a point of the clock, ``since`` and ``until`` being the same. ``part``: the name of a part of the day.
    An end that is None is open.
    """

    start: int
    end: int
    since: int | None = None
    until: int | None = None
    at: bool = False
    part: str | None = None
    past: bool = False
    negated: bool = False


@dataclass(frozen=True, kw_only=True)
class Exact:
    """A moment or a span counted from now: "om to timer", "inden for 14 dage"."""

    start: int
    end: int
    since: datetime
    until: datetime
    negated: bool = False


Piece = Days | Hours | Exact


@dataclass(frozen=True, order=True)
class Span:
    """A span of time, aware, in Europe/Copenhagen; the end is outside, an end that is None is open.

    A point of the clock begins and ends at the same moment.
    """

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """An expression of time: ``text`` is what stands at ``start:end``.

    ``spans``: any of these ("tirsdag eller torsdag"). ``negated``: none of these ("ikke mandag"). ``every``: again and
    again ("hver torsdag"); the spans are the next time.
    """

    start: int
    end: int
    text: str
    spans: tuple[Span, ...]
    negated: bool = False
    every: bool = False
