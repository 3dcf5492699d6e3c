"""What every case system behind the port must hold to; each adapter's tests run it with a register of its own kind.

A subclass gives the fixture ``register``. The tests speak to `CaseSystem` and `cases_of` only.
"""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import date, timedelta
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cases.asking import cases_of
from bot.cases.case import Event, Handler, HandlerKind, Role, Sensitivity, State, Todo
from bot.cases.days import danish_today
from bot.cases.port import MOST_CASES, CaseSystem
from bot.cases.record import CaseRecord, RecordedParty
from bot.errors import CaseSystemDown, CaseSystemNonsense, CaseSystemSlow, CaseSystemTooMuch

# Invented numbers: the dates are real, modulus 11 is not fulfilled.
ANNA, BO, CARLA, NOBODY = "1403481236", "2209791231", "0506861232", "1212701231"
PEOPLE = (ANNA, BO, CARLA)
TODAY = danish_today()


# What not every kind of system can hold or find, and therefore answer.
KEEPS = frozenset(
    (
        "status_text",
        "events",
        "todos",
        "expected",
        "decided",
        "hours",
        "secondary",
        "parties",
        "rejected",
        "sensitivity",
    )
)


class CaseRegister(Protocol):
    """A case system that a test may fill and harm.

    ``keeps`` is what of `KEEPS` this kind can hold; ``spoils`` are the ways in which it can be harmed.
    """

    system: CaseSystem
    keeps: frozenset[str]
    spoils: tuple[str, ...]

    def put(self, *records: CaseRecord) -> None:
        """Put cases in it; a known number is replaced."""

    def spoil(self, number: str, how: str) -> None:
        """Harm a kept case in one of the ways of ``spoils``."""

    def drop(self, number: str) -> None:
        """Take a case out again."""

    def unreachable(self) -> CaseSystem:
        """The same kind of system, where nothing listens."""

    def silent(self) -> CaseSystem:
        """The same kind of system, where something listens and never answers."""


def party(cpr: str, role: Role = Role.PRIMARY, name: str = "Åse Prøve") -> RecordedParty:
    return RecordedParty(cpr=cpr, name=name, role=role)


def record(number: str = "27.36.04-G01-12-26", *parties: RecordedParty, **changes: object) -> CaseRecord:
    """A case of Anna's, with everything in it, unless told otherwise."""
    whole = CaseRecord(
        number=number,
        title="Personlig og praktisk hjælp",
        kle="27.36.04",
        state=State.PROCESSING,
        status_text="Vi vurderer.",
        opened=TODAY - timedelta(days=20),
        changed=TODAY - timedelta(days=3),
        department="aeldre",
        handler=Handler(
            kind=HandlerKind.PERSON,
            name="Mette Holm",
            phone="12 34 56 41",
            email="mette.holm@noerreaa.example",
            hours="mandag-torsdag kl. 9-12",
        ),
        parties=parties or (party(ANNA, name="Anna Bjerregaard"),),
        sensitivity=Sensitivity.CONFIDENTIAL,
        events=(Event(on=TODAY - timedelta(days=20), text="Vi har fået din ansøgning."),),
        todos=(Todo(text="Send listen", due=TODAY + timedelta(days=9)), Todo(text="Ring")),
        expected=TODAY + timedelta(days=30),
        decided=None,
    )
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


