"""Tells everybody who has a conversation open what has come into it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from bot.chat.bus import Bus, Frame
from bot.chat.consequences import Done
from bot.chat.log import Log
from bot.chat.protocol import message_frame, state_frame
from bot.chat.records import Message
from bot.identity.logins import Login, Logins
from bot.store.blocking import Blocking

DESK = "desk"  # what the bus calls those who look after the queue


class Announcer:
    """Publishes what the log has kept; nothing is published that is not kept.

    ``standing`` gives what the citizen is told of their handoff, as fields of a state frame.
    """

    def __init__(
        self,
        log: Log,
        bus: Bus,
        logins: Logins,
        blocking: Blocking,
        *,
        standing: Callable[[str], Frame] | None = None,
    ) -> None:
        self._log = log
        self._standing = standing
        self._bus = bus
        self._logins = logins
        self._blocking = blocking
        self._one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def frame(self, conversation_id: str, frame: Frame) -> None:
        """Something that lasts no longer than its moment, as that somebody is typing."""
        self._bus.publish(conversation_id, frame)

    def message(self, conversation_id: str, message: Message | None) -> None:
        """A message, if there is one."""
        if message is not None:
            self._bus.publish(conversation_id, message_frame(message))

    async def done(self, conversation_id: str, done: Done, *, news: bool) -> None:
        """What was kept, in order; with ``news`` the queue or the state may be another by it."""
        for message in done.messages:
            self.message(conversation_id, message)
        if news:
            await self.state(conversation_id)
            self.desk({"type": "queue", "sent": done.sent})

    def desk(self, frame: Frame) -> None:
        """Something for those who look after the queue."""
        self._bus.publish(DESK, frame)

    async def state(self, conversation_id: str) -> None:
        """Who has the conversation now, who is logged in in it, and how it stands with a handoff.

        One at a time in a conversation, so that what was read last is also what is told last.
        """
        async with self._one_at_a_time.setdefault(conversation_id, asyncio.Lock()):
            conversation = await self._blocking(self._log.get, conversation_id)
            if conversation is not None:
                frame = state_frame(conversation, await self.login(conversation.login_id))
                self._bus.publish(conversation_id, frame | await self.standing(conversation_id))

    async def standing(self, conversation_id: str) -> Frame:
        """The fields of a state or welcome frame that tell of a handoff."""
        return {} if self._standing is None else await self._blocking(self._standing, conversation_id)

    async def login(self, login_id: str | None) -> Login | None:
        """The login behind an opaque id, if it still counts."""
        return None if login_id is None else await self._blocking(self._logins.resolve, login_id)

    async def login_over(self, conversation_id: str, text: str, *, login_id: str | None = None) -> bool:
        """A login is over: forget what was remembered under it, and say ``text``. False when nobody was logged in."""
        message = await self._blocking(self._log.logins.ended, conversation_id, text, login_id=login_id)
        if message is None:
            return False
        self.message(conversation_id, message)
        await self.state(conversation_id)
        return True
