"""When a citizen may expect an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.cases.case import Case


@dataclass(frozen=True, kw_only=True)
class ExpectedAnswer:
    """The date an answer is expected, always an estimate.

    ``how`` is "system" when the case system itself holds the date, "deadline" when it comes from
    the municipality's published deadline. ``overdue``: the date has passed without a decision.
    """

    on: date
    how: Literal["system", "deadline"]
    overdue: bool


def expected_answer(case: Case, *, deadline_days: int | None, today: date) -> ExpectedAnswer | None:
    """When the citizen may expect an answer in ``case``, or None when nobody can say.

    ``deadline_days`` is the municipality's published deadline (sagsbehandlingsfrist) for the case's KLE
    number in calendar days, counted from the day the case was opened. Municipalities must set and publish
    one for each field, and tell the citizen when it can't be kept: Retssikkerhedsloven § 3, stk. 1-2.
    ``today`` is the Danish date. A case that is decided, closed or rejected waits for no answer.
    The answer is overdue from the day after the date.
    """
    if not case.state.is_open:
        return None
    if case.expected is not None:
        return ExpectedAnswer(on=case.expected, how="system", overdue=case.expected < today)
    if deadline_days is None:
        return None
    on = case.opened + timedelta(days=deadline_days)
    return ExpectedAnswer(on=on, how="deadline", overdue=on < today)
