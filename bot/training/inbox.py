"""The inbox of what was not understood: read a page at a time, and each row used as an example, or thrown away."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql import ColumnElement, Select

from bot.chat.records import Records
from bot.desk.paging import after, cursor_of, place_of
from bot.errors import NotFoundError
from bot.identity.clock import Clock, utc_now
from bot.identity.staff import Staff
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.training_tables import inbox, inbox_terms, understood
from bot.training.around import AFTER, BEFORE, talks
from bot.training.edits import Within
from bot.training.grouping import Reason, Status, back_to_waiting, newest_of
from bot.training.inbox_rows import Group, Page, Seen, group_of
from bot.training.likeness import terms
from bot.training.refusals import Changed, TrainingRefusal, Unusable, WrongMoment

PAGE = 50  # rows
_SHOWN = 20  # messages of a row
_LONGEST = 3000  # characters of an example; it may be no longer than a message

_NOT_NOW = {
    Status.WAITING: "Beskeden ligger allerede i indbakken.",
    Status.USED: "Beskeden er allerede brugt. Du finder den under »Brugt«.",
    Status.DROPPED: "Beskeden er smidt væk. Læg den tilbage i indbakken først.",
}
_MEANWHILE = {
    Status.WAITING: "Beskeden er lagt tilbage i indbakken imens. Nu ser du den, som den er.",
    Status.USED: "{who} har brugt beskeden imens. Den er nu et eksempel, så du skal ikke gøre mere.",
    Status.DROPPED: "{who} har smidt beskeden væk imens. Du finder den under »Smidt væk«.",
}

Done = TypeVar("Done")
Named = Callable[[Iterable[str]], Mapping[str, str]]
"""The names of members of staff by their ids."""

Add = Callable[[Staff, str, str, bool, Within], Done]
"""Adds an example: who, to which intent, its text, whether its personal details were looked at, and what is done in the
same transaction. Raises refusals."""


class _NotAsSeen(Exception):
    """The row is no longer as whoever changes it has seen it."""

    def __init__(self, row: Any) -> None:
        super().__init__("the row was changed")
        self.row = row


class Inbox(Generic[Done]):
    """The rows of the inbox. Methods block while the database works; ``named`` gives names of staff by their ids."""

    def __init__(self, engine: Engine, vault: Vault, *, add: Add[Done], named: Named, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._records = Records(vault, clock)
        self._add = add
        self._named = named
        self._clock = clock

    def page(self, status: Status, *, reason: Reason | None = None, words: str = "", cursor: str | None = None) -> Page:
        """The rows of one status, the newest message first; those with ``reason``, and with every one of ``words``.

        Raises Unusable where no word can be looked up, and for a cursor of another list.
        """
        columns = [inbox.c.last_at, inbox.c.id]
        query = self._found(select(inbox), status, words)
        if reason is not None:
            query = query.where(_has(reason))
        if cursor is not None:
            query = query.where(after(columns, place_of(cursor, "inbox", [datetime, int]), falling=True))
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(*(column.desc() for column in columns)).limit(PAGE + 1)).all()
        following = cursor_of("inbox", [found[PAGE - 1].last_at, found[PAGE - 1].id]) if len(found) > PAGE else None
        return Page(rows=self._groups(found[:PAGE]), next=following)

    def counts(self) -> Mapping[Status, int]:
        """How many rows there are of each status."""
        query = select(inbox.c.status, func.count()).group_by(inbox.c.status)
        with reading(self._engine) as connection:
            counted = {row[0]: int(row[1]) for row in connection.execute(query)}
        return {status: counted.get(status.value, 0) for status in Status}

    def reasons(self, status: Status, *, words: str = "") -> Mapping[Reason, int]:
        """How many rows of one status, with every one of ``words``, have each reason. Raises Unusable."""
        counting = [func.coalesce(func.sum(case((_has(reason), 1), else_=0)), 0) for reason in Reason]
        with reading(self._engine) as connection:
            counted = connection.execute(self._found(select(*counting), status, words)).one()
        return {reason: int(n) for reason, n in zip(Reason, counted, strict=True)}

    def open(self, inbox_id: int) -> tuple[Group, tuple[Seen, ...]]:
        """A row with its newest messages, each in its conversation. Raises NotFoundError."""
        query = select(understood).where(understood.c.inbox_id == inbox_id)
        with reading(self._engine) as connection:
            row = self._row(connection, inbox_id)
            found = connection.execute(
                query.order_by(understood.c.at.desc(), understood.c.seq.desc()).limit(_SHOWN)
            ).all()
            around = talks(connection, self._records, found)
        seen = []
        for one in found:
            near = tuple(
                message
                for message in around.get(one.conversation_id, ())
                if one.seq - BEFORE <= message.seq <= one.seq + AFTER
            )
            text = next((message.text for message in near if message.seq == one.seq), "")
            seen.append(
                Seen(
                    seq=one.seq,
                    text=text,
                    at=one.at,
                    intent=one.intent,
                    confidence=one.confidence,
                    outcome=one.outcome,
                    marked=one.marked,
                    around=near,
                )
            )
        return self._groups([row])[0], tuple(seen)

    def use(
        self, inbox_id: int, staff: Staff, *, version: int, intent: str, text: str, confirmed: bool
    ) -> tuple[Group, Done]:
        """Make an example of it, as ``text`` says it now; gives the row, and what adding it gave.

        The row is taken and the example written in one transaction: of many who do it at once one does, and whatever
        fails leaves the row as it was. Where the process is killed after the example is written and before that is
        committed, the row still waits, and the next who uses it is told that the example stands already.

        Raises NotFoundError, Changed, WrongMoment where it does not wait, and what adding refuses.
        """
        text = " ".join(text.split())
        if not text or len(text) > _LONGEST:
            raise Unusable("no text, or too much", staff="Skriv den sætning, robotten skal lære.")
        taken: list[Any] = []

        def take(connection: Connection) -> None:
            self._as_seen(connection, inbox_id, version, {Status.WAITING})
            values = {"status": Status.USED.value, "intent": intent, "sealed": self._vault.seal(text)}
            taken[:] = [self._changed(connection, inbox_id, {**values, **self._by(staff), "version": version + 1})]

        try:
            self._look(inbox_id, version)
            added = self._add(staff, intent, text, confirmed, take)
        except _NotAsSeen as error:
            raise self._told(error.row, version) from None
        except TrainingRefusal:
            try:  # one who was first may have made the same example: then that is what there is to tell
                self._look(inbox_id, version)
            except _NotAsSeen as error:
                raise self._told(error.row, version) from None
            raise
        return self._groups(taken)[0], added

    def drop(self, inbox_id: int, staff: Staff, *, version: int) -> Group:
        """Throw it away; messages that are alike stay away too. Raises NotFoundError, Changed, WrongMoment."""
        try:
            with writing(self._engine) as connection:
                self._as_seen(connection, inbox_id, version, {Status.WAITING})
                values = {"status": Status.DROPPED.value, **self._by(staff), "version": version + 1}
                row = self._changed(connection, inbox_id, values)
        except _NotAsSeen as error:
            raise self._told(error.row, version) from None
        return self._groups([row])[0]

    def restore(self, inbox_id: int, staff: Staff, *, version: int) -> Group | None:
        """Let it wait again; None where none of its messages is left: then the row goes, for nothing would wait.

        An example that was made of it stays. Raises NotFoundError, Changed, WrongMoment.
        """
        try:
            with writing(self._engine) as connection:
                row = self._as_seen(connection, inbox_id, version, {Status.USED, Status.DROPPED})
                if not row.n:
                    connection.execute(delete(inbox).where(inbox.c.id == inbox_id))
                    return None
                values = {**back_to_waiting(row), "sealed": newest_of(connection, self._vault, inbox_id)}
                row = self._changed(connection, inbox_id, values)
        except _NotAsSeen as error:
            raise self._told(error.row, version) from None
        return self._groups([row])[0]

    def _look(self, inbox_id: int, version: int) -> None:
        """Raise _NotAsSeen where the row does not wait any more; nothing holds it afterwards."""
        with reading(self._engine) as connection:
            self._as_seen(connection, inbox_id, version, {Status.WAITING}, lock=False)

    def _as_seen(
        self, connection: Connection, inbox_id: int, version: int, statuses: Container[Status], *, lock: bool = True
    ) -> Any:
        """The row, locked; raises NotFoundError, and _NotAsSeen for another version or status."""
        row = self._row(connection, inbox_id, lock=lock)
        if row.version != version or Status(row.status) not in statuses:
            raise _NotAsSeen(row)
        return row

    def _changed(self, connection: Connection, inbox_id: int, values: Mapping[str, Any]) -> Any:
        """The row as it is afterwards."""
        connection.execute(update(inbox).where(inbox.c.id == inbox_id).values(**values))
        return self._row(connection, inbox_id)

    def _told(self, row: Any, version: int) -> TrainingRefusal:
        """Why what was wanted can't be done with this row any more."""
        status = Status(row.status)
        if row.version == version:
            return WrongMoment(f"it is {status.value}", staff=_NOT_NOW[status])
        by = self._named([row.staff_id]).get(row.staff_id, "") if row.staff_id else ""
        return Changed(by, staff=_MEANWHILE[status].format(who=by or "En anden"))

    def _by(self, staff: Staff) -> dict[str, Any]:
        return {"staff_id": staff.id, "done_at": self._clock()}

    def _found(self, query: Select, status: Status, words: str) -> Select:
        query = query.where(inbox.c.status == status.value)
        if not words.strip():
            return query
        wanted = terms(self._vault, words)
        if not wanted:
            raise Unusable("no word that can be looked up", staff="Skriv mindst ét ord, eller lad feltet være tomt.")
        having = (
            select(inbox_terms.c.inbox_id)
            .where(inbox_terms.c.term.in_(wanted))
            .group_by(inbox_terms.c.inbox_id)
            .having(func.count() == len(wanted))
        )
        return query.where(inbox.c.id.in_(having))

    @staticmethod
    def _row(connection: Connection, inbox_id: int, *, lock: bool = False) -> Any:
        query = select(inbox).where(inbox.c.id == inbox_id)
        row = connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            words = "Beskeden findes ikke længere. Borgeren kan have slettet samtalen."
            raise NotFoundError("no such row of the inbox", staff=words)
        return row

    def _groups(self, rows: Sequence[Any]) -> tuple[Group, ...]:
        ids = {row.staff_id for row in rows if row.staff_id is not None}
        names = self._named(ids) if ids else {}
        return tuple(group_of(row, self._vault, by=names.get(row.staff_id)) for row in rows)


def _has(reason: Reason) -> ColumnElement[bool]:
    return inbox.c.reasons.contains(reason.value, autoescape=True)  # no reason's word is a part of another's
