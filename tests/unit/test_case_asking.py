"""Asking a case system: bounded in time, and the answer read before it is believed."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.cases.asking import cases_of
from bot.cases.case import Case, Event, Handler, HandlerKind, Party, Role, State, Todo
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense, CaseSystemSlow
from tests.unit.case_examples import BUILDING, CARE, a_case

CPR = "1403481236"
TODAY = date(2026, 11, 21)


class Answers:
    """A case system that answers, fails or waits as it is told."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer = answer

    async def cases_for(self, cpr: str) -> list[Case]:
        found = self.answer()
        if asyncio.iscoroutine(found):
            found = await found
        return found  # type: ignore[no-any-return]

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


def failing(error: Exception) -> Answers:
    def answer() -> Any:
        raise error

    return Answers(answer)


async def ask(answer: Any) -> list[Case]:
    return await cases_of(Answers(lambda: answer), CPR, timeout=1, today=TODAY)


async def test_good_cases_come_through_newest_change_first() -> None:
    """Whatever order a system answers in."""
    old, new = replace(CARE, changed=date(2026, 10, 2)), replace(BUILDING, changed=date(2026, 11, 20))
    assert await ask([old, new]) == [new, old]
    assert await ask([]) == []


async def test_a_system_that_takes_too_long_is_slow() -> None:
    """The citizen waits no longer than the time set."""
    with pytest.raises(CaseSystemSlow):
        await asyncio.wait_for(cases_of(Answers(lambda: asyncio.sleep(60)), CPR, timeout=0.05), timeout=30)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CaseSystemDown("nede"), CaseSystemDown),
        (CaseSystemSlow("langsom"), CaseSystemSlow),
        (CaseSystemNonsense("vrøvl"), CaseSystemNonsense),
        (ConnectionRefusedError(f"{CPR}"), CaseSystemDown),
        (OSError(f"no route for {CPR}"), CaseSystemDown),
        (TimeoutError(f"{CPR}"), CaseSystemSlow),
        (ValueError(f"{CPR} Anna"), CaseSystemNonsense),
        (KeyError(f"{CPR}"), CaseSystemNonsense),
        (AttributeError("titel"), CaseSystemNonsense),
    ],
)
async def test_every_failure_is_one_of_three_and_carries_nothing_personal(
    error: Exception, told: type[CaseSystemError]
) -> None:
    """What a library said about a person reaches no log: not in the error, nor in what it came from."""
    with pytest.raises(told) as caught:
        await cases_of(failing(error), CPR, timeout=1)
    whole = "".join(traceback.format_exception(caught.type, caught.value, caught.tb, chain=True))
    assert type(caught.value) is told
    assert CPR not in whole and "Anna" not in whole
    assert caught.value.__cause__ is None and caught.value.__context__ is None


async def test_being_cancelled_is_no_failure_of_the_system() -> None:
    """When whoever asked goes away, that is not told as nonsense."""
    task = asyncio.ensure_future(cases_of(Answers(lambda: asyncio.sleep(30)), CPR, timeout=30))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


_FUTURE = TODAY + timedelta(days=40)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        (CARE,),
        [None],
        ["27.36.04-G01-112-26"],
        [replace(CARE, number="")],
        [replace(CARE, number="9" * 51)],
        [replace(CARE, number="27.36.04-G01-112-26\n")],
        [replace(CARE, kle="hjemmehjælp")],
        [replace(CARE, state="behandles")],
        [replace(CARE, title="  ")],
        [replace(CARE, title=7)],
        [replace(CARE, ref="")],
        [replace(CARE, department="")],
        [replace(CARE, opened=None)],
        [replace(CARE, opened="2026-11-01")],
        [replace(CARE, opened=datetime(2026, 11, 1, 12))],
        [replace(CARE, opened=_FUTURE)],
        [replace(CARE, changed=_FUTURE)],
        [replace(CARE, opened=date(1, 1, 1))],
        [replace(CARE, expected=date(9999, 12, 31))],
        [replace(CARE, decided=date(1801, 1, 1))],
        [replace(CARE, events=(Event(on=date(2926, 1, 1), text="Fejl"),))],
        [replace(CARE, events=(Event(on=TODAY, text=""),))],
        [replace(CARE, todos=(Todo(text="Send", due=date(2226, 1, 1)),))],
        [replace(CARE, todos=("Send listen",))],
        [replace(CARE, handler="Mette Holm")],
        [replace(CARE, handler=Handler(kind=HandlerKind.PERSON, name=" "))],
        [replace(CARE, parties=())],
        [replace(CARE, parties=(Party(name="Anna", role=Role.SECONDARY),))],
        [CARE, CARE],
        [CARE, replace(BUILDING, ref=CARE.ref)],
        [CARE, replace(CARE, ref="en anden")],
        [BUILDING, replace(CARE, number="x\ty")],
    ],
)
async def test_an_answer_that_does_not_hold_is_nonsense_as_a_whole(answer: Any) -> None:
    """One wrong number, subject, date, text or double makes the whole answer unusable: never half of it."""
    with pytest.raises(CaseSystemNonsense) as caught:
        await ask(answer)
    assert not any(word in caught.value.log for word in ("Anna", "Mette", "hjælp", "27.36", CPR))


async def test_unusual_but_possible_cases_come_through() -> None:
    """A date of tomorrow (a clock is never exact), a far plan, a whole KLE group and a secret title are no nonsense."""
    odd = a_case(
        title=None,
        kle="27",
        changed=TODAY + timedelta(days=1),
        expected=TODAY + timedelta(days=3650),
        state=State.DECIDED,
        decided=TODAY,
        todos=(Todo(text="Ring"),),
    )
    assert await ask([odd]) == [odd]


async def test_cpr_numbers_in_the_texts_go_no_further() -> None:
    """What a caseworker wrote into a title, a status, an event or a todo is masked where it enters."""
    typed = "Vedr. 140348-1236"
    case = a_case(
        title=typed,
        status_text=typed,
        handler=Handler(kind=HandlerKind.PERSON, name=typed, hours=typed, phone="12 34 56 41"),
        parties=(Party(name=typed, role=Role.PRIMARY),),
        events=(Event(on=TODAY, text=typed),),
        todos=(Todo(text=typed),),
    )
    (found,) = await ask([case])
    assert "140348" not in repr(found) and "1236" not in repr(found)
    assert found.handler is not None and found.handler.phone == "12 34 56 41"
    assert found.number == case.number
