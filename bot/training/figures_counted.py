"""Counts conversations and what the assistant made of them: in the database, in the same few statements for any number.

Days are Danish days. SQLite knows nothing of summer time, so both databases count by the hour in UTC: Denmark is whole
hours from it at all times, so that an hour belongs to one Danish day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, exists, func, literal_column, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import ColumnElement, Select

from bot.desk.history import midnight
from bot.handoff.rules import Trigger
from bot.municipality.workdays import COPENHAGEN
from bot.store.handoff_tables import handoffs
from bot.store.tables import messages
from bot.store.training_tables import understood

# As the index `ix_messages_citizen` has it: SQLite uses a partial index only where the very words stand.
_THE_CITIZENS = messages.c.sender == literal_column("'citizen'")
_FALLBACK, _ASKED = "fallback", "asked"  # of `understood.outcome`


@dataclass(frozen=True, kw_only=True)
class Span:
    """From the beginning of the Danish day ``first`` to the end of the Danish day ``last``."""

    first: date
    last: date

    def holds(self, at: ColumnElement[Any]) -> ColumnElement[Any]:
        """Whether a time lies within. A day is 23, 24 or 25 hours long."""
        return and_(at >= midnight(self.first), at < midnight(self.last + timedelta(days=1)))

    def days(self) -> Iterator[date]:
        """Every day, in order."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


class End(str, Enum):
    """How a conversation went, as far as is known now."""

    SOLVED = "solved"  # no handoff was sent, and the citizen's last message was not one it did not understand
    HANDED_OFF = "handed_off"  # a handoff was sent, whatever became of it
    UNSOLVED = "unsolved"  # no handoff was sent, and the citizen's last message was not understood


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Why conversations were handed off and what about: each counts once, by the first handoff that was sent.

    ``about`` and ``sent`` are by KLE number, None where there is none. ``about`` has those too in which a human was
    offered and nothing sent, by the first offer; ``sent`` are those of them that were handed off.
    """

    triggers: Counter[Trigger]
    about: Counter[str | None]
    sent: Counter[str | None]


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What was made of the messages that citizens typed (a button is none), by the day of the message.

    ``heard`` is how often each intent was the likeliest, None where there was none; ``unsure`` in how many of them the
    assistant asked back or did not understand.
    """

    not_understood: int
    asked_back: int
    marked_wrong: int
    heard: Counter[str | None]
    unsure: Counter[str | None]


def went(connection: Connection, span: Span) -> tuple[Counter[tuple[date, End]], Reasons]:
    """How many conversations of each day went how; and why those that were handed off were, and what about.

    A conversation is one in which the citizen sent a message, by word or button; it belongs to the day of the first.
    """
    ends: Counter[tuple[date, End]] = Counter()
    for row in connection.execute(_by_hour(connection, _said(span))):
        ends[_danish_day(row.hour), End.SOLVED] += row.n
    for row in connection.execute(_by_hour(connection, _lost(span))):
        day = _danish_day(row.hour)
        ends[day, End.SOLVED] -= row.n
        ends[day, End.UNSOLVED] += row.n
    why = Reasons(triggers=Counter(), about=Counter(), sent=Counter())
    for row in connection.execute(_by_hour(connection, _handed(span), "rule", "kle", "was_sent")):
        why.about[row.kle] += row.n
        if row.was_sent:
            day = _danish_day(row.hour)
            ends[day, End.SOLVED] -= row.n
            ends[day, End.HANDED_OFF] += row.n
            why.sent[row.kle] += row.n
            why.triggers[Trigger(row.rule)] += row.n
    return ends, why


