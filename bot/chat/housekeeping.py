"""Does the same small chores again and again, for as long as web runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0  # seconds between looks

Chore = Callable[[], Awaitable[object]]


class HouseKeeping:
    """Each chore comes with how many looks lie between two times that it is done."""

    def __init__(self, chores: Sequence[tuple[Chore, int]]) -> None:
        self._chores = tuple(chores)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Do every chore now, and from now on."""
        self._task = asyncio.create_task(self._keep_house(), name="keeping house")

    async def stop(self) -> None:
        """Do nothing more; a chore under way is broken off."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _keep_house(self) -> None:
        look = 0
        while True:
            for chore, every in self._chores:
                if look % every == 0:
                    await self._safely(chore)
            look += 1
            await asyncio.sleep(LOOK_EVERY)

    @staticmethod
    async def _safely(chore: Chore) -> None:
        """One chore that fails holds up no other; the database may be away for a while, and the next look comes."""
        try:
            await chore()
        except Exception as error:
            name = getattr(chore, "__name__", "chore").strip("_")
            log.error("keeping_house.failed", chore=name, kind=type(error).__name__)
