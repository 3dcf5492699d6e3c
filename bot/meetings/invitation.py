"""The file that puts a meeting into a calendar (RFC 5545, and RFC 5546 for what is sent about it).

It lies open on its way and in shared calendars: who meets, when, where, and nothing of what it is about.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from bot.errors import InputError
from bot.meetings.model import Meeting, Status
from bot.meetings.rules import Form
from bot.meetings.texts import BY_PHONE, BY_PHONE_AT, SUMMARY
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN

REQUEST, CANCEL = "REQUEST", "CANCEL"
_PRODUCT = "-//Borgerkontakt//Møder//DA"
_WINTER, _SUMMER = timedelta(hours=1), timedelta(hours=2)


def invitation(meeting: Meeting, method: str, municipality: Municipality) -> str:
    """The meeting as a calendar file with CRLF at its lines' ends; ``method`` is `REQUEST` or `CANCEL`.

    The same meeting gives the same file: DTSTAMP is when it was last changed. Raises InputError for a time that is
    only held, and for a REQUEST of what is cancelled.
    """
    cancelled = meeting.status is Status.CANCELLED
    if meeting.status not in (Status.BOOKED, Status.CANCELLED) or (cancelled and method != CANCEL):
        raise InputError("an invitation to what is not agreed")
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(copenhagen())
    calendar.add_component(_event(meeting, method, municipality))
    return str(calendar.to_ical().decode("utf-8"))


def place_words(meeting: Meeting, municipality: Municipality) -> str:
    """Where one meets: an address, that one is called, or how to get into the picture."""
    calendar = municipality.meetings.calendars.get(meeting.calendar)
    if meeting.form is Form.PHONE:
        return BY_PHONE_AT.format(phone=meeting.details.phone) if meeting.details.phone else BY_PHONE
    if meeting.form is Form.VIDEO:
        return calendar.video if calendar else ""
    return calendar.place if calendar else municipality.department(meeting.department).address


def _event(meeting: Meeting, method: str, municipality: Municipality) -> Event:
    department = municipality.department(meeting.department)
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.changed_at.astimezone(timezone.utc))
    event.add("created", meeting.created_at.astimezone(timezone.utc))
    event.add("last-modified", meeting.changed_at.astimezone(timezone.utc))
    event.add("dtstart", meeting.starts_at.astimezone(COPENHAGEN))
    event.add("dtend", meeting.ends_at.astimezone(COPENHAGEN))
    event.add("summary", SUMMARY.format(department=department.name))
    event.add("location", place_words(meeting, municipality))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method == CANCEL else "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(department.email, f"{department.name}, {municipality.name}"))
    if meeting.details.mail and meeting.details.email:
        event.add(
            "attendee",
            _address(
                meeting.details.email,
                meeting.details.name,
                cutype="INDIVIDUAL",
                role="REQ-PARTICIPANT",
                partstat="ACCEPTED",
                rsvp="FALSE",
            ),
        )
    return event


def _address(email: str, name: str, **parameters: str) -> vCalAddress:
    address: vCalAddress = vCalAddress(f"mailto:{email}")
    plain = " ".join(name.replace('"', "").split())
    if plain:
        parameters = {"cn": plain, **parameters}
    for key, value in parameters.items():
        address.params[key.upper()] = vText(value)
    return address


def copenhagen() -> Timezone:
    """Europe/Copenhagen by the European Union's rule since 1996: last Sundays of March and October, at 01.00 UTC.

    Made by hand: each onset stands in the local time before it (RFC 5545, 3.6.5).
    """
    zone = Timezone()
    zone.add("tzid", "Europe/Copenhagen")
    for part, name, month, hour, before, after in (
        (TimezoneDaylight(), "CEST", 3, 2, _WINTER, _SUMMER),
        (TimezoneStandard(), "CET", 10, 3, _SUMMER, _WINTER),
    ):
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))
        rule: dict[str, Any] = {"freq": "yearly", "bymonth": month, "byday": "-1SU"}
        part.add("rrule", rule)
        zone.add_component(part)
    return zone
