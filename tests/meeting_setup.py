"""What the tests of meetings share: a Danish moment, calendars made by hand, a municipality that meets people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from bot.handoff.summary.fields import Field, Source, Summary
from bot.meetings.model import Details, Meeting, Status
from bot.meetings.rules import Calendar, Form, MeetingRules
from bot.municipality.hours import parse_spans, week
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN, ClosingDay, Workdays
from tests.asking import the_municipality

# Saturday 21 November 2026, 13.00 in Denmark.
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


def danish(text: str) -> datetime:
    """A moment by the Danish wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


class NeverClosed(Workdays):
    """A place that is open on holidays too, as the two nights when the clock changes are Sundays."""

    def closed(self, on: date) -> bool:
        """Never."""
        return False


def calendar(hours: str, *days: int, key: str = "rum", closing: tuple[ClosingDay, ...] = ()) -> Calendar:
    """A calendar of Socialafdelingen with the same hours on some days (Monday 0; none: every day, holidays too)."""
    workdays = Workdays(closing_days=closing) if days else NeverClosed()
    spans = parse_spans(hours)
    assert spans is not None
    return Calendar(
        key=key,
        department="social",
        name="Lokale",
        forms=(Form.IN_PERSON, Form.PHONE, Form.VIDEO),
        place="Rådhustorvet 1, 9990 Nørreå, lokale 204",
        video="Gå ind på www.noerreaa.example/video",
        hours=week(dict.fromkeys(days or range(7), spans), workdays),
    )


def rules(*calendars: Calendar, minutes: int = 30, notice: int = 0, days: int = 30) -> MeetingRules:
    """Rules with these calendars; nothing to bring."""
    return MeetingRules(
        minutes=minutes,
        notice_hours=notice,
        days_ahead=days,
        hold_minutes=15,
        reminder_hours=(24, 2),
        calendars={each.key: each for each in calendars},
        papers=(),
    )


def municipality(*calendars: Calendar, **changes: int) -> Municipality:
    """The sample municipality, with these calendars only."""
    return replace(the_municipality(), meetings=rules(*calendars, **changes))


def meeting(**changes: object) -> Meeting:
    """A booked meeting with Socialafdelingen on Tuesday 24 November 2026 from 10 to 10.30."""
    starts = danish("2026-11-24T10:00").astimezone(timezone.utc)
    made = Meeting(
        id=5,
        uid="0b6c9a1e-8d57-4c0e-9a51-3f1d2a7b9c11",
        conversation_id="a",
        handoff_id=None,
        person=None,
        calendar="rum",
        department="social",
        form=Form.IN_PERSON,
        status=Status.BOOKED,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
        held_until=None,
        sequence=0,
        details=Details(),
        created_at=NOON,
        changed_at=NOON,
        version=1,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def summary(*told: tuple[str, str]) -> Summary:
    """A summary of these kinds and values, each from a message of its own."""
    return Summary(
        fields=tuple(
            Field(kind=kind, value=value, sources=(Source(seq=seq, start=0, end=len(value)),))
            for seq, (kind, value) in enumerate(told, 1)
        ),
        at=NOON,
    )
