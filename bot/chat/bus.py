"""Carries frames to everybody who has a conversation open, in this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

Frame = dict[str, Any]

_LONGEST_QUEUE = 256  # frames; a reader further behind than this is dropped and may come back and replay


class Subscription:
    """One reader of a conversation: frames in the order they were published."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Frame | None] = asyncio.Queue(_LONGEST_QUEUE)
        self.overrun = False

    def put(self, frame: Frame) -> None:
        """Add a frame; when the queue is full the reader is given up, and nobody waits for it."""
        try:
            self._queue.put_nowait(frame)
        except asyncio.QueueFull:
            self.stop(overrun=True)

    def stop(self, *, overrun: bool = False) -> None:
        """End it: `get` gives None from now on."""
        self.overrun = self.overrun or overrun
        while self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def get(self) -> Frame | None:
        """The next frame; None when there will be no more."""
        return await self._queue.get()


class Bus:
    """Who reads which conversation."""

    def __init__(self) -> None:
        self._readers: defaultdict[str, set[Subscription]] = defaultdict(set)

    def subscribe(self, conversation_id: str) -> Subscription:
        """Read from now on; `unsubscribe` when done."""
        subscription = Subscription()
        self._readers[conversation_id].add(subscription)
        return subscription

    def unsubscribe(self, conversation_id: str, subscription: Subscription) -> None:
        """Read no more."""
        self._readers[conversation_id].discard(subscription)
        if not self._readers[conversation_id]:
            del self._readers[conversation_id]

    def publish(self, conversation_id: str, frame: Frame) -> None:
        """Give a frame to every reader of a conversation; never waits."""
        for subscription in tuple(self._readers.get(conversation_id, ())):
            subscription.put(frame)
