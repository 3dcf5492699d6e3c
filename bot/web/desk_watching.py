"""Who at the desk looks at which conversation, and who takes new ones, as this process knows it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.errors import NotFoundError
from bot.handoff.model import Status
from bot.handoff.standing import Presence
from bot.identity.staff import Staff
from bot.store.engine import reading, writing
from bot.store.handoff_tables import handoffs

_OFTEN = 3  # times within an hour that a citizen takes back what they sent
_AT_THE_DESK = (Status.WAITING.value, Status.CLAIMED.value, Status.CLOSED.value)


class Watching:
    """Pages by the handoff they show, and by whether they take conversations; a page is any object of the caller's."""

    def __init__(self, engine: Engine, presence: Presence) -> None:
        self._engine = engine
        self._presence = presence
        self._pages: defaultdict[int, dict[object, Staff]] = defaultdict(dict)
        self._taking: defaultdict[str, set[object]] = defaultdict(set)

    def enter(self, handoff_id: int, staff: Staff, page: object) -> None:
        """A page of this person's shows a handoff."""
        self._pages[handoff_id][page] = staff

    def leave(self, handoff_id: int, page: object) -> None:
        """The page shows it no longer."""
        self._pages[handoff_id].pop(page, None)
        if not self._pages[handoff_id]:
            del self._pages[handoff_id]

    def present(self, handoff_id: int) -> list[dict[str, str]]:
        """Who looks at a handoff now, each once, by name."""
        people = {staff.id: staff.name for staff in self._pages.get(handoff_id, {}).values()}
        return [{"id": id, "name": name} for id, name in sorted(people.items(), key=lambda pair: pair[1])]

    def available(self, staff_id: str, page: object, value: bool) -> bool:
        """A page takes conversations, or no longer; gives whether any page of this person's still does."""
        if value:
            self._taking[staff_id].add(page)
        else:
            self._taking[staff_id].discard(page)
        still = bool(self._taking[staff_id])
        if not still:
            del self._taking[staff_id]
        return still

    def be_available(self, staff_id: str, until: datetime | None) -> None:
        """Keep it, so that every process knows; blocks."""
        with writing(self._engine) as connection:
            self._presence.be_available(connection, staff_id, until)

    def conversation_of(self, handoff_id: int) -> tuple[str, datetime | None]:
        """The conversation of a handoff that has come to the desk, and when it was closed; blocks.

        Raises NotFoundError.
        """
        query = select(handoffs.c.conversation_id, handoffs.c.closed_at).where(
            handoffs.c.id == handoff_id, handoffs.c.status.in_(_AT_THE_DESK)
        )
        with reading(self._engine) as connection:
            found = connection.execute(query).first()
        if found is None:
            raise NotFoundError("no such handoff at the desk")
        return found.conversation_id, found.closed_at

    def is_to_and_fro(self, handoff_id: int, now: datetime) -> bool:
        """Whether the conversation has been sent and taken back again and again lately; blocks.

        It stands in the queue like any other, but nobody is called for it each time. Danger is never passed over.
        """
        own = handoffs.alias()
        back = (handoffs.c.status == Status.WITHDRAWN.value, handoffs.c.sent_at.is_not(None))
        query = (
            select(func.count())
            .select_from(own.join(handoffs, handoffs.c.conversation_id == own.c.conversation_id))
            .where(own.c.id == handoff_id, own.c.priority > 0, *back, handoffs.c.closed_at > now - timedelta(hours=1))
        )
        with reading(self._engine) as connection:
            return bool(connection.execute(query).scalar_one() >= _OFTEN)

    def is_owner(self, handoff_id: int, staff_id: str) -> bool:
        """Whether this person has the handoff now; blocks."""
        query = select(handoffs.c.id).where(
            handoffs.c.id == handoff_id, handoffs.c.staff_id == staff_id, handoffs.c.status == Status.CLAIMED.value
        )
        with reading(self._engine) as connection:
            return connection.execute(query).first() is not None
