"""Meetings in real databases: held, booked, moved, cancelled, and never two at one time in one calendar."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.meetings.booking import Meetings
from bot.meetings.errors import MeetingChanged, MeetingGone, SlotTaken
from bot.meetings.model import Details, Meeting, Slot, Status
from bot.meetings.rules import Form
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.meeting_tables import meetings as table
from bot.store.tables import conversations
from tests.databases import migrated
from tests.identity_setup import HandClock, new_conversation
from tests.meeting_setup import NOON, calendar, danish, municipality

CITIZENS = 50
ROUNDS = 200


@dataclass
class Heard:
    """Who is told of news, and remembers."""

    news: list[tuple[str, int, int]] = field(default_factory=list)

    def __call__(self, connection: Connection, meeting: Meeting, kind: str) -> None:
        """Remember what, of which meeting, in which sequence."""
        self.news.append((kind, meeting.id, meeting.sequence))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = migrated(database_url)
    new_conversation(engine, "a")
    new_conversation(engine, "b")
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def meetings(engine: Engine, vault: Vault, clock: HandClock, heard: Heard) -> Meetings:
    rooms = (calendar("9-16"), calendar("9-16", key="andet"))
    return Meetings(engine, vault, municipality(*rooms), clock=clock, news=heard)


def at(meetings: Meetings, when: str, key: str = "rum") -> Slot:
    return meetings.slot(key, Form.IN_PERSON, danish(when))


def hold(meetings: Meetings, when: str, conversation: str = "a", key: str = "rum", moves: int | None = None) -> Meeting:
    with writing(meetings.engine) as connection:
        return meetings.hold(connection, at(meetings, when, key), conversation_id=conversation, moves=moves)


def book(meetings: Meetings, meeting: Meeting) -> Meeting:
    with writing(meetings.engine) as connection:
        return meetings.book(connection, meeting.id)


def now(meetings: Meetings, meeting: Meeting) -> Meeting:
    with reading(meetings.engine) as connection:
        found = meetings.get(connection, meeting.id)
    assert found is not None
    return found


def free(meetings: Meetings) -> list[datetime]:
    with reading(meetings.engine) as connection:
        return [slot.starts_at for slot in meetings.slots(connection, "social") if slot.calendar == "rum"]


TEN, ELEVEN = "2026-11-24T10:00", "2026-11-24T11:00"


class TestHolding:
    """A time is kept while somebody makes up their mind."""

    def test_a_held_time_is_nobody_elses(self, meetings: Meetings) -> None:
        """It is not offered, and can't be taken; the other calendar's can."""
        hold(meetings, TEN)
        assert danish(TEN) not in free(meetings)
        with pytest.raises(SlotTaken):
            hold(meetings, TEN, "b")
        assert hold(meetings, TEN, "b", "andet").status is Status.HELD

    def test_a_hold_that_runs_out_blocks_nobody(self, meetings: Meetings, clock: HandClock) -> None:
        """Neither in what is offered nor when somebody takes it, though nobody tidied up."""
        first = hold(meetings, TEN)
        clock.forward(minutes=15)
        assert danish(TEN) in free(meetings)
        assert hold(meetings, TEN, "b").status is Status.HELD
        assert now(meetings, first).status is Status.EXPIRED

    def test_a_conversation_holds_one_time(self, meetings: Meetings) -> None:
        """Who looks at another lets go of the first, so that nobody holds a whole calendar."""
        first = hold(meetings, TEN)
        hold(meetings, ELEVEN)
        assert now(meetings, first).status is Status.EXPIRED and danish(TEN) in free(meetings)

    def test_a_time_that_is_refused_costs_nothing_of_what_is_held(self, meetings: Meetings) -> None:
        """The hold there was is still there."""
        mine = hold(meetings, TEN)
        hold(meetings, ELEVEN, "b")
        with pytest.raises(SlotTaken):
            hold(meetings, ELEVEN)
        assert now(meetings, mine).status is Status.HELD

    def test_what_ran_out_is_tidied_up(self, meetings: Meetings, clock: HandClock) -> None:
        """Only what ran out, and once."""
        hold(meetings, TEN)
        clock.forward(minutes=14)
        hold(meetings, ELEVEN, "b")
        clock.forward(minutes=1)
        assert [meetings.expire_now(), meetings.expire_now()] == [1, 0]

    @pytest.mark.parametrize("when", ["2026-11-24T10:10", "2026-11-24T16:00", "2026-11-20T10:00", "2026-11-24T03:00"])
    def test_only_times_of_the_calendar_can_be_had(self, meetings: Meetings, when: str) -> None:
        """Not between two, not after closing, not in the past, not at night."""
        with pytest.raises(SlotTaken):
            at(meetings, when)

    def test_a_refusal_leaves_the_callers_transaction_whole(self, meetings: Meetings, engine: Engine) -> None:
        """What else was written there is kept: the chat keeps the citizen's message in the same one."""
        hold(meetings, TEN, "b")
        with writing(engine) as connection:
            connection.execute(conversations.update().where(conversations.c.id == "a").values(seen_seq=7))
            with pytest.raises(SlotTaken):
                meetings.hold(connection, at(meetings, TEN), conversation_id="a")
        with reading(engine) as connection:
            query = select(conversations.c.seen_seq).where(conversations.c.id == "a")
            assert connection.execute(query).scalar_one() == 7


