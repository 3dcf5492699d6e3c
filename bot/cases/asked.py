"""All of a municipality's case systems, asked as one: at the same time, with care, and never without a trace."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

import structlog
from cachetools import TTLCache

from bot.audit.noting import KeepsTrail, Noting, NotNoted
from bot.audit.trail import Doing, Entry
from bot.cases.asking import cases_of
from bot.cases.case import Case
from bot.cases.found import Asker, Found
from bot.cases.patience import Patient
from bot.cases.port import CaseSystem
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense, CaseSystemSlow, CaseSystemTooMuch
from bot.identity.clock import utc_now

log = structlog.get_logger(__name__)

_KEPT_LOGINS: Final = 2000
_MARGIN: Final = 1.0  # seconds that whoever has the time limit gets to tell that it is over
_BETWEEN: Final = ":"  # a system's short name and the ref it gave

# What is told when no system answers: the first of these that any of them failed with.
_OUTCOMES: Final[Mapping[type[CaseSystemError], str]] = {
    CaseSystemTooMuch: "too_much",
    CaseSystemSlow: "slow",
    CaseSystemDown: "down",
    CaseSystemNonsense: "nonsense",
}


class CaseSystems:
    """The systems by the short names the settings call them; the first has the word where two have the same case.

    ``timeout`` is in seconds, for each look-up. What a citizen's own login was told is kept ``kept`` seconds in this
    process's memory, for that login alone; a part of an answer never is. Every look-up and every write is in the
    ``trail`` before anything of it is given away, and where it can't be put there nothing is.
    """

    def __init__(
        self,
        each: Mapping[str, CaseSystem],
        *,
        timeout: float,
        trail: KeepsTrail | None,
        kept: float = 20.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.each: Mapping[str, Patient] = {key: Patient(system, timeout=timeout) for key, system in each.items()}
        self._first = next(iter(each))
        self._timeout = timeout
        self._noting = Noting(trail) if trail is not None else None
        self._salt = secrets.token_bytes(16)
        self._seconds = max(kept, 0.001)
        self._clock = clock
        self._kept: TTLCache[tuple[str, str], Found] = TTLCache(_KEPT_LOGINS, self._seconds, timer=time.monotonic)

    async def look_up(self, cpr: str, asker: Asker, *, today: date | None = None) -> Found:
        """The cases of the person with CPR number ``cpr``, in all systems, checked as `cases_of` checks them.

        ``today`` is the Danish date (default: now). Raises CaseSystemTooMuch, CaseSystemSlow, CaseSystemDown or
        CaseSystemNonsense when no system answered; CaseSystemDown when the audit trail can't be written.
        """
        key = (asker.actor, hashlib.blake2b(cpr.encode(), key=self._salt).hexdigest())
        kept = self._kept.get(key) if asker.own_login else None
        if kept is not None:
            await self._note(asker, cpr, kept.cases, "ok")
            return kept
        given = await asyncio.gather(*(self._ask(name, cpr, asker.why, today) for name in self.each))
        answers = [answer for answer in given if not isinstance(answer, CaseSystemError)]
        failures = [answer for answer in given if isinstance(answer, CaseSystemError)]
        worst = _most_telling(failures) if failures else None
        found = Found(
            cases=_merged(answers),
            missing=tuple(
                self.each[name].name
                for name, answer in zip(self.each, given, strict=True)
                if isinstance(answer, CaseSystemError)
            ),
            failure=worst,
        )
        outcome = _outcome(worst) if worst else "ok"
        await self._note(asker, cpr, found.cases, f"part_{outcome}" if worst and answers else outcome)
        if worst and not answers:
            raise worst
        if asker.own_login and not failures:
            self._kept[key] = found
            # The cache itself only lets go of what is old when something new comes.
            asyncio.get_running_loop().call_later(self._seconds + 0.1, self._kept.expire)
        return found

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        """See `CaseSystem.add_task`; into the system that gave the case. Whoever writes keeps it in the trail."""
        own, system = self._of(ref)
        await system.add_task(ref=own, cpr=cpr, key=key, text=text, due=due, author=author)

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        """See `CaseSystem.add_note`; as `add_task`."""
        own, system = self._of(ref)
        await system.add_note(ref=own, cpr=cpr, key=key, text=text, author=author)

    async def ping(self) -> None:
        """Return when all answer. Raises what the first of them that does not raises."""
        await asyncio.gather(*(system.ping() for system in self.each.values()))

    async def close(self) -> None:
        """Let go of connections."""
        await asyncio.gather(*(system.close() for system in self.each.values()))
        if self._noting is not None:
            self._noting.close()

    async def _ask(self, name: str, cpr: str, why: str, today: date | None) -> list[Case] | CaseSystemError:
        try:
            cases = await cases_of(self.each[name], cpr, timeout=self._timeout + _MARGIN, today=today)
        except CaseSystemError as error:
            log.warning("cases.failed", system=name, kind=type(error).__name__, reason=error.log, why=why)
            return error
        if name == self._first:
            return cases
        return [replace(case, ref=f"{name}{_BETWEEN}{case.ref}") for case in cases]

    def _of(self, ref: str) -> tuple[str, Patient]:
        """A case's own ref and its system; one that names none is the first's."""
        name, _, own = ref.partition(_BETWEEN)
        if own and name in self.each and name != self._first:
            return own, self.each[name]
        return ref, self.each[self._first]

    async def _note(self, asker: Asker, cpr: str, cases: Iterable[Case], outcome: str) -> None:
        if self._noting is None:
            return
        entry = Entry(
            at=self._clock(),
            actor_kind=asker.kind,
            actor=asker.actor,
            actor_name=asker.name,
            subject=cpr,
            doing=Doing.LOOKED_UP,
            why=asker.why,
            place=asker.place,
            systems=tuple(self.each),
            cases=tuple(case.number for case in cases),
            outcome=outcome,
        )
        try:
            await self._noting.note(entry)
        except NotNoted as error:
            raise CaseSystemDown(error.log, staff=error.staff) from None


def _merged(answers: Iterable[Iterable[Case]]) -> tuple[Case, ...]:
    """All cases, newest change first; of two with one number that of the first answer."""
    by_number: dict[str, Case] = {}
    for cases in answers:
        for case in cases:
            by_number.setdefault(case.number, case)
    return tuple(sorted(by_number.values(), key=lambda case: case.changed, reverse=True))


def _most_telling(failures: Sequence[CaseSystemError]) -> CaseSystemError:
    for kind in _OUTCOMES:
        for failure in failures:
            if isinstance(failure, kind):
                return failure
    return failures[0]


def _outcome(failure: CaseSystemError) -> str:
    return next((told for kind, told in _OUTCOMES.items() if isinstance(failure, kind)), "failed")
