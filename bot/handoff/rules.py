"""The decision table: what makes a human take over, and how (`overdragelse` in `data/kommune.yml`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


class Trigger(str, Enum):
    """What makes a human take over; the value is the key of its row in `data/kommune.yml`."""

    ASKED = "bedt_om"
    ACUTE = "akut"
    CHILD = "barn"
    DECISION = "afgoerelse"
    CONFLICT = "konflikt"
    NOT_UNDERSTOOD = "ikke_forstaaet"
    SEVERAL_DEPARTMENTS = "flere_afdelinger"
    OVERDUE = "overskredet"
    DIGITAL = "digitalt"
    REPRESENTATION = "repraesentation"
    SENSITIVE = "foelsom"
    SYSTEM_DOWN = "system_nede"


class Sending(str, Enum):
    """What happens when a rule fires.

    ``NOW`` puts the handoff into the queue at once. ``ASKED`` shows the citizen the summary first, and it goes to
    the queue by itself after a while, since they asked for a human. ``OFFERED`` goes only when the citizen says so.
    """

    NOW = "straks"
    ASKED = "af_sig_selv"
    OFFERED = "naar_borgeren_siger_ja"


# Where a handoff goes when the rule names no department of its own.
OF_THE_CASE = "sagens"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of the decision table.

    ``priority``: 0 is before everything else, 9 after it. ``department``: a department's key, or `OF_THE_CASE` for
    the department of the case or matter that was spoken of. ``after``: how many times in a row before it fires.
    ``words``: what the citizen is told, before it is said whether somebody is there.
    """

    trigger: Trigger
    priority: int
    department: str
    sending: Sending
    meeting: bool
    words: str
    after: int = 1


Rules = Mapping[Trigger, Rule]


def strongest(fired: Iterable[Trigger], rules: Rules) -> Trigger:
    """The trigger that decides when several fired at once: the lowest priority, then the first of the table.

    Raises ValueError when none fired.
    """
    order = list(Trigger)
    return min(fired, key=lambda trigger: (rules[trigger].priority, order.index(trigger)))


@dataclass(frozen=True, kw_only=True)
class DeskGoals:
    """What is promised of a handoff, and how the queue goes about it.

    ``answer_minutes``: in the chat, counted in the desk's hours, for each priority (the last holds for those above);
    ``send_after_seconds``: how long the citizen may look at a summary before it goes to the queue by itself.
    """

    answer_minutes: tuple[int, ...]
    send_after_seconds: int