class TestBooking:
    """What is agreed."""

    def test_a_held_time_is_booked_and_told_of_once(self, meetings: Meetings, heard: Heard) -> None:
        """Pressed twice, it is one meeting and one piece of news."""
        held = hold(meetings, TEN)
        booked = book(meetings, held)
        again = book(meetings, held)
        assert booked == again and booked.status is Status.BOOKED and booked.held_until is None
        assert heard.news == [("booked", held.id, 0)]

    def test_a_booked_time_stays_when_holds_run_out(self, meetings: Meetings, clock: HandClock) -> None:
        """An agreement does not expire."""
        booked = book(meetings, hold(meetings, TEN))
        clock.forward(hours=1)
        meetings.expire_now()
        assert now(meetings, booked).status is Status.BOOKED and danish(TEN) not in free(meetings)

    def test_a_hold_that_ran_out_is_booked_while_the_time_is_free(self, meetings: Meetings, clock: HandClock) -> None:
        """Who was slow and lucky gets it; tidied up or not."""
        first = hold(meetings, TEN)
        clock.forward(minutes=20)
        meetings.expire_now()
        assert book(meetings, first).status is Status.BOOKED

    def test_a_hold_that_ran_out_and_was_taken_is_refused(self, meetings: Meetings, clock: HandClock) -> None:
        """Who was slow and unlucky is told so."""
        first = hold(meetings, TEN)
        clock.forward(minutes=20)
        book(meetings, hold(meetings, TEN, "b"))
        with pytest.raises(SlotTaken):
            book(meetings, first)

    def test_staff_book_without_holding(self, meetings: Meetings, heard: Heard) -> None:
        """And can't take what is somebody's either."""
        with writing(meetings.engine) as connection:
            booked = meetings.book_at_once(
                connection, at(meetings, TEN), conversation_id="a", details=Details(name="A")
            )
        assert booked.details.name == "A" and heard.news == [("booked", booked.id, 0)]
        with writing(meetings.engine) as connection, pytest.raises(SlotTaken):
            meetings.book_at_once(connection, at(meetings, TEN), conversation_id="b")

    def test_what_was_written_lies_encrypted(self, meetings: Meetings, engine: Engine) -> None:
        """Names, addresses and the agenda are in no column in the clear."""
        held = hold(meetings, TEN)
        with writing(engine) as connection:
            meetings.change(connection, held.id, details=Details(name="Anna Æble"), agenda=["Din sag om bil"])
        with reading(engine) as connection:
            row = connection.execute(select(table)).one()
        assert b"Anna" not in row.sealed and "Anna" not in str([v for v in row if not isinstance(v, bytes)])
        assert now(meetings, held).agenda == ("Din sag om bil",)

    def test_a_meeting_that_is_over_is_not_touched(self, meetings: Meetings, clock: HandClock) -> None:
        """Neither cancelled nor moved nor changed."""
        booked = book(meetings, hold(meetings, TEN))
        clock.forward(days=4)
        with writing(meetings.engine) as connection:
            for act in (meetings.cancel, meetings.change):
                with pytest.raises(MeetingGone):
                    act(connection, booked.id)

    # SQLite has no exclusion constraints: there the one writer looks first.
    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    def test_the_database_itself_refuses_two_at_one_time(self, meetings: Meetings, engine: Engine) -> None:
        """On PostgreSQL, whoever writes past us meets the exclusion constraint."""
        book(meetings, hold(meetings, TEN))
        with reading(engine) as connection:
            row = dict(connection.execute(select(table)).mappings().one()) | {"uid": "other"}
        del row["id"]
        with pytest.raises(IntegrityError), writing(engine) as connection:
            connection.execute(insert(table).values(**row))


