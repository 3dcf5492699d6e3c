"""How the assistant does: what came, what it solved, what people took over and why, and what it did not understand.

What each figure means:

- A *conversation* is one in which the citizen sent at least one message, by word or button. It counts once, on the
  Danish day of the first of them (Europe/Copenhagen: the days of the clock changes are 23 and 25 hours long).
- It was *handed off* when a handoff was sent to the desk, whatever became of it. By trigger it counts once, by the
  first that was sent. By matter (the KLE number of that handoff) those count too in which a human was only offered.
- It was *unsolved* when no handoff was sent and the citizen's last message was one that was not understood.
- It was *solved* otherwise: so solved, handed off and unsolved add up to the conversations, as things stand now. It
  says that no human was needed, not that the citizen was content.
- *Not understood*, *asked back* and *marked wrong* are messages that a citizen typed, on their own day. Marked wrong is
  what the citizen or the staff said was wrong, whatever the assistant had made of it.
- Promises, *waits* (from when it was sent until the citizen was met), *handling* (from when somebody took it until it
  was closed) and the *survey* are of the handoffs that were sent within the days and not taken back. They are those of
  `bot.desk.figures`, so that the desk's page says the same.

What is deleted (by the citizen, or when its time is over) is no longer there to be counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from sqlalchemy.engine import Engine

from bot.desk import figures as desk
from bot.handoff.rules import Trigger
from bot.municipality.model import Municipality
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.training.figures_counted import End, Reasons, Span, made_of_messages, not_understood, went
from bot.training.refusals import Unusable

LONGEST = desk.LONGEST  # days
_MOST_WAIT = 0.9  # of those who waited


@dataclass(frozen=True, kw_only=True)
class Day:
    """One Danish day; ``not_understood`` are messages, the others conversations."""

    day: date
    conversations: int
    solved: int
    handed_off: int
    unsolved: int
    not_understood: int


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Conversations in which a human was offered or given, about one KLE number; None: about none that is known."""

    kle: str | None
    title: str
    conversations: int
    handed_off: int


@dataclass(frozen=True, kw_only=True)
class Heard:
    """How often an intent was the likeliest, and how often the assistant was not sure of it; None: none was likely."""

    intent: str | None
    title: str
    n: int
    not_sure: int


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """Of ``n`` spans of time the median, and what nine in ten stayed within, in minutes; None of none."""

    n: int
    median: float | None
    nine_in_ten: float | None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All of it, from ``first`` to ``last``; ``per_day`` has every day, also those on which nothing happened."""

    first: date
    last: date
    conversations: int
    solved: int
    handed_off: int
    unsolved: int
    not_understood: int
    asked_back: int
    marked_wrong: int
    by_trigger: Mapping[Trigger, int]
    promised: desk.Promised
    waits: Minutes
    handling: Minutes
    survey: desk.Survey
    per_day: tuple[Day, ...]
    per_matter: tuple[Matter, ...]
    per_intent: tuple[Heard, ...]


class FiguresReader:
    """Counts, whenever it is asked. ``title`` gives the Danish title of an intent."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        municipality: Municipality,
        *,
        title: Callable[[str], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._municipality = municipality
        self._title = title
        self._clock = clock

    def read(self, first: date, last: date) -> Figures:
        """The figures from ``first`` to ``last`` (Danish dates, both included).

        Raises Unusable for days the wrong way round, and for more than `LONGEST`.
        """
        if not 0 <= (last - first).days < LONGEST:
            raise Unusable("days the wrong way round, or too many", staff=_WHICH_DAYS)
        span = Span(first=first, last=last)
        with reading(self._engine) as connection:
            ends, why = went(connection, span)
            made = made_of_messages(connection, span)
            missed = not_understood(connection, span)
        at_desk = desk.figures(self._engine, self._vault, first=first, last=last, now=self._clock())
        days = tuple(
            Day(
                day=day,
                conversations=sum(ends[day, end] for end in End),
                solved=ends[day, End.SOLVED],
                handed_off=ends[day, End.HANDED_OFF],
                unsolved=ends[day, End.UNSOLVED],
                not_understood=missed[day],
            )
            for day in span.days()
        )
        heard = [
            Heard(intent=intent, title=self._title(intent) if intent else _NO_INTENT, n=n, not_sure=made.unsure[intent])
            for intent, n in made.heard.items()
        ]
        return Figures(
            first=first,
            last=last,
            conversations=sum(day.conversations for day in days),
            solved=sum(day.solved for day in days),
            handed_off=sum(day.handed_off for day in days),
            unsolved=sum(day.unsolved for day in days),
            not_understood=made.not_understood,
            asked_back=made.asked_back,
            marked_wrong=made.marked_wrong,
            by_trigger=_by_trigger(why),
            promised=at_desk.promised,
            waits=minutes(at_desk.waits),
            handling=minutes(at_desk.handled),
            survey=at_desk.survey,
            per_day=days,
            per_matter=self._by_matter(why),
            per_intent=tuple(sorted(heard, key=lambda each: (-each.n, each.title, each.intent or ""))),
        )

    def _by_matter(self, why: Reasons) -> tuple[Matter, ...]:
        made = [
            Matter(kle=kle, title=matter_title(kle, self._municipality), conversations=n, handed_off=why.sent[kle])
            for kle, n in why.about.items()
        ]
        return tuple(sorted(made, key=lambda each: (-each.conversations, each.kle or "~")))


def minutes(spans: Sequence[float]) -> Minutes:
    """The median of ``spans`` (minutes, ascending), and the least that nine in ten stayed within (nearest rank)."""
    if not spans:
        return Minutes(n=0, median=None, nine_in_ten=None)
    rank = math.ceil(_MOST_WAIT * len(spans))
    return Minutes(n=len(spans), median=median(spans), nine_in_ten=spans[rank - 1])


def matter_title(kle: str | None, municipality: Municipality) -> str:
    """What a KLE number is called in `data/kommune.yml`: by its published deadline, else by the department it is of."""
    if kle is None:
        return _NO_MATTER
    deadline = municipality.deadline(kle)
    if deadline is not None:
        return deadline.name[:1].upper() + deadline.name[1:]
    department = municipality.department_for(kle)  # the main one where none has it
    known = any(kle == prefix or kle.startswith(prefix + ".") for prefix in department.kle)
    return department.name if known else _NO_NAME


def _by_trigger(why: Reasons) -> dict[Trigger, int]:
    """The most frequent first; of two as frequent, the one that stands first in the table of rules."""
    order = list(Trigger)
    return dict(sorted(why.triggers.items(), key=lambda item: (-item[1], order.index(item[0]))))


_WHICH_DAYS = f"»Fra« må ikke ligge efter »Til«, og du kan højst se {LONGEST} dage ad gangen."
_NO_MATTER = "Uden emne"
_NO_NAME = "Emne uden navn"
_NO_INTENT = "Lignede ingen hensigt"
