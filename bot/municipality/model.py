"""The municipality's own facts as values: departments, deadlines, other authorities, colours, service goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeVar

from bot.danish.spelling import Hit, find, words_of
from bot.handoff.rules import DeskGoals, Rules
from bot.meetings.rules import MeetingRules
from bot.municipality.hours import Hours
from bot.municipality.workdays import COPENHAGEN, Workdays
from bot.training.gate import GateRules

T = TypeVar("T")


class ShowHandler(str, Enum):
    """What a citizen is told of who handles the case."""

    NAME = "navn"
    TEAM = "team"
    NONE = "ingen"


@dataclass(frozen=True, kw_only=True)
class Colours:
    """CSS colours as #rrggbb; the pairs that carry text have the contrast WCAG 2.2 AA asks for (4.5:1)."""

    primary: str
    on_primary: str
    accent: str


@dataclass(frozen=True, kw_only=True)
class ServiceGoals:
    """What the municipality promises; counted in working days."""

    callback_workdays: int


@dataclass(frozen=True, kw_only=True)
class Department:
    """One department: how to reach it, and what it handles.

    ``kle`` are prefixes of KLE numbers; ``topics`` are the words people use for its matters.
    ``appeals`` is the key of the appeal body (`Appeal`) for its decisions.
    """

    key: str
    name: str
    phone: str
    email: str
    address: str
    phone_hours: Hours
    opening_hours: Hours
    kle: tuple[str, ...]
    topics: tuple[str, ...]
    appeals: str


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Another authority that people take for the municipality."""

    key: str
    name: str
    handles: str  # "boligstøtte, folkepension og børnepenge"
    reach: str  # a sentence: how to get hold of it
    topics: tuple[str, ...]


class AppealWay(str, Enum):
    """Where a complaint is sent: to the municipality, which reconsiders first; straight on; or as the letter says."""

    MUNICIPALITY = "kommunen"
    BODY = "klageinstansen"
    LETTER = "brevet"


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """Who reviews a decision, where the complaint is sent, and within how many weeks."""

    key: str
    name: str
    way: AppealWay
    weeks: int
    kle: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A published time to decide for one kind of matter (Retssikkerhedsloven § 3), in calendar days.

    ``in_words`` is as the municipality wrote it: "8 uger" or "30 dage".
    """

    kle: str
    name: str
    days: int
    in_words: str
    topics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """Where somebody without a roof tonight may sleep, and who answers for a child in danger at all hours."""

    shelter: str
    shelter_phone: str
    shelter_address: str
    on_call_phone: str


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """Everything in `data/kommune.yml`. Phone numbers are as they are shown.

    ``handoffs`` has a rule for each trigger; ``desk_hours`` are when people sit at the chat,
    ``gate`` how far a new version of the assistant may fall behind the one that runs.
    """

    name: str
    assistant: str
    phone: str
    email: str
    website: str
    address: str
    phone_hours: Hours
    opening_hours: Hours
    workdays: Workdays
    colours: Colours
    show_handler: ShowHandler
    goals: ServiceGoals
    handoffs: Rules
    desk_hours: Hours
    desk_goals: DeskGoals
    emergency: Emergency
    departments: Mapping[str, Department]
    main_department: str
    appeals: Mapping[str, Appeal]
    deadlines: tuple[Deadline, ...]
    authorities: tuple[Authority, ...]
    meetings: MeetingRules
    gate: GateRules

    def callback_by(self, at: datetime) -> date:
        """The day by which somebody who asks at ``at`` (aware) is called: the service goal, on a day with phones."""
        day = self.workdays.after(at.astimezone(COPENHAGEN).date(), self.goals.callback_workdays)
        for _ in range(7):
            if self.phone_hours.days[day.weekday()]:
                break
            day = self.workdays.after(day, 1)
        return day

    def department(self, key: str) -> Department:
        """The department with this key; the main one when a case system knows a key that we do not."""
        return self.departments.get(key) or self.departments[self.main_department]

    def department_for(self, kle: str) -> Department:
        """The department with the longest prefix of this KLE number; the main one when none has any."""
        found = _longest(kle, [(prefix, dept) for dept in self.departments.values() for prefix in dept.kle])
        return found or self.departments[self.main_department]

    def deadline(self, kle: str) -> Deadline | None:
        """The published deadline with the longest prefix of this KLE number, if there is one."""
        return _longest(kle, [(deadline.kle, deadline) for deadline in self.deadlines])

    def deadline_days(self, kle: str) -> int | None:
        """The published deadline in calendar days, if there is one."""
        found = self.deadline(kle)
        return found.days if found else None

    def appeal_for(self, kle: str, department: str) -> Appeal:
        """Who reviews decisions on this KLE number; else the appeal body of the department that decided."""
        found = _longest(kle, [(prefix, appeal) for appeal in self.appeals.values() for prefix in appeal.kle])
        return found or self.appeals[self.department(department).appeals]

    def find_topic(self, text: str) -> Department | Authority | None:
        """Who handles what the text speaks of; misspellings, inflections and compounds are forgiven."""
        words = words_of(text)
        best: tuple[Hit, Department | Authority] | None = None
        everybody: list[Department | Authority] = [*self.authorities, *self.departments.values()]
        for who in everybody:
            for known in (who.name, *who.topics):
                hit = find(known, words)
                if hit and (best is None or hit.score > best[0].score):
                    best = hit, who
        return best[1] if best else None

    def find_deadline(self, text: str) -> Deadline | None:
        """The published deadline of the kind of matter the text speaks of."""
        words = words_of(text)
        best: tuple[Hit, Deadline] | None = None
        for deadline in self.deadlines:
            for known in (deadline.name, *deadline.topics):
                hit = find(known, words, compounds=False)
                if hit and (best is None or hit.score > best[0].score):
                    best = hit, deadline
        return best[1] if best else None


def _longest(kle: str, known: list[tuple[str, T]]) -> T | None:
    fitting = [(prefix, value) for prefix, value in known if kle == prefix or kle.startswith(prefix + ".")]
    return max(fitting, key=lambda pair: len(pair[0]))[1] if fitting else None
