"""The outbox on both databases: kept with what it tells of, taken once, tried again, given up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

import bot.store.migrations
from bot.errors import InputError
from bot.sending.outbox import LEASE, Outbox
from bot.sending.ports import Invitation, Letter
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, reading, writing
from bot.store.meeting_tables import outbox

MIGRATIONS = Path(bot.store.migrations.__path__[0])
NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)


class Time:
    """A clock that a test may move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    migrate(made, MIGRATIONS)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def box(engine: Engine, vault: Vault, clock: Time) -> Outbox:
    return Outbox(engine, vault, mail=True, sms=True, clock=clock)


def put(box: Outbox, engine: Engine, key: str = "k", **changes: object) -> str | None:
    values: dict[str, object] = {"channel": "mail", "to": "anna@noerreaa.example", "subject": "Emne", "text": "Hej"}
    with writing(engine) as connection:
        return box.put(connection, key=key, **(values | changes))  # type: ignore[arg-type]


def rows(engine: Engine) -> list[tuple[str, bytes]]:
    with reading(engine) as connection:
        return [(row.status, row.sealed) for row in connection.execute(select(outbox).order_by(outbox.c.id))]


def test_a_letter_comes_out_as_it_was_put_in(box: Outbox, engine: Engine) -> None:
    """Words and invitation are kept letter for letter, and lie sealed meanwhile."""
    invitation = Invitation(method="REQUEST", ics="BEGIN:VCALENDAR\r\nSUMMARY:Møde\r\n")
    put(box, engine, text="Hej\n\næøå", invitation=invitation)
    ((_, sealed),) = rows(engine)
    assert b"anna" not in sealed and b"Emne" not in sealed
    (letter,) = box.take(5)
    assert (letter.to, letter.subject, letter.text) == ("anna@noerreaa.example", "Emne", "Hej\n\næøå")
    assert (letter.invitation, letter.tries, letter.due_at) == (invitation, 1, NOON)


def test_the_same_thing_is_told_once_to_the_same_person(box: Outbox, engine: Engine) -> None:
    """The same key again changes nothing, sent or not; to another address it is news."""
    assert put(box, engine) == put(box, engine, text="Noget andet")
    (letter,) = box.take(5)
    assert letter.text == "Hej"
    box.done(letter)
    put(box, engine)
    assert box.take(5) == []
    put(box, engine, to="anna.b@noerreaa.example")
    assert [letter.to for letter in box.take(5)] == ["anna.b@noerreaa.example"]


def test_what_is_rolled_back_is_not_sent(box: Outbox, engine: Engine) -> None:
    """A letter lives and dies with the transaction of what it tells of."""
    with pytest.raises(RuntimeError), writing(engine) as connection:
        box.put(connection, key="k", channel="mail", to="anna@noerreaa.example", text="Hej")
        raise RuntimeError("the booking failed")
    assert box.take(5) == []


def test_nothing_is_kept_for_a_channel_that_is_off(engine: Engine, vault: Vault, clock: Time) -> None:
    """Without a server there is no heap of letters that would all go on the day somebody names one."""
    box = Outbox(engine, vault, clock=clock)
    assert (box.can_mail, box.can_sms) == (False, False)
    assert put(box, engine) is None and put(box, engine, channel="sms", to="12345678") is None
    assert rows(engine) == []


@pytest.mark.parametrize("to", ["anna@noerreaa.example\r\nBcc: bo@noerreaa.example", "anna", ""])
def test_an_address_that_can_not_be_used_is_refused_at_once(box: Outbox, engine: Engine, to: str) -> None:
    """Whoever books hears of it then, in words, and not never."""
    with pytest.raises(InputError):
        put(box, engine, to=to)
    assert rows(engine) == []


def test_a_subject_has_one_line(box: Outbox, engine: Engine) -> None:
    """No header can be begun from within a subject."""
    with pytest.raises(ValueError, match="one line"):
        put(box, engine, subject="Møde\r\nBcc: bo@noerreaa.example")


def test_a_letter_waits_for_its_time(box: Outbox, engine: Engine, clock: Time) -> None:
    """Not a second before it is due, and then at once."""
    put(box, engine, due_at=NOON + timedelta(hours=3))
    clock.now += timedelta(hours=3, seconds=-1)
    assert box.take(5) == []
    clock.now += timedelta(seconds=1)
    assert len(box.take(5)) == 1


def test_what_came_too_late_to_be_of_use_is_not_sent(box: Outbox, engine: Engine, clock: Time) -> None:
    """A reminder of a meeting that is over, and anything a day late, is dropped with its words."""
    put(box, engine, "over", until=NOON + timedelta(hours=1))
    put(box, engine, "old")
    clock.now += timedelta(hours=1)
    assert [letter.text for letter in box.take(5)] == ["Hej"]
    clock.now += timedelta(hours=23)
    assert box.take(5) == []
    assert [sealed for _, sealed in rows(engine)] == [b"", b""]


def test_what_is_being_sent_is_nobody_elses_until_the_lease_ends(box: Outbox, engine: Engine, clock: Time) -> None:
    """A sender that died mid-way loses nothing: its letter is sent again, under the same name."""
    put(box, engine)
    (first,) = box.take(5)
    clock.now += LEASE - timedelta(seconds=1)
    assert box.take(5) == []
    clock.now += timedelta(seconds=1)
    (second,) = box.take(5)
    assert (second.name, second.tries) == (first.name, 2)
    box.failed(first, for_good=True)  # the first was only slow: it does not speak for the second
    box.done(second)
    assert [status for status, _ in rows(engine)] == ["sent"]


def test_different_letters_have_different_names(box: Outbox, engine: Engine) -> None:
    """No mail system takes two for one."""
    for number in range(5):
        put(box, engine, f"k{number}")
    assert len({letter.name for letter in box.take(9)}) == 5


