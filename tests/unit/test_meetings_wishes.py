"""What citizens write of when they can come, read on Saturday 21 November 2026."""

from __future__ import annotations

from datetime import date, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.choosing import offer
from bot.meetings.model import Slot
from bot.meetings.rules import Form
from bot.meetings.wishes import Wish, read_wish
from tests.meeting_setup import NOON, danish


def on(*days: str) -> tuple[tuple[date, date], ...]:
    return tuple((date.fromisoformat(day), date.fromisoformat(day)) for day in days)


def span(first: str, last: str) -> tuple[tuple[date, date], ...]:
    return ((date.fromisoformat(first), date.fromisoformat(last)),)


NEXT_WEEK = span("2026-11-23", "2026-11-29")
MORNING, FORENOON, AFTERNOON = (time(0), time(10)), (time(0), time(12)), (time(12), time(23, 59))

WISHES = [
    ("på torsdag efter kl. 14", Wish(dates=on("2026-11-26"), after=time(14))),
    ("i næste uge", Wish(dates=NEXT_WEEK)),
    ("naeste uge", Wish(dates=NEXT_WEEK)),
    ("om formiddagen", Wish(hours=(FORENOON,))),
    ("ikke mandag", Wish(not_days=frozenset({0}))),
    ("kl. 10", Wish(at=time(10))),
    ("klokken halv ti", Wish(at=time(9, 30))),
    ("kvart over 9", Wish(at=time(9, 15))),
    ("i morgen kl. 9.30", Wish(dates=on("2026-11-22"), at=time(9, 30))),
    ("i overmorgen", Wish(dates=on("2026-11-23"))),
    ("Torsdag i næste uge", Wish(dates=NEXT_WEEK, days=frozenset({3}))),
    ("næste torsdag", Wish(dates=on("2026-11-26"))),
    ("på lørdag", Wish(dates=on("2026-11-28"))),
    ("mandag eller tirsdag", Wish(dates=on("2026-11-23", "2026-11-24"))),
    ("mandage", Wish(days=frozenset({0}))),
    ("om tirsdagen efter frokost", Wish(days=frozenset({1}), hours=(AFTERNOON,))),
    ("mandag-onsdag før kl 11", Wish(days=frozenset({0, 1, 2}), before=time(11))),
    ("alle dage undtagen mandag og onsdag", Wish(not_days=frozenset({0, 2}))),
    ("ikke om morgenen", Wish(not_hours=(MORNING,))),
    ("ikke fredag, gerne om eftermiddagen", Wish(not_days=frozenset({4}), hours=(AFTERNOON,))),
    ("mellem kl. 10 og 12", Wish(after=time(10), before=time(12))),
    ("10-12", Wish(after=time(10), before=time(12))),
    ("efter 2", Wish(after=time(14))),
    ("tidligst kl. 13.15", Wish(after=time(13, 15))),
    ("ikke før kl. 11", Wish(after=time(11))),
    ("senest kl. 15", Wish(before=time(15))),
    ("den 24. november", Wish(dates=on("2026-11-24"))),
    ("d. 3. januar", Wish(dates=on("2027-01-03"))),
    ("24/11 kl 13", Wish(dates=on("2026-11-24"), at=time(13))),
    ("2026-12-03", Wish(dates=on("2026-12-03"))),
    ("efter den 1. december", Wish(first=date(2026, 12, 2))),
    ("fra den 1. december", Wish(first=date(2026, 12, 1))),
    ("inden den 1. december", Wish(last=date(2026, 11, 30))),
    ("ikke den 24. november", Wish(not_dates=on("2026-11-24"))),
    ("uge 49", Wish(dates=span("2026-11-30", "2026-12-06"))),
    ("om to uger", Wish(dates=span("2026-11-30", "2026-12-06"))),
    ("i december", Wish(dates=span("2026-12-01", "2026-12-31"))),
    ("hurtigst muligt", Wish()),
    ("", Wish()),
    ("når min mand er hjemme", Wish(unread="mand hjemme")),
    ("den 32. november", Wish(unread="32 november")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wish"), WISHES, ids=[row[0] for row in WISHES])
def test_a_wish_is_read_as_it_is_meant(text: str, wish: Wish) -> None:
    """Days, weeks, dates, the clock, parts of the day, and what is not wanted."""
    assert read_wish(text, now=NOON) == wish


def test_a_weekday_is_never_today() -> None:
    """»På torsdag«, said on a Thursday, is in a week: today is called today."""
    thursday = danish("2026-11-26T09:00")
    assert read_wish("på torsdag", now=thursday).dates == on("2026-12-03")
    assert read_wish("i dag", now=thursday).dates == on("2026-11-26")


def test_today_is_the_danish_day() -> None:
    """At 23.30 UTC it is tomorrow already in Denmark."""
    late = NOON.replace(hour=23, minute=30)
    assert read_wish("i morgen", now=late).dates == on("2026-11-23")


def test_a_wish_with_something_unread_still_counts() -> None:
    """What was understood is used, and the rest is told."""
    wish = read_wish("tirsdag når bussen kører", now=NOON)
    assert wish.dates == on("2026-11-24") and wish.unread == "bussen kører"


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60) | st.lists(st.sampled_from([word for row in WISHES for word in row[0].split()])).map(" ".join)
)
def test_nothing_that_is_written_breaks_the_reader(text: str) -> None:
    """Whatever it is, there is a wish, and days in it that exist."""
    wish = read_wish(text, now=NOON)
    assert all(isinstance(first, date) and isinstance(last, date) for first, last in wish.dates)


def slots(*times: str) -> list[Slot]:
    begins = [danish(at).astimezone(timezone.utc) for at in times]
    return [Slot(calendar="rum", form=Form.PHONE, starts_at=at, ends_at=at + timedelta(minutes=30)) for at in begins]


def shown(free: list[Slot], when: str) -> tuple[list[Slot], bool, str]:
    made = offer(free, when, now=NOON)
    return list(made.slots), made.as_wished, made.unread


class TestOffers:
    """Which times somebody with a wish is shown."""

    def test_only_what_fits_is_shown(self) -> None:
        """Thursday after 14, and not when it would end too late."""
        free = slots("2026-11-26T13:30", "2026-11-26T14:00", "2026-11-27T14:00")
        assert shown(free, "på torsdag efter kl. 14") == ([free[1]], True, "")
        assert shown(free, "før kl. 14") == ([free[0]], True, "")

    def test_an_hour_that_is_not_free_gives_those_next_to_it(self) -> None:
        """At 10 when there is; else within an hour."""
        free = slots("2026-11-26T09:30", "2026-11-26T10:00", "2026-11-26T12:00")
        assert shown(free, "kl. 10")[0] == [free[1]]
        assert shown([free[0], free[2]], "kl. 10")[0] == [free[0]]

    def test_where_nothing_fits_the_first_there_are_are_shown_and_it_is_said(self) -> None:
        """A no gives a way on."""
        free = slots("2026-11-26T09:30")
        assert shown(free, "om eftermiddagen") == (free, False, "")

    def test_what_is_not_understood_is_handed_back(self) -> None:
        """So that the citizen can be told."""
        free = slots("2026-11-24T09:30")
        assert shown(free, "tirsdag når bussen kører") == (free, True, "bussen kører")
