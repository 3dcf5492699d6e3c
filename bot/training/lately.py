"""Keeps for a while what takes long to read, so that a page that many open costs one reading."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class Lately(Generic[K, T]):
    """``await lately(key)`` gives what ``read`` gave of the same key less than ``seconds`` ago, else reads anew.

    One reads at a time, and the others wait for it without a thread. Only the newest key's is kept; what ``read``
    raises is raised, and nothing is kept. ``clock`` gives seconds.
    """

    def __init__(
        self,
        read: Callable[[K], Awaitable[T]],
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._seconds = seconds
        self._clock = clock
        self._turn = asyncio.Lock()
        self._kept: tuple[K, float, T] | None = None

    async def __call__(self, key: K) -> T:
        """What was read of ``key``."""
        async with self._turn:
            now = self._clock()
            if self._kept is None or self._kept[0] != key or now - self._kept[1] >= self._seconds:
                self._kept = None
                self._kept = key, now, await self._read(key)
            return self._kept[2]
