"""The rows of the inbox: messages that are alike are one; what is done to a row here is part of somebody's transaction.

A row lives as long as one of its messages does. One that was used stays without them: by then it is an
example, whose personal details a person has looked at. Of what citizens wrote it then keeps one keyed fingerprint,
by which the next who writes the same is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.store.crypto import Vault
from bot.store.tables import messages
from bot.store.training_tables import activations, inbox, inbox_terms, understood
from bot.training.data_moment import data_read_at
from bot.training.likeness import likeness, tells_something, terms

_AT_ONCE = 400  # ids in one statement
_LONGEST_NAME = 80  # characters of an intent's name, as the column has it


class Status(str, Enum):
    """What became of a row."""

    WAITING = "waiting"
    USED = "used"
    DROPPED = "dropped"


class Reason(str, Enum):
    """Why somebody should look at a message."""

    FALLBACK = "fallback"  # not understood
    ASKED = "asked"  # half sure: »Mener du …?«
    HANDOFF = "handoff"  # a human was needed because of it, or asked for right after its answer
    CITIZEN = "citizen"  # called wrong by who wrote it
    STAFF = "staff"  # called misread at the desk


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message as it was understood: ``text`` masked, as it is kept; ``seq`` its number in its conversation."""

    conversation_id: str
    seq: int
    text: str = field(repr=False)
    at: datetime
    intent: str | None
    confidence: float | None
    second: str | None


class Grouping:
    """Puts messages into rows and takes them out; what people wrote goes through ``vault``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def put(self, connection: Connection, heard: Heard, reasons: Iterable[Reason], *, known: int | None) -> int | None:
        """Put a message into its row for these reasons; gives the row's id, None for what says nothing.

        ``known`` is the row it is in already, where it is in one. A row that was used waits again when a model that
        learned of it runs, and still did not understand.
        """
        if not tells_something(heard.text):
            return None
        row = self._locked(connection, likeness(self._vault, heard.text), heard)
        values: dict[str, Any] = {
            "reasons": joined({*reasons_of(row.reasons), *reasons}),
            "n": row.n + (known != row.id),
            "guess": _name(heard.intent),
            "confidence": heard.confidence,
            "second": _name(heard.second),
            "last_at": max(row.last_at, heard.at),
        }
        if row.status == Status.USED.value and self._learned(connection, row.done_at):
            values |= back_to_waiting(row)
        if values.get("status", row.status) != Status.USED.value:
            values["sealed"] = self._vault.seal(heard.text)
        connection.execute(update(inbox).where(inbox.c.id == row.id).values(**values))
        if not row.n:  # made just now, or one without messages, which is found by no word
            rows = [{"inbox_id": row.id, "term": term} for term in sorted(terms(self._vault, heard.text))]
            if rows:
                connection.execute(insert(inbox_terms), rows)
        return int(row.id)

    def left(self, connection: Connection, ids: Sequence[int]) -> None:
        """Some messages of these rows are gone: those with none left go too, the others show one that is left.

        One that was used stays for as long as its example may be learned, but no word of what was written finds it.
        """
        query = select(inbox.c.likeness, inbox.c.id)
        found: list[tuple[str, int]] = []
        for some in _parts(ids):
            found += [(row.likeness, row.id) for row in connection.execute(query.where(inbox.c.id.in_(some)))]
        for some in _parts([id for _, id in sorted(found)]):  # the order of `Understandings`, so that none waits for us
            # Locked before anything is counted: a like message that is just coming is seen, or waits until we are done.
            locked = query.where(inbox.c.id.in_(some)).order_by(inbox.c.likeness).with_for_update()
            connection.execute(locked).all()
            self._counted(connection, some)

    def _counted(self, connection: Connection, ids: Sequence[int]) -> None:
        """Bring these rows, which are locked, in line with the messages that are left."""
        counted = select(understood.c.inbox_id, func.count(), func.min(understood.c.at), func.max(understood.c.at))
        counted = counted.where(understood.c.inbox_id.in_(ids)).group_by(understood.c.inbox_id)
        left = {row[0]: row[1:] for row in connection.execute(counted)}
        gone = [id for id in ids if id not in left]
        used = inbox.c.status == Status.USED.value
        connection.execute(delete(inbox).where(inbox.c.id.in_(gone), ~used))
        connection.execute(update(inbox).where(inbox.c.id.in_(gone)).values(n=0))
        connection.execute(delete(inbox_terms).where(inbox_terms.c.inbox_id.in_(gone)))
        for id, (n, first, last) in left.items():
            one = update(inbox).where(inbox.c.id == id)
            connection.execute(one.values(n=n, first_at=first, last_at=last))
            connection.execute(one.where(~used).values(sealed=newest_of(connection, self._vault, id)))

    def _locked(self, connection: Connection, alike: str, heard: Heard) -> Any:
        """The row of alike messages, made where there is none; two who make it at once do not fail: one finds it."""
        row = None
        while row is None:  # one that was there may be erased before it is locked
            self._make(connection, alike, heard)
            row = connection.execute(select(inbox).where(inbox.c.likeness == alike).with_for_update()).first()
        return row

    def _make(self, connection: Connection, alike: str, heard: Heard) -> None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        row = {
            "likeness": alike,
            "status": Status.WAITING.value,
            "reasons": "",
            "n": 0,
            "sealed": self._vault.seal(heard.text),
            "first_at": heard.at,
            "last_at": heard.at,
            "version": 1,
        }
        wanted = dialect.insert(inbox).values(**row).on_conflict_do_nothing(index_elements=[inbox.c.likeness])
        connection.execute(wanted)

    @staticmethod
    def _learned(connection: Connection, used_at: datetime | None) -> bool:
        """Whether the model that runs was made of data that were read after the row was used."""
        live = connection.execute(select(activations.c.version_id).order_by(activations.c.id.desc()).limit(1)).scalar()
        read_at = None if live is None else data_read_at(connection, live)
        return read_at is not None and used_at is not None and read_at > used_at


def newest_of(connection: Connection, vault: Vault, inbox_id: int) -> bytes:
    """The newest message of a row that has one, sealed."""
    of_it = (messages.c.conversation_id == understood.c.conversation_id) & (messages.c.seq == understood.c.seq)
    query = select(messages.c.sealed).join(understood, of_it).where(understood.c.inbox_id == inbox_id)
    sealed = connection.execute(query.order_by(understood.c.at.desc(), understood.c.seq.desc()).limit(1)).scalar_one()
    return vault.seal(vault.open_json(sealed)["text"])


def back_to_waiting(row: Any) -> dict[str, Any]:
    """The columns of a row of `inbox` that waits again, as if nobody had done anything."""
    nobody = {"staff_id": None, "done_at": None, "intent": None}
    return {"status": Status.WAITING.value, **nobody, "version": row.version + 1}


def reasons_of(kept: str) -> tuple[Reason, ...]:
    """The reasons that stand in the column."""
    return tuple(Reason(word) for word in kept.split(",") if word)


def joined(reasons: Iterable[Reason]) -> str:
    """Reasons as the column keeps them: each once, in the order they are declared."""
    there = set(reasons)
    return ",".join(reason.value for reason in Reason if reason in there)


def _name(intent: str | None) -> str | None:
    return intent[:_LONGEST_NAME] if intent else None


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
