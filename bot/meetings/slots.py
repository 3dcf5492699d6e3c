"""Which times are free: the calendars' hours by the Danish wall clock, less what is booked.

Two nights a year the wall clock jumps. What is offered then is never a time that does not exist (02.30 in spring),
nor one that comes twice (02.30 in autumn), and a meeting lasts as long as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone

from bot.meetings.model import Slot
from bot.meetings.rules import Calendar, Form, MeetingRules
from bot.municipality.danish import time_words, weekday_words
from bot.municipality.hours import Span
from bot.municipality.workdays import COPENHAGEN

Taken = Mapping[str, Sequence[tuple[datetime, datetime]]]
"""For each calendar the times (aware) that somebody has: from, and until just before."""

_APART = timedelta(hours=3)  # a second time offered on one day is another part of the day


def grid(calendar: Calendar, day: date, minutes: int) -> Iterator[tuple[datetime, datetime]]:
    """The times of one calendar on one Danish day, booked or not; aware UTC, in order, none over another."""
    if calendar.hours.workdays.closed(day):
        return
    free_from: datetime | None = None
    for span in sorted(calendar.hours.days[day.weekday()]):
        for starts in _starts(span, day, minutes):
            ends = starts + timedelta(minutes=minutes)
            wall = ends.astimezone(COPENHAGEN)
            past = wall.replace(tzinfo=None) > datetime.combine(day, span.closes)
            if past or _instant(wall.replace(tzinfo=None)) is None or (free_from is not None and starts < free_from):
                continue
            free_from = ends
            yield starts, ends


def free_slots(
    rules: MeetingRules,
    calendars: Iterable[Calendar],
    taken: Taken,
    *,
    form: Form | None,
    now: datetime,
    notice: bool = True,
    first: date | None = None,
    last: date | None = None,
) -> list[Slot]:
    """Every free time in ``calendars`` that offer ``form`` (any form: the first of each calendar), in order of time.

    Between the Danish days ``first`` and ``last``, both included, and at most `days_ahead` from ``now`` (aware).
    With ``notice`` (citizens) at least `notice_hours` from now; without it (staff) only not in the past.
    """
    today = now.astimezone(COPENHAGEN).date()
    begin = max(first or today, today)
    end = min(last or date.max, today + timedelta(days=rules.days_ahead))
    earliest = now + timedelta(hours=rules.notice_hours if notice else 0)
    found = []
    for calendar in calendars:
        how = form if form in calendar.forms else None if form else next(iter(calendar.forms), None)
        if how is None:
            continue
        busy = taken.get(calendar.key, ())
        for ahead in range((end - begin).days + 1):
            for starts, ends in grid(calendar, begin + timedelta(days=ahead), rules.minutes):
                if starts >= earliest and not any(starts < until and since < ends for since, until in busy):
                    found.append(Slot(calendar=calendar.key, form=how, starts_at=starts, ends_at=ends))
    return sorted(found, key=lambda slot: slot.starts_at)


def one_of_each_time(slots: Iterable[Slot]) -> list[Slot]:
    """The slots without those that begin when an earlier one does: whose calendar it is means nothing to a citizen."""
    first: dict[datetime, Slot] = {}
    for slot in slots:
        first.setdefault(slot.starts_at, slot)
    return list(first.values())


def spread(slots: Sequence[Slot], count: int) -> list[Slot]:
    """At most ``count`` of the slots, in order of time: from the first days, two a day where there are enough."""
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(slot.starts_at.astimezone(COPENHAGEN).date(), []).append(slot)
    if len(days) <= 1:
        return list(slots[:count])
    chosen: list[Slot] = []
    wanted = list(days.values())[: max(2, -(-count // 2))]
    for turn in range(count):
        for of_day in wanted:
            if turn < len(of_day) and len(chosen) < count:
                chosen.append(_another(of_day, chosen))
    return sorted(chosen, key=lambda slot: slot.starts_at)


def when_words(starts_at: datetime) -> str:
    """ "tirsdag den 24. november kl. 10"."""
    here = starts_at.astimezone(COPENHAGEN)
    return f"{weekday_words(here.date())} kl. {time_words(here.time())}"


def span_words(starts_at: datetime, ends_at: datetime) -> str:
    """ "tirsdag den 24. november kl. 10-10.30"."""
    return f"{when_words(starts_at)}-{time_words(ends_at.astimezone(COPENHAGEN).time())}"


def _another(of_day: Sequence[Slot], chosen: Sequence[Slot]) -> Slot:
    """One of the day that is not chosen yet, best well after those that are."""
    left = [slot for slot in of_day if slot not in chosen]
    latest = max((slot.starts_at for slot in of_day if slot in chosen), default=None)
    apart = [slot for slot in left if latest is None or slot.starts_at >= latest + _APART]
    return (apart or left)[0]


def _starts(span: Span, day: date, minutes: int) -> Iterator[datetime]:
    wall = datetime.combine(day, span.opens)
    closes = datetime.combine(day, span.closes)
    while wall < closes:
        starts = _instant(wall)
        if starts is not None:
            yield starts
        wall += timedelta(minutes=minutes)


def _instant(wall: datetime) -> datetime | None:
    """The one moment, in UTC, at which the Danish wall clock shows ``wall``; None where there is none, or two."""
    moments = {wall.replace(tzinfo=COPENHAGEN, fold=fold).astimezone(timezone.utc) for fold in (0, 1)}
    return moments.pop() if len(moments) == 1 else None


def midnight(day: date) -> datetime:
    """When a Danish day begins."""
    return datetime.combine(day, time(), tzinfo=COPENHAGEN)
