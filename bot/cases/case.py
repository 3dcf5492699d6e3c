"""A case as a citizen may know it, whatever system it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

# KLE number, facet, serial and year, as municipalities write them: 27.36.04-G01-12-26.
# Not every system holds to it: KOMBIT's index takes whatever number a system has, at most fifty characters.
CASE_NUMBER = re.compile(r"^\d{2}\.\d{2}\.\d{2}-[A-ZÆØÅ]\d{2}-\d{1,6}-\d{2}\Z", re.ASCII)
KLE = re.compile(r"^\d{2}(\.\d{2}(\.\d{2})?)?\Z", re.ASCII)


class State(str, Enum):
    """The five states citizens see (borger.dk, Mit Overblik)."""

    CREATED = "oprettet"
    PROCESSING = "behandles"
    DECIDED = "afgjort"
    CLOSED = "afsluttet"
    REJECTED = "afvist"

    @property
    def is_open(self) -> bool:
        """True while the citizen still waits for something."""
        return self in (State.CREATED, State.PROCESSING)


class Sensitivity(str, Enum):
    """KOMBIT's Foelsomhed; the receiver must enforce it."""

    ORDINARY = "ikke_fortrolige"
    CONFIDENTIAL = "fortrolige"
    SENSITIVE = "foelsomme"
    VIP = "vip"


class Role(str, Enum):
    """What a person is in a case."""

    PRIMARY = "primaer"
    SECONDARY = "sekundaer"
    REPRESENTATIVE = "repraesentant"


class HandlerKind(str, Enum):
    """Who handles a case: a person, a team, or nobody yet."""

    PERSON = "person"
    TEAM = "team"


@dataclass(frozen=True, kw_only=True)
class Handler:
    """The primary caseworker: a person or a team; a case may have none."""

    kind: HandlerKind
    name: str
    phone: str | None = None
    email: str | None = None
    hours: str | None = None  # in plain words: "mandag-torsdag kl. 9-12"


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person's part in a case. The CPR number stays behind the port."""

    name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in a case, in plain words."""

    on: date
    text: str


@dataclass(frozen=True, kw_only=True)
class Todo:
    """What the citizen must do, and by when (Danish calendar date)."""

    text: str
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case. Dates are Danish calendar dates; ``ref`` is the adapter's own opaque id.

    ``department`` is a key of `departments` in `data/kommune.yml`.
    ``title`` is None when the real one is secret (TitelAlternativTekst).
    ``my_role`` is what the citizen who asked is in it.
    ``expected`` is the answer date the system itself holds, if any.
    ``todos_known`` says whether the system tells what the citizen must do: where it does not, having no ``todos``
    does not mean that there is nothing to do.
    """

    ref: str
    number: str
    title: str | None
    kle: str
    state: State
    status_text: str | None
    opened: date
    changed: date
    department: str
    handler: Handler | None
    parties: tuple[Party, ...]
    my_role: Role
    sensitivity: Sensitivity
    events: tuple[Event, ...] = ()
    todos: tuple[Todo, ...] = ()
    todos_known: bool = True
    expected: date | None = None
    decided: date | None = None

    @property
    def about_a_child(self) -> bool:
        """KLE main group 34 (the Children's Act): such a case goes to a human."""
        return self.kle.startswith("34")
