"""A meeting as the citizen's card and as the desk's JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.meetings import texts
from bot.meetings.invitation import place_words
from bot.meetings.model import Meeting, Slot, Status
from bot.meetings.rules import Form
from bot.meetings.slots import span_words, when_words
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN


def card(meeting: Meeting, municipality: Municipality, *, agenda_of: Meeting | None = None) -> dict[str, Any]:
    """The card of the chat. A time held for a move bears the id of the meeting that moves (``agenda_of``)."""
    shown = agenda_of or meeting
    return {
        "type": "meeting",
        "id": shown.id,
        "status": meeting.status.value,
        "title": texts.SUMMARY.format(department=municipality.department(meeting.department).name),
        "when": span_words(meeting.starts_at, meeting.ends_at),
        "starts_at": meeting.starts_at.astimezone(COPENHAGEN).isoformat(),
        "ends_at": meeting.ends_at.astimezone(COPENHAGEN).isoformat(),
        "form": meeting.form.value,
        "form_words": form_words(meeting, municipality),
        "place": place_words(meeting, municipality) if meeting.form is Form.IN_PERSON else None,
        "agenda": list(shown.agenda),
        "documents": list(shown.documents),
        "companion": shown.details.companion,
        "interpreter": shown.details.interpreter,
        "held_until": meeting.held_until.isoformat() if meeting.status is Status.HELD and meeting.held_until else None,
        "details": asdict(shown.details),
        "ics": meeting.status is Status.BOOKED,
    }


def form_words(meeting: Meeting, municipality: Municipality) -> str:
    """How and where one meets, in words."""
    where = place_words(meeting, municipality)
    if meeting.form is Form.IN_PERSON:
        return texts.AT_PLACE.format(place=where)
    return where if meeting.form is Form.PHONE else texts.BY_VIDEO.format(video=where).strip()


def desk_meeting(meeting: Meeting, municipality: Municipality) -> dict[str, Any]:
    """The card, and what staff need to change it."""
    calendar = municipality.meetings.calendars.get(meeting.calendar)
    return card(meeting, municipality) | {
        "calendar": meeting.calendar,
        "calendar_name": calendar.name if calendar else meeting.calendar,
        "department": meeting.department,
        "handoff": meeting.handoff_id,
        "moves": meeting.moves,
        "version": meeting.version,
    }


def desk_slot(slot: Slot, municipality: Municipality) -> dict[str, Any]:
    """A free time as the desk lists it."""
    return {
        "calendar": slot.calendar,
        "calendar_name": municipality.meetings.calendars[slot.calendar].name,
        "form": slot.form.value,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
        "words": when_words(slot.starts_at),
    }
