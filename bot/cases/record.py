"""A case as the register keeps it: with what the port never gives away, CPR numbers and secret titles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.cases.case import Event, Handler, Role, Sensitivity, State, Todo


@dataclass(frozen=True, kw_only=True)
class RecordedParty:
    """A person in a case; ``cpr`` is ten digits."""

    cpr: str = field(repr=False)
    name: str = field(repr=False)
    role: Role


@dataclass(frozen=True, kw_only=True)
class CaseRecord:
    """One case to be kept; fields as in `bot.cases.case.Case`, dates already resolved.

    ``title`` is the real one even when ``title_secret``.
    """

    number: str
    title: str = field(repr=False)
    title_secret: bool = False
    kle: str
    state: State
    status_text: str | None = field(default=None, repr=False)
    opened: date
    changed: date
    department: str
    handler: Handler | None = None
    parties: tuple[RecordedParty, ...]
    sensitivity: Sensitivity = Sensitivity.ORDINARY
    events: tuple[Event, ...] = ()
    todos: tuple[Todo, ...] = ()
    expected: date | None = None
    decided: date | None = None
