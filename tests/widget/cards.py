"""Messages with the cards of a handoff, a meeting, the questions afterwards and a consent, as web sends them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

HANDOFF: dict[str, Any] = {
    "type": "handoff",
    "id": 12,
    "fields": [
        {"kind": "topic", "heading": "Det handler om", "value": "Sygedagpenge", "editable": False},
        {
            "kind": "first_request",
            "heading": "Det spørger du om",
            "value": "jeg er træt af at vente, jeg vil have et møde med en rigtig person",
            "editable": True,
        },
        {"kind": "phone", "heading": "Telefon", "value": "12 34 56 78", "editable": True},
        {"kind": "form", "heading": "Form på mødet", "value": "fremmøde", "editable": True},
        {"kind": "fact", "heading": "Det har du fortalt", "value": "Jeg blev syg den 3. november", "editable": True},
        {"kind": "fact", "heading": "Det har du fortalt", "value": "Jeg arbejder i en børnehave", "editable": True},
    ],
    "add_heading": "Vil du tilføje noget?",
    "send_at": "2026-11-24T10:00:00+00:00",
}
OFFER: list[dict[str, Any]] = [
    {"id": "9.0", "title": "Send til en medarbejder", "do": "handoff:send"},
    {"id": "9.1", "title": "Ring til mig", "do": "handoff:call"},
    {"id": "9.2", "title": "Find en tid til et møde", "do": "meeting:slots"},
    {"id": "9.3", "title": "Nej tak", "do": "handoff:withdraw"},
]
QUEUE: list[dict[str, Any]] = [
    {"id": "8.0", "title": "Spørg robotten imens", "do": "handoff:assistant"},
    {"id": "8.1", "title": "Forlad køen", "do": "handoff:withdraw"},
]
SURVEY: dict[str, Any] = {
    "type": "survey",
    "handoff": 12,
    "questions": [
        {"key": "heard", "text": "Blev du hørt?"},
        {"key": "neutral", "text": "Blev du behandlet fair?"},
        {"key": "trust", "text": "Har du tillid til det, du fik at vide?"},
        {"key": "respect", "text": "Blev du mødt med respekt?"},
    ],
}
CONSENT: dict[str, Any] = {
    "type": "consent",
    "handoff": 12,
    "text": "Må jeg tale med din læge om din sygemelding?",
}
CONSENT_CHOICES: list[dict[str, Any]] = [
    {"id": "7.0", "title": "Ja, det må I gerne", "do": "handoff:consent"},
    {"id": "7.1", "title": "Nej", "do": "handoff:consent"},
]
BOOK: list[dict[str, Any]] = [
    {"id": "6.0", "title": "Ja, book mødet", "do": "meeting:book"},
    {"id": "6.1", "title": "Nej, slip tiden", "do": "meeting:drop"},
]
BOOKED: list[dict[str, Any]] = [
    {"id": "5.0", "title": "Flyt mødet", "do": "meeting:move"},
    {"id": "5.1", "title": "Aflys mødet", "do": "meeting:cancel"},
]


def standing(status: str = "offered", **more: Any) -> dict[str, Any]:
    """What a state frame says of handoff 12."""
    return {"id": 12, "status": status, "way": "chat", "send_at": None, "due": None, "staff": None, **more}


def meeting(status: str = "held", **more: Any) -> dict[str, Any]:
    """The card of meeting 5, in three days."""
    now = datetime.now(timezone.utc)
    starts = now + timedelta(days=3)
    return {
        "type": "meeting",
        "id": 5,
        "status": status,
        "title": "Møde med Ydelse",
        "when": "tirsdag den 24. november kl. 10-10.30",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(minutes=30)).isoformat(),
        "form": "fremmoede",
        "form_words": "Du kommer til os på Rådhuset",
        "place": "Rådhuspladsen 1, 1. sal",
        "agenda": ["Hvorfor det trækker ud", "Hvad der sker nu"],
        "documents": ["Din lægeerklæring"],
        "companion": "",
        "interpreter": "",
        "held_until": (now + timedelta(minutes=20)).isoformat() if status == "held" else None,
        "details": {"name": "", "email": "", "phone": "", "mail": False, "sms": False},
        "ics": status == "booked",
        **more,
    }
