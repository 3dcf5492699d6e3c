"""The inbox of what was not understood: read a page at a time, and each row used as an example, or thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql import ColumnElement, Select

from bot.chat.records import Message, Records
from bot.desk.paging import after, cursor_of, place_of
from bot.errors import NotFoundError
from bot.identity.clock import Clock, utc_now
from bot.identity.staff import Staff
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.tables import messages
from bot.store.training_tables import inbox, inbox_terms, understood
from bot.training.grouping import Reason, Status, back_to_waiting, reasons_of
from bot.training.likeness import terms
from bot.training.personal import Span, personal
from bot.training.refusals import Changed, Unusable, WrongMoment

PAGE = 50  # rows
_SHOWN = 20  # messages of a row
_BEFORE, _AFTER = 4, 3  # messages around one
_LONGEST = 3000  # characters of an example; it may be no longer than a message

Done = TypeVar("Done")
Named = Callable[[Iterable[str]], Mapping[str, str]]
"""The names of members of staff by their ids."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Messages that are alike. ``text`` is the newest of them, or the example that was made of them.

    ``guess`` is the likeliest intent of the newest, ``intent`` where it was put, ``by`` the name of who did that or
    threw it away. ``personal`` are places in ``text``.
    """

    id: int
    text: str = field(repr=False)
    n: int
    first_at: datetime
    last_at: datetime
    reasons: tuple[Reason, ...]
    guess: str | None
    confidence: float | None
    second: str | None
    personal: tuple[Span, ...]
    status: Status
    intent: str | None
    by: str | None
    version: int


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One of the messages, with what stands around it in its conversation, in order and masked; it is among them."""

    seq: int
    text: str = field(repr=False)
    at: datetime
    intent: str | None
    confidence: float | None
    outcome: str
    marked: str | None
    around: tuple[Message, ...] = field(repr=False)


@dataclass(frozen=True)
class Page:
    """Some rows; ``next`` is the cursor for those after them."""

    rows: tuple[Group, ...]
    next: str | None


Add = Callable[[Staff, str, str, bool], Done]
"""Adds an example: who, to which intent, its text, whether its personal details were looked at. Raises refusals."""


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
            around = self._around(connection, found)
        seen = []
        for one in found:
            near = tuple(
                message
                for message in around.get(one.conversation_id, ())
                if one.seq - _BEFORE <= message.seq <= one.seq + _AFTER
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

        Raises NotFoundError, Changed, WrongMoment where that was done before, and what adding refuses.
        """
        text = " ".join(text.split())
        if not text or len(text) > _LONGEST:
            raise Unusable("no text, or too much", staff="Skriv den sætning, robotten skal lære.")
        with reading(self._engine) as connection:
            row = self._row(connection, inbox_id)
        self._must_be(row, version)
        if row.status == Status.USED.value:
            raise WrongMoment("it is used already", staff="Beskeden er allerede brugt.")
        # First the example, then the row: of the two, what dies between leaves a row that can be seen still to wait.
        added = self._add(staff, intent, text, confirmed)
        values = {"status": Status.USED.value, "intent": intent, "sealed": self._vault.seal(text)}
        return self._change(inbox_id, version, values | self._by(staff), anyway=True), added

    def drop(self, inbox_id: int, staff: Staff, *, version: int) -> Group:
        """Throw it away; messages that are alike stay away too. Raises NotFoundError, Changed, WrongMoment."""
        with reading(self._engine) as connection:
            row = self._row(connection, inbox_id)
        self._must_be(row, version)
        if row.status != Status.WAITING.value:
            raise WrongMoment("it does not wait", staff="Beskeden venter ikke længere.")
        return self._change(inbox_id, version, {"status": Status.DROPPED.value, **self._by(staff)})

    def restore(self, inbox_id: int, staff: Staff, *, version: int) -> Group:
        """Let it wait again. An example that was made of it stays. Raises NotFoundError, Changed, WrongMoment."""
        with reading(self._engine) as connection:
            row = self._row(connection, inbox_id)
        self._must_be(row, version)
        if row.status == Status.WAITING.value:
            raise WrongMoment("it waits already", staff="Beskeden venter allerede.")
        return self._change(inbox_id, version, back_to_waiting(row))

    def _change(self, inbox_id: int, version: int, values: Mapping[str, Any], *, anyway: bool = False) -> Group:
        with writing(self._engine) as connection:
            same = (inbox.c.id == inbox_id) & (inbox.c.version == version)
            changed = connection.execute(
                update(inbox).where(same).values(**{**values, "version": version + 1})
            ).rowcount
            row = self._row(connection, inbox_id)
        if not changed and not anyway:  # else it is done; somebody did the like beside
            self._must_be(row, version)
        return self._groups([row])[0]

    def _must_be(self, row: Any, version: int) -> None:
        if row.version != version:
            raise Changed(self._named([row.staff_id]).get(row.staff_id, "") if row.staff_id else "")

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
    def _row(connection: Connection, inbox_id: int) -> Any:
        row = connection.execute(select(inbox).where(inbox.c.id == inbox_id)).first()
        if row is None:
            words = "Beskeden findes ikke længere. Borgeren kan have slettet samtalen."
            raise NotFoundError("no such row of the inbox", staff=words)
        return row

    def _around(self, connection: Connection, found: Sequence[Any]) -> dict[str, list[Message]]:
        if not found:
            return {}
        places = [
            and_(
                messages.c.conversation_id == one.conversation_id,
                messages.c.seq.between(one.seq - _BEFORE, one.seq + _AFTER),
            )
            for one in found
        ]
        near: dict[str, list[Message]] = {}
        for row in connection.execute(select(messages).where(or_(*places)).order_by(messages.c.seq)):
            near.setdefault(row.conversation_id, []).append(self._records.message(row))
        return near

    def _groups(self, rows: Sequence[Any]) -> tuple[Group, ...]:
        ids = {row.staff_id for row in rows if row.staff_id is not None}
        names = self._named(ids) if ids else {}
        return tuple(self._group(row, names) for row in rows)

    def _group(self, row: Any, names: Mapping[str, str]) -> Group:
        text = self._vault.open(row.sealed)
        return Group(
            id=row.id,
            text=text,
            n=row.n,
            first_at=row.first_at,
            last_at=row.last_at,
            reasons=reasons_of(row.reasons),
            guess=row.guess,
            confidence=row.confidence,
            second=row.second,
            personal=personal(text),
            status=Status(row.status),
            intent=row.intent,
            by=names.get(row.staff_id) if row.staff_id else None,
            version=row.version,
        )


def _has(reason: Reason) -> ColumnElement[bool]:
    return inbox.c.reasons.contains(reason.value, autoescape=True)  # no reason's word is a part of another's
