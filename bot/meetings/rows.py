"""Meetings as rows of the database, and back; every method works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from bot.meetings.model import Details, Meeting, Status
from bot.meetings.rules import Form
from bot.store.crypto import Vault
from bot.store.meeting_tables import meetings

_OCCUPYING = (Status.HELD.value, Status.BOOKED.value)
_BOOKING = 0x6D6F6465  # a number of our own among PostgreSQL's advisory locks
_SEALED = frozenset({"details", "agenda", "documents", "moves"})

# Made once: it is asked by everybody who wants a time, and making it costs more than asking it.
_TAKEN = select(meetings.c.calendar, meetings.c.starts_at, meetings.c.ends_at).where(
    meetings.c.calendar.in_(bindparam("calendars", expanding=True)),
    meetings.c.status.in_(_OCCUPYING),
    (meetings.c.status == Status.BOOKED.value) | (meetings.c.held_until > bindparam("now")),
    meetings.c.starts_at < bindparam("until"),
    meetings.c.ends_at > bindparam("since"),
    meetings.c.id.not_in(bindparam("except_for", expanding=True)),
)


class MeetingRows:
    """Reads and writes the rows; what a person wrote goes through ``vault``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def get(self, connection: Connection, meeting_id: int, *, lock: bool = False) -> Meeting | None:
        """One meeting; with ``lock`` nobody else changes it before this transaction is over."""
        query = select(meetings).where(meetings.c.id == meeting_id)
        row = connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else self._meeting(row)

    def find(self, connection: Connection, *conditions: ColumnElement[bool]) -> list[Meeting]:
        """Those that all ``conditions`` hold for, in order of time."""
        query = select(meetings).where(*conditions).order_by(meetings.c.starts_at, meetings.c.id)
        return [self._meeting(row) for row in connection.execute(query)]

    def add(self, connection: Connection, **values: Any) -> Meeting:
        """A new meeting; ``values`` are fields of `Meeting` without its id."""
        made = connection.execute(insert(meetings).values(**self._columns(values)))
        return self._there(connection, made.inserted_primary_key[0])

    def change(self, connection: Connection, meeting: Meeting, **values: Any) -> Meeting:
        """The meeting with some fields changed, and a new version."""
        sealed = {name: values.get(name, getattr(meeting, name)) for name in _SEALED}
        columns = self._columns({**values, **sealed, "version": meeting.version + 1})
        connection.execute(update(meetings).where(meetings.c.id == meeting.id).values(**columns))
        return self._there(connection, meeting.id)

    @staticmethod
    def lock_calendar(connection: Connection, calendar: str) -> None:
        """Let nobody else take a time in this calendar before this transaction is over.

        SQLite's one writer has that already. On PostgreSQL a lock of our own: two who ran into the exclusion
        constraint at the same moment would each wait for the other until one is thrown out.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_BOOKING, func.hashtext(calendar))))

    @staticmethod
    def expire(connection: Connection, now: datetime, calendars: Collection[str] | None = None) -> int:
        """Let go of times that were held until ``now`` or before; gives how many."""
        over = [meetings.c.status == Status.HELD.value, meetings.c.held_until <= now]
        if calendars is not None:
            over.append(meetings.c.calendar.in_(list(calendars)))
        # Rows that somebody books this very moment are left to them.
        query = select(meetings.c.id).where(*over).order_by(meetings.c.id).with_for_update(skip_locked=True)
        ids = [row.id for row in connection.execute(query)]
        if ids:
            changed = {"status": Status.EXPIRED.value, "changed_at": now, "version": meetings.c.version + 1}
            connection.execute(update(meetings).where(meetings.c.id.in_(ids)).values(**changed))
        return len(ids)

    @staticmethod
    def taken(
        connection: Connection,
        calendars: Iterable[str],
        since: datetime,
        until: datetime,
        *,
        now: datetime,
        except_for: Collection[int] = (),
    ) -> dict[str, list[tuple[datetime, datetime]]]:
        """For each calendar the times between ``since`` and ``until`` that are booked, or held at ``now``."""
        asked = {
            "calendars": list(calendars),
            "since": since,
            "until": until,
            "now": now,
            "except_for": list(except_for),
        }
        found: dict[str, list[tuple[datetime, datetime]]] = {}
        for row in connection.execute(_TAKEN, asked):
            found.setdefault(row.calendar, []).append((row.starts_at, row.ends_at))
        return found

    def _there(self, connection: Connection, meeting_id: int) -> Meeting:
        return self._meeting(connection.execute(select(meetings).where(meetings.c.id == meeting_id)).one())

    def _columns(self, values: dict[str, Any]) -> dict[str, Any]:
        columns = {name: value for name, value in values.items() if name not in _SEALED}
        for name in ("form", "status"):
            if name in columns:
                columns[name] = columns[name].value
        content = {
            "details": asdict(values.get("details", Details())),
            "agenda": list(values.get("agenda", ())),
            "documents": list(values.get("documents", ())),
            "moves": values.get("moves"),
        }
        return {**columns, "sealed": self._vault.seal_json(content)}

    def _meeting(self, row: Any) -> Meeting:
        content = self._vault.open_json(row.sealed)
        return Meeting(
            id=row.id,
            uid=row.uid,
            conversation_id=row.conversation_id,
            handoff_id=row.handoff_id,
            person=row.person,
            calendar=row.calendar,
            department=row.department,
            form=Form(row.form),
            status=Status(row.status),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            held_until=row.held_until,
            sequence=row.sequence,
            details=Details(**content["details"]),
            agenda=tuple(content["agenda"]),
            documents=tuple(content["documents"]),
            moves=content["moves"],
            created_at=row.created_at,
            changed_at=row.changed_at,
            version=row.version,
        )
