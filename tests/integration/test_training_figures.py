"""The figures of those who train the assistant, held against a week that was counted by hand."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.engine import Engine

from bot.handoff.rules import Trigger
from bot.municipality.workdays import COPENHAGEN
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, writing
from bot.store.handoff_tables import handoffs, surveys
from bot.store.tables import conversations, messages
from bot.store.training_tables import understood
from bot.training.figures import LONGEST, Day, Figures, FiguresReader, Heard, Matter, minutes
from bot.training.refusals import Unusable
from tests.asking import the_municipality
from tests.integration.desk_setup import MIGRATIONS

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
NOW = datetime(2026, 11, 30, 12, tzinfo=timezone.utc)
TITLES = {"min_sagsbehandler": "Hvem har min sag", "affald": "Affald", "klage": "Klage", "akut_hjaelp": "Akut hjælp"}

Made = tuple[str, str | None] | None  # what was made of a message: outcome and intent; None where a button was pressed


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A handoff; ``sent``, ``taken`` and ``over`` in minutes after the citizen first wrote, None: it never was."""

    rule: str
    kle: str | None = None
    sent: int | None = 0
    taken: int | None = None
    over: int | None = None
    due: int | None = 30
    status: str = "closed"
    way: str = "chat"
    survey: dict[str, int] = field(default_factory=dict)


class House:
    """A database with conversations in it."""

    def __init__(self, engine: Engine) -> None:
        migrate(engine, MIGRATIONS)
        self.engine = engine
        self.reader = FiguresReader(
            engine, Vault([Vault.new_key()]), the_municipality(), title=TITLES.__getitem__, clock=lambda: NOW
        )

    def talk(
        self,
        at: datetime,
        *said: Made,
        opened: timedelta = timedelta(minutes=1),
        later: timedelta = timedelta(minutes=1),
        marked: dict[int, str] | None = None,
        handed: Sequence[Sent] = (),
        state: str = "bot",
    ) -> None:
        """A conversation: the assistant's greeting, then what the citizen sent from ``at`` on, each answered."""
        id = str(uuid.uuid4())
        with writing(self.engine) as connection:
            connection.execute(
                insert(conversations).values(
                    id=id, token_hash=id, state=state, created_at=at - opened, expires_at=at + timedelta(days=30)
                )
            )
            rows = [{"conversation_id": id, "seq": 1, "sender": "assistant", "sealed": b"", "at": at - opened}]
            for number, _ in enumerate(said):
                sent = at + number * later
                own = {"conversation_id": id, "sealed": b"", "at": sent}
                rows += [own | {"seq": 2 * number + 2, "sender": "citizen"}]
                rows += [own | {"seq": 2 * number + 3, "sender": "assistant"}]
            if state != "erased":
                connection.execute(insert(messages), rows)
            for number, made in enumerate(said):
                if made is not None:
                    values = {"outcome": made[0], "intent": made[1], "marked": (marked or {}).get(number)}
                    values |= {"conversation_id": id, "seq": 2 * number + 2, "at": at + number * later}
                    connection.execute(insert(understood).values(values))
            for one in handed:
                self._hand_over(connection, id, at, one)

    @staticmethod
    def _hand_over(connection: Any, id: str, at: datetime, one: Sent) -> None:
        def after(span: int | None) -> datetime | None:
            return None if span is None else at + timedelta(minutes=span)

        due = None if one.sent is None or one.due is None else one.sent + one.due
        values = {
            "conversation_id": id,
            "seq": 1,
            "status": one.status,
            "way": one.way,
            "rule": one.rule,
            "priority": 3,
            "department": "borgerservice",
            "kle": one.kle,
            "sealed": b"",
            "created_at": at,
            "sent_at": after(one.sent),
            "claimed_at": after(one.taken),
            "closed_at": after(one.over),
            "due_at": after(due),
        }
        made = connection.execute(insert(handoffs).values(values)).inserted_primary_key[0]
        if one.survey:
            connection.execute(insert(surveys).values(handoff_id=made, at=at, **one.survey))

    def week(self) -> Figures:
        return self.reader.read(MONDAY, SUNDAY)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    engine = make_engine(database_url)
    yield House(engine)
    engine.dispose()


