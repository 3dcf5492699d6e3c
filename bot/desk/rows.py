"""A handoff as it stands in a list at the desk: read with what its conversation says of it, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from bot.handoff.model import Handoff, Status, Way
from bot.handoff.records import HandoffRecords
from bot.store.handoff_tables import handoffs
from bot.store.tables import conversations, logins, messages

Named = Callable[[Iterable[str]], Mapping[str, str]]
"""The names of members of staff by their ids."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One handoff in a list. ``unread``: messages of the citizen's that its owner has not read; ``owner`` a name."""

    handoff: Handoff
    logged_in: bool
    unread: int
    late: bool
    owner: str | None = field(default=None, repr=False)


def is_late(handoff: Handoff, now: datetime) -> bool:
    """Whether what was promised has not been kept: it still waits, or it is a call that is not over."""
    waits = handoff.status is Status.WAITING or (handoff.status is Status.CLAIMED and handoff.way is Way.CALL)
    return waits and handoff.due_at is not None and handoff.due_at < now


def rows_of(now: datetime, *more: Any) -> Select:
    """A query for handoffs, with ``more`` columns, that `rows_made` can read."""
    counts = and_(logins.c.id == conversations.c.login_id, logins.c.ended_at.is_(None), logins.c.expires_at > now)
    return select(handoffs, logins.c.id.label("login_now"), *more).select_from(
        handoffs.join(conversations, conversations.c.id == handoffs.c.conversation_id).outerjoin(logins, counts)
    )


def rows_made(connection: Connection, found: Sequence[Any], handoffs: HandoffRecords, now: datetime) -> list[Row]:
    """What a query of `rows_of` found, as values, without the owners' names."""
    unread = _unread(connection, {row.conversation_id for row in found}) if found else {}
    read = [(handoffs.handoff(row), row.login_now is not None) for row in found]
    return [
        Row(
            handoff=handoff,
            logged_in=logged_in,
            unread=unread.get(handoff.conversation_id, 0),
            late=is_late(handoff, now),
        )
        for handoff, logged_in in read
    ]


def with_names(rows: Iterable[Row], named: Named) -> tuple[Row, ...]:
    """The rows with their owners' names, asked for once."""
    rows = tuple(rows)
    ids = {row.handoff.staff_id for row in rows if row.handoff.staff_id is not None}
    names = named(ids) if ids else {}
    return tuple(replace(row, owner=names.get(row.handoff.staff_id or "")) for row in rows)


def _unread(connection: Connection, ids: set[str]) -> dict[str, int]:
    query = (
        select(messages.c.conversation_id, func.count())
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(messages.c.conversation_id.in_(ids), messages.c.sender == "citizen")
        .where(messages.c.seq > conversations.c.staff_seen_seq)
        .group_by(messages.c.conversation_id)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}
