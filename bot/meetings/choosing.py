"""Which free times a citizen is shown, and the payloads of what they can choose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, unquote

from bot.chat.rasa import Choice
from bot.handoff.summary.fields import Summary
from bot.meetings.model import Slot
from bot.meetings.rules import Form
from bot.meetings.slots import midnight, one_of_each_time, spread
from bot.meetings.wishes import read_wish
from bot.municipality.workdays import COPENHAGEN

_SHOWN = 5
_STAMP = "%Y%m%dT%H%M%SZ"  # without a colon, which parts the words of a payload
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Times to show. ``next_from`` is where the next ones begin, None when there are no more.

    ``as_wished`` is False when none fits the wish and these are the first there are; ``unread`` are its words that
    were not understood.
    """

    slots: tuple[Slot, ...]
    as_wished: bool
    unread: str
    next_from: datetime | None

    @staticmethod
    def stamp(slot: Slot) -> str:
        """When a slot begins, as its payload says it."""
        return _stamp(slot.starts_at)

    def later(self, moves: int, when: str) -> tuple[str, ...]:
        """The words of a payload that shows more, read by `read_moment`."""
        since = _stamp(self.next_from) if self.next_from else ""
        return (since, str(moves), quote(when if self.as_wished else "", safe=""))


def offer(slots: Sequence[Slot], when: str, *, now: datetime, since: datetime | None = None) -> Offer:
    """Of the free ``slots`` those to show to somebody who wishes ``when``: a few, over several days.

    ``since`` (aware) is where to go on. Where nothing fits the wish, the first there are.
    """
    wish = read_wish(when, now=now)
    every = one_of_each_time(slots)
    fitting = wish.fitting(every)
    as_wished = bool(fitting) or not wish.says_something
    usable = fitting if as_wished else every
    left = [slot for slot in usable if since is None or slot.starts_at >= since]
    shown = spread(left, _SHOWN)
    return Offer(
        slots=tuple(shown),
        as_wished=as_wished,
        unread=wish.unread,
        next_from=_go_on(left, shown),
    )


def choice(title: str, *words: object) -> Choice:
    """A choice about meetings that web carries out itself."""
    return Choice(title=title, payload=":".join(("web:meeting", *map(str, words))))


def read_moment(words: Sequence[str]) -> tuple[datetime | None, int, str]:
    """From when, which meeting moves (0: none), and the wish, out of a payload's last words; what is none is left out.

    From when is a moment as `Offer.later` writes it, or a Danish day, "2026-11-24".
    """
    since, moves, when = (*words, "", "", "")[:3]
    moment = None
    try:
        if _DATE.fullmatch(since):
            moment = midnight(datetime.strptime(since, "%Y-%m-%d").date())
        elif since:
            moment = datetime.strptime(since, _STAMP).replace(tzinfo=timezone.utc)
    except ValueError:
        moment = None
    is_id = moves.isascii() and moves.isdigit() and len(moves) < 10
    return moment, int(moves) if is_id else 0, unquote(when)


def summary_form(summary: Summary | None) -> Form | None:
    """How the citizen said that they want to meet."""
    said = summary.first("form") if summary else None
    names = {"telefon": Form.PHONE, "video": Form.VIDEO, "fremmøde": Form.IN_PERSON}
    return names.get(said.value) if said else None


def _go_on(left: Sequence[Slot], shown: Sequence[Slot]) -> datetime | None:
    """After the days that were shown; within a day where there is but one."""
    if not shown:
        return None
    last = shown[-1].starts_at
    day = last.astimezone(COPENHAGEN).date()
    since = last + timedelta(minutes=1)
    if any(slot.starts_at.astimezone(COPENHAGEN).date() != day for slot in left):
        next_day = midnight(day + timedelta(days=1))
        if any(slot.starts_at >= next_day for slot in left):
            since = next_day
    return since if any(slot.starts_at >= since for slot in left) else None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime(_STAMP)
