"""Opening and phone hours: when they are, in words, and whether somebody is there at a given moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone

from bot.municipality.danish import WEEKDAYS, listed, time_words
from bot.municipality.workdays import COPENHAGEN, Workdays

_SPAN = re.compile(r"^(\d{1,2})(?:[.:](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[.:](\d{2}))?$")
_LOOK_AHEAD = 60  # days; longer than any Christmas closing


@dataclass(frozen=True, order=True)
class Span:
    """From ``opens`` to ``closes`` on one day, by the Danish wall clock; the closing moment is outside."""

    opens: time
    closes: time

    def in_words(self) -> str:
        """ "9-15" or "9.30-15"."""
        return f"{time_words(self.opens)}-{time_words(self.closes)}"


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Spans for each weekday, Monday first, and the days nobody is there anyhow."""

    days: tuple[tuple[Span, ...], ...]
    workdays: Workdays = field(default_factory=Workdays)

    def in_words(self) -> str:
        """The week in words: "mandag-onsdag kl. 9-15, torsdag kl. 9-17 og fredag kl. 9-14"."""
        groups: list[tuple[int, int, tuple[Span, ...]]] = []
        for day, spans in enumerate(self.days):
            if groups and groups[-1][2] == spans and groups[-1][1] == day - 1:
                groups[-1] = (groups[-1][0], day, spans)
            else:
                groups.append((day, day, spans))
        said = []
        for first, last, spans in groups:
            if not spans:
                continue
            name = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"
            said.append(f"{name} kl. {listed([span.in_words() for span in spans])}")
        return listed(said) if said else "kun efter aftale"

    def is_open(self, at: datetime) -> bool:
        """True when somebody is there at ``at``, an aware datetime in any zone."""
        here = _danish(at)
        if self.workdays.closed(here.date()):
            return False
        clock = here.time()
        return any(span.opens <= clock < span.closes for span in self.days[here.weekday()])

    def next_open(self, at: datetime) -> datetime | None:
        """The first moment from ``at`` on when somebody is there, in Danish time; None when that is never."""
        here = _danish(at)
        if self.is_open(here):
            return here
        for ahead in range(_LOOK_AHEAD + 1):
            day = here.date() + timedelta(days=ahead)
            if self.workdays.closed(day):
                continue
            for span in sorted(self.days[day.weekday()]):
                opens = datetime.combine(day, span.opens, tzinfo=COPENHAGEN)
                if opens > here:
                    # By way of UTC, so that a wall-clock time skipped in spring becomes one that exists.
                    return opens.astimezone(timezone.utc).astimezone(COPENHAGEN)
        return None


def _danish(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a time zone can not be compared with opening hours")
    return at.astimezone(COPENHAGEN)


def parse_days(name: str) -> tuple[int, ...] | None:
    """The weekdays that "mandag" or "mandag-torsdag" stands for (Monday 0), or None when it is neither."""
    ends = [part.strip().lower() for part in name.split("-")]
    if not 1 <= len(ends) <= 2 or any(end not in WEEKDAYS for end in ends):
        return None
    first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
    return tuple(range(first, last + 1)) or None


def parse_spans(text: str) -> tuple[Span, ...] | None:
    """Read "9-15", "9.30-12 og 13-15" or "lukket"; None when it is none of these."""
    if text.strip().lower() == "lukket":
        return ()
    spans: list[Span] = []
    for part in re.split(r",|\bog\b", text):
        found = _SPAN.match(part.strip())
        if not found:
            return None
        hours = [int(found[1]), int(found[2] or 0), int(found[3]), int(found[4] or 0)]
        if max(hours[0], hours[2]) > 23 or max(hours[1], hours[3]) > 59:
            return None
        span = Span(time(hours[0], hours[1]), time(hours[2], hours[3]))
        if span.opens >= span.closes or (spans and spans[-1].closes > span.opens):
            return None
        spans.append(span)
    return tuple(spans)


def week(spans: Mapping[int, tuple[Span, ...]], workdays: Workdays | None = None) -> Hours:
    """Hours from weekday numbers (Monday 0); days left out are closed."""
    return Hours(days=tuple(spans.get(day, ()) for day in range(7)), workdays=workdays or Workdays())