def made_of_messages(connection: Connection, span: Span) -> Understood:
    """What was made of the messages of the days."""
    # In the order of the index `ix_understood_outcome`, so that nothing is sorted. COALESCE changes nothing: it keeps
    # SQLite from the index by time, by which it would look every row up.
    columns = understood.c.outcome, understood.c.intent, understood.c.marked
    at = func.coalesce(understood.c.at, understood.c.at)
    query = select(*columns, func.count().label("n")).where(span.holds(at)).group_by(*columns)
    outcomes: Counter[str] = Counter()
    heard: Counter[str | None] = Counter()
    unsure: Counter[str | None] = Counter()
    wrong = 0
    for row in connection.execute(query):
        outcomes[row.outcome] += row.n
        heard[row.intent] += row.n
        wrong += row.n if row.marked is not None else 0
        unsure[row.intent] += row.n if row.outcome in (_FALLBACK, _ASKED) else 0
    return Understood(
        not_understood=outcomes[_FALLBACK],
        asked_back=outcomes[_ASKED],
        marked_wrong=wrong,
        heard=heard,
        unsure=unsure,
    )


def not_understood(connection: Connection, span: Span) -> Counter[date]:
    """How many messages of each day were not understood."""
    query = (
        select(_hour(connection, understood.c.at).label("hour"), func.count().label("n"))
        .where(span.holds(understood.c.at), understood.c.outcome == _FALLBACK)
        .group_by("hour")
    )
    counted: Counter[date] = Counter()
    for row in connection.execute(query):
        counted[_danish_day(row.hour)] += row.n
    return counted


def _said(span: Span) -> Select:
    """When the citizen of each conversation first wrote, where that lies within."""
    first = func.min(messages.c.at)
    said = select(first.label("at")).where(_THE_CITIZENS).group_by(messages.c.conversation_id)
    return said.having(span.holds(first))


def _lost(span: Span) -> Select:
    """The same of those that were not handed off and whose citizen's last message was not understood."""
    first = func.min(messages.c.at)
    sent = handoffs.c.sent_at.is_not(None) & (handoffs.c.conversation_id == understood.c.conversation_id)
    return (
        select(first.label("at"))
        .select_from(understood.join(messages, messages.c.conversation_id == understood.c.conversation_id))
        .where(_THE_CITIZENS, understood.c.outcome == _FALLBACK, ~exists().where(sent))
        .group_by(understood.c.conversation_id, understood.c.seq)
        .having(and_(span.holds(first), func.max(messages.c.seq) == understood.c.seq))
    )


def _handed(span: Span) -> Select:
    """The same of those in which a human was offered, with the first handoff that was sent, or else the first offer."""
    was_sent, first = handoffs.c.sent_at.is_not(None), func.min(messages.c.at)
    place = func.row_number().over(
        partition_by=handoffs.c.conversation_id, order_by=(was_sent.desc(), handoffs.c.sent_at, handoffs.c.id)
    )
    ranked = select(
        handoffs.c.conversation_id,
        handoffs.c.rule,
        handoffs.c.kle,
        was_sent.label("was_sent"),
        place.label("place"),
    ).subquery()
    columns = ranked.c.rule, ranked.c.kle, ranked.c.was_sent
    return (
        select(*columns, first.label("at"))
        .select_from(ranked.join(messages, messages.c.conversation_id == ranked.c.conversation_id))
        .where(_THE_CITIZENS, ranked.c.place == 1)
        .group_by(ranked.c.conversation_id, *columns)
        .having(span.holds(first))
    )


def _by_hour(connection: Connection, query: Select, *names: str) -> Select:
    """How many of the rows of ``query`` lie in each hour, and have the same in the columns ``names``."""
    rows = query.subquery()
    columns = [_hour(connection, rows.c.at).label("hour"), *(rows.c[name] for name in names)]
    return select(*columns, func.count().label("n")).group_by("hour", *columns[1:])


def _hour(connection: Connection, at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The hour in UTC as "2026-11-22 09"."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", at), "YYYY-MM-DD HH24")
    return func.substr(at, 1, 13)


@lru_cache(maxsize=10_000)  # the hours of the longest time that is asked for
def _danish_day(hour: str) -> date:
    return datetime.fromisoformat(hour).replace(tzinfo=timezone.utc).astimezone(COPENHAGEN).date()
