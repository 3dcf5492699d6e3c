"""The figures, held against a week that was counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.desk.figures import PerDay, figures
from bot.handoff.model import Outcome, Status, Way
from bot.handoff.rules import Trigger
from bot.handoff.surveys import Surveys
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from tests.integration.desk_setup import Desk

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 29)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


def week(desk: Desk) -> None:
    """Nine handoffs: promise within 30 minutes (chat) or a day (call)."""

    def came(at: datetime, *, met: int | None, over: int | None = None, due: int | None = 30, **values: Any) -> int:
        """``met``, ``over`` and ``due``: minutes after it came."""
        values |= {"sent_at": at, "due_at": None if due is None else at + timedelta(minutes=due)}
        if met is not None:
            values |= {"claimed_at": at + timedelta(minutes=met), "staff_id": "x", "status": Status.CLAIMED}
        if over is not None:
            values |= {"closed_at": at + timedelta(minutes=over), "status": Status.CLOSED}
        return desk.waiting(**values).id

    tuesday = MONDAY + timedelta(days=1)
    one = came(MONDAY, met=10, over=20, outcome=Outcome.ANSWERED)  # kept
    two = came(MONDAY, met=30, over=50, outcome=Outcome.ANSWERED, department="social")  # kept, at the last moment
    three = came(MONDAY, met=40, over=50, outcome=Outcome.MEETING, trigger=Trigger.CONFLICT)  # broken
    came(
        tuesday, met=5, over=60, due=1440, way=Way.CALL, outcome=Outcome.NOT_REACHED
    )  # kept: the call was made in time
    came(tuesday, met=5, over=1500, due=1440, way=Way.CALL, outcome=Outcome.ANSWERED)  # broken, though taken at once
    came(tuesday, met=None)  # broken: nobody has come, and the time is over
    came(tuesday, met=None, due=60 * 24 * 7)  # neither: its time has not come
    came(tuesday, met=20, due=None, trigger=Trigger.ACUTE)  # nothing was promised
    came(tuesday, met=None, status=Status.WITHDRAWN)  # the citizen took it back: left out
    came(datetime(2026, 11, 29, 22, 59, tzinfo=timezone.utc), met=15)  # Sunday 23.59 in Denmark: kept
    came(datetime(2026, 11, 29, 23, 0, tzinfo=timezone.utc), met=15)  # Monday 0.00: another week
    came(datetime(2026, 11, 22, 22, 59, tzinfo=timezone.utc), met=15)  # the Sunday before
    keep = Surveys(desk.vault, desk.clock).keep
    with writing(desk.engine) as connection:
        assert keep(connection, one, heard=5, neutral=4, trust=None, respect=5, comment="Fin hjælp")
        assert keep(connection, two, heard=2, neutral=None, trust=None, respect=4, comment="")
        assert keep(connection, three, heard=3, neutral=3, trust=None, respect=None, comment="170285-3396 igen")
        assert not keep(connection, one, heard=1, neutral=1, trust=1, respect=1, comment="en gang til")


def test_the_figures_are_what_was_counted_by_hand(engine: Engine, vault: Vault) -> None:
    """Promises by when somebody was there, or the call was over; days and weeks by the Danish calendar."""
    desk = Desk(engine, vault)
    week(desk)
    made = figures(engine, vault, first=FIRST, last=LAST, now=MONDAY + timedelta(days=6, hours=15), comments=True)
    assert made.handoffs == 9
    assert dict(made.by_trigger) == {Trigger.ASKED: 7, Trigger.ACUTE: 1, Trigger.CONFLICT: 1}
    assert next(iter(made.by_trigger)) is Trigger.ASKED
    assert dict(made.by_outcome) == {Outcome.ANSWERED: 3, Outcome.MEETING: 1, Outcome.NOT_REACHED: 1}
    assert (made.promised.kept, made.promised.broken) == (4, 3)
    assert made.promised.median_wait_minutes == 30  # of 10, 15, 20, 30, 40, 60, 1500
    assert made.per_day == (
        PerDay(day=FIRST, department="borgerservice", handoffs=2, kept=1),
        PerDay(day=FIRST, department="social", handoffs=1, kept=1),
        PerDay(day=date(2026, 11, 24), department="borgerservice", handoffs=5, kept=1),
        PerDay(day=LAST, department="borgerservice", handoffs=1, kept=1),
    )
    survey = made.survey
    assert survey.n == 3
    assert survey.averages["heard"] == pytest.approx(10 / 3) and survey.averages["neutral"] == 3.5
    assert survey.averages["trust"] is None and survey.averages["respect"] == 4.5
    assert [comment.text for comment in survey.comments][1] == "Fin hjælp"
    assert len(survey.comments) == 2 and "170285" not in survey.comments[0].text


def test_what_citizens_wrote_is_read_only_when_asked_for(engine: Engine, vault: Vault) -> None:
    """Without it there are averages and no words; and days without anything are no error."""
    desk = Desk(engine, vault)
    week(desk)
    assert figures(engine, vault, first=FIRST, last=LAST, now=MONDAY).survey.comments == ()
    empty = figures(engine, vault, first=date(2026, 1, 1), last=date(2026, 1, 2), now=MONDAY, comments=True)
    assert (empty.handoffs, empty.promised.median_wait_minutes, empty.survey.n, empty.per_day) == (0, None, 0, ())
