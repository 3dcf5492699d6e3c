"""Lists at the desk are cut by the database: in a total order, with bounded work, on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event, insert
from sqlalchemy.engine import Engine

from bot.desk.history import History
from bot.desk.listing import Listing, Sort, View
from bot.desk.refusals import Unusable
from bot.handoff.model import Outcome, Status, Way
from bot.handoff.rules import Trigger
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from bot.store.handoff_tables import handoffs
from bot.store.tables import conversations
from tests.integration.desk_setup import START, Desk, field_of

WAITING = 1000


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def desk(engine: Engine, vault: Vault) -> Desk:
    return Desk(engine, vault)


def listing(desk: Desk) -> Listing:
    return Listing(desk.engine, desk.handoffs, desk.municipality, named=desk.sessions.named, clock=desk.clock)


def history(desk: Desk) -> History:
    return History(desk.engine, desk.handoffs, named=desk.sessions.named, clock=desk.clock)


def many(desk: Desk) -> None:
    """A thousand that wait, many of them alike in all that is sorted by."""
    chance = random.Random(3)
    departments = sorted(desk.municipality.departments)
    sealed = desk.vault.seal_json({"summary": {"fields": []}})
    sent = [START - timedelta(minutes=chance.randrange(40)) for _ in range(WAITING)]
    with writing(desk.engine) as connection:
        for number, at in enumerate(sent):
            connection.execute(
                insert(conversations).values(
                    id=f"c{number}", token_hash=f"t{number}", created_at=at, expires_at=at + timedelta(days=30)
                )
            )
            connection.execute(
                insert(handoffs).values(
                    conversation_id=f"c{number}",
                    seq=1,
                    status="waiting",
                    way=chance.choice(["chat", "chat", "call", "meeting"]),
                    rule=chance.choice(list(Trigger)).value,
                    priority=chance.randrange(4),
                    department=chance.choice(departments),
                    sealed=sealed,
                    created_at=at,
                    sent_at=at,
                    due_at=chance.choice([None, at + timedelta(minutes=30), START + timedelta(hours=1)]),
                )
            )


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_a_thousand_are_listed_in_pages_of_bounded_work(desk: Desk) -> None:
    """Every sort gives each of a thousand once, in a total order, and no page takes more statements than another."""
    many(desk)
    made = listing(desk)
    names = {department.key: department.name for department in desk.municipality.departments.values()}
    keys = {
        Sort.PRIORITY: lambda row: (row.handoff.priority, row.handoff.sent_at, row.handoff.id),
        Sort.WAITING: lambda row: (row.handoff.sent_at, row.handoff.id),
        Sort.DUE: lambda row: (row.handoff.due_at or START + timedelta(days=99), row.handoff.sent_at, row.handoff.id),
        Sort.DEPARTMENT: lambda row: (
            sorted(names.values()).index(names[row.handoff.department]),
            row.handoff.priority,
            row.handoff.sent_at,
            row.handoff.id,
        ),
    }
    for sort, key in keys.items():
        rows, cursor, pages = [], None, 0
        while True:
            with counted(desk.engine) as statements:
                page = made.page(View.WAITING, "me", sort=sort, cursor=cursor, limit=100)
            asked = [statement for statement in statements if statement.startswith("SELECT")]
            assert len(asked) == 2  # the rows, and what is unread in their conversations
            assert "LIMIT" in asked[0]
            assert len(page.rows) <= 100
            rows += page.rows
            pages += 1
            if (cursor := page.next) is None:
                break
        assert pages == WAITING / 100
        assert len({row.handoff.id for row in rows}) == WAITING
        assert rows == sorted(rows, key=key)
    counts = made.counts("me")
    calls = made.page(View.CALLS, "me", limit=1).rows
    assert counts.waiting == WAITING and 0 < counts.calls < WAITING and calls[0].handoff.way is Way.CALL
    assert counts.late == sum(row.late for row in rows)


def test_who_comes_while_a_list_is_read_doubles_and_hides_nobody(desk: Desk) -> None:
    """The next page begins after the last row that was read, whoever has come or gone meanwhile."""
    waiting = [desk.waiting(f"nummer {number}", sent_at=START + timedelta(minutes=number)) for number in range(6)]
    first = listing(desk).page(View.WAITING, "me", limit=2)
    desk.queue.claim(waiting[0].id, desk.staff("Mette Holm"))  # one that was read is gone
    desk.waiting("hastesag", priority=0)  # and one comes before all of them
    rest = listing(desk).page(View.WAITING, "me", cursor=first.next, limit=10)
    assert [row.handoff.id for row in rest.rows] == [each.id for each in waiting[2:]]
    assert rest.next is None


def test_a_view_shows_whose_they_are(desk: Desk) -> None:
    """Mine, others', calls and what is late are told apart; filters narrow a view, and counts stand as they are."""
    me, other = desk.staff("Mette Holm"), desk.staff("Jens Lund")
    mine, theirs = desk.waiting("a"), desk.waiting("b", department="jobcenter")
    desk.queue.claim(mine.id, me)
    desk.queue.claim(theirs.id, other)
    call = desk.waiting("c", way=Way.CALL, trigger=Trigger.OVERDUE, due_at=START - timedelta(minutes=1))
    desk.waiting("d", status=Status.OFFERED, sent_at=None)  # the citizen is still looking at it
    made = listing(desk)

    def ids(view: View, **more: object) -> list[int]:
        return [row.handoff.id for row in made.page(view, me.id, **more).rows]  # type: ignore[arg-type]

    assert ids(View.MINE) == [mine.id] and ids(View.OTHERS) == [theirs.id]
    assert ids(View.WAITING) == ids(View.CALLS) == ids(View.LATE) == [call.id]
    assert ids(View.OTHERS, department="borgerservice") == [] and ids(View.OTHERS, department="jobcenter")
    assert ids(View.WAITING, trigger=Trigger.ASKED) == [] and ids(View.WAITING, trigger=Trigger.OVERDUE)
    counts = made.counts(me.id)
    assert (counts.waiting, counts.mine, counts.calls, counts.late) == (1, 1, 1, 1)
    assert made.page(View.OTHERS, me.id).rows[0].owner == "Jens Lund"
    desk.queue.claim(call.id, me)
    assert ids(View.LATE) == [call.id]  # a call is late until it is over
    assert made.row(mine.id) is not None and made.row(99999) is None


