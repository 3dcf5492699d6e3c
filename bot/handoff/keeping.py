"""Looks after the handoffs: sends what the citizen let lie, tells when a promise is broken, and who is next now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.chat.announcing import Announcer
from bot.chat.bus import Bus
from bot.chat.consequences import Draft, Outcome
from bot.chat.log import Log
from bot.chat.rasa import Choice
from bot.chat.records import Conversation
from bot.handoff import offering, texts
from bot.handoff.citizens import CitizensHandoffs
from bot.handoff.model import EventKind, Handoff, Status, Way
from bot.handoff.records import HandoffRecords
from bot.handoff.rules import Trigger
from bot.store.blocking import Blocking
from bot.store.engine import reading
from bot.store.handoff_tables import handoffs as table
from bot.store.tables import conversations

log = structlog.get_logger(__name__)

_AT_ONCE = 100  # handoffs looked after in one go


class HandoffKeeper:
    """Chores for the keeping of house; each is safe to run in several processes at once, and again."""

    def __init__(
        self,
        engine: Engine,
        chat_log: Log,
        citizens: CitizensHandoffs,
        handoffs: HandoffRecords,
        announcer: Announcer,
        bus: Bus,
        blocking: Blocking,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._log = chat_log
        self._citizens = citizens
        self._handoffs = handoffs
        self._announcer = announcer
        self._bus = bus
        self._blocking = blocking
        self._clock = clock
        self._told: dict[str, int] = {}

    async def send_due(self) -> None:
        """What was asked for and neither sent nor taken back goes to the queue by itself: nobody is forgotten."""
        for handoff_id, conversation_id in await self._blocking(self._due):

            def run(connection: Connection, conversation: Conversation, id: int = handoff_id) -> Outcome | None:
                ongoing = self._handoffs.ongoing(connection, conversation.id)
                if ongoing is None or ongoing.id != id or not _is_due(ongoing, self._clock()):
                    return None
                return self._citizens.send(connection, conversation, ongoing, texts.SENT_BY_ITSELF)

            done = await self._blocking(self._log.happen, conversation_id, run)
            if done.messages:
                log.info("handoff.sent_by_itself", handoff=handoff_id)
                await self._announcer.done(conversation_id, done, news=True)

    async def tell_late(self) -> None:
        """A promise that is broken: the desk is alarmed, and the citizen is told, once."""
        for handoff_id, conversation_id in await self._blocking(self._late):

            def run(connection: Connection, conversation: Conversation, id: int = handoff_id) -> Outcome | None:
                handoff = self._handoffs.get(connection, id)
                if handoff is None or handoff.alerted_at is not None or not _is_late(handoff, self._clock()):
                    return None
                self._handoffs.change(connection, handoff, alerted_at=self._clock())
                self._handoffs.event(connection, handoff.id, EventKind.LATE)
                return Outcome() if conversation.state == "erased" else _late(handoff)

            done = await self._blocking(self._log.happen, conversation_id, run)
            log.warning("handoff.late", handoff=handoff_id)
            await self._announcer.done(conversation_id, done, news=True)
            self._announcer.desk({"type": "late", "handoff": handoff_id})

    async def tell_places(self) -> None:
        """Whoever waits with the chat open hears of a new place in the queue."""
        waiting = await self._blocking(self._queue)
        now = {conversation_id: place for place, conversation_id in enumerate(waiting, start=1)}
        for conversation_id, position in now.items():
            if self._told.get(conversation_id) != position and self._bus.readers(conversation_id):
                await self._announcer.state(conversation_id)
        self._told = now

    def _due(self) -> list[tuple[int, str]]:
        query = (
            select(table.c.id, table.c.conversation_id)
            .where(table.c.status == Status.OFFERED.value, table.c.send_at <= self._clock())
            .limit(_AT_ONCE)
        )
        with reading(self._engine) as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def _late(self) -> list[tuple[int, str]]:
        waits = (table.c.status == Status.WAITING.value) | (
            (table.c.status == Status.CLAIMED.value) & (table.c.way == Way.CALL.value)
        )
        query = (
            select(table.c.id, table.c.conversation_id)
            .where(waits, table.c.due_at < self._clock(), table.c.alerted_at.is_(None))
            .order_by(table.c.priority, table.c.due_at)
            .limit(_AT_ONCE)
        )
        with reading(self._engine) as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def _queue(self) -> list[str]:
        """The conversations that wait, the next one first."""
        query = (
            select(table.c.conversation_id)
            .join(conversations, conversations.c.id == table.c.conversation_id)
            .where(table.c.status == Status.WAITING.value, table.c.way == Way.CHAT.value)
            .order_by(table.c.priority, table.c.sent_at, table.c.id)
        )
        with reading(self._engine) as connection:
            return list(connection.execute(query).scalars())


def _is_due(handoff: Handoff, now: datetime) -> bool:
    return handoff.status is Status.OFFERED and handoff.send_at is not None and handoff.send_at <= now


def _is_late(handoff: Handoff, now: datetime) -> bool:
    waits = handoff.status is Status.WAITING or (handoff.status is Status.CLAIMED and handoff.way is Way.CALL)
    return waits and handoff.due_at is not None and handoff.due_at < now


def _late(handoff: Handoff) -> Outcome:
    if handoff.way is not Way.CHAT:
        return Outcome(drafts=(Draft(text=texts.LATE_CALL, sender="system"),))
    call = Choice(title=texts.CALL_INSTEAD, payload=offering.command("handoff", "call", handoff.id))
    said = texts.LATE_ACUTE if handoff.trigger is Trigger.ACUTE else texts.LATE
    return Outcome(drafts=(Draft(text=said, choices=(call,), sender="system"),))