class CaseSystemContract:
    """The rules of the port `CaseSystem`."""

    async def test_a_case_comes_out_as_it_was_registered(self, register: CaseRegister) -> None:
        """Every field the port knows is answered as the system holds it."""
        kept = record()
        register.put(kept)
        (case,) = await register.system.cases_for(ANNA)
        assert kept.handler is not None
        expected = kept if "hours" in register.keeps else dataclasses.replace(
            kept, handler=dataclasses.replace(kept.handler, hours=None)
        )  # fmt: skip
        for name in ("number", "title", "kle", "state", "opened", "changed", "department", "handler"):
            assert getattr(case, name) == getattr(expected, name), name
        for name in ("status_text", "events", "todos", "expected", "decided", "sensitivity"):
            if name in register.keeps:
                assert getattr(case, name) == getattr(kept, name), name
        assert case.todos_known is ("todos" in register.keeps)
        assert [(p.name, p.role) for p in case.parties] == [("Anna Bjerregaard", Role.PRIMARY)]
        assert case.my_role is Role.PRIMARY

    async def test_a_case_with_nothing_optional_comes_out_too(self, register: CaseRegister) -> None:
        """A case may have no caseworker, status, dates or events, and each state and sensitivity is answered."""
        states = [state for state in State if state is not State.REJECTED or "rejected" in register.keeps]
        for serial, state in enumerate(states, 1):
            sensitivity = list(Sensitivity)[(serial - 1) % len(Sensitivity)]
            register.put(
                record(
                    f"27.36.04-G01-{serial}-26",
                    handler=None, status_text=None, expected=None, events=(), todos=(), state=state,
                    sensitivity=sensitivity,
                )
            )  # fmt: skip
        cases = await cases_of(register.system, ANNA, timeout=60)
        assert {case.state for case in cases} == set(states)
        if "sensitivity" in register.keeps:
            assert {case.sensitivity for case in cases} == set(list(Sensitivity)[: len(states)])
        assert all(case.handler is None and case.expected is None for case in cases)
        assert "status_text" not in register.keeps or all(case.status_text is None for case in cases)

    async def test_a_team_may_be_the_caseworker(self, register: CaseRegister) -> None:
        """A team is told from a person."""
        register.put(record(handler=Handler(kind=HandlerKind.TEAM, name="Visitationsteamet")))
        (case,) = await register.system.cases_for(ANNA)
        assert case.handler == Handler(kind=HandlerKind.TEAM, name="Visitationsteamet")

    async def test_an_unknown_person_has_no_cases(self, register: CaseRegister) -> None:
        """Somebody the system does not know gets an empty list, not an error."""
        register.put(record())
        assert await register.system.cases_for(NOBODY) == []

    async def test_only_own_cases_are_given(self, register: CaseRegister) -> None:
        """A person sees the cases they are a party to, and no other."""
        register.put(record("27.36.04-G01-1-26"), record("02.34.02-G01-2-26", party(BO), kle="02.34.02"))
        assert [case.number for case in await register.system.cases_for(BO)] == ["02.34.02-G01-2-26"]

    async def test_secondary_parties_and_representatives_see_the_case_in_their_role(
        self, register: CaseRegister
    ) -> None:
        """Each party gets the case with all parties in it, and their own role told, as far as the system can."""
        register.put(
            record("27.42.08-G01-3-26", party(ANNA), party(BO, Role.SECONDARY), party(CARLA, Role.REPRESENTATIVE))
        )
        for cpr, role in ((ANNA, Role.PRIMARY), (BO, Role.SECONDARY), (CARLA, Role.REPRESENTATIVE)):
            found = await register.system.cases_for(cpr)
            if role is not Role.PRIMARY and "secondary" not in register.keeps:
                assert found == []
                continue
            (case,) = found
            assert case.my_role is role
            if "parties" in register.keeps:
                assert [p.role for p in case.parties] == [Role.PRIMARY, Role.SECONDARY, Role.REPRESENTATIVE]

    async def test_a_secret_title_never_leaves_the_system(self, register: CaseRegister) -> None:
        """A case with a secret title has none, and nothing of the real one is anywhere in the answer."""
        register.put(record(title="Ophold på krisecenter", title_secret=True))
        cases = await register.system.cases_for(ANNA)
        assert [case.title for case in cases] == [None]
        assert "krisecenter" not in repr(cases).lower()

    async def test_no_cpr_number_leaves_the_system(self, register: CaseRegister) -> None:
        """The answer holds no party's CPR number."""
        register.put(record("27.42.08-G01-3-26", party(ANNA), party(CARLA, Role.REPRESENTATIVE)))
        told = repr(await register.system.cases_for(ANNA))
        assert ANNA not in told and CARLA not in told and ANNA[6:] not in told

    async def test_the_newest_change_stands_first(self, register: CaseRegister) -> None:
        """Cases come in order of their last change, whatever order they were registered in."""
        ages = (5, 1, 9, 3)
        register.put(*(record(f"27.36.04-G01-{age}-26", changed=TODAY - timedelta(days=age)) for age in ages))
        changed = [case.changed for case in await register.system.cases_for(ANNA)]
        assert changed == [TODAY - timedelta(days=age) for age in sorted(ages)]

    async def test_a_case_keeps_its_ref_when_it_changes(self, register: CaseRegister) -> None:
        """A button made before a change still finds its case after it."""
        register.put(record())
        (before,) = await register.system.cases_for(ANNA)
        register.put(record(state=State.DECIDED, status_text="Afgjort"))
        (after,) = await register.system.cases_for(ANNA)
        assert (after.ref, after.state) == (before.ref, State.DECIDED)
        assert before.number not in before.ref and ANNA not in before.ref

    async def test_cases_can_not_be_changed_by_whoever_asked(self, register: CaseRegister) -> None:
        """What the port answers is frozen."""
        register.put(record())
        (case,) = await register.system.cases_for(ANNA)
        with pytest.raises(dataclasses.FrozenInstanceError):
            case.title = "Noget andet"  # type: ignore[misc]

    async def test_ping_returns_when_the_system_answers(self, register: CaseRegister) -> None:
        """The health page may ask, and an answering system says nothing wrong."""
        await register.system.ping()

    async def test_an_unreachable_system_is_down(self, register: CaseRegister) -> None:
        """Where nothing listens, both questions say so, and soon."""
        system = register.unreachable()
        with pytest.raises(CaseSystemDown):
            await cases_of(system, ANNA, timeout=60)
        with pytest.raises(CaseSystemDown):
            await system.ping()
        await system.close()

    async def test_a_silent_system_is_slow_and_holds_up_nobody(self, register: CaseRegister) -> None:
        """A system that never answers costs each who asks no more than the time set."""
        system = register.silent()
        for _ in range(6):  # more than there are threads
            with pytest.raises(CaseSystemSlow):
                await asyncio.wait_for(cases_of(system, ANNA, timeout=0.2), timeout=30)
        await system.close()

    async def test_a_spoilt_case_is_nonsense_and_never_half_an_answer(self, register: CaseRegister) -> None:
        """One bad case among good ones gives no answer at all, and the error carries nothing of it."""
        assert register.spoils
        for serial, how in enumerate(register.spoils, 2):
            register.put(record("27.36.04-G01-1-26"), record(f"27.36.04-G01-{serial}-26"))
            assert len(await cases_of(register.system, ANNA, timeout=60)) == 2
            register.spoil(f"27.36.04-G01-{serial}-26", how)
            with pytest.raises(CaseSystemNonsense) as caught:
                await cases_of(register.system, ANNA, timeout=60)
            told = f"{caught.value.log} {caught.value.citizen} {caught.value.staff} {caught.value!r}"
            assert not any(secret in told for secret in (ANNA, "Anna", "Mette", "27.36.04", "hjælp")), how
            register.drop(f"27.36.04-G01-{serial}-26")

    async def test_more_cases_than_can_be_shown_are_too_much(self, register: CaseRegister) -> None:
        """As many as may be are given; with one more nothing is, and that is said."""
        numbers = [f"27.36.04-G01-{serial}-26" for serial in range(1, MOST_CASES + 2)]
        register.put(*(record(number) for number in numbers[:-1]))
        assert len(await cases_of(register.system, ANNA, timeout=30)) == MOST_CASES
        register.put(record(numbers[-1]))
        with pytest.raises(CaseSystemTooMuch):
            await cases_of(register.system, ANNA, timeout=30)

    async def test_somebody_elses_spoilt_case_harms_nobody(self, register: CaseRegister) -> None:
        """A bad case is only its own parties' trouble."""
        register.put(record("27.36.04-G01-1-26"), record("02.34.02-G01-2-26", party(BO), kle="02.34.02"))
        register.spoil("02.34.02-G01-2-26", register.spoils[0])
        assert len(await cases_of(register.system, ANNA, timeout=60)) == 1

    async def test_a_closed_system_is_down(self, register: CaseRegister) -> None:
        """After closing, an answer is an error and not a hang."""
        await register.system.close()
        with pytest.raises(CaseSystemDown):
            await cases_of(register.system, ANNA, timeout=60)

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        made=st.lists(
            st.tuples(
                st.integers(1, 30),
                st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(list(Role)), min_size=1),
                st.integers(0, 400),
            ),
            min_size=1,
            max_size=8,
            unique_by=lambda one: one[0],
        )
    )
    async def test_nobody_ever_gets_a_case_they_have_no_part_in(
        self, register: CaseRegister, made: list[tuple[int, dict[str, Role], int]]
    ) -> None:
        """Whatever is registered, in whatever order, a person's answer is exactly the cases they are a party to."""
        owners: dict[str, dict[str, Role]] = getattr(register, "owners", {})
        for serial, roles, age in made:
            number = f"27.36.04-G01-{serial}-26"
            day: date = TODAY - timedelta(days=age)
            register.put(
                record(number, *(party(cpr, role) for cpr, role in roles.items()), opened=day, changed=day, events=())
            )
            owners[number] = roles
        register.owners = owners  # type: ignore[attr-defined]  # the register lasts through all examples
        for cpr in (*PEOPLE, NOBODY):
            found = await cases_of(register.system, cpr, timeout=60)
            assert {case.number: case.my_role for case in found} == {
                number: roles[cpr]
                for number, roles in owners.items()
                if cpr in roles and ("secondary" in register.keeps or roles[cpr] is Role.PRIMARY)
            }
