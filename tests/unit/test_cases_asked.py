"""Several case systems are asked as one: at the same time, merged, with a trace, and what one is told no other is."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from bot.audit.trail import ActorKind, Doing, Entry
from bot.cases.asked import CaseSystems
from bot.cases.case import Case
from bot.cases.found import Asker
from bot.errors import (
    CaseSystemDown,
    CaseSystemError,
    CaseSystemNonsense,
    CaseSystemSlow,
    CaseSystemTooMuch,
)
from tests.asking import CPR, FakeCases
from tests.unit.case_examples import BUILDING, CARE

ANNA = Asker(kind=ActorKind.CITIZEN, actor="login-1", name="Borgeren selv", why="sagsstatus", place="samtale-1")
METTE = Asker(kind=ActorKind.STAFF, actor="mette", name="Mette Holm", why="desk.cases", place="12")
BO = replace(ANNA, actor="login-2", place="samtale-2")


@dataclass
class Written:
    """Keeps the trail in a list; ``failing`` it keeps nothing."""

    entries: list[Entry] = field(default_factory=list)
    failing: bool = False

    def write(self, entry: Entry) -> None:
        if self.failing:
            raise OSError("the disk is full of 0101901234")
        self.entries.append(entry)


@dataclass
class Takes(FakeCases):
    """Takes notes and tasks."""

    notes: list[str] = field(default_factory=list)

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        self.notes.append(ref)

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        self.notes.append(ref)


def systems(*each: FakeCases, trail: Written | None = None, kept: float = 0, timeout: float = 30) -> CaseSystems:
    named = {f"s{number}": replace_name(system, f"system {number}") for number, system in enumerate(each, 1)}
    return CaseSystems(named, timeout=timeout, trail=trail, kept=kept)


def replace_name(system: FakeCases, name: str) -> FakeCases:
    system.name = name
    return system


def numbered(cases: tuple[Case, ...]) -> set[str]:
    return {case.number for case in cases}


async def test_what_all_systems_have_comes_together_newest_change_first() -> None:
    """Whatever system a case is in."""
    old, new = replace(CARE, changed=date(2026, 10, 2)), replace(BUILDING, changed=date(2026, 11, 2))
    found = await systems(FakeCases([old]), FakeCases([new])).look_up(CPR, ANNA)
    assert [case.number for case in found.cases] == [new.number, old.number] and found.missing == ()


async def test_all_systems_are_asked_at_the_same_time() -> None:
    """Each begins before any has answered."""
    begun, all_begun = [], asyncio.Event()

    @dataclass
    class Waits(FakeCases):
        async def cases_for(self, cpr: str) -> list[Case]:
            begun.append(self)
            if len(begun) == 3:
                all_begun.set()
            await all_begun.wait()
            return []

    await asyncio.wait_for(systems(Waits(), Waits(), Waits()).look_up(CPR, ANNA), timeout=30)


async def test_a_case_two_systems_have_is_told_once_as_the_first_tells_it() -> None:
    """KOMBIT's index has a copy of what stands in SBSYS; the settings say which has the word."""
    copy = replace(CARE, ref="elsewhere", title="Kopi", changed=CARE.changed)
    found = await systems(FakeCases([CARE]), FakeCases([copy, BUILDING])).look_up(CPR, ANNA)
    assert {case.title for case in found.cases} == {CARE.title, BUILDING.title}


async def test_a_system_that_fails_is_named_and_the_others_answer() -> None:
    """Nobody is told that they have no more cases than those."""
    found = await systems(FakeCases([CARE]), FakeCases(failure=CaseSystemDown("x"))).look_up(CPR, ANNA)
    assert (numbered(found.cases), found.missing) == ({CARE.number}, ("system 2",))


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        ((CaseSystemDown("x"), CaseSystemSlow("y")), CaseSystemSlow),
        ((CaseSystemNonsense("x"), CaseSystemDown("y")), CaseSystemDown),
        ((CaseSystemDown("x"), CaseSystemTooMuch("y")), CaseSystemTooMuch),
        ((CaseSystemNonsense("x"), CaseSystemNonsense("y")), CaseSystemNonsense),
    ],
)
async def test_where_all_fail_the_most_telling_failure_is_told(
    failures: tuple[CaseSystemError, ...], told: type[CaseSystemError]
) -> None:
    """Slow is worth another try, and too much is worth none."""
    with pytest.raises(told):
        await systems(*(FakeCases(failure=failure) for failure in failures)).look_up(CPR, ANNA)


async def test_one_that_hangs_costs_no_more_than_the_time_set() -> None:
    """The others' answers are there by then."""
    asked = systems(FakeCases([CARE]), FakeCases([BUILDING], seconds=3600), timeout=0.1)
    found = await asyncio.wait_for(asked.look_up(CPR, ANNA), timeout=30)
    assert (numbered(found.cases), found.missing) == ({CARE.number}, ("system 2",))


