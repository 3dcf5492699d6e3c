"""Putting lines into the audit trail from beside an event loop: nobody waits long for it, and nothing else does."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from bot.audit.trail import Entry
from bot.errors import BorgerkontaktError
from bot.store.blocking import Blocking

log = structlog.get_logger(__name__)

# A citizen waits five seconds at most, and three of them may have gone to a case system.
_LONGEST = 1.0
_THREADS = 4


class NotNoted(BorgerkontaktError):
    """The line is not in the trail (yet), and so nothing of what it is about may be shown."""

    staff = "Det kan ikke skrives i revisionssporet lige nu, og så må det ikke vises. Prøv igen om lidt."


class KeepsTrail(Protocol):
    """What is needed of `bot.audit.trail.Trail`; it blocks while it asks the database."""

    def write(self, entry: Entry) -> None:
        """Add a line that is there to stay once this returns."""
        ...


class Noting:
    """Writes into ``trail`` in threads of its own, and waits ``seconds`` at most for one line."""

    def __init__(self, trail: KeepsTrail, *, seconds: float = _LONGEST) -> None:
        self._trail = trail
        self._seconds = seconds
        self._blocking = Blocking(_THREADS)

    async def note(self, entry: Entry) -> None:
        """Add ``entry``. Raises NotNoted, without a word of it, when that fails or takes too long.

        A line that comes to stand after all tells of something that was then not shown.
        """
        try:
            await asyncio.wait_for(self._blocking(self._trail.write, entry), self._seconds)
        except Exception as error:  # its text may quote the entry, and so it is left out
            log.error("audit.not_written", error=type(error).__name__)
            raise NotNoted("something can't be put in the audit trail") from None

    def close(self) -> None:
        """Wait for what is being written; what has not begun is dropped."""
        self._blocking.close()