class TestChanging:
    """What becomes of an agreed meeting."""

    def test_a_meeting_moves_and_keeps_what_it_is_called(self, meetings: Meetings, heard: Heard) -> None:
        """Same uid, next sequence; the old time is free again."""
        booked = book(meetings, hold(meetings, TEN))
        with writing(meetings.engine) as connection:
            moved = meetings.move(connection, booked.id, at(meetings, ELEVEN), version=booked.version)
        assert (moved.uid, moved.sequence, moved.starts_at) == (booked.uid, 1, danish(ELEVEN))
        assert danish(TEN) in free(meetings) and danish(ELEVEN) not in free(meetings)
        assert heard.news[-1] == ("moved", booked.id, 1)

    def test_a_meeting_that_can_not_move_stays_where_it_is(self, meetings: Meetings, heard: Heard) -> None:
        """The time wanted was somebody's: nothing is lost."""
        booked = book(meetings, hold(meetings, TEN))
        book(meetings, hold(meetings, ELEVEN, "b"))
        with writing(meetings.engine) as connection, pytest.raises(SlotTaken):
            meetings.move(connection, booked.id, at(meetings, ELEVEN))
        assert now(meetings, booked) == booked and len(heard.news) == 2

    def test_a_citizen_keeps_the_old_time_until_the_new_one_is_booked(self, meetings: Meetings, heard: Heard) -> None:
        """Both are kept meanwhile; then one meeting is left, at the new time. Pressed twice, it moves once."""
        booked = book(meetings, hold(meetings, TEN))
        held = hold(meetings, ELEVEN, moves=booked.id)
        assert now(meetings, booked) == booked and not {danish(TEN), danish(ELEVEN)} & set(free(meetings))
        moved, again = book(meetings, held), book(meetings, held)
        assert moved == again and (moved.id, moved.starts_at, moved.sequence) == (booked.id, danish(ELEVEN), 1)
        assert danish(TEN) in free(meetings)
        assert [kind for kind, *_ in heard.news] == ["booked", "moved"]

    def test_a_move_that_came_too_late_keeps_the_old_time(self, meetings: Meetings, clock: HandClock) -> None:
        """The hold ran out, and somebody took the new time."""
        booked = book(meetings, hold(meetings, TEN))
        held = hold(meetings, ELEVEN, moves=booked.id)
        clock.forward(minutes=16)
        book(meetings, hold(meetings, ELEVEN, "b"))
        with pytest.raises(SlotTaken):
            book(meetings, held)
        assert now(meetings, booked) == booked

    def test_a_cancelled_meeting_gives_its_time_back(self, meetings: Meetings, heard: Heard) -> None:
        """With the next sequence; cancelled twice, the second is told that it is gone."""
        booked = book(meetings, hold(meetings, TEN))
        with writing(meetings.engine) as connection:
            gone = meetings.cancel(connection, booked.id)
        assert (gone.status, gone.sequence) == (Status.CANCELLED, 1) and danish(TEN) in free(meetings)
        assert heard.news[-1] == ("cancelled", booked.id, 1)
        with writing(meetings.engine) as connection, pytest.raises(MeetingGone):
            meetings.cancel(connection, booked.id)

    def test_who_looked_at_an_old_version_changes_nothing(self, meetings: Meetings) -> None:
        """Two at the desk at once: the second sees what the first did before they go on."""
        booked = book(meetings, hold(meetings, TEN))
        with writing(meetings.engine) as connection:
            meetings.change(connection, booked.id, agenda=["Først"], version=booked.version)
        with writing(meetings.engine) as connection:
            with pytest.raises(MeetingChanged):
                meetings.change(connection, booked.id, agenda=["Sidst"], version=booked.version)
            with pytest.raises(MeetingChanged):
                meetings.cancel(connection, booked.id, version=booked.version)
        assert now(meetings, booked).agenda == ("Først",)

    def test_it_is_news_when_messages_go_somewhere_else(self, meetings: Meetings, heard: Heard) -> None:
        """A first address is told of the meeting as it is; another one than before makes it a new sequence."""
        booked = book(meetings, hold(meetings, TEN))
        for details in (
            Details(companion="min søster"),
            Details(mail=True, email="a@x.dk"),
            Details(mail=True, email="b@x.dk"),
            Details(),
        ):
            with writing(meetings.engine) as connection:
                meetings.change(connection, booked.id, details=details)
        assert heard.news[1:] == [("changed", booked.id, 0), ("changed", booked.id, 1), ("changed", booked.id, 1)]

    def test_each_sees_their_own(self, meetings: Meetings, engine: Engine) -> None:
        """By conversation, by person, by calendar and span."""
        with writing(engine) as connection:
            first = meetings.book_at_once(connection, at(meetings, TEN), conversation_id="a", person="p")
            second = meetings.book_at_once(connection, at(meetings, ELEVEN), conversation_id="b")
        with reading(engine) as connection:
            assert meetings.of_conversation(connection, "a") == [first]
            assert meetings.of_person(connection, "p") == [first]
            day = danish("2026-11-24T00:00")
            assert meetings.in_calendar(connection, "rum", day, day + timedelta(days=1)) == [first, second]
            assert meetings.in_calendar(connection, "rum", first.ends_at, second.starts_at) == []
            assert meetings.get(connection, 999) is None


