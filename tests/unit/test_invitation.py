"""The calendar file: valid by RFC 5545, the same meeting for ever, and not a word of what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from icalendar import Calendar, Event

from bot.errors import InputError
from bot.meetings.invitation import CANCEL, REQUEST, copenhagen, invitation
from bot.meetings.model import Details, Meeting, Status
from bot.meetings.rules import Form
from bot.municipality.workdays import COPENHAGEN
from tests.meeting_setup import calendar, danish, meeting, municipality

HERE = municipality(calendar("9-16"))


def file(changed: Meeting, method: str = REQUEST) -> str:
    return invitation(changed, method, HERE)


def event(text: str) -> Event:
    """The one event of a file that reads without an error."""
    read = Calendar.from_ical(text)
    assert not read.errors and len(read.walk("VEVENT")) == 1
    found = read.walk("VEVENT")[0]
    assert not found.errors
    return found


def at(when: str) -> Meeting:
    starts = danish(when).astimezone(timezone.utc)
    return meeting(starts_at=starts, ends_at=starts + timedelta(minutes=30))


def test_a_file_has_what_the_standards_ask_for() -> None:
    """RFC 5545, 3.6 and 3.6.1; RFC 5546, 3.2.2: version, product, method, uid, stamp, organizer, sequence."""
    text = file(meeting())
    read = Calendar.from_ical(text)
    assert (str(read["VERSION"]), str(read["METHOD"]), str(read["CALSCALE"])) == ("2.0", "REQUEST", "GREGORIAN")
    found = event(text)
    assert str(found["UID"]) == meeting().uid and found["SEQUENCE"] == 0 and str(found["STATUS"]) == "CONFIRMED"
    assert found["DTSTAMP"].dt == meeting().changed_at
    assert str(found["ORGANIZER"]) == "mailto:social@noerreaa.example"
    assert str(found["ORGANIZER"].params["CN"]) == "Socialafdelingen, Nørreå Kommune"
    for once in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "LOCATION", "STATUS", "ORGANIZER"):
        assert text.count(f"\r\n{once}:") + text.count(f"\r\n{once};") - (once == "DTSTART") * 2 == 1, once


def test_lines_end_and_fold_as_they_must() -> None:
    """CRLF, at most 75 octets, a letter of two octets never cut in half, nothing left open (3.1)."""
    place = replace(calendar("9-16"), place="Ærøskøbingvænget 12, 9990 Nørreå, på første sal i lokale ÆØÅ, " * 3)
    text = invitation(meeting(), REQUEST, municipality(place))
    raw = text.encode("utf-8")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 75 and any(line.startswith(b" ") for line in lines)
    assert all(line.decode("utf-8") is not None for line in lines)
    assert str(event(text)["LOCATION"]) == place.place


def test_what_the_meeting_is_about_is_not_in_the_file() -> None:
    """It lies open in mailboxes and shared calendars: no agenda, no papers, no companion, no number of a citizen."""
    told = Details(name="Anna Æble", phone="12 34 77 18", interpreter="arabisk", companion="min bisidder")
    text = file(
        meeting(agenda=("Din sag om støtte til bil",), documents=("lægeerklæring",), details=told, person="f" * 64)
    )
    unfolded = text.replace("\r\n ", "")
    for secret in ("bil", "lægeerklæring", "arabisk", "bisidder", "12 34 77 18", "f" * 64, "Anna"):
        assert secret not in unfolded
    assert str(event(text)["SUMMARY"]) == "Møde med Socialafdelingen"


@pytest.mark.parametrize(
    ("form", "place"),
    [
        (Form.IN_PERSON, "Rådhustorvet 1, 9990 Nørreå, lokale 204"),
        (Form.PHONE, "Vi ringer til dig på 12 34 77 18"),
        (Form.VIDEO, "Gå ind på www.noerreaa.example/video"),
    ],
)
def test_it_says_where_to_be(form: Form, place: str) -> None:
    """The room, that one is called, or how to get into the picture."""
    assert str(event(file(meeting(form=form, details=Details(phone="12 34 77 18"))))["LOCATION"]) == place


def test_who_is_mailed_is_the_one_invited() -> None:
    """Outlook and others offer to take it only to whom it names; a name can't end its own field."""
    told = Details(name='Anna "Æble";X=1\r\nSUMMARY:x', email="anna@firma.dk", mail=True)
    found = event(file(meeting(details=told)))
    assert str(found["ATTENDEE"]) == "mailto:anna@firma.dk"
    assert str(found["ATTENDEE"].params["CN"]) == "Anna Æble;X=1 SUMMARY:x"
    assert str(found["SUMMARY"]) == "Møde med Socialafdelingen"


