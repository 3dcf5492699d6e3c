"""Tells everybody concerned what staff have done: the citizen in the chat, and everybody at the desk."""

from __future__ import annotations

from bot.chat.announcing import Announcer
from bot.chat.bus import Bus, Frame
from bot.desk.queue import Changed


def handoff_key(handoff_id: int) -> str:
    """What the bus calls those who look at one handoff."""
    return f"handoff:{handoff_id}"


class DeskNews:
    """Publishes what was kept; nothing is published that is not kept."""

    def __init__(self, announcer: Announcer, bus: Bus) -> None:
        self._announcer = announcer
        self._bus = bus

    async def changed(self, changed: Changed) -> None:
        """A handoff was changed, and these messages came with it."""
        conversation = changed.handoff.conversation_id
        for message in changed.messages:
            self._announcer.message(conversation, message)
        await self.state(conversation)
        self._announcer.desk({"type": "queue", "sent": None})
        self.to_handoff(changed.handoff.id, {"type": "handoff", "handoff": changed.handoff.id})

    def replied(self, changed: Changed) -> None:
        """Somebody answered: nothing but the message is new."""
        for message in changed.messages:
            self._announcer.message(changed.handoff.conversation_id, message)

    async def state(self, conversation_id: str) -> None:
        """Who has the conversation now."""
        await self._announcer.state(conversation_id)

    def to_citizen(self, conversation_id: str, frame: Frame) -> None:
        """Something that lasts no longer than its moment, for everybody in the conversation."""
        self._announcer.frame(conversation_id, frame)

    def to_handoff(self, handoff_id: int, frame: Frame) -> None:
        """Something for those at the desk who look at a handoff, and not for the citizen."""
        self._bus.publish(handoff_key(handoff_id), frame)