def slot_of(meeting: Meeting) -> Slot:
    return Slot(calendar=meeting.calendar, form=meeting.form, starts_at=meeting.starts_at, ends_at=meeting.ends_at)


def race(meetings: Meetings, engine: Engine, when: str, pool: ThreadPoolExecutor) -> list[int]:
    """All at once for one time; the ids of the meetings of those who got it."""
    barrier = Barrier(CITIZENS)
    slot = at(meetings, when)

    def one(number: int) -> int | None:
        barrier.wait(30)
        try:
            with writing(engine) as connection:
                return meetings.book_at_once(connection, slot, conversation_id="a").id
        except SlotTaken:
            return None

    return [won for won in pool.map(one, range(CITIZENS)) if won is not None]


@pytest.mark.long
@pytest.mark.timeout(600)  # ten thousand transactions, about half a minute where the machine has nothing else to do
def test_of_fifty_who_book_one_time_at_once_one_gets_it(meetings: Meetings, engine: Engine) -> None:
    """200 rounds, each for a time of its own: one winner in each, and one row."""
    times = [danish("2026-11-22T09:00") + timedelta(days=day, minutes=30 * n) for day in range(15) for n in range(14)]
    with ThreadPoolExecutor(CITIZENS) as pool:
        for when in times[:ROUNDS]:
            won = race(meetings, engine, when.replace(tzinfo=None).isoformat(), pool)
            assert len(won) == 1, when
    with reading(engine) as connection:
        rows = connection.execute(select(table.c.starts_at)).all()
    assert len(rows) == ROUNDS and len({row.starts_at for row in rows}) == ROUNDS


def test_of_many_who_take_a_hold_that_ran_out_one_gets_it(meetings: Meetings, engine: Engine, clock: HandClock) -> None:
    """The one who held it tries to book it, the others to hold it, in the moment it is over."""
    with ThreadPoolExecutor(10) as pool:
        for number in range(20):
            when = (danish("2026-11-24T09:00") + timedelta(minutes=30 * (number % 14), days=number // 14)).isoformat()
            held = hold(meetings, when[:16], "b")
            clock.forward(minutes=15)
            barrier = Barrier(10)

            def one(who: int, held: Meeting = held, when: str = when[:16], barrier: Barrier = barrier) -> bool:
                barrier.wait(30)
                try:
                    with writing(engine) as connection:
                        if who == 0:
                            meetings.book(connection, held.id)
                        else:
                            meetings.book_at_once(connection, at(meetings, when), conversation_id="a")
                    return True
                except SlotTaken:
                    return False

            assert sum(pool.map(one, range(10))) == 1
            clock.time = NOON
            with writing(engine) as connection:  # where it won: a conversation may book no more than a few
                for each in meetings.of_conversation(connection, "b"):
                    if each.is_ahead(NOON):
                        meetings.cancel(connection, each.id)


def test_two_meetings_that_want_each_others_time_both_stay(meetings: Meetings, engine: Engine) -> None:
    """Neither is lost, and nobody waits for the other for ever."""
    for day in range(24, 27):
        first = book(meetings, hold(meetings, f"2026-11-{day}T10:00"))
        second = book(meetings, hold(meetings, f"2026-11-{day}T11:00", "b"))
        barrier = Barrier(2)

        def swap(mine: Meeting, wanted: Meeting, barrier: Barrier = barrier) -> bool:
            barrier.wait(30)
            try:
                with writing(engine) as connection:
                    meetings.move(connection, mine.id, slot_of(wanted))
                return True
            except SlotTaken:
                return False

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(swap, (first, second), (second, first)))
        assert done == [False, False]
        assert (now(meetings, first), now(meetings, second)) == (first, second)
