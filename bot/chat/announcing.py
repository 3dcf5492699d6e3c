"""Tells everybody who has a conversation open what has come into it."""

from __future__ import annotations

from bot.chat.bus import Bus, Frame
from bot.chat.log import Log
from bot.chat.protocol import message_frame, state_frame
from bot.chat.records import Message
from bot.identity.logins import Login, Logins
from bot.store.blocking import Blocking


class Announcer:
    """Publishes what the log has kept; nothing is published that is not kept."""

    def __init__(self, log: Log, bus: Bus, logins: Logins, blocking: Blocking) -> None:
        self._log = log
        self._bus = bus
        self._logins = logins
        self._blocking = blocking

    def frame(self, conversation_id: str, frame: Frame) -> None:
        """Something that lasts no longer than its moment, as that somebody is typing."""
        self._bus.publish(conversation_id, frame)

    def message(self, conversation_id: str, message: Message | None) -> None:
        """A message, if there is one."""
        if message is not None:
            self._bus.publish(conversation_id, message_frame(message))

    async def state(self, conversation_id: str) -> None:
        """Who has the conversation now, and who is logged in in it."""
        conversation = await self._blocking(self._log.get, conversation_id)
        if conversation is not None:
            self._bus.publish(conversation_id, state_frame(conversation, await self.login(conversation.login_id)))

    async def login(self, login_id: str | None) -> Login | None:
        """The login behind an opaque id, if it still counts."""
        return None if login_id is None else await self._blocking(self._logins.resolve, login_id)

    async def login_over(self, conversation_id: str, text: str, *, login_id: str | None = None) -> bool:
        """A login is over: forget what was remembered under it, and say ``text``. False when nobody was logged in."""
        message = await self._blocking(self._log.login_ended, conversation_id, text, login_id=login_id)
        if message is None:
            return False
        self.message(conversation_id, message)
        await self.state(conversation_id)
        return True
