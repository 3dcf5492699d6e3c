"""Free times: hours less bookings and closing days, right on the nights when the clock changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from bot.meetings.model import Slot
from bot.meetings.rules import Form
from bot.meetings.slots import free_slots, grid, one_of_each_time, span_words, spread, when_words
from bot.municipality.workdays import COPENHAGEN, ClosingDay
from tests.meeting_setup import NOON, calendar, danish, rules

SPRING = [date(2026, 3, 29), date(2027, 3, 28)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31)]


def walls(times: list[tuple[datetime, datetime]]) -> list[str]:
    """What the Danish clock shows as each begins and ends."""
    return [f"{starts.astimezone(COPENHAGEN):%H.%M}-{ends.astimezone(COPENHAGEN):%H.%M}" for starts, ends in times]


def slot(at: str, key: str = "rum") -> Slot:
    starts = danish(at).astimezone(timezone.utc)
    return Slot(calendar=key, form=Form.PHONE, starts_at=starts, ends_at=starts + timedelta(minutes=30))


class TestTheGrid:
    """The times of one calendar on one day."""

    def test_a_day_is_cut_into_meetings_that_end_before_closing(self) -> None:
        """The half hour that is left over is nobody's; a break is kept."""
        times = list(grid(calendar("9-10.15 og 13-14", 1), date(2026, 11, 24), 30))
        assert walls(times) == ["09.00-09.30", "09.30-10.00", "13.00-13.30", "13.30-14.00"]

    @pytest.mark.parametrize("day", ["2026-11-23", "2026-12-25", "2026-11-24"])
    def test_a_day_without_hours_and_a_closed_day_have_no_times(self, day: str) -> None:
        """Another weekday, a public holiday, the municipality's own closing day."""
        closing = (ClosingDay(name="Flytning", day=24, month=11),)
        assert list(grid(calendar("9-15", 1, 4, closing=closing), date.fromisoformat(day), 30)) == []

    @pytest.mark.parametrize("day", SPRING)
    def test_in_spring_no_meeting_is_at_a_time_that_does_not_exist(self, day: date) -> None:
        """From 01.30 it is half an hour to 03.00, and 02.00 and 02.30 never come."""
        times = list(grid(calendar("1-4"), day, 30))
        assert walls(times) == ["01.00-01.30", "01.30-03.00", "03.00-03.30", "03.30-04.00"]
        assert {ends - starts for starts, ends in times} == {timedelta(minutes=30)}

    @pytest.mark.parametrize("day", AUTUMN)
    def test_in_autumn_no_meeting_is_at_a_time_that_comes_twice(self, day: date) -> None:
        """Between 02.00 and 03.00 nobody can tell which of the two is meant; so nothing begins or ends there."""
        times = list(grid(calendar("1-4"), day, 30))
        assert walls(times) == ["01.00-01.30", "03.00-03.30", "03.30-04.00"]
        assert {ends - starts for starts, ends in times} == {timedelta(minutes=30)}

    @pytest.mark.parametrize("day", SPRING + AUTUMN)
    @pytest.mark.parametrize("minutes", [10, 25, 45, 60, 90, 150])
    @pytest.mark.parametrize("hours", ["0-6", "0.15-6", "1.45-3.15", "2-3", "2.30-5"])
    def test_whatever_the_hours_no_two_overlap_and_all_last_as_long(self, day: date, minutes: int, hours: str) -> None:
        """Real time, in order, within the hours by the wall clock, and read back from the wall clock the same."""
        found = list(grid(calendar(hours), day, minutes))
        assert all(ends - starts == timedelta(minutes=minutes) for starts, ends in found)
        assert all(first[1] <= second[0] for first, second in pairwise(found))
        for moment in (moment for pair in found for moment in pair):
            here = moment.astimezone(COPENHAGEN)
            assert here.date() == day
            for fold in (0, 1):
                assert here.replace(fold=fold).astimezone(timezone.utc) == moment

    def test_the_day_after_the_clock_changed_is_at_its_usual_hours(self) -> None:
        """9 o'clock is 9 o'clock, before and after, an hour apart in UTC."""
        before, after = (next(grid(calendar("9-10"), day, 30))[0] for day in (date(2026, 10, 24), date(2026, 10, 26)))
        assert after - before == timedelta(days=2, hours=1)
        assert when_words(before).endswith("kl. 9") and when_words(after).endswith("kl. 9")