def danish(day: int, hour: int, minute: int = 0, *, second: int = 0) -> datetime:
    """A time in November 2026 by a Danish clock."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=COPENHAGEN)


def the_week(house: House) -> None:
    """Thirteen visitors, counted by hand.

    ==  ==========================  ============================  ==============================  ==========
    no  first wrote                 typed: what was made of it    handoff                         how it went
    ==  ==========================  ============================  ==============================  ==========
     1  Mon 23. 9.00                answered                                                      solved
     2  Mon 23. 9.30                not understood, then a button                                 solved
     3  Mon 23. 23.59               asked, not understood                                         unsolved
     4  Tue 24. 10.00               not understood                not understood, 32.30.04        handed off
     5  Tue 24. 11.00               answered                      decision, 27.60.20, offered     solved
     6  Tue 24. 12.00               answered                      asked, no KLE, taken back       handed off
     7  Wed 25. 0.00                danger                        acute, 34                       handed off
     8  Thu 26. 8.00                answered (citizen: wrong)     asked, 32.24.04, never sent;    handed off
                                                                  conflict, 32.30.04;             (conflict)
                                                                  decision, 02.34.02
     9  never (opened Fri 27.)                                                                    not counted
    10  Sun 29. 23.59.59            not understood (staff: wrong)                                 unsolved
        (opened on Thursday)
    11  Sun 22. 23.59; again Mon    answered; not understood                                      the week before
    12  Mon 30. 0.00                not understood                                                the week after
    13  deleted by the citizen      nothing is left               a promised call, Fri 27.        not counted
    ==  ==========================  ============================  ==============================  ==========

    Conversations: 1-8 and 10 = 9. Solved 1, 2, 5 = 3. Handed off 4, 6, 7, 8 = 4. Unsolved 3, 10 = 2.
    Not understood: Mon 2, 3, 11 = 3; Tue 4 = 1; Sun 10 = 1; together 5. Asked back: 3 = 1. Wrong: 8, 10 = 2.
    About: 32.30.04 in 4 and 8, both sent; 34 in 7, sent; 27.60.20 in 5, not sent; none in 6, sent.
    Waits of what was sent and not taken back: 4: 10; 7: 2; 8: 5 and 40; 13: 90 (a call, so when it was over).
    In order 2, 5, 10, 40, 90: the middle is 10, nine in ten (the fifth of five) within 90.
    From taken to over: 4: 20; 7: 60; 8: 15 and 5; 13: 89. In order 5, 15, 20, 60, 89: the middle is 20.
    Promised: 4 kept, 8 kept and broken (40 minutes, promised 30), 13 kept; 7 nothing. Kept 3, broken 1.
    """
    fallback, case, waste = ("fallback", None), ("answered", "min_sagsbehandler"), ("answered", "affald")
    house.talk(danish(23, 9), case)
    house.talk(danish(23, 9, 30), ("fallback", "affald"), None)
    house.talk(danish(23, 23, 59), ("asked", "affald"), fallback, later=timedelta(seconds=20))
    four = {"heard": 4, "neutral": 5, "respect": 5}
    house.talk(
        danish(24, 10),
        fallback,
        handed=[Sent(rule="ikke_forstaaet", kle="32.30.04", taken=10, over=30, survey=four)],
    )
    house.talk(
        danish(24, 11),
        ("answered", "klage"),
        handed=[Sent(rule="afgoerelse", kle="27.60.20", sent=None, status="offered")],
    )
    house.talk(danish(24, 12), case, handed=[Sent(rule="bedt_om", status="withdrawn")])
    house.talk(
        danish(25, 0), ("danger", "akut_hjaelp"), handed=[Sent(rule="akut", kle="34", taken=2, over=62, due=None)]
    )
    house.talk(
        danish(26, 8),
        waste,
        marked={0: "citizen"},
        handed=[
            Sent(rule="bedt_om", kle="32.24.04", sent=None, status="withdrawn"),
            Sent(rule="afgoerelse", kle="02.34.02", sent=60, taken=100, over=105),
            Sent(rule="konflikt", kle="32.30.04", sent=1, taken=6, over=21, survey={"heard": 1, "trust": 2}),
        ],
    )
    house.talk(danish(27, 10))
    house.talk(danish(29, 23, 59, second=59), fallback, marked={0: "staff"}, opened=timedelta(days=3))
    house.talk(danish(22, 23, 59), case, fallback, later=timedelta(hours=10))
    house.talk(danish(30, 0), fallback)
    call = Sent(rule="bedt_om", taken=1, over=90, due=1440, way="call")
    house.talk(danish(27, 12), handed=[call], state="erased")


def test_the_week_is_what_was_counted_by_hand(house: House) -> None:
    """Conversations, how they went and why, messages, waits, promises and the survey, as the table says."""
    the_week(house)
    made = house.week()
    assert (made.conversations, made.solved, made.handed_off, made.unsolved) == (9, 3, 4, 2)
    assert (made.not_understood, made.asked_back, made.marked_wrong) == (5, 1, 2)
    assert list(made.by_trigger.items()) == [
        (Trigger.ASKED, 1),
        (Trigger.ACUTE, 1),
        (Trigger.CONFLICT, 1),
        (Trigger.NOT_UNDERSTOOD, 1),
    ]
    assert (made.waits.n, made.waits.median, made.waits.nine_in_ten) == (5, 10, 90)
    assert (made.handling.n, made.handling.median) == (5, 20)
    assert (made.promised.kept, made.promised.broken) == (3, 1)
    assert made.survey.n == 2
    assert made.survey.averages == {"heard": 2.5, "neutral": 5, "trust": 2, "respect": 5}


def test_days_matters_and_intents_are_what_was_counted_by_hand(house: House) -> None:
    """Every day is there, the most frequent matter and intent first, with the municipality's names for them."""
    the_week(house)
    made = house.week()
    counted = [(3, 2, 0, 1, 3), (3, 1, 2, 0, 1), (1, 0, 1, 0, 0), (1, 0, 1, 0, 0), (0,) * 5, (0,) * 5, (1, 0, 0, 1, 1)]
    assert made.per_day == tuple(
        Day(
            day=MONDAY + timedelta(days=number),
            conversations=all_,
            solved=solved,
            handed_off=handed,
            unsolved=unsolved,
            not_understood=missed,
        )
        for number, (all_, solved, handed, unsolved, missed) in enumerate(counted)
    )
    assert made.per_matter == (
        Matter(kle="32.30.04", title="Sygedagpenge", conversations=2, handed_off=2),
        Matter(kle="27.60.20", title="Støtte til bil", conversations=1, handed_off=0),
        Matter(kle="34", title="Familieafdelingen", conversations=1, handed_off=1),
        Matter(kle=None, title="Uden emne", conversations=1, handed_off=1),
    )
    # The eleventh's second message is of this week, its first is not.
    assert made.per_intent == (
        Heard(intent=None, title="Lignede ingen hensigt", n=4, not_sure=4),
        Heard(intent="affald", title="Affald", n=3, not_sure=2),
        Heard(intent="min_sagsbehandler", title="Hvem har min sag", n=2, not_sure=0),
        Heard(intent="akut_hjaelp", title="Akut hjælp", n=1, not_sure=0),
        Heard(intent="klage", title="Klage", n=1, not_sure=0),
    )


