"""The audit trail: who looked up or wrote what in a case system, for whom, why and when; written once, never changed.

`bot.audit.chain` says what the trail proves, and what it does not.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import structlog
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql import ColumnElement

from bot.audit.chain import Seal, Verdict, is_of_a_value, verify
from bot.errors import SettingsError
from bot.identity.clock import Clock, utc_now
from bot.store.audit_tables import audit_head, audit_trail
from bot.store.crypto import Vault
from bot.store.engine import reading, writing

_HEAD_LINES = 1000
_HEAD_EVERY = timedelta(hours=1)
_LONGEST = {"actor": 64, "why": 80, "place": 64, "outcome": 20}  # characters, as the columns have them

log = structlog.get_logger(__name__)


class ActorKind(str, Enum):
    """Who did it."""

    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


class Doing(str, Enum):
    """What was done."""

    LOOKED_UP = "looked_up"  # cases were asked for
    READ_HANDOFF = "read_handoff"  # a conversation was opened by staff
    WROTE_NOTE = "wrote_note"
    WROTE_TASK = "wrote_task"
    READ_TRAIL = "read_trail"
    EXPORTED_TRAIL = "exported_trail"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One look-up or write. Raises ValueError for what can't be kept, without quoting it.

    ``actor`` is the login's or the member of staff's opaque id, or a worker's name, ``actor_name`` what the auditor is
    shown (»Borgeren selv«, a name). ``subject`` is the CPR number (ten digits) of the citizen it is about: kept as a
    fingerprint and nothing else. ``why`` is a short word of ours: the intent, ``desk.cases``, ``filing``. ``place`` is
    a conversation's id or a handoff's number, ``cases`` the case numbers that were given out or written to,
    ``outcome`` ``ok`` or how it went wrong (``down``, ``slow``, ``nonsense``, ``none``).
    """

    at: datetime
    actor_kind: ActorKind
    actor: str
    actor_name: str = field(repr=False)
    subject: str | None = field(repr=False)
    doing: Doing
    why: str
    place: str | None
    systems: tuple[str, ...]
    cases: tuple[str, ...] = field(repr=False)
    outcome: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a time without a time zone in the audit trail")
        cpr = self.subject
        if cpr is not None and not (len(cpr) == 10 and cpr.isascii() and cpr.isdigit()):
            raise ValueError("a subject that is no CPR number of ten digits in the audit trail")
        for name, most in _LONGEST.items():
            if len(getattr(self, name) or "") > most:
                raise ValueError(f"{name} is longer than {most} characters in the audit trail")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line as it is read again; ``number`` is its place in the chain, from 1.

    ``about_citizen`` says whether it is about a citizen, and never which. Where a line was spoiled, what can't be read
    of it is None or empty: `Trail.verify` says so for certain.
    """

    number: int
    at: datetime | None
    actor_kind: str
    actor: str
    actor_name: str = field(repr=False)
    about_citizen: bool
    doing: str
    why: str
    place: str | None
    systems: tuple[str, ...]
    cases: tuple[str, ...] = field(repr=False)
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some lines, the newest first; ``next`` is the cursor of the page after it, None where there is none."""

    lines: tuple[Line, ...]
    next: int | None


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody of the staff, or a worker, who stands in the trail; ``name`` as in their newest line."""

    kind: str
    id: str
    name: str = field(repr=False)


class Trail:
    """The trail in the database of ``engine``. Methods block while the database works, and raise what it raises.

    Lines are added one at a time, whoever adds them: the head is held meanwhile, for one insert and one update.
    """

    def __init__(self, engine: Engine, vault: Vault, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock
        self._seal = Seal(vault)
        self._telling = threading.Lock()
        self._told_at: datetime | None = None

    def write(self, entry: Entry) -> None:
        """Add a line, in a transaction of its own: once this returns, it is there to stay."""
        said = {"name": entry.actor_name, "systems": entry.systems, "cases": entry.cases}
        row: dict[str, Any] = {
            "at": entry.at,
            "actor_kind": entry.actor_kind.value,
            "actor": entry.actor,
            "subject": self._vault.fingerprint(entry.subject) if entry.subject is not None else None,
            "doing": entry.doing.value,
            "why": entry.why,
            "place": entry.place,
            "outcome": entry.outcome,
            "sealed": self._vault.seal_json(said),
        }
        with writing(self._engine) as connection:
            held = select(audit_head.c.n, audit_head.c.mac).where(audit_head.c.id == 1).with_for_update()
            head = connection.execute(held).one()
            row["id"] = head.n + 1
            row["mac"] = self._seal.mac(row, head.mac)
            connection.execute(insert(audit_trail).values(**row))
            moved = update(audit_head).where(audit_head.c.id == 1)
            connection.execute(moved.values(n=row["id"], mac=row["mac"]))
        self._tell_head(row["id"], row["mac"])

    def verify(self) -> Verdict:
        """Whether the chain is whole, and where it breaks first if not. Reads all of it, as it stands at one moment.

        Takes about a minute for a million lines; nobody who writes waits for it.
        """
        with reading(self._engine) as connection:
            if connection.dialect.name == "postgresql":  # SQLite's transactions see one moment by themselves
                connection.execution_options(isolation_level="REPEATABLE READ")
            verdict = verify(connection, self._seal)
        if verdict.whole:
            log.info("audit.verified", count=verdict.count, mac=verdict.mac)
        else:
            log.error("audit.broken", line=verdict.broken, count=verdict.count)
        return verdict

    def page(
        self,
        *,
        cursor: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        subject_cpr: str | None = None,
        like: int | None = None,
        actor: str | None = None,
        actor_kind: ActorKind | None = None,
        doing: Doing | None = None,
        limit: int = 50,
    ) -> Page:
        """The newest ``limit`` lines of those that fit, or those below the number ``cursor``.

        ``since`` and ``until`` are aware, the latter is not included; ``subject_cpr`` are ten digits. ``like`` is the
        number of a line: those about the same citizen as that one.
        """
        table = audit_trail.c
        wanted: list[ColumnElement[bool]] = []
        if cursor is not None:
            wanted.append(table.id < cursor)
        if since is not None:
            wanted.append(table.at >= since)
        if until is not None:
            wanted.append(table.at < until)
        if subject_cpr is not None:
            wanted.append(table.subject == self._vault.fingerprint(subject_cpr))
        if like is not None:
            same = audit_trail.alias()
            wanted.append(table.subject == select(same.c.subject).where(same.c.id == like).scalar_subquery())
        for column, value in ((table.actor, actor), (table.actor_kind, actor_kind), (table.doing, doing)):
            if value is not None:
                wanted.append(column == (value.value if isinstance(value, Enum) else value))
        query = select(table.id).where(*wanted).order_by(table.id.desc()).limit(limit + 1)
        with reading(self._engine) as connection:
            numbers = connection.execute(query).scalars().all()
            lines = self._lines(connection, numbers[:limit])
        return Page(lines=lines, next=numbers[limit - 1] if len(numbers) > limit else None)

    def actors(self) -> tuple[Actor, ...]:
        """The staff and the workers who stand in the trail, by name."""
        table = audit_trail.c
        newest = (
            select(func.max(table.id))
            .where(table.actor_kind.in_((ActorKind.STAFF.value, ActorKind.SYSTEM.value)))
            .group_by(table.actor_kind, table.actor)
        )
        with reading(self._engine) as connection:
            lines = self._lines(connection, connection.execute(newest).scalars().all())
        found = (Actor(kind=line.actor_kind, id=line.actor, name=line.actor_name) for line in lines)
        return tuple(sorted(found, key=lambda actor: actor.name.casefold()))

    def _lines(self, connection: Connection, numbers: list[int]) -> tuple[Line, ...]:
        """The lines of these numbers, in that order; one that somebody spoiled does not hide the others."""
        query = select(audit_trail)
        try:
            found = connection.execute(query.where(audit_trail.c.id.in_(numbers))).all()
        except Exception as error:
            if not is_of_a_value(error):
                raise
            if len(numbers) == 1:
                return (_unreadable(numbers[0]),)
            return tuple(line for number in numbers for line in self._lines(connection, [number]))
        rows = {row.id: row._mapping for row in found}
        return tuple(self._line(rows[number]) if number in rows else _unreadable(number) for number in numbers)

    def _line(self, row: Mapping[str, Any]) -> Line:
        try:
            said = self._vault.open_json(row["sealed"])
            name, systems, cases = str(said["name"]), tuple(said["systems"]), tuple(said["cases"])
        except (SettingsError, ValueError, KeyError, TypeError):
            name, systems, cases = "", (), ()
        return Line(
            number=row["id"],
            at=row["at"],
            actor_kind=str(row["actor_kind"]),
            actor=str(row["actor"]),
            actor_name=name,
            about_citizen=row["subject"] is not None,
            doing=str(row["doing"]),
            why=str(row["why"]),
            place=row["place"],
            systems=systems,
            cases=cases,
            outcome=str(row["outcome"]),
        )

    def _tell_head(self, count: int, mac: str) -> None:
        """Write the head to the log: with the first line of this process, each hour, and each so many lines."""
        now = self._clock()
        with self._telling:
            due = self._told_at is None or now - self._told_at >= _HEAD_EVERY or count % _HEAD_LINES == 0
            if due:
                self._told_at = now
        if due:
            log.info("audit.head", count=count, mac=mac)


def _unreadable(number: int) -> Line:
    return Line(
        number=number, at=None, actor_kind="", actor="", actor_name="", about_citizen=False, doing="", why="",
        place=None, systems=(), cases=(), outcome="",
    )  # fmt: skip
