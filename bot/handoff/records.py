"""The rows of handoffs, as values and back; every method works inside the caller's transaction.

Whoever changes a handoff has locked its conversation first (`bot.chat.records.Records.locked`), so the two
change together, and one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.danish.spelling import fold
from bot.handoff.model import ONGOING, Event, EventKind, Handoff, Outcome, Status, Way
from bot.handoff.rules import Trigger
from bot.handoff.summary.fields import Summary
from bot.store.crypto import Vault
from bot.store.handoff_tables import handoff_events, handoff_terms, handoffs

# What of a handoff lies sealed, beside the summary.
_SEALED = ("phone", "reason", "name", "level", "departments", "note")
_MOST_TERMS = 400


class HandoffRecords:
    """Reads and writes handoffs and what happened to them; what a person wrote goes through ``vault``."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._clock = clock

    def get(self, connection: Connection, handoff_id: int) -> Handoff | None:
        """The handoff of this id."""
        row = connection.execute(select(handoffs).where(handoffs.c.id == handoff_id)).first()
        return None if row is None else self.handoff(row)

    def ongoing(self, connection: Connection, conversation_id: str) -> Handoff | None:
        """The handoff of a conversation that is not over; there is one at most."""
        query = select(handoffs).where(
            handoffs.c.conversation_id == conversation_id, handoffs.c.status.in_([each.value for each in ONGOING])
        )
        row = connection.execute(query).first()
        return None if row is None else self.handoff(row)

    def last_end(self, connection: Connection, conversation_id: str) -> datetime | None:
        """When the last handoff of a conversation ended; what was said before belongs to that one."""
        query = select(func.max(handoffs.c.closed_at)).where(handoffs.c.conversation_id == conversation_id)
        ended: datetime | None = connection.execute(query).scalar()
        return ended

    def insert(self, connection: Connection, **values: Any) -> Handoff:
        """A new handoff; the sealed parts are given by name, like the columns."""
        sealed = {name: values.pop(name) for name in _SEALED if name in values}
        summary = values.pop("summary", Summary(fields=()))
        made = connection.execute(
            insert(handoffs).values(
                sealed=self._vault.seal_json({"summary": summary.to_json(), **sealed}),
                created_at=self._clock(),
                **_plain(values),
            )
        )
        found = self.get(connection, int(made.inserted_primary_key[0]))
        assert found is not None  # noqa: S101 (it was made a line ago, in this transaction)
        return found

    def change(self, connection: Connection, handoff: Handoff, **values: Any) -> Handoff:
        """Change a handoff, whose version grows by one; gives it as it is now."""
        sealed = {name: values.pop(name) for name in (*_SEALED, "summary") if name in values}
        if sealed:
            kept = {name: getattr(handoff, name) for name in _SEALED} | {"summary": handoff.summary} | sealed
            kept["summary"] = kept["summary"].to_json()
            values["sealed"] = self._vault.seal_json(kept)
        connection.execute(
            update(handoffs).where(handoffs.c.id == handoff.id).values(version=handoffs.c.version + 1, **_plain(values))
        )
        found = self.get(connection, handoff.id)
        assert found is not None  # noqa: S101 (its conversation is locked)
        return found

    def event(
        self, connection: Connection, handoff_id: int, kind: EventKind, *, staff_id: str | None = None, text: str = ""
    ) -> None:
        """Keep what happened."""
        connection.execute(
            insert(handoff_events).values(
                handoff_id=handoff_id,
                kind=kind.value,
                staff_id=staff_id,
                sealed=self._vault.seal(text) if text else None,
                at=self._clock(),
            )
        )

    def events(self, connection: Connection, handoff_id: int) -> list[Event]:
        """What happened to a handoff, in order."""
        query = select(handoff_events).where(handoff_events.c.handoff_id == handoff_id).order_by(handoff_events.c.id)
        return [
            Event(
                id=row.id,
                kind=EventKind(row.kind),
                at=row.at,
                staff_id=row.staff_id,
                text=self._vault.open(row.sealed) if row.sealed else "",
            )
            for row in connection.execute(query)
        ]

    def index(self, connection: Connection, handoff_id: int, texts: Iterable[str]) -> None:
        """Make a handoff findable by the words of ``texts``; what it was found by before is forgotten."""
        terms = {self.term(word) for text in texts for word in words_to_find(text)}
        connection.execute(delete(handoff_terms).where(handoff_terms.c.handoff_id == handoff_id))
        if terms:
            rows = [{"handoff_id": handoff_id, "term": term} for term in sorted(terms)[:_MOST_TERMS]]
            connection.execute(insert(handoff_terms), rows)

    def term(self, word: str) -> str:
        """The fingerprint a word is found by."""
        return self._vault.fingerprint(f"term {word}")

    def handoff(self, row: Any) -> Handoff:
        """A row of `handoffs` as a value."""
        kept = self._vault.open_json(row.sealed)
        return Handoff(
            id=row.id,
            conversation_id=row.conversation_id,
            seq=row.seq,
            status=Status(row.status),
            way=Way(row.way),
            trigger=Trigger(row.rule),
            priority=row.priority,
            department=row.department,
            kle=row.kle,
            person=row.person,
            summary=Summary.from_json(kept.get("summary") or {}),
            phone=kept.get("phone"),
            reason=kept.get("reason") or "",
            name=kept.get("name") or "",
            level=kept.get("level") or "",
            departments=tuple(kept.get("departments") or ()),
            note=kept.get("note") or "",
            created_at=row.created_at,
            send_at=row.send_at,
            sent_at=row.sent_at,
            due_at=row.due_at,
            alerted_at=row.alerted_at,
            claimed_at=row.claimed_at,
            closed_at=row.closed_at,
            staff_id=row.staff_id,
            outcome=Outcome(row.outcome) if row.outcome else None,
            version=row.version,
        )


def words_to_find(text: str) -> set[str]:
    """The words of a text by which it can be found: folded, of three signs or more, and numbers whole."""
    words = {word.strip(".,:;!?»«\"'()") for word in fold(text).split()}
    return {word for word in words if len(word) >= 3}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    renamed = {"rule" if name == "trigger" else name: value for name, value in values.items()}
    return {
        name: value.value if isinstance(value, Status | Way | Trigger | Outcome) else value
        for name, value in renamed.items()
    }
