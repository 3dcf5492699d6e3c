"""Checks at once, each with a time of its own and all with one together, so that nobody waits long for the doctor."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bot.doctor.finding import Finding, Level, fault, seconds

ALL_TOGETHER: Final = 12.0  # seconds; reading the settings and starting Python come on top
_AT_ONCE: Final = 32  # they wait far more than they work

log = structlog.get_logger(__name__)

Try = Callable[[], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing tried: ``what`` it is in Danish, shown with others of its ``group``; ``limit`` in seconds."""

    group: str
    what: str
    run: Try
    limit: float = 9.0


@dataclass(frozen=True)
class Report:
    """What was found, by group, in the order they were asked for."""

    groups: Mapping[str, tuple[Finding, ...]]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return tuple(finding for findings in self.groups.values() for finding in findings)

    def count(self, level: Level) -> int:
        """How many are of this level."""
        return sum(finding.level is level for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """What the command ends with: 1 when something does not work."""
        return 1 if self.count(Level.FAULT) else 0


async def run(checks: Sequence[Check], *, within: float = ALL_TOGETHER) -> Report:
    """Try all of them at once; what has not answered after ``within`` seconds is said as such."""
    asyncio.get_running_loop().set_default_executor(_Threads())
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(check: Check) -> Sequence[Finding]:
        async with turn:
            return await _tried(check)

    tasks = [asyncio.create_task(one(check)) for check in checks]
    done, late = await asyncio.wait(tasks, timeout=within) if tasks else (set(), set())
    for task in late:
        task.cancel()
    groups: dict[str, list[Finding]] = {}
    for check, task in zip(checks, tasks, strict=True):
        found = task.result() if task in done else [_late(check, within)]
        groups.setdefault(check.group, []).extend(found)
    return Report({group: tuple(findings) for group, findings in groups.items() if findings})


async def _tried(check: Check) -> Sequence[Finding]:
    try:
        return await asyncio.wait_for(check.run(), check.limit)
    except asyncio.TimeoutError:
        return [_late(check, check.limit)]
    except Exception as error:  # one check that breaks must not hide what the others found
        log.debug("doctor.broke", check=check.what, kind=type(error).__name__)
        return [
            fault(
                f"{check.what} kunne ikke prøves ({type(error).__name__}).",
                "Prøv igen. Sker det stadig, så send linjen her til dem, der vedligeholder programmet.",
            )
        ]


def _late(check: Check, limit: float) -> Finding:
    return fault(
        f"{check.what}: Der kom intet svar inden for {seconds(limit)}.",
        "Se efter, om det, der bliver spurgt, kører, og om en firewall holder det tilbage.",
    )


class _Threads(ThreadPoolExecutor):
    """A thread for each piece of work, and nobody waits for one that hangs (a name server that is silent, say)."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin at once."""
        future: Future[Any] = Future()

        def begun() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=begun, daemon=True, name="doctor").start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave them; they end with the program."""
