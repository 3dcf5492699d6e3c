"""What the desk sees of the queue: filtered, sorted, counted and cut into pages by the database.

Only the rows of one page are unsealed, and a page takes as many statements however long the queue is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select
from sqlalchemy.engine import Engine
from sqlalchemy.sql import ColumnElement

from bot.desk.paging import after, cursor_of, place_of
from bot.desk.rows import Named, Row, rows_made, rows_of, with_names
from bot.handoff.model import Status, Way
from bot.handoff.records import HandoffRecords
from bot.handoff.rules import Trigger
from bot.municipality.model import Municipality
from bot.store.engine import reading
from bot.store.handoff_tables import handoffs
from bot.store.tables import UtcDateTime

MOST = 100  # rows of a page
AT_THE_DESK = (Status.WAITING.value, Status.CLAIMED.value, Status.CLOSED.value)
_NEVER = datetime(9999, 1, 1, tzinfo=timezone.utc)
_SINCE = func.coalesce(handoffs.c.sent_at, handoffs.c.created_at)


class View(str, Enum):
    """What is listed. Calls, meetings and what is late are all that are not over, whoever has them."""

    WAITING = "waiting"
    MINE = "mine"
    OTHERS = "others"
    CALLS = "calls"
    MEETINGS = "meetings"
    LATE = "late"


class Sort(str, Enum):
    """In which order; what is equal stands by how long it has waited, then by its id."""

    PRIORITY = "priority"
    WAITING = "waiting"
    DUE = "due"
    DEPARTMENT = "department"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a list; ``next`` is where the next one begins, None at the end."""

    rows: tuple[Row, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many there are, whatever is filtered away."""

    waiting: int
    mine: int
    calls: int
    late: int


class Listing:
    """Reads the queue. Methods block while the database works; ``clock`` gives the time, aware."""

    def __init__(
        self,
        engine: Engine,
        records: HandoffRecords,
        municipality: Municipality,
        *,
        named: Named,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._records = records
        self._named = named
        self._clock = clock
        by_name = sorted(municipality.departments.values(), key=lambda department: department.name)
        ranks = {department.key: rank for rank, department in enumerate(by_name)}
        self._rank = case(ranks, value=handoffs.c.department, else_=len(ranks))

    def page(
        self,
        view: View,
        staff_id: str,
        *,
        department: str | None = None,
        trigger: Trigger | None = None,
        sort: Sort = Sort.PRIORITY,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """One page of a view, as ``staff_id`` sees it. Raises Unusable for a cursor of another list."""
        columns, kinds = self._order(sort)
        name, now = f"{view.value} {sort.value}", self._clock()
        query = rows_of(now, *(column.label(f"place_{index}") for index, column in enumerate(columns)))
        query = query.where(_of(view, staff_id, now))
        if department is not None:
            query = query.where(handoffs.c.department == department)
        if trigger is not None:
            query = query.where(handoffs.c.rule == trigger.value)
        if cursor is not None:
            query = query.where(after(columns, place_of(cursor, name, kinds)))
        limit = max(1, min(limit, MOST))
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(*columns).limit(limit + 1)).all()
            rows = rows_made(connection, found[:limit], self._records, now)
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            following = cursor_of(name, [getattr(last, f"place_{index}") for index in range(len(columns))])
        return Page(rows=with_names(rows, self._named), next=following)

    def counts(self, staff_id: str) -> Counts:
        """How many there are in the views whose number is shown."""
        now, views = self._clock(), (View.WAITING, View.MINE, View.CALLS, View.LATE)
        counted = [func.count(case((_of(view, staff_id, now), 1))).label(view.value) for view in views]
        ongoing = handoffs.c.status.in_((Status.WAITING.value, Status.CLAIMED.value))
        with reading(self._engine) as connection:
            row = connection.execute(select(*counted).where(ongoing)).one()
        return Counts(waiting=row.waiting, mine=row.mine, calls=row.calls, late=row.late)

    def row(self, handoff_id: int) -> Row | None:
        """One handoff as it stands in a list; None for one that has not come to the desk."""
        now = self._clock()
        query = rows_of(now).where(handoffs.c.id == handoff_id, handoffs.c.status.in_(AT_THE_DESK))
        with reading(self._engine) as connection:
            rows = rows_made(connection, connection.execute(query).all(), self._records, now)
        return next(iter(with_names(rows, self._named)), None)

    def _order(self, sort: Sort) -> tuple[list[Any], list[type]]:
        waited, kinds = [_SINCE, handoffs.c.id], [datetime, int]
        if sort is Sort.PRIORITY:
            return [handoffs.c.priority, *waited], [int, *kinds]
        if sort is Sort.DUE:
            return [func.coalesce(handoffs.c.due_at, literal(_NEVER, UtcDateTime())), *waited], [datetime, *kinds]
        if sort is Sort.DEPARTMENT:
            return [self._rank, handoffs.c.priority, *waited], [int, int, *kinds]
        return waited, kinds


def _of(view: View, staff_id: str, now: datetime) -> ColumnElement[bool]:
    """What a view shows; `bot.desk.rows.is_late` says the same of one handoff."""
    waits, taken = handoffs.c.status == Status.WAITING.value, handoffs.c.status == Status.CLAIMED.value
    calls = handoffs.c.way == Way.CALL.value
    if view is View.MINE:
        return and_(taken, handoffs.c.staff_id == staff_id)
    if view is View.OTHERS:
        return and_(taken, handoffs.c.staff_id != staff_id)
    if view is View.CALLS:
        return and_(or_(waits, taken), calls)
    if view is View.MEETINGS:
        return and_(or_(waits, taken), handoffs.c.way == Way.MEETING.value)
    if view is View.LATE:
        return and_(handoffs.c.due_at < now, or_(waits, and_(taken, calls)))
    return waits
