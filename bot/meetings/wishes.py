"""Reads what citizens write of when they can come: »på torsdag efter kl. 14«, »i næste uge, men ikke mandag«.

A small grammar of Danish, resolved against the day it is said on. What it can't read is left out and handed back, so
that the citizen can be told. Hours from 1 to 6 are in the afternoon: nobody meets at two in the night.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.meetings.model import Slot
from bot.meetings.wish_words import (
    CLOCK,
    DAY,
    DAY_NAMES,
    FILLING,
    MONTH,
    PARTS,
    clock_time,
    day_number,
    month_number,
)
from bot.municipality.workdays import COPENHAGEN

Span = tuple[date, date]

_LONGEST = 300  # characters: a wish is a few words


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
    return _Reader(text, now.astimezone(COPENHAGEN).date()).read()


def _minutes_from(at: time, slot: Slot) -> int:
    begins = slot.starts_at.astimezone(COPENHAGEN)
    return abs(begins.hour * 60 + begins.minute - at.hour * 60 - at.minute)


class _Reader:
    """Takes what it can read out of the text, the longest phrases first; the rest is what it could not read."""

    def __init__(self, text: str, today: date) -> None:
        self._left = f" {' '.join(text[:_LONGEST].lower().split())} "
        self._today = today
        self._monday = today - timedelta(days=today.weekday())
        self._dates: list[Span] = []
        self._not_dates: list[Span] = []
        self._named: list[int] = []  # weekdays, each the next one of its name
        self._days: set[int] = set()  # weekdays, every one of them
        self._not_days: set[int] = set()
        self._hours: list[tuple[time, time]] = []
        self._not_hours: list[tuple[time, time]] = []
        self._after: time | None = None
        self._before: time | None = None
        self._first: date | None = None
        self._last: date | None = None
        self._at: time | None = None

    def read(self) -> Wish:
        """Each kind of phrase once, those that hold others first."""
        self._read_dates()
        self._read_clock()
        self._read_weeks()
        self._read_days()
        self._read_parts()
        days = set(self._days)
        if self._first or self._last or any(first != last for first, last in self._dates):
            days |= set(self._named)  # "torsdag i næste uge"
        else:
            self._dates += [(day, day) for day in map(self._next, self._named)]
        return Wish(
            dates=tuple(dict.fromkeys(self._dates)),
            not_dates=tuple(self._not_dates),
            days=frozenset(days),
            not_days=frozenset(self._not_days),
            hours=tuple(self._hours),
            not_hours=tuple(self._not_hours),
            after=self._after,
            before=self._before,
            first=self._first,
            last=self._last,
            at=self._at,
            unread=self._rest(),
        )

    def _take(self, pattern: str) -> Iterator[re.Match[str]]:
        """Each place of ``pattern``, which is then read and gone; where ``None`` comes back from reading it stays."""
        for match in list(re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", self._left)):
            self._left = self._left[: match.start()] + "\0" * len(match[0]) + self._left[match.end() :]
            yield match

    def _put_back(self, match: re.Match[str]) -> None:
        self._left = self._left[: match.start()] + match[0] + self._left[match.end() :]

    def _read_dates(self) -> None:
        written = rf"(?:den |d\. ?)?(?P<day>\d{{1,2}})\. ?(?P<month>{MONTH})(?: (?P<year>20\d\d))?"
        # "10-12" alone is a time of day.
        slashed = r"(?:den |d\. ?)?(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?"
        dashed = r"(?:den |d\. ?)?(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>20\d\d|\d\d)"
        alone = r"(?:den |d\. ?)(?P<day>\d{1,2})\.?"
        iso = r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)"
        how = "ikke(?: før| foer)?|undtagen|efter|fra(?: og med)?|tidligst|før|foer|inden|senest|til"
        before = rf"(?:(?P<how>{how}) )?(?:på )?"
        for kind in (iso, written, slashed, dashed, alone):
            for match in self._take(before + kind):
                day = self._date(match.groupdict())
                if day is None:
                    self._put_back(match)
                else:
                    self._place(match["how"] or "", day)
        for match in self._take(rf"(?P<not>ikke )?i (?P<month>{MONTH})(?: måned)?"):
            month = month_number(match["month"])
            first = date(self._today.year + (month < self._today.month), month, 1)
            span = first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            (self._not_dates if match["not"] else self._dates).append(span)

    def _place(self, how: str, day: date) -> None:
        if how in ("ikke", "undtagen"):
            self._not_dates.append((day, day))
        elif how == "efter":
            self._first = day + timedelta(days=1)
        elif how in ("fra", "fra og med", "tidligst", "ikke før", "ikke foer"):
            self._first = day
        elif how in ("før", "foer", "inden"):
            self._last = day - timedelta(days=1)
        elif how in ("senest", "til"):
            self._last = day
        else:
            self._dates.append((day, day))

    def _date(self, found: dict[str, str | None]) -> date | None:
        """A day that is written; without a year or a month the next one of its kind."""
        day, month, year = found["day"], found.get("month"), found.get("year")
        wanted_month = month_number(month) if month else None
        for ahead in range(366):
            one = self._today + timedelta(days=ahead)
            if one.day == int(day or 0) and wanted_month in (None, one.month):
                return one if year is None or int(year) % 100 == one.year % 100 else None
        return None

    def _read_clock(self) -> None:
        bare, said, other = CLOCK("a", bare=True), CLOCK("a"), CLOCK("b", bare=True)
        for spans in (rf"mellem {bare} (?:og|til) {other}", rf"{bare} ?[-–] ?{other}", rf"{said} (?:og|til) {other}"):
            for match in self._take(spans):
                since, until = clock_time(match, "a"), clock_time(match, "b")
                if since is None or until is None or since >= until:
                    self._put_back(match)
                else:
                    self._after, self._before = since, until
        readers: tuple[tuple[str, Callable[[time], None]], ...] = (
            ("efter|fra|tidligst|ikke før|ikke foer", lambda at: setattr(self, "_after", at)),
            ("før|foer|inden|senest|til", lambda at: setattr(self, "_before", at)),
        )
        for words, keep in readers:
            for match in self._take(rf"(?:{words}) {CLOCK('a', bare=True)}"):
                read = clock_time(match, "a")
                self._put_back(match) if read is None else keep(read)
        for match in self._take(rf"(?:omkring |cirka |ca\. ?|ved )?{CLOCK('a')}|ved (?P<tid>\d{{1,2}})-tiden"):
            read = clock_time(match, "a") if match["tid"] is None else time(int(match["tid"]) % 24)
            if read is None:
                self._put_back(match)
            else:
                self._at = read

    def _read_weeks(self) -> None:
        def week(ahead: int) -> Span:
            return self._monday + timedelta(weeks=ahead), self._monday + timedelta(weeks=ahead, days=6)

        for match in self._take(
            r"(?P<not>ikke )?(?:i )?(?:(?P<this>denne|indeværende) uge|(?P<next>næste|naeste) uge|ugen efter|"
            r"om (?P<count>en|to|tre|fire) uger?|uge (?P<number>\d{1,2}))"
        ):
            if match["number"]:
                span = self._numbered_week(int(match["number"]))
                if span is None:
                    self._put_back(match)
                    continue
            elif match["count"]:
                span = week(("en", "to", "tre", "fire").index(match["count"]) + 1)
            else:
                span = week(0) if match["this"] else week(1)
            (self._not_dates if match["not"] else self._dates).append(span)

    def _numbered_week(self, number: int) -> Span | None:
        for ahead in range(53):
            monday = self._monday + timedelta(weeks=ahead)
            if monday.isocalendar()[1] == number:
                return monday, monday + timedelta(days=6)
        return None

    def _read_days(self) -> None:
        nearby = {"dag": 0, "morgen": 1, "overmorgen": 2}
        for match in self._take(r"(?P<not>ikke )?(?:i ?)?(?P<day>overmorgen)|(?P<no>ikke )?i ?(?P<near>dag|morgen)"):
            day = self._today + timedelta(days=nearby[match["day"] or match["near"]])
            (self._not_dates if match["not"] or match["no"] else self._dates).append((day, day))
        listed = rf"{DAY}(?:(?:,| og| eller|, eller)? (?:om |på )?{DAY})*"
        for match in self._take(rf"(?:ikke|undtagen|bare ikke|men ikke) (?:på |om )?{listed}"):
            self._not_days |= set(map(day_number, re.findall(DAY, match[0])))
        for match in self._take(rf"(?P<a>{DAY})(?:-|–| til )(?P<b>{DAY})"):
            first, last = day_number(match["a"]), day_number(match["b"])
            self._days |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
        for match in self._take(rf"(?:på )?(?:næste|naeste) (?P<day>{DAY})"):
            day = self._monday + timedelta(weeks=1, days=day_number(match["day"]))
            self._dates.append((day, day))
        for match in self._take(rf"(?P<every>om |alle |hver )?(?:på |nu på |førstkommende )?(?P<day>{DAY})"):
            every = match["every"] or not any(match["day"] == name for name in DAY_NAMES)
            self._days.add(day_number(match["day"])) if every else self._named.append(day_number(match["day"]))
        for match in self._take(r"(?P<not>ikke )?(?:i |på )?(?:weekenden|weekend|hverdage?|hverdagene)"):
            weekend = {5, 6} if "weekend" in match[0] else {0, 1, 2, 3, 4}
            (self._not_days if match["not"] else self._days).update(weekend)

    def _next(self, weekday: int) -> date:
        """The first such weekday after today: said on a Thursday, »på torsdag« is in a week."""
        return self._today + timedelta(days=(weekday - self._today.weekday() - 1) % 7 + 1)

    def _read_parts(self) -> None:
        for pattern, span in PARTS:
            for match in self._take(rf"(?P<not>ikke )?(?:om |i |på )?(?:{pattern})"):
                (self._not_hours if match["not"] else self._hours).append(span)

    def _rest(self) -> str:
        words = re.findall(r"[^\s\0,.;:!?»«\"()]+", self._left)
        unread = [word for word in words if word not in FILLING]
        return " ".join(unread)
