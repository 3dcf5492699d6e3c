"""Puts pieces of time together into phrases, and says from when to when each of them lasts.

Where Danish leaves it open, a rule decides:

- A weekday is never today: "fredag" said on a Friday is in a week, since today is called "i dag". Told of what has
  been ("jeg ringede fredag") it is the last one before today.
- "Næste onsdag" is the Wednesday of the next calendar week, "på onsdag" the next one there is: said on a Monday they
  differ, as Dansk Sprognævn finds most people mean it. "Sidste onsdag" and "i onsdags" are the last one before today.
- A date without a year is the next such day, or the last one where the sentence tells of what has been. A date beats a
  weekday that does not fit it.
- Counted in a unit, answered in that unit: "om 14 dage" is a day, "om to uger" that calendar week, "om en måned" that
  month. Hours are counted as they pass, whatever the clock does.
- Weeks are ISO 8601. Hours from 1 to 6 are in the afternoon, unless a part of the day or a leading zero says otherwise.
- A time of the clock without a day is the next one. A time that the clock skips in March is the one an hour later, as
  in RFC 5545; of an hour that comes twice in October a span begins with the first and ends with the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone

from bot.danish.times.hours import DAY_LONG, in_part
from bot.danish.times.reading import Reading, read_pieces
from bot.danish.times.values import Days, Exact, Hours, How, Phrase, Piece, Span
from bot.municipality.workdays import COPENHAGEN

# What may stand between two pieces of one phrase.
_BETWEEN = re.compile(
    r"[\s,]*(?:(?:og|eller|elller|samt|enten|kl|ca|om|i|paa|ved|gerne|helst|ogsaa|bare|maaske|den|evt|eventuelt|og saa"
    r"|til|-|–|/|\(|\))[.\s,]*)*"
)
_OR = re.compile(r"\b(?:og|eller|samt)\b|,|/")
_MOST_DAYS = 7  # with hours of their own


def read_times(text: str, *, now: datetime, asked: bool = False) -> list[Phrase]:
    """Every expression of time in ``text``, said at ``now`` (aware), in the order they stand.

    With ``asked`` the text is known to answer when, so that a bare number may be an hour.
    """
    reading = read_pieces(text, now=now, asked=asked)
    found = []
    for pieces in _grouped(reading):
        spans = tuple(dict.fromkeys(_spans(pieces, reading.plain.text, now.astimezone(COPENHAGEN))))
        if spans:
            start, end = reading.plain.span(pieces[0].start, max(piece.end for piece in pieces))
            every = any(isinstance(piece, Days) and piece.every for piece in pieces)
            phrase = Phrase(
                start=start, end=end, text=text[start:end], spans=spans, negated=pieces[0].negated, every=every
            )
            found.append(phrase)
    return found


def _grouped(reading: Reading) -> Iterator[list[Piece]]:
    text, group = reading.plain.text, list[Piece]()
    for piece in reading.pieces:
        if group and (
            piece.negated != group[-1].negated
            or isinstance(piece, Exact)
            or isinstance(group[-1], Exact)
            or (piece.start >= group[-1].end and not _BETWEEN.fullmatch(text[group[-1].end : piece.start]))
        ):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


@dataclass
class _Item:
    """One of the alternatives of a phrase: its days and its hours."""

    days: list[Days] = field(default_factory=list)
    hours: list[Hours] = field(default_factory=list)
    end: int = 0


def _spans(pieces: Sequence[Piece], text: str, now: datetime) -> Iterator[Span]:
    if isinstance(pieces[0], Exact):
        yield Span(pieces[0].since, pieces[0].until)
        return
    items = _items(pieces, text)
    for at, item in enumerate(items):  # "tirsdag eller torsdag kl. 10", "torsdag kl. 10 eller 11"
        if not item.hours:
            item.hours = next((later.hours for later in items[at + 1 :] if later.days and later.hours), [])
        if not item.days:
            item.days = next((one.days for one in (*reversed(items[:at]), *items[at + 1 :]) if one.days), [])
    for item in items:
        yield from _of_item(item, now)


def _items(pieces: Sequence[Piece], text: str) -> list[_Item]:
    items = [_Item()]
    for piece in pieces:
        item = items[-1]
        listed = bool(item.end and _OR.search(text[item.end : piece.start]))
        if isinstance(piece, Days):
            if item.days and not _refines(item.days, piece, listed):
                item = _Item()
                items.append(item)
            item.days.append(piece)
        elif isinstance(piece, Hours):
            if item.hours and not _narrows(item.hours, piece, listed):
                item = _Item()
                items.append(item)
            item.hours.append(piece)
        item.end = piece.end
    return items


def _refines(days: list[Days], piece: Days, listed: bool) -> bool:
    """Whether it says more of the same day: "torsdag" and "i næste uge", "fra den 1." and "til den 5."."""
    last = days[-1]
    begins = last.how in (How.FROM, How.AFTER, How.SINCE)
    if begins and piece.how in (How.UNTIL, How.BEFORE):
        return True
    if listed and last.start != piece.start:
        return False
    return bool(last.weekdays) != bool(piece.weekdays)


def _narrows(hours: list[Hours], piece: Hours, listed: bool) -> bool:
    """Whether it says more of the same hours: "om eftermiddagen" and "efter 14", "efter 10" and "før 12"."""
    last = hours[-1]
    opens, closes = last.until is None, piece.since is None
    if opens and closes:
        return True
    return not listed and (bool(last.part) != bool(piece.part) or opens != (piece.until is None))


def _of_item(item: _Item, now: datetime) -> Iterator[Span]:
    hours = _one(item.hours)
    if not item.days:
        if hours is not None:
            yield _coming(hours, now)
        return
    for first, last, how in _days(item.days, now.date(), each=hours is not None):
        if hours is None or first is None or last is None or (last - first).days >= _MOST_DAYS:
            yield _whole(first, last, how, now)
        elif how is not How.ON:
            yield _bounded(first, last, how, hours, now)
        else:
            for ahead in range((last - first).days + 1):
                yield _on(first + timedelta(days=ahead), hours)


def _one(hours: Sequence[Hours]) -> Hours | None:
    """All that is said of the hours of one alternative."""
    if not hours:
        return None
    made = hours[0]
    for more in hours[1:]:
        if more.at or made.at:
            point, part = (more, made.part) if more.at else (made, more.part)
            at = in_part(point.since or 0, part) if part and point.since is not None else point.since
            made = replace(point, since=at, until=at)
        else:
            since = max((one for one in (made.since, more.since) if one is not None), default=None)
            until = min((one for one in (made.until, more.until) if one is not None), default=None)
            if since is None or until is None or since <= until:
                made = replace(made, since=since, until=until, part=None)
    return made


def _days(pieces: Sequence[Days], today: date, *, each: bool) -> Iterator[tuple[date | None, date | None, How]]:
    """The spans of days that the pieces of one alternative give together."""
    named = [piece for piece in pieces if piece.weekdays]
    spans = [piece for piece in pieces if not piece.weekdays]
    if not spans:
        for piece in named:
            yield from _of_weekdays(piece, today, each=each)
        return
    how = spans[0].how
    if len(spans) > 1 and how in (How.FROM, How.AFTER, How.SINCE) and spans[1].how in (How.UNTIL, How.BEFORE):
        first = _after(spans[0]) if how is How.AFTER else spans[0].first
        last = spans[1].last if spans[1].how is How.UNTIL else _before(spans[1])
        if first is not None and last is not None and first <= last:
            yield first, last, How.ON
        return
    first, last = spans[0].first, spans[0].last
    if first is None or last is None:
        return
    weekdays = [day for piece in named for day in piece.weekdays]
    if weekdays and how in (How.FROM, How.AFTER):
        since = first if how is How.FROM else last + timedelta(days=1)
        for day in weekdays:
            one = since + timedelta(days=(day - since.weekday()) % 7)
            yield one, one, How.ON
    elif weekdays and how is How.ON and first != last:
        wanted = named[0].how
        days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        for one in [day for day in days if day.weekday() in weekdays][:_MOST_DAYS]:
            yield one, one, wanted
    else:
        outer = next((piece.how for piece in pieces if piece.how is not How.ON), How.ON)
        yield first, last, outer


def _of_weekdays(piece: Days, today: date, *, each: bool) -> Iterator[tuple[date | None, date | None, How]]:
    if piece.run:
        first = _next(piece.weekdays[0], today)
        length = len(piece.weekdays)
        if each:
            for ahead in range(length):
                yield first + timedelta(days=ahead), first + timedelta(days=ahead), How.ON
        else:
            yield first, first + timedelta(days=length - 1), piece.how
        return
    for day in piece.weekdays:
        one = _last_one(day, today) if piece.past else _next(day, today)
        yield one, one, piece.how


def _next(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _last_one(weekday: int, today: date) -> date:
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def _after(piece: Days) -> date | None:
    return None if piece.last is None else piece.last + timedelta(days=1)


def _before(piece: Days) -> date | None:
    return None if piece.first is None else piece.first - timedelta(days=1)


def _whole(first: date | None, last: date | None, how: How, now: datetime) -> Span:
    begins = None if first is None else wall(first, 0)
    ends = None if last is None else wall(last, DAY_LONG)
    if how is How.SINCE:
        return Span(begins, max(now, begins, key=_utc) if begins else now)
    return {
        How.ON: Span(begins, ends),
        How.FROM: Span(begins, None),
        How.AFTER: Span(ends, None),
        How.BEFORE: Span(None, begins),
        How.UNTIL: Span(None, ends),
    }[how]


def _bounded(first: date, last: date, how: How, hours: Hours, now: datetime) -> Span:
    """ "Senest fredag kl. 12", "fra mandag kl. 8"."""
    begins = wall(first, hours.since or 0)
    ends = wall(last, DAY_LONG if hours.until is None else hours.until, end=True)
    if how is How.SINCE:
        return Span(begins, max(now, begins, key=_utc))
    if how in (How.FROM, How.AFTER):
        return Span(begins if how is How.FROM else ends, None)
    return Span(None, begins if how is How.BEFORE and hours.since is not None else ends)


def _on(day: date, hours: Hours) -> Span:
    since = wall(day, hours.since or 0)
    until = wall(day, DAY_LONG if hours.until is None else hours.until, end=True)
    return Span(since, max(since, until, key=_utc))


def _coming(hours: Hours, now: datetime) -> Span:
    """Today, unless it is over; then tomorrow. Of what has been ("i morges") the last one."""
    today = _on(now.date(), hours)
    over = today.until is not None and _utc(today.until) <= _utc(now)
    return _on(now.date() + timedelta(days=1), hours) if over and not hours.past else today


def wall(day: date, minutes: int, *, end: bool = False) -> datetime:
    """The moment when the clocks of Denmark show so many ``minutes`` after midnight (of ``day``).

    A time that is skipped is an hour later; of one that comes twice the first, with ``end`` the second.
    """
    shown = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    first = shown.replace(tzinfo=COPENHAGEN, fold=0)
    real = _utc(first).astimezone(COPENHAGEN)
    if real.replace(tzinfo=None) != shown:
        return real
    return (
        shown.replace(tzinfo=COPENHAGEN, fold=1)
        if end and _utc(shown.replace(tzinfo=COPENHAGEN, fold=1)) != _utc(first)
        else first
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)