async def test_what_a_login_was_told_is_kept_a_moment_for_that_login_alone() -> None:
    """Neither another citizen, nor another login of the same citizen, nor staff are told what was kept."""
    system = FakeCases([CARE])
    asked = systems(system, kept=60)
    for _ in range(3):
        assert numbered((await asked.look_up(CPR, ANNA)).cases) == {CARE.number}
    assert system.asked == 1
    await asked.look_up(CPR, BO)
    await asked.look_up(CPR, METTE)
    await asked.look_up(CPR, METTE)
    assert system.asked == 4
    assert (await asked.look_up("1111111118", ANNA)).cases == ()
    assert system.asked == 5


async def test_a_part_of_an_answer_is_not_kept() -> None:
    """Who asks again may get all of it."""
    ill = FakeCases([BUILDING], failure=CaseSystemDown("x"))
    asked = systems(FakeCases([CARE]), ill, kept=60)
    assert (await asked.look_up(CPR, ANNA)).missing == ("system 2",)
    ill.failure = None
    assert numbered((await asked.look_up(CPR, ANNA)).cases) == {CARE.number, BUILDING.number}


async def test_every_look_up_is_in_the_trail() -> None:
    """Who, for whom, which cases, why and when; also what was kept, and what failed."""
    trail, ill = Written(), FakeCases(failure=CaseSystemSlow("x"))
    asked = systems(FakeCases([CARE]), ill, trail=trail, kept=60)
    await asked.look_up(CPR, METTE)
    ill.failure = None
    await asked.look_up(CPR, ANNA)
    await asked.look_up(CPR, ANNA)
    await asked.look_up("1111111118", BO)
    with pytest.raises(CaseSystemDown):
        await systems(FakeCases(failure=CaseSystemDown("x")), trail=trail).look_up(CPR, BO)
    assert [(e.actor, e.subject, e.cases, e.outcome) for e in trail.entries] == [
        ("mette", CPR, (CARE.number,), "part_slow"),
        ("login-1", CPR, (CARE.number,), "ok"),
        ("login-1", CPR, (CARE.number,), "ok"),
        ("login-2", "1111111118", (), "ok"),
        ("login-2", CPR, (), "down"),
    ]
    first = trail.entries[0]
    assert (first.actor_kind, first.actor_name, first.why, first.place) == (
        ActorKind.STAFF, "Mette Holm", "desk.cases", "12",
    )  # fmt: skip
    assert (first.doing, first.systems) == (Doing.LOOKED_UP, ("s1", "s2"))


async def test_what_can_not_be_put_in_the_trail_is_not_given_away() -> None:
    """Neither what was looked up nor what was kept; and no error quotes the line that could not be written."""
    trail = Written()
    asked = systems(FakeCases([CARE]), trail=trail, kept=60)
    await asked.look_up(CPR, ANNA)
    trail.failing = True
    for asker in (ANNA, METTE):
        with pytest.raises(CaseSystemDown) as told:
            await asked.look_up(CPR, asker)
        assert "0101901234" not in repr(told.value) and told.value.__suppress_context__


async def test_a_note_goes_into_the_system_that_gave_the_case() -> None:
    """Whichever of them that was; a case of a system that is no longer named is the first's to refuse."""
    one, other = Takes([CARE]), Takes([replace(BUILDING, ref="b:1")])
    asked = systems(one, other)
    found = await asked.look_up(CPR, ANNA)
    refs = {case.number: case.ref for case in found.cases}
    for ref in (refs[CARE.number], refs[BUILDING.number], "s9:7"):
        await asked.add_note(ref=ref, cpr=CPR, key="k", text="t", author="a")
        await asked.add_task(ref=ref, cpr=CPR, key="k", text="t", due=date(2026, 12, 1), author="a")
    assert one.notes == [CARE.ref, CARE.ref, "s9:7", "s9:7"]
    assert other.notes == ["b:1", "b:1"]


async def test_a_trail_that_stands_still_is_not_waited_for_and_nothing_is_given_away() -> None:
    """However many look up meanwhile: each is told, and none waits for the others."""
    free = threading.Event()

    class Stuck:
        def write(self, entry: Entry) -> None:
            free.wait(60)

    asked = CaseSystems({"it": FakeCases([CARE])}, timeout=30, trail=Stuck(), kept=0)
    try:
        askers = [replace(ANNA, actor=f"login-{number}") for number in range(40)]
        looking = asyncio.gather(*(asked.look_up(CPR, asker) for asker in askers), return_exceptions=True)
        told = await asyncio.wait_for(looking, timeout=30)
    finally:
        free.set()
    assert {type(one) for one in told} == {CaseSystemDown}


async def test_what_was_kept_is_let_go_of_when_its_time_is_over() -> None:
    """Also when nobody asks any more; and no CPR number is among the keys."""
    asked = systems(FakeCases([CARE]), kept=0.05)
    await asked.look_up(CPR, ANNA)
    assert CPR not in repr(dict(asked._kept))
    for _ in range(600):
        if not len(asked._kept._TTLCache__links):  # type: ignore[attr-defined]  # its len() leaves out what is over
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("it is still there")


async def test_why_a_part_is_missing_is_told_with_what_was_found() -> None:
    """Too much is not the same as down: to ask again helps in the one and not in the other."""
    found = await systems(FakeCases([CARE]), FakeCases(failure=CaseSystemTooMuch("x"))).look_up(CPR, ANNA)
    assert isinstance(found.failure, CaseSystemTooMuch) and found.missing == ("system 2",)
