"""When an answer may be expected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.cases.answer_time import ExpectedAnswer, expected_answer
from bot.cases.case import State
from tests.unit.case_examples import a_case

TODAY = date(2026, 11, 21)


def test_the_systems_own_date_comes_first() -> None:
    """What the case system knows counts before the municipality's general deadline."""
    case = a_case(opened=date(2026, 11, 1), expected=date(2026, 12, 9))
    assert expected_answer(case, deadline_days=14, today=TODAY) == ExpectedAnswer(
        on=date(2026, 12, 9), how="system", overdue=False
    )


def test_else_the_published_deadline_counts_from_the_day_of_opening() -> None:
    """Calendar days from the day the case was opened."""
    case = a_case(opened=date(2026, 11, 1), expected=None)
    assert expected_answer(case, deadline_days=28, today=TODAY) == ExpectedAnswer(
        on=date(2026, 11, 29), how="deadline", overdue=False
    )


def test_without_either_nobody_can_say() -> None:
    """No date is made up."""
    assert expected_answer(a_case(expected=None), deadline_days=None, today=TODAY) is None


@pytest.mark.parametrize(("days", "overdue"), [(-1, True), (0, False), (1, False)])
def test_it_is_overdue_from_the_day_after(days: int, overdue: bool) -> None:
    """On the day itself the answer may still come, whichever way the date is known."""
    on = TODAY + timedelta(days=days)
    by_system = expected_answer(a_case(expected=on), deadline_days=None, today=TODAY)
    by_deadline = expected_answer(a_case(opened=on - timedelta(days=30), expected=None), deadline_days=30, today=TODAY)
    assert by_system is not None and by_deadline is not None
    assert by_system.overdue is by_deadline.overdue is overdue


@pytest.mark.parametrize("state", [State.DECIDED, State.CLOSED, State.REJECTED])
def test_who_has_an_answer_waits_for_none(state: State) -> None:
    """A decided, closed or rejected case is never overdue."""
    case = a_case(state=state, expected=date(2026, 1, 1))
    assert expected_answer(case, deadline_days=1, today=TODAY) is None
