"""The decision table as a value: of all rules that fire at once, one decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.handoff.rules import Sending, Trigger, strongest
from tests.asking import the_municipality

RULES = the_municipality().handoffs


def test_the_lowest_priority_decides() -> None:
    """Danger before a child, a child before anger, whichever fired first."""
    assert strongest([Trigger.CONFLICT, Trigger.CHILD, Trigger.ACUTE], RULES) is Trigger.ACUTE
    assert strongest([Trigger.CHILD, Trigger.CONFLICT], RULES) is Trigger.CHILD


@pytest.mark.parametrize("order", [(Trigger.DIGITAL, Trigger.DECISION), (Trigger.DECISION, Trigger.DIGITAL)])
def test_among_equals_the_first_of_the_table_decides(order: tuple[Trigger, Trigger]) -> None:
    """So that the same conversation always goes the same way."""
    rules = {trigger: replace(RULES[trigger], priority=4) for trigger in order}
    assert strongest(order, rules) is Trigger.DECISION


def test_a_municipality_may_weigh_otherwise() -> None:
    """The order is data."""
    rules = {**RULES, Trigger.SEVERAL_DEPARTMENTS: replace(RULES[Trigger.SEVERAL_DEPARTMENTS], priority=0)}
    assert strongest([Trigger.OVERDUE, Trigger.SEVERAL_DEPARTMENTS], rules) is Trigger.SEVERAL_DEPARTMENTS


def test_where_nothing_fired_nothing_decides() -> None:
    """An error of the caller's, and not a quiet guess."""
    with pytest.raises(ValueError, match=r"empty"):
        strongest([], RULES)


def test_what_is_only_offered_is_never_sent_unasked() -> None:
    """Somebody who asked when the answer comes is not put into a queue."""
    for trigger in (Trigger.OVERDUE, Trigger.DECISION, Trigger.SEVERAL_DEPARTMENTS, Trigger.SYSTEM_DOWN):
        assert RULES[trigger].sending is Sending.OFFERED
