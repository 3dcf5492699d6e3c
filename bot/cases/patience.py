"""Asking a case system with care: again when that may help, not at all while it is down, and never by too many."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta, timezone
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import stamina
import structlog

from bot.cases.case import Case
from bot.cases.deadline import within
from bot.cases.failures import CaseSystemBusy, ConnectionCut
from bot.cases.port import CaseSystem
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemSlow

log = structlog.get_logger(__name__)

T = TypeVar("T")

_COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
_TRIES: Final = 3  # of a read
_WRITING: Final = 25.0  # seconds; no citizen waits for a write, and the worker gives it up a little later
_LONGEST_WISH: Final = 1.0  # seconds that a busy system may ask us to wait; what is longer is told as down


class CaseSystemResting(CaseSystemDown):
    """It failed again and again, and is left alone until ``again_at`` (aware UTC)."""

    def __init__(
        self, log: str, *, citizen: str | None = None, staff: str | None = None, again_at: datetime | None = None
    ) -> None:
        super().__init__(log, citizen=citizen, staff=staff)
        self.again_at = again_at


class Breaker:
    """Lets nobody through for ``rest`` seconds after ``fails`` failures in a row; then one, who tells how it is.

    A circuit breaker (M. Nygard, Release It!, 2nd ed., ch. 5). The kept libraries go by the wall clock, and would
    leave a system alone for an hour when that is set back by one; this goes by one that only goes forward.
    """

    def __init__(self, name: str, *, fails: int, rest: float, timer: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._fails = fails
        self._rest = rest
        self._timer = timer
        self._failed = 0
        self._until: float | None = None
        self._trying = False

    @asynccontextmanager
    async def through(self) -> AsyncIterator[None]:
        """For one who asks. Raises CaseSystemResting while it is left alone."""
        trial = self._enter()
        try:
            yield
        except (CaseSystemDown, CaseSystemSlow):
            self._failure()
            raise
        except CaseSystemError:  # it answered, if only nonsense: that may be one citizen's cases
            self._success()
            raise
        else:
            self._success()
        finally:
            if trial:
                self._trying = False

    def _enter(self) -> bool:
        if self._until is None:
            return False
        left = self._until - self._timer()
        if left > 0 or self._trying:
            again = datetime.now(timezone.utc) + timedelta(seconds=max(left, 1.0))
            told = again.astimezone(_COPENHAGEN)
            raise CaseSystemResting(
                f"{self._name} failed {self._failed} times; tried again in {max(left, 1.0):.0f} s",
                staff=f"Der er ikke forbindelse til {self._name}. Vi prøver igen kl. {told:%H.%M.%S}.",
                again_at=again,
            )
        self._trying = True
        return True

    def _failure(self) -> None:
        self._failed += 1
        if self._failed >= self._fails:
            if self._until is None:
                log.error("cases.resting", system=self._name, failures=self._failed, seconds=self._rest)
            self._until = self._timer() + self._rest

    def _success(self) -> None:
        if self._until is not None:
            log.info("cases.well_again", system=self._name)
        self._failed, self._until = 0, None


class Patient:
    """A case system as those ask it who answer citizens.

    One question costs whoever asks ``timeout`` seconds at most. No more than ``at_once`` are under way together, so
    that a slow system holds up nobody but those who need it, and isn't asked more than it bears; who waits longer than
    the time for a turn is told that it is slow. Reads are tried up to three times while there is time, when the
    connection was cut or the system was busy; a write is never tried again here: it may have happened.
    """

    def __init__(
        self, system: CaseSystem, *, timeout: float, at_once: int = 12, fails: int = 5, rest: float = 20.0
    ) -> None:
        self._system = system
        self._timeout = timeout
        self._turns = asyncio.Semaphore(at_once)
        self._breaker = Breaker(system.name, fails=fails, rest=rest)

    @property
    def name(self) -> str:
        """See `CaseSystem.name`."""
        return self._system.name

    @property
    def writable(self) -> bool:
        """See `CaseSystem.writable`."""
        return self._system.writable

    async def cases_for(self, cpr: str) -> list[Case]:
        """See `CaseSystem.cases_for`; CaseSystemResting, a CaseSystemDown, while it is left alone."""
        return await self._asked(lambda: self._again(lambda: self._system.cases_for(cpr)), self._timeout)

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        """See `CaseSystem.add_task`."""
        await self._asked(
            lambda: self._system.add_task(ref=ref, cpr=cpr, key=key, text=text, due=due, author=author), _WRITING
        )

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        """See `CaseSystem.add_note`."""
        await self._asked(lambda: self._system.add_note(ref=ref, cpr=cpr, key=key, text=text, author=author), _WRITING)

    async def ping(self) -> None:
        """See `CaseSystem.ping`: asked whether it is left alone or not, for whoever wants to know how it is."""
        await self._system.ping()

    async def close(self) -> None:
        """See `CaseSystem.close`."""
        await self._system.close()

    async def _asked(self, ask: Callable[[], Awaitable[T]], seconds: float) -> T:
        async with self._breaker.through():
            try:
                with within(seconds):
                    return await asyncio.wait_for(self._in_turn(ask), seconds)
            except (asyncio.TimeoutError, TimeoutError):
                raise CaseSystemSlow(f"{self.name} did not answer in {seconds:g} s") from None

    async def _in_turn(self, ask: Callable[[], Awaitable[T]]) -> T:
        async with self._turns:
            return await ask()

    async def _again(self, ask: Callable[[], Awaitable[T]]) -> T:
        async for attempt in stamina.retry_context(
            on=_worth_another, attempts=_TRIES, timeout=None, wait_initial=0.1, wait_jitter=0.2, wait_max=1.0
        ):
            with attempt:
                return await ask()
        raise AssertionError("stamina tries at least once")


def _worth_another(error: Exception) -> bool | float:
    """Whether to ask again; or how long the system wants us to wait first, in seconds."""
    if isinstance(error, CaseSystemBusy):
        return error.after is None or (error.after <= _LONGEST_WISH and max(error.after, 0.05))
    return isinstance(error, ConnectionCut)