def test_a_failure_waits_longer_each_time_and_is_given_up_after_a_day(box: Outbox, engine: Engine, clock: Time) -> None:
    """A server that is away for hours costs nothing but time; one that is away for a day costs the letter, told."""
    put(box, engine)
    waits = []
    while letters := box.take(1):
        box.failed(letters[0])
        with reading(engine) as connection:
            row = connection.execute(select(outbox)).one()
        if row.status != "waiting":
            break
        waits.append(row.next_try_at - clock.now)
        clock.now = row.next_try_at
    assert rows(engine) == [("given_up", b"")]
    assert waits[0] < timedelta(minutes=1) and max(waits) <= timedelta(hours=2.5)
    assert waits[:6] == sorted(waits[:6]) and len(waits) > 10
    assert NOON + timedelta(hours=20) < clock.now <= NOON + timedelta(days=1)


def test_a_refusal_is_final(box: Outbox, engine: Engine) -> None:
    """An address that does not exist is not knocked at again, and its words go."""
    put(box, engine)
    (letter,) = box.take(5)
    box.failed(letter, for_good=True)
    assert rows(engine) == [("given_up", b"")]


def _meeting(engine: Engine) -> int:
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO conversations (id, token_hash, state, created_at, expires_at, last_seq, seen_seq,"
                " staff_seen_seq, failed_logins, troubled) VALUES ('c', 'h', 'bot', :now, :now, 0, 0, 0, 0, :no)"
            ),
            {"now": NOON, "no": False},
        )
        connection.execute(
            text(
                "INSERT INTO meetings (id, uid, conversation_id, calendar, department, form, status, starts_at,"
                " ends_at, sequence, sealed, created_at, changed_at, version) VALUES (7, 'u', 'c', 'k', 'social',"
                " 'telefon', 'booked', :now, :later, 0, :sealed, :now, :now, 1)"
            ),
            {"now": NOON, "later": NOON + timedelta(hours=1), "sealed": b""},
        )
    return 7


def test_what_is_true_no_more_is_dropped_and_what_is_true_stays(box: Outbox, engine: Engine, clock: Time) -> None:
    """Cancelling drops a meeting's unsent letters but those named, and touches no sent one nor another meeting's."""
    meeting = _meeting(engine)
    sent = put(box, engine, "sent", meeting_id=meeting)
    for letter in box.take(1):
        box.done(letter)
    old = put(box, engine, "old", meeting_id=meeting, due_at=NOON + timedelta(hours=1))
    kept = put(box, engine, "kept", meeting_id=meeting, due_at=NOON + timedelta(hours=1))
    put(box, engine, "another", due_at=NOON + timedelta(hours=1))
    assert sent and old and kept
    with writing(engine) as connection:
        assert box.cancel(connection, meeting, keep=[kept]) == 1
        assert box.given_up(connection, meeting) == frozenset()
    assert [status for status, _ in rows(engine)] == ["sent", "cancelled", "waiting", "waiting"]
    clock.now += timedelta(hours=1)
    assert len(box.take(9)) == 2


def test_what_was_dropped_and_is_true_again_is_sent_after_all(box: Outbox, engine: Engine) -> None:
    """Who says no to mail and then yes again, before anything was sent, gets the mail."""
    meeting = _meeting(engine)
    put(box, engine, meeting_id=meeting)
    with writing(engine) as connection:
        box.cancel(connection, meeting)
    assert box.take(5) == []
    put(box, engine, meeting_id=meeting)
    assert len(box.take(5)) == 1


def test_a_letter_that_is_on_its_way_when_it_is_dropped_is_not_tried_again(
    box: Outbox, engine: Engine, clock: Time
) -> None:
    """It may arrive, that can't be undone; if it failed, it stays dropped."""
    meeting = _meeting(engine)
    put(box, engine, meeting_id=meeting)
    (letter,) = box.take(5)
    with writing(engine) as connection:
        box.cancel(connection, meeting)
    box.failed(letter)
    clock.now += LEASE * 2
    assert box.take(5) == [] and rows(engine) == [("cancelled", b"")]


def test_staff_can_see_that_a_meetings_mail_never_left(box: Outbox, engine: Engine) -> None:
    """The channel that did not work is named, so that somebody may call instead."""
    meeting = _meeting(engine)
    put(box, engine, meeting_id=meeting)
    (letter,) = box.take(5)
    box.failed(letter, for_good=True)
    with reading(engine) as connection:
        assert box.given_up(connection, meeting) == {"mail"}


def test_two_who_put_the_same_thing_at_once_do_not_harm_each_other(box: Outbox, engine: Engine) -> None:
    """Both transactions commit, and one letter stands."""
    start, failures = threading.Barrier(6), []

    def one() -> None:
        start.wait()
        try:
            put(box, engine)
        except Exception as error:  # whatever it is, the test tells
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and len(rows(engine)) == 1


def test_many_who_take_at_once_each_get_others(database_url: str, vault: Vault, clock: Time) -> None:
    """Eight senders with engines of their own, sixty letters: each letter is taken exactly once."""
    engine = make_engine(database_url)
    migrate(engine, MIGRATIONS)
    box = Outbox(engine, vault, mail=True, clock=clock)
    for number in range(60):
        put(box, engine, f"k{number}")
    taken: list[Letter] = []
    start = threading.Barrier(8)

    def empty() -> None:
        own = make_engine(database_url)
        mine = Outbox(own, vault, mail=True, clock=clock)
        start.wait()
        while sum(status == "waiting" for status, _ in rows(own)):
            taken.extend(mine.take(3))
        own.dispose()

    threads = [threading.Thread(target=empty) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 60 and len({letter.id for letter in taken}) == 60
    engine.dispose()
