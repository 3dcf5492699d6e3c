"""What was promised against what happened, how it ended, and how citizens felt met; counted over a span of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import fmean, median
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.desk.history import midnight
from bot.handoff.model import Outcome, Status, Way
from bot.handoff.rules import Trigger
from bot.municipality.workdays import COPENHAGEN
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.store.handoff_tables import handoffs, surveys

LONGEST = 400  # days
QUESTIONS = ("heard", "neutral", "trust", "respect")
_MOST_COMMENTS = 100


@dataclass(frozen=True, kw_only=True)
class Promised:
    """How many promises were kept and broken by now, and the median wait in minutes; None: nobody was met yet.

    A promise is kept when somebody took the conversation, or ended the call, no later than was said. One whose time
    has not come is neither.
    """

    kept: int
    broken: int
    median_wait_minutes: float | None


@dataclass(frozen=True, kw_only=True)
class PerDay:
    """One Danish day and department: how many came, and how many of the promises made then were kept."""

    day: date
    department: str
    handoffs: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What a citizen wrote after it was over; ``at`` is aware."""

    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The averages (1 to 5) of those who answered, by question; None where nobody did. ``n``: how many surveys."""

    n: int
    averages: Mapping[str, float | None]
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything that came to the desk within the days.

    ``waits`` are the minutes from when each was sent until the citizen was met, ``handled`` those from when somebody
    took it until it was closed; both ascending, and only of those of which it has happened.
    """

    handoffs: int
    by_trigger: Mapping[Trigger, int]
    by_outcome: Mapping[Outcome, int]
    promised: Promised
    per_day: tuple[PerDay, ...]
    survey: Survey
    waits: tuple[float, ...]
    handled: tuple[float, ...]


def figures(engine: Engine, vault: Vault, *, first: date, last: date, now: datetime, comments: bool = False) -> Figures:
    """The figures of what was sent to the desk from ``first`` to ``last`` (Danish dates, both included) as of ``now``.

    What the citizen took back before anybody came is left out. ``comments`` reads what citizens wrote freely too.
    """
    came = (
        handoffs.c.sent_at >= midnight(first),
        handoffs.c.sent_at < midnight(last + timedelta(days=1)),
        handoffs.c.status != Status.WITHDRAWN.value,
    )
    columns = ("sent_at", "rule", "department", "way", "status", "due_at", "claimed_at", "closed_at", "outcome")
    with reading(engine) as connection:
        rows = connection.execute(select(*(handoffs.c[name] for name in columns)).where(*came)).all()
        survey = _survey(connection, vault, came, comments=comments)
    met = [(row, _met(row)) for row in rows]
    kept = [row for row, at in met if row.due_at is not None and at is not None and at <= row.due_at]
    broken = [row for row, at in met if row.due_at is not None and (at or now) > row.due_at]
    waits = sorted((at - row.sent_at).total_seconds() / 60 for row, at in met if at is not None)
    over = [row for row in rows if row.claimed_at is not None and row.closed_at is not None]
    came_on, kept_on = Counter(map(_day, rows)), Counter(map(_day, kept))
    return Figures(
        handoffs=len(rows),
        by_trigger=_counted(Trigger, [row.rule for row in rows]),
        by_outcome=_counted(Outcome, [row.outcome for row in rows if row.outcome]),
        promised=Promised(kept=len(kept), broken=len(broken), median_wait_minutes=median(waits) if waits else None),
        per_day=tuple(
            PerDay(day=day, department=department, handoffs=count, kept=kept_on[day, department])
            for (day, department), count in sorted(came_on.items())
        ),
        survey=survey,
        waits=tuple(waits),
        handled=tuple(sorted((row.closed_at - row.claimed_at).total_seconds() / 60 for row in over)),
    )


def _met(row: Any) -> datetime | None:
    """When the citizen was met: somebody took the conversation, or the call is over."""
    return row.closed_at if row.way == Way.CALL.value else row.claimed_at  # type: ignore[no-any-return]


def _day(row: Any) -> tuple[date, str]:
    return row.sent_at.astimezone(COPENHAGEN).date(), row.department


def _counted(kind: Any, values: Sequence[str]) -> dict[Any, int]:
    """How often each was, the most frequent first; of two as frequent, the one that stands first among its kind."""
    counted = Counter(kind(value) for value in values)
    order = list(kind)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], order.index(item[0]))))


def _survey(connection: Connection, vault: Vault, came: Sequence[Any], *, comments: bool) -> Survey:
    answered = surveys.join(handoffs, handoffs.c.id == surveys.c.handoff_id)
    query = select(*(surveys.c[name] for name in QUESTIONS)).select_from(answered).where(*came)
    rows = connection.execute(query).all()
    given = {name: [value for row in rows if (value := getattr(row, name)) is not None] for name in QUESTIONS}
    said: list[Comment] = []
    if comments:
        written = select(surveys.c.sealed, surveys.c.at).select_from(answered).where(*came)
        newest = written.where(surveys.c.sealed.is_not(None)).order_by(surveys.c.id.desc()).limit(_MOST_COMMENTS)
        said = [Comment(text=vault.open(row.sealed), at=row.at) for row in connection.execute(newest)]
    averages = {name: fmean(values) if values else None for name, values in given.items()}
    return Survey(n=len(rows), averages=averages, comments=tuple(said))
