"""Carries frames to everybody who has a conversation open, in this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import Any

Frame = dict[str, Any]

_LONGEST_QUEUE = 256  # frames; a reader further behind than this is dropped and may come back and replay


class Subscription:
    """One reader of a conversation: frames in the order they were published."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._news = asyncio.Event()
        self._stopped = asyncio.Event()
        self.overrun = False

    @property
    def over(self) -> bool:
        """Whether it was stopped."""
        return self._stopped.is_set()

    def put(self, frame: Frame) -> None:
        """Add a frame; a reader too far behind is given up, and nobody waits for it."""
        if self.over:
            return
        if len(self._frames) >= _LONGEST_QUEUE:
            self.overrun = True
            self.stop()
            return
        self._frames.append(frame)
        self._news.set()

    def stop(self) -> None:
        """End it: `get` gives None from now on."""
        self._frames.clear()
        self._stopped.set()
        self._news.set()

    async def stopped(self) -> None:
        """Return when it was stopped."""
        await self._stopped.wait()

    async def get(self) -> Frame | None:
        """The next frame; None when there will be no more."""
        while not self._frames:
            if self.over:
                return None
            self._news.clear()
            await self._news.wait()
        return self._frames.popleft()


class Bus:
    """Who reads which conversation."""

    def __init__(self) -> None:
        self._readers: defaultdict[str, set[Subscription]] = defaultdict(set)

    def subscribe(self, conversation_id: str) -> Subscription:
        """Read from now on; `unsubscribe` when done."""
        subscription = Subscription()
        self._readers[conversation_id].add(subscription)
        return subscription

    def readers(self, conversation_id: str) -> int:
        """How many read a conversation now."""
        return len(self._readers.get(conversation_id, ()))

    def unsubscribe(self, conversation_id: str, subscription: Subscription) -> None:
        """Read no more."""
        self._readers[conversation_id].discard(subscription)
        if not self._readers[conversation_id]:
            del self._readers[conversation_id]

    def publish(self, conversation_id: str, frame: Frame) -> None:
        """Give a frame to every reader of a conversation; never waits."""
        for subscription in tuple(self._readers.get(conversation_id, ())):
            subscription.put(frame)