def test_moved_and_cancelled_it_is_the_same_meeting() -> None:
    """One uid, a rising sequence, and a cancellation that says so (RFC 5546, 3.2.5)."""
    first, moved = meeting(), meeting(sequence=1)
    gone = meeting(sequence=2, status=Status.CANCELLED)
    found = [event(file(first)), event(file(moved)), event(file(gone, CANCEL))]
    assert {str(each["UID"]) for each in found} == {first.uid}
    assert [each["SEQUENCE"] for each in found] == [0, 1, 2]
    assert str(found[2]["STATUS"]) == "CANCELLED"
    assert str(Calendar.from_ical(file(gone, CANCEL))["METHOD"]) == "CANCEL"


@pytest.mark.parametrize("status", [Status.HELD, Status.EXPIRED, Status.CANCELLED])
def test_nobody_is_invited_to_what_is_not_agreed(status: Status) -> None:
    """A time that is held is no meeting, nor is one that was cancelled."""
    with pytest.raises(InputError):
        file(meeting(status=status))


def test_the_same_meeting_gives_the_same_file() -> None:
    """Downloaded twice, a calendar finds nothing new."""
    assert file(meeting()) == file(meeting())


@pytest.mark.parametrize(
    "when",
    ["2026-10-25T01:30", "2026-10-25T03:00", "2026-10-26T09:00", "2027-03-28T01:30", "2027-03-28T03:00",
     "2027-10-31T01:00", "2027-10-31T03:30", "2027-07-01T09:00", "2026-12-01T09:00"],
)  # fmt: skip
def test_the_time_is_right_by_our_zone_and_by_the_files_own(when: str) -> None:
    """A calendar that knows Europe/Copenhagen and one that only has the file's VTIMEZONE show the same moment."""
    made = at(when)
    found = event(file(made))
    start = found["DTSTART"]
    assert start.params["TZID"] == "Europe/Copenhagen" and start.dt.astimezone(timezone.utc) == made.starts_at
    wall = start.dt.replace(tzinfo=None)
    own = copenhagen().to_tz(lookup_tzid=False)
    assert wall.replace(tzinfo=own).utcoffset() == wall.replace(tzinfo=COPENHAGEN).utcoffset()
    assert found["DTEND"].dt.astimezone(timezone.utc) - made.starts_at == timedelta(minutes=30)


def test_the_files_zone_changes_when_denmark_does() -> None:
    """Every hour of both nights, for years ahead: each onset stands in the local time before it (3.6.5)."""
    own = copenhagen().to_tz(lookup_tzid=False)
    for night in ("2026-10-25", "2027-03-28", "2027-10-31", "2030-03-31", "2035-10-28"):
        midnight = datetime.fromisoformat(night)
        for hour in (0, 1, 4, 5, 12, 23):
            wall = midnight.replace(hour=hour)
            assert wall.replace(tzinfo=own).utcoffset() == wall.replace(tzinfo=COPENHAGEN).utcoffset(), (night, hour)
    text = file(meeting()).replace("\r\n ", "")
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")]
    assert "DTSTART:19960331T020000" in zone and "DTSTART:19961027T030000" in zone
    assert zone.count("RRULE:FREQ=YEARLY") == 2 and "BYDAY=-1SU" in zone
