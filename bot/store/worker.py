"""Does what waits in the database, in the background: at once when told that something is there, else now and then."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod

import structlog

log = structlog.get_logger(__name__)


class Worker(ABC):
    """Looks every ``look_every`` seconds, and at once after `wake`; takes ``at_once`` at the most each time.

    ``trouble`` is the event of the log when a look fails.
    """

    def __init__(self, *, at_once: int, look_every: float, trouble: str) -> None:
        self._at_once = at_once
        self._look_every = look_every
        self._trouble = trouble
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something new may be there: called after the transaction that put it there."""
        self._woken.set()

    async def run(self) -> None:
        """Work until `stop`; whatever goes wrong with one of them or one look, it goes on."""
        while not self._stopping:
            self._woken.clear()
            try:
                done = await self._do_some()
            except Exception as error:  # the database may be away; what waits there still waits
                log.error(self._trouble, kind=type(error).__name__)
                done = 0
            if done < self._at_once and not self._stopping:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), self._look_every)

    def stop(self) -> None:
        """Let `run` return when what is in hand is done."""
        self._stopping = True
        self._woken.set()

    @abstractmethod
    async def _do_some(self) -> int:
        """Do what is due now; how many that were."""
