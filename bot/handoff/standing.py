"""Where a citizen stands: what has become of the handoff, the place in the queue, and an honest waiting time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.engine import Connection, Engine

from bot.handoff.model import Handoff, Status, Way
from bot.handoff.promises import by_words
from bot.handoff.records import HandoffRecords
from bot.municipality.model import Municipality
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.store.handoff_tables import handoffs
from bot.store.staff_tables import staff

_ENOUGH = 5  # conversations ended by the desk before anything is said of how long they take
_LATELY = timedelta(days=7)
_MOST = 200
_IN_THE_QUEUE = (handoffs.c.status == Status.WAITING.value, handoffs.c.way == Way.CHAT.value)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How it stands with a citizen's handoff. ``position`` is 1 for the next; ``wait_minutes`` None when unknown."""

    handoff: Handoff = field(repr=False)
    staff: str | None = field(default=None, repr=False)
    position: int | None = None
    wait_minutes: int | None = None


class Presence:
    """Who is at the desk now. ``clock`` gives the time, aware."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._clock = clock

    def available(self, connection: Connection) -> int:
        """How many at the desk take conversations now."""
        query = select(func.count()).select_from(staff).where(staff.c.available_until > self._clock())
        return int(connection.execute(query).scalar_one())

    def be_available(self, connection: Connection, staff_id: str, until: datetime | None) -> None:
        """Somebody takes conversations until then (aware), unless it is said anew; None: not any more."""
        connection.execute(update(staff).where(staff.c.id == staff_id).values(available_until=until))

    def name(self, connection: Connection, staff_id: str | None) -> str | None:
        """What a member of staff is called."""
        if staff_id is None:
            return None
        sealed = connection.execute(select(staff.c.sealed).where(staff.c.id == staff_id)).scalar()
        return None if sealed is None else str(self._vault.open_json(sealed)["name"])

    def ahead(self, connection: Connection, handoff: Handoff) -> int:
        """How many are before this one in the queue of the chat, or would be if it were sent now."""
        since = handoff.sent_at or self._clock()
        before = or_(
            handoffs.c.priority < handoff.priority,
            and_(
                handoffs.c.priority == handoff.priority,
                or_(handoffs.c.sent_at < since, and_(handoffs.c.sent_at == since, handoffs.c.id < handoff.id)),
            ),
        )
        query = select(func.count()).select_from(handoffs).where(*_IN_THE_QUEUE, before, handoffs.c.id != handoff.id)
        return int(connection.execute(query).scalar_one())

    def standing(self, connection: Connection, handoff: Handoff) -> Standing:
        """How it stands with a handoff that is not over."""
        if handoff.status is not Status.WAITING or handoff.way is not Way.CHAT:
            return Standing(handoff=handoff, staff=self.name(connection, handoff.staff_id))
        position = self.ahead(connection, handoff) + 1
        return Standing(handoff=handoff, position=position, wait_minutes=self.wait_minutes(connection, position))

    def wait_minutes(self, connection: Connection, position: int) -> int | None:
        """How long whoever has this place waits, from how long conversations take of late; None: nobody can know.

        Each at the desk takes the next when theirs ends, so the place moves up as often as any of them ends one.
        """
        there = self.available(connection)
        if not there:
            return None
        query = (
            select(handoffs.c.claimed_at, handoffs.c.closed_at)
            .where(handoffs.c.way == Way.CHAT.value, handoffs.c.status == Status.CLOSED.value)
            .where(handoffs.c.closed_at > self._clock() - _LATELY, handoffs.c.claimed_at.is_not(None))
            .order_by(handoffs.c.closed_at.desc())
            .limit(_MOST)
        )
        took = [(row.closed_at - row.claimed_at).total_seconds() for row in connection.execute(query)]
        if len(took) < _ENOUGH:
            return None
        return _rounded(position * median(took) / there / 60)


class Standings:
    """What a citizen is told of how it stands, whenever a conversation is opened or changes."""

    def __init__(
        self,
        engine: Engine,
        handoffs: HandoffRecords,
        presence: Presence,
        municipality: Municipality,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._municipality = municipality
        self._engine = engine
        self._handoffs = handoffs
        self._presence = presence
        self._clock = clock

    def of(self, conversation_id: str) -> dict[str, Any]:
        """How it stands with a conversation's handoff, as the fields of a state frame."""
        with reading(self._engine) as connection:
            ongoing = self._handoffs.ongoing(connection, conversation_id)
            if ongoing is None:
                return {"handoff": None, "position": None, "wait_minutes": None}
            standing = self._presence.standing(connection, ongoing)
            there = self._presence.available(connection) > 0
        due = ongoing.due_at if ongoing.status is Status.WAITING or ongoing.way is Way.CALL else None
        if ongoing.way is Way.CHAT and there and not self._municipality.desk_hours.is_open(self._clock()):
            due = None  # "tomorrow at nine" reads odd while somebody sits there
        return {
            "handoff": {
                "id": ongoing.id,
                "status": ongoing.status.value,
                "way": ongoing.way.value,
                "send_at": ongoing.send_at.isoformat() if ongoing.send_at else None,
                "due": by_words(due, self._clock()) if due else None,
                "staff": standing.staff,
            },
            "position": standing.position,
            "wait_minutes": standing.wait_minutes,
        }


def _rounded(minutes: float) -> int:
    """Up, and to five from ten on: nobody can know it to the minute."""
    whole = max(1, int(-(-minutes // 1)))
    return whole if whole < 10 else -(-whole // 5) * 5
