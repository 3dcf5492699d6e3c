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
from typing import Any

from sqlalchemy import and_, func, literal_column, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import CTE, ColumnElement

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


def ends(connection: Connection, span: Span) -> Counter[tuple[date, End]]:
    """How many conversations of each day went how.

    A conversation is one in which the citizen sent a message, by word or button; it belongs to the day of the first.
    """
    said = _said(span)
    sent = select(handoffs.c.conversation_id.label("id")).where(handoffs.c.sent_at.is_not(None)).distinct().cte("sent")
    lost = select(understood.c.conversation_id.label("id"), understood.c.seq).where(understood.c.outcome == _FALLBACK)
    lost = lost.cte("lost")
    hour, was_sent, was_lost = _hour(connection, said.c.at), sent.c.id.is_not(None), lost.c.id.is_not(None)
    query = (
        select(hour.label("hour"), was_sent.label("was_sent"), was_lost.label("was_lost"), func.count().label("n"))
        .select_from(
            said.outerjoin(sent, sent.c.id == said.c.id).outerjoin(
                lost, (lost.c.id == said.c.id) & (lost.c.seq == said.c.last)
            )
        )
        .group_by("hour", "was_sent", "was_lost")
    )
    counted: Counter[tuple[date, End]] = Counter()
    for row in connection.execute(query):
        end = End.HANDED_OFF if row.was_sent else End.UNSOLVED if row.was_lost else End.SOLVED
        counted[_danish_day(row.hour), end] += row.n
    return counted


def reasons(connection: Connection, span: Span) -> Reasons:
    """Why the conversations of `ends` were handed off, and what about."""
    said, was_sent = _said(span), handoffs.c.sent_at.is_not(None)
    place = func.row_number().over(
        partition_by=handoffs.c.conversation_id, order_by=(was_sent.desc(), handoffs.c.sent_at, handoffs.c.id)
    )
    first = select(
        handoffs.c.conversation_id.label("id"),
        handoffs.c.rule,
        handoffs.c.kle,
        was_sent.label("was_sent"),
        place.label("place"),
    ).cte("first")
    query = (
        select(first.c.rule, first.c.kle, first.c.was_sent, func.count().label("n"))
        .join(said, said.c.id == first.c.id)
        .where(first.c.place == 1)
        .group_by(first.c.rule, first.c.kle, first.c.was_sent)
    )
    made = Reasons(triggers=Counter(), about=Counter(), sent=Counter())
    for row in connection.execute(query):
        made.about[row.kle] += row.n
        if row.was_sent:
            made.sent[row.kle] += row.n
            made.triggers[Trigger(row.rule)] += row.n
    return made


def made_of_messages(connection: Connection, span: Span) -> Understood:
    """What was made of the messages of the days."""
    marked = understood.c.marked.is_not(None)
    columns = understood.c.intent, understood.c.outcome, marked.label("was_marked")
    query = select(*columns, func.count().label("n")).where(span.holds(understood.c.at))
    outcomes: Counter[str] = Counter()
    heard: Counter[str | None] = Counter()
    unsure: Counter[str | None] = Counter()
    wrong = 0
    for row in connection.execute(query.group_by(understood.c.intent, understood.c.outcome, "was_marked")):
        outcomes[row.outcome] += row.n
        heard[row.intent] += row.n
        wrong += row.n if row.was_marked else 0
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


def _said(span: Span) -> CTE:
    """The conversations whose citizen first wrote within: when that was, and their last message's seq."""
    first = func.min(messages.c.at)
    return (
        select(messages.c.conversation_id.label("id"), first.label("at"), func.max(messages.c.seq).label("last"))
        .where(_THE_CITIZENS)
        .group_by(messages.c.conversation_id)
        .having(span.holds(first))
        .cte("said")
    )


def _hour(connection: Connection, at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The hour in UTC as "2026-11-22 09"."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", at), "YYYY-MM-DD HH24")
    return func.substr(at, 1, 13)


def _danish_day(hour: str) -> date:
    return datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=timezone.utc).astimezone(COPENHAGEN).date()