def test_unread_is_what_the_citizen_wrote_since(desk: Desk) -> None:
    """Counted from what its owner has read; the assistant's and the staff's own words are nobody's news."""
    me = desk.staff("Mette Holm")
    handoff = desk.waiting("et", "to", "tre")
    desk.queue.claim(handoff.id, me)

    def unread() -> int:
        return listing(desk).page(View.MINE, me.id).rows[0].unread

    assert unread() == 3
    assert desk.queue.seen(handoff.id, me, 2) == 2
    desk.queue.reply(handoff.id, me, "id", "Hej")
    assert unread() == 1
    assert desk.queue.seen(handoff.id, me, 99) == 5
    assert unread() == 0


@pytest.mark.parametrize("cursor", ["", "x", "§", "bnVsbA", "W10", "A" * 400, "WyJ3YWl0aW5nIHByaW9yaXR5IiwieCIsMSwxXQ"])
def test_a_cursor_that_is_none_is_refused(desk: Desk, cursor: str) -> None:
    """A place nobody was given, or of another list, leads nowhere; it is no error of ours."""
    with pytest.raises(Unusable):
        listing(desk).page(View.WAITING, "me", cursor=cursor)
    desk.waiting("a"), desk.waiting("b")
    other = listing(desk).page(View.WAITING, "me", sort=Sort.DUE, limit=1).next
    with pytest.raises(Unusable):
        listing(desk).page(View.WAITING, "me", cursor=other)


def test_what_is_over_is_found_by_its_words(desk: Desk) -> None:
    """Every word must be there: of the summary, the note, the case's number, or who had it; and the rest fits too."""
    me, other = desk.staff("Mette Holm"), desk.staff("Jens Lund")
    car = desk.waiting("Jeg venter på svar om min handicapbil", department="social")
    desk.queue.claim(car.id, me)
    desk.queue.close(car.id, me, Outcome.ANSWERED, "Sagen 27.60.20-G01-4-26 er hos lægen.")
    desk.clock.goes(days=1)
    pay = desk.waiting("Mine sygedagpenge mangler", fields=[field_of("topic", "sygedagpenge")], department="ydelse")
    desk.queue.claim(pay.id, other)
    desk.queue.close(pay.id, other, Outcome.MEETING, "Møde aftalt om svar på ansøgningen.")
    desk.waiting("handicapbil, som ingen har set på endnu")

    def found(words: str = "", **more: object) -> list[int]:
        return [row.handoff.id for row in history(desk).search(words, **more).rows]  # type: ignore[arg-type]

    assert found() == [pay.id, car.id]
    assert found("handicapbil") == found("HANDICAPBIL lægen") == found("27.60.20-G01-4-26") == [car.id]
    assert found("mette holm") == [car.id] and found("jens svar") == [pay.id] and found("handicapbil jens") == []
    assert found("Ydelsescentret") == found(department="ydelse") == found(outcome=Outcome.MEETING) == [pay.id]
    assert found(first=date(2026, 11, 24)) == [pay.id] and found(last=date(2026, 11, 23)) == [car.id]
    page = history(desk).search(limit=1)
    assert [row.owner for row in page.rows] == ["Jens Lund"]
    assert [row.handoff.id for row in history(desk).search(limit=1, cursor=page.next).rows] == [car.id]
    with pytest.raises(Unusable, match="no word"):
        found("af i")