class TestFreeTimes:
    """What is left of the grid."""

    def test_what_is_taken_is_not_free(self) -> None:
        """A booking takes every time it touches, and none that only borders on it."""
        room = calendar("9-11", 0)
        taken = {"rum": [(danish("2026-11-23T09:15"), danish("2026-11-23T10:00"))]}
        last = date(2026, 11, 23)
        free = free_slots(rules(room), [room], taken, form=None, now=NOON, last=last)
        assert [when_words(each.starts_at) for each in free] == [
            "mandag den 23. november kl. 10", "mandag den 23. november kl. 10.30",
        ]  # fmt: skip

    def test_a_citizen_books_in_good_time_and_staff_up_to_the_minute(self) -> None:
        """24 hours' notice from Monday at 9.10; staff only can't book what has begun."""
        room = calendar("9-10", 0, 1)
        monday = danish("2026-11-23T09:10")
        last = date(2026, 11, 24)
        citizen = free_slots(rules(room, notice=24), [room], {}, form=None, now=monday, last=last)
        staff = free_slots(rules(room, notice=24), [room], {}, form=None, now=monday, last=last, notice=False)
        assert [each.starts_at for each in citizen] == [danish("2026-11-24T09:30")]
        assert [each.starts_at for each in staff] == [
            danish("2026-11-23T09:30"), danish("2026-11-24T09:00"), danish("2026-11-24T09:30"),
        ]  # fmt: skip

    def test_no_time_is_offered_later_than_the_rules_say(self) -> None:
        """However far ahead is asked for."""
        room = calendar("9-9.30")
        free = free_slots(rules(room, days=3), [room], {}, form=None, now=NOON, last=date(2027, 12, 31))
        assert [each.starts_at.day for each in free] == [22, 23, 24]

    def test_a_calendar_without_the_form_is_left_out(self) -> None:
        """Who wants video gets only those who have it."""
        room = calendar("9-10")
        phone_only = type(room)(**{**room.__dict__, "key": "tlf", "forms": (Form.PHONE,)})
        free = free_slots(rules(room, phone_only), [room, phone_only], {}, form=Form.VIDEO, now=NOON)
        assert {each.calendar for each in free} == {"rum"}


class TestChoices:
    """A few of many."""

    def test_the_same_time_in_two_calendars_is_one_choice(self) -> None:
        """Whose calendar it is means nothing to a citizen."""
        both = [slot("2026-11-24T10:00"), slot("2026-11-24T10:00", "andet"), slot("2026-11-24T10:30")]
        assert one_of_each_time(both) == [both[0], both[2]]

    def test_choices_lie_on_several_days_and_in_different_parts_of_them(self) -> None:
        """Five of the first three days, morning and afternoon."""
        days = [slot(f"2026-11-{day}T{hour:02}:00") for day in (24, 25, 26, 27) for hour in (9, 10, 11, 13, 14)]
        assert [when_words(each.starts_at) for each in spread(days, 5)] == [
            "tirsdag den 24. november kl. 9", "tirsdag den 24. november kl. 13",
            "onsdag den 25. november kl. 9", "onsdag den 25. november kl. 13",
            "torsdag den 26. november kl. 9",
        ]  # fmt: skip

    def test_few_times_are_all_shown(self) -> None:
        """None is dropped where there are no more than asked for, on one day or two."""
        one = [slot("2026-11-24T10:00"), slot("2026-11-24T10:30")]
        two = [*one, slot("2026-11-25T10:30")]
        assert spread(one, 5) == one and spread(two, 5) == two and spread([], 5) == []

    def test_a_span_is_written_as_danes_write_it(self) -> None:
        """Day, date, and from and to."""
        ten = danish("2026-11-24T10:00")
        assert span_words(ten, ten + timedelta(minutes=30)) == "tirsdag den 24. november kl. 10-10.30"