def test_the_parts_add_up(house: House) -> None:
    """Solved, handed off and unsolved are all conversations; days, reasons and matters add up to the same."""
    the_week(house)
    made = house.week()
    assert made.solved + made.handed_off + made.unsolved == made.conversations
    assert sum(day.conversations for day in made.per_day) == made.conversations
    assert sum(day.not_understood for day in made.per_day) == made.not_understood
    assert sum(made.by_trigger.values()) == made.handed_off == sum(each.handed_off for each in made.per_matter)
    one_by_one = [house.reader.read(day.day, day.day) for day in made.per_day]
    assert tuple(day for one in one_by_one for day in one.per_day) == made.per_day, "a day is the same by itself"
    assert sum(one.marked_wrong for one in one_by_one) == made.marked_wrong


@pytest.mark.parametrize(
    ("sunday", "within", "outside"),
    [
        (  # the clock goes back: 25 hours, and 2.30 comes twice
            date(2026, 10, 25),
            ["2026-10-24T22:00", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T22:59"],
            ["2026-10-24T21:59", "2026-10-25T23:00"],
        ),
        (  # the clock goes forward: 23 hours
            date(2026, 3, 29),
            ["2026-03-28T23:00", "2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T21:59"],
            ["2026-03-28T22:59", "2026-03-29T22:00"],
        ),
    ],
)
def test_a_day_of_a_clock_change_is_the_danish_day(
    house: House, sunday: date, within: list[str], outside: list[str]
) -> None:
    """What came within its 25 or 23 hours is that day's; the minute before and the minute after are not."""
    for at in [*within, *outside]:
        house.talk(datetime.fromisoformat(at).replace(tzinfo=timezone.utc), ("fallback", None))
    around = house.reader.read(sunday - timedelta(days=1), sunday + timedelta(days=1))
    assert [day.conversations for day in around.per_day] == [1, 4, 1]
    assert [day.not_understood for day in around.per_day] == [1, 4, 1]
    alone = house.reader.read(sunday, sunday)
    assert (alone.conversations, alone.not_understood, len(alone.per_day)) == (4, 4, 1)


def test_days_on_which_nothing_happened_are_shown_as_nothing(house: House) -> None:
    """Zero where there is nothing to count, and no average or median of nothing."""
    the_week(house)
    made = house.reader.read(date(2026, 1, 1), date(2026, 1, 3))
    assert [day.day.day for day in made.per_day] == [1, 2, 3]
    assert {(day.conversations, day.not_understood) for day in made.per_day} == {(0, 0)}
    assert (made.conversations, made.solved, made.not_understood, made.survey.n) == (0, 0, 0, 0)
    assert (made.waits.median, made.waits.nine_in_ten, made.handling.median) == (None, None, None)
    assert made.by_trigger == {} and made.per_matter == () and made.per_intent == ()


def test_the_longest_time_is_counted_whole_and_a_longer_one_refused(house: House) -> None:
    """Both ends of the longest time are in it; a day more, or days the wrong way round, is told."""
    last = SUNDAY
    first = last - timedelta(days=LONGEST - 1)
    for day in (first - timedelta(days=1), first, last, last + timedelta(days=1)):
        house.talk(datetime(day.year, day.month, day.day, 12, tzinfo=COPENHAGEN), ("answered", "affald"))
    made = house.reader.read(first, last)
    assert len(made.per_day) == LONGEST and made.conversations == 2
    assert (made.per_day[0].conversations, made.per_day[-1].conversations) == (1, 1)
    for wrong in ((first - timedelta(days=1), last), (last, first)):
        with pytest.raises(Unusable, match=r".*") as refused:
            house.reader.read(*wrong)
        assert str(LONGEST) in refused.value.staff


def test_more_conversations_need_no_more_statements(house: House) -> None:
    """The database counts: seven statements, for one week with thirteen visitors and for one with fifty-two."""

    def statements() -> int:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
            seen.append(statement)

        event.listen(house.engine, "before_cursor_execute", note)
        house.week()
        event.remove(house.engine, "before_cursor_execute", note)
        return len([statement for statement in seen if "SELECT" in statement])

    the_week(house)
    few = statements()
    for _ in range(3):
        the_week(house)
    assert few == statements() == 7
    assert house.week().conversations == 36


def test_a_matter_nobody_has_a_name_for_is_said_to_have_none(house: House) -> None:
    """A KLE number of no deadline has its department's name; one of no department has none, and is still counted."""
    for kle in ("54.10.20", "05.01.02"):
        house.talk(danish(24, 9), ("answered", "affald"), handed=[Sent(rule="bedt_om", kle=kle)])
    assert [(each.kle, each.title) for each in house.week().per_matter] == [
        ("05.01.02", "Vej og Park"),
        ("54.10.20", "Emne uden navn"),
    ]


@pytest.mark.parametrize(
    ("spans", "middle", "nine_in_ten"),
    [([], None, None), ([7], 7, 7), ([1, 2], 1.5, 2), (list(range(1, 11)), 5.5, 9), (list(range(1, 12)), 6, 10)],
)
def test_nine_in_ten_waited_no_longer_than_said(
    spans: list[float], middle: float | None, nine_in_ten: float | None
) -> None:
    """The median, and the least time that at least nine in ten stayed within."""
    made = minutes(spans)
    assert (made.n, made.median, made.nine_in_ten) == (len(spans), middle, nine_in_ten)
