"""Writes what was signed into the case system: an asynchronous worker, one in each web process."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Protocol

import structlog

from bot.audit.noting import KeepsTrail, Noting, NotNoted
from bot.audit.trail import ActorKind, Doing, Entry
from bot.cases.failures import CaseSystemUnsure
from bot.errors import CaseSystemError, CaseSystemNonsense, CaseSystemReadOnly, CaseSystemSlow, NotFoundError
from bot.handoff.filing.filings import LEASE, Filings
from bot.handoff.filing.model import Errand, FilingKind
from bot.identity.clock import utc_now
from bot.store.blocking import Blocking
from bot.store.worker import Worker

log = structlog.get_logger(__name__)

_AT_ONCE = 4
_OURSELVES = "filing"  # who writes what nobody signed
_LONGEST_WRITING = LEASE.total_seconds() / 4
_BETWEEN = ":"  # in a case's ref, after the system's short name (`bot.cases.asked.CaseSystems`)
# Whether it was written is not known after these; after any other failure of a case system's it was not.
_UNSURE = {CaseSystemSlow: "slow", CaseSystemUnsure: "down", CaseSystemNonsense: "nonsense"}
_NOT_IN_TRAIL = (
    "Det står i sagen, men kan ikke skrives i revisionssporet lige nu. Slet det ikke: Vi prøver igen, til det lykkes."
)
_REFUSED = "Sagssystemet kender ikke sagen som en af borgerens. Vælg en anden sag, eller slet udkastet."


class TakesWriting(Protocol):
    """What is needed of a case system: see `bot.cases.port.CaseSystem`."""

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        """Put a task into the case ``ref``."""
        ...

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        """Put a note into the case ``ref``."""
        ...


class FilingWorker(Worker):
    """Writes what is pending, looks again every ``look_every`` seconds, and at once after `wake`.

    A write that was cut off may have happened, or happen yet: it is made again under the same key when `LEASE` has
    passed, and the case system writes nothing twice. What was written is in the ``trail`` before it counts as filed,
    and what may have been is there too; a line that could not be written in time may stand there twice, and is
    never missing. ``trail_seconds`` is how long a line is waited for.
    """

    def __init__(
        self,
        filings: Filings,
        cases: TakesWriting,
        blocking: Blocking,
        *,
        trail: KeepsTrail | None = None,
        trail_seconds: float = 5.0,
        look_every: float = 10.0,
    ) -> None:
        self._filings = filings
        self._noting = None if trail is None else Noting(trail, seconds=trail_seconds)
        self._cases = cases
        self._blocking = blocking
        super().__init__(at_once=_AT_ONCE, look_every=look_every, trouble="filing.failed")

    async def _do_some(self) -> int:
        errands = await self._blocking(self._filings.take, _AT_ONCE)
        await asyncio.gather(*(self._write(errand) for errand in errands))
        return len(errands)

    async def _write(self, errand: Errand) -> None:
        known = {"filing": errand.id, "kind": errand.kind.value, "tries": errand.tries}
        try:
            await asyncio.wait_for(self._put(errand), _LONGEST_WRITING)
        except NotFoundError:
            log.warning("filing.refused", **known)
            await self._blocking(self._filings.refused, errand, _REFUSED)
        except CaseSystemReadOnly as error:
            log.warning("filing.read_only", **known)
            await self._blocking(self._filings.refused, errand, error.staff)
        except CaseSystemError as error:
            log.warning("filing.not_now", reason=error.log, **known)
            unsure = next((told for kind, told in _UNSURE.items() if isinstance(error, kind)), None)
            await self._not_now(errand, unsure)
        except (asyncio.TimeoutError, TimeoutError):
            log.warning("filing.not_now", reason="took too long", **known)
            await self._not_now(errand, "slow")
        except Exception as error:  # a fault of ours: it is kept, and the others must still go
            log.error("filing.broken", error=type(error).__name__, **known)
            await self._not_now(errand, "failed")
        else:
            if not await self._noted(errand, "ok"):
                await self._blocking(self._filings.later, errand, _NOT_IN_TRAIL)
                return
            await self._blocking(self._filings.filed, errand)
            log.info("filing.filed", **known)

    async def _not_now(self, errand: Errand, unsure: str | None) -> None:
        """It is tried again; ``unsure`` is the outcome for the trail where it may have been written, else None."""
        if unsure is None:
            await self._blocking(self._filings.later, errand)
            return
        await self._noted(errand, unsure)  # now: staff may drop it before it is tried again
        await self._blocking(self._filings.later, errand, at_least=LEASE)

    async def _put(self, errand: Errand) -> None:
        if errand.kind is FilingKind.NOTE or errand.due is None:
            await self._cases.add_note(
                ref=errand.ref, cpr=errand.cpr, key=errand.key, text=errand.text, author=errand.author
            )
        else:
            await self._cases.add_task(
                ref=errand.ref,
                cpr=errand.cpr,
                key=errand.key,
                text=errand.text,
                due=errand.due,
                author=errand.author,
            )

    async def _noted(self, errand: Errand, outcome: str) -> bool:
        """Whether it is in the trail; True where none is kept."""
        if self._noting is None:
            return True
        try:
            await self._noting.note(_entry(errand, outcome))
        except (NotNoted, ValueError) as error:  # the latter for what no line can hold; its text is left out
            log.error("filing.not_in_trail", error=type(error).__name__, filing=errand.id)
            return False
        return True


def _entry(errand: Errand, outcome: str) -> Entry:
    name, _, own = errand.ref.partition(_BETWEEN)
    return Entry(
        at=utc_now(),
        actor_kind=ActorKind.STAFF if errand.staff_id else ActorKind.SYSTEM,
        actor=errand.staff_id or _OURSELVES,
        actor_name=errand.author,
        subject=errand.cpr,
        doing=Doing.WROTE_NOTE if errand.kind is FilingKind.NOTE else Doing.WROTE_TASK,
        why="filing",
        place=str(errand.handoff_id),
        systems=(name,) if own else (),  # the first system's refs do not name it
        cases=(errand.number,) if errand.number else (),
        outcome=outcome,
    )
