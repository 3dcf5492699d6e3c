"""A case system is asked again when that may help, left alone while it is down, and never by too many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from structlog.testing import capture_logs

from bot.cases.case import Case
from bot.cases.failures import CaseSystemBusy, ConnectionCut
from bot.cases.patience import Breaker, CaseSystemResting, Patient
from bot.errors import CaseSystemDown, CaseSystemNonsense, CaseSystemSlow
from tests.asking import CPR
from tests.unit.case_examples import CARE


@dataclass
class Moody:
    """A case system that does one thing after the other, and the last for ever; counts who asks it at once."""

    moods: list[Exception | float | None]
    name: str = "prøvesystemet"
    writable: bool = True
    asked: int = 0
    inside: int = 0
    most: int = 0
    wrote: list[str] = field(default_factory=list)

    async def cases_for(self, cpr: str) -> list[Case]:
        await self._do()
        return [CARE]

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        self.wrote.append(key)
        await self._do()

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        self.wrote.append(key)
        await self._do()

    async def ping(self) -> None:
        await self._do()

    async def close(self) -> None: ...

    async def _do(self) -> None:
        mood = self.moods[min(self.asked, len(self.moods) - 1)]
        self.asked += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            if isinstance(mood, Exception):
                raise mood
            await asyncio.sleep(mood or 0)
        finally:
            self.inside -= 1


@pytest.mark.parametrize("failure", [ConnectionCut("cut"), CaseSystemBusy("503"), CaseSystemBusy("429", after=0.0)])
async def test_a_read_is_tried_again_when_the_connection_was_cut_or_the_system_busy(failure: Exception) -> None:
    """Twice at most."""
    system = Moody([failure, failure, None])
    assert await Patient(system, timeout=30).cases_for(CPR) == [CARE]
    assert system.asked == 3
    hopeless = Moody([failure])
    with pytest.raises(CaseSystemDown):
        await Patient(hopeless, timeout=30).cases_for(CPR)
    assert hopeless.asked == 3


@pytest.mark.parametrize(
    "failure", [CaseSystemDown("refused"), CaseSystemNonsense("html"), CaseSystemBusy("429", after=60.0)]
)
async def test_a_read_that_would_fail_again_is_not_tried_again(failure: Exception) -> None:
    """Nor is one of a system that wants to be left alone longer than a citizen waits."""
    system = Moody([failure])
    with pytest.raises(type(failure)):
        await Patient(system, timeout=30).cases_for(CPR)
    assert system.asked == 1


async def test_a_write_is_never_tried_again() -> None:
    """It may have happened; whoever wrote looks it up first."""
    for failure in (ConnectionCut("cut"), CaseSystemBusy("503")):
        system = Moody([failure])
        with pytest.raises(CaseSystemDown):
            await Patient(system, timeout=30).add_note(ref="r", cpr=CPR, key="k", text="t", author="a")
        with pytest.raises(CaseSystemDown):
            await Patient(system, timeout=30).add_task(
                ref="r", cpr=CPR, key="k2", text="t", due=date(2026, 12, 1), author="a"
            )
        assert system.wrote == ["k", "k2"]


async def test_whoever_asks_a_silent_system_is_told_when_the_time_is_over() -> None:
    """And the question is given up, so that nothing of it stays behind."""
    system = Moody([3600.0])
    with pytest.raises(CaseSystemSlow):
        await asyncio.wait_for(Patient(system, timeout=0.05).cases_for(CPR), timeout=30)
    assert system.inside == 0


async def test_no_more_than_so_many_ask_at_once_and_who_waits_too_long_is_told() -> None:
    """The time for an answer counts from when somebody asks, not from when it is their turn."""
    system = Moody([3600.0])
    patient = Patient(system, timeout=0.2, at_once=3, fails=1000)
    answers = await asyncio.gather(*(patient.cases_for(CPR) for _ in range(50)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {CaseSystemSlow}
    assert system.most == 3


async def test_a_system_that_fails_again_and_again_is_left_alone_and_says_until_when() -> None:
    """Then one may try: when that is well all may, and when it is not it is left alone again."""
    now = [100.0]
    breaker = Breaker("prøvesystemet", fails=3, rest=20, timer=lambda: now[0])
    await failing(breaker, 3, CaseSystemDown)
    with pytest.raises(CaseSystemResting) as told:
        await one(breaker, None)
    assert told.value.again_at is not None and "Vi prøver igen kl." in told.value.staff
    assert "prøvesystemet" in told.value.staff and "20 s" in told.value.log
    now[0] += 19.9
    with pytest.raises(CaseSystemResting):
        await one(breaker, None)
    now[0] += 0.2
    await failing(breaker, 1, CaseSystemSlow)
    with pytest.raises(CaseSystemResting):
        await one(breaker, None)
    now[0] += 20.1
    with capture_logs() as logs:
        await one(breaker, None)
    assert [line["event"] for line in logs] == ["cases.well_again"]
    await failing(breaker, 2, CaseSystemDown)
    await one(breaker, None)


async def test_only_one_tries_whether_it_is_well_again() -> None:
    """The others are told at once."""
    now = [100.0]
    breaker = Breaker("x", fails=1, rest=20, timer=lambda: now[0])
    await failing(breaker, 1, CaseSystemDown)
    now[0] += 21
    async with breaker.through():
        for _ in range(5):
            with pytest.raises(CaseSystemResting):
                await one(breaker, None)
    await one(breaker, None)


async def test_a_trial_that_was_given_up_leaves_room_for_the_next() -> None:
    """Whoever asked may go away in the middle."""
    now = [100.0]
    breaker = Breaker("x", fails=1, rest=20, timer=lambda: now[0])
    await failing(breaker, 1, CaseSystemDown)
    now[0] += 21
    with pytest.raises(asyncio.CancelledError):
        await one(breaker, asyncio.CancelledError())
    await one(breaker, None)


async def test_nonsense_in_one_citizens_cases_leaves_the_system_open_to_others() -> None:
    """It answered; what it says of somebody else may be well."""
    breaker = Breaker("x", fails=2, rest=20)
    await failing(breaker, 10, CaseSystemNonsense)
    await one(breaker, None)


async def test_a_system_that_is_left_alone_can_still_be_looked_at() -> None:
    """For the health page."""
    system = Moody([CaseSystemDown("x"), None])
    patient = Patient(system, timeout=5, fails=1)
    with pytest.raises(CaseSystemDown):
        await patient.cases_for(CPR)
    with pytest.raises(CaseSystemResting):
        await patient.cases_for(CPR)
    await patient.ping()


async def one(breaker: Breaker, failure: BaseException | None) -> None:
    async with breaker.through():
        if failure is not None:
            raise failure


async def failing(breaker: Breaker, times: int, kind: Callable[[str], Exception]) -> None:
    for _ in range(times):
        with pytest.raises(kind):  # type: ignore[arg-type]
            await one(breaker, kind("x"))
