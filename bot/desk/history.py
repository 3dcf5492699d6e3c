"""Finding handoffs that are over: by words, number of a case, department, outcome and date.

The words are looked up as keyed fingerprints (`HandoffRecords.index`): whole words, all of which must be there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.desk.listing import MOST, Page
from bot.desk.paging import after, cursor_of, place_of
from bot.desk.refusals import Unusable
from bot.desk.rows import Named, rows_made, rows_of, with_names
from bot.handoff.model import Outcome, Status
from bot.handoff.records import HandoffRecords, words_to_find
from bot.municipality.workdays import COPENHAGEN
from bot.store.engine import reading
from bot.store.handoff_tables import handoff_terms, handoffs

_MOST_WORDS = 20
_TOO_SHORT = "Skriv mindst ét ord med tre bogstaver, eller lad feltet være tomt."


class History:
    """Reads what is over, the newest first. Methods block while the database works; ``clock`` gives aware times."""

    def __init__(self, engine: Engine, records: HandoffRecords, *, named: Named, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._records = records
        self._named = named
        self._clock = clock

    def search(
        self,
        words: str = "",
        *,
        department: str | None = None,
        outcome: Outcome | None = None,
        first: date | None = None,
        last: date | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """What was closed from ``first`` to ``last`` (Danish dates, both included) and fits the rest.

        Raises Unusable for a cursor of another list, and for words of which none can be looked up.
        """
        now, columns = self._clock(), [handoffs.c.closed_at, handoffs.c.id]
        query = rows_of(now).where(handoffs.c.status == Status.CLOSED.value)
        if words.strip():
            query = query.where(handoffs.c.id.in_(self._with(words)))
        if department is not None:
            query = query.where(handoffs.c.department == department)
        if outcome is not None:
            query = query.where(handoffs.c.outcome == outcome.value)
        if first is not None:
            query = query.where(handoffs.c.closed_at >= midnight(first))
        if last is not None:
            query = query.where(handoffs.c.closed_at < midnight(last + timedelta(days=1)))
        if cursor is not None:
            query = query.where(after(columns, place_of(cursor, "history", [datetime, int]), falling=True))
        limit = max(1, min(limit, MOST))
        with reading(self._engine) as connection:
            falling = (column.desc() for column in columns)
            found = connection.execute(query.order_by(*falling).limit(limit + 1)).all()
            rows = rows_made(connection, found[:limit], self._records, now)
        following = None
        if len(found) > limit:
            following = cursor_of("history", [found[limit - 1].closed_at, found[limit - 1].id])
        return Page(rows=with_names(rows, self._named), next=following)

    def _with(self, words: str):  # type: ignore[no-untyped-def]
        """The ids of what has every one of the words."""
        terms = {self._records.term(word) for word in sorted(words_to_find(words))[:_MOST_WORDS]}
        if not terms:
            raise Unusable("no word that can be looked up", staff=_TOO_SHORT)
        return (
            select(handoff_terms.c.handoff_id)
            .where(handoff_terms.c.term.in_(terms))
            .group_by(handoff_terms.c.handoff_id)
            .having(func.count() == len(terms))
        )


def midnight(day: date) -> datetime:
    """When a Danish day begins, aware."""
    return datetime(day.year, day.month, day.day, tzinfo=COPENHAGEN)
