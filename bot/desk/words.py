"""What the desk calls things: why a handoff came, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.handoff.model import EventKind
from bot.handoff.rules import Trigger

TRIGGERS: Mapping[Trigger, str] = {
    Trigger.ASKED: "Vil tale med et menneske",
    Trigger.ACUTE: "Akut fare",
    Trigger.CHILD: "Om et barn",
    Trigger.DECISION: "Afgørelse eller klage",
    Trigger.CONFLICT: "Utilfreds borger",
    Trigger.NOT_UNDERSTOOD: "Robotten forstod det ikke",
    Trigger.SEVERAL_DEPARTMENTS: "Flere afdelinger",
    Trigger.OVERDUE: "Fristen er overskredet",
    Trigger.DIGITAL: "Hjælp til det digitale",
    Trigger.REPRESENTATION: "Spørger for en anden",
    Trigger.SENSITIVE: "Følsom sag",
    Trigger.SYSTEM_DOWN: "Sagssystemet svarede ikke",
}

EVENTS: Mapping[EventKind, str] = {
    EventKind.OFFERED: "Tilbudt borgeren",
    EventKind.SENT: "Sendt til køen",
    EventKind.CLAIMED: "Taget",
    EventKind.RELEASED: "Lagt tilbage i køen",
    EventKind.TRANSFERRED: "Givet videre",
    EventKind.TO_ASSISTANT: "Robotten svarer imens",
    EventKind.ASKED_LOGIN: "Bad borgeren logge ind",
    EventKind.ASKED_CONSENT: "Bad om samtykke",
    EventKind.CONSENT_GIVEN: "Borgeren sagde ja",
    EventKind.CONSENT_REFUSED: "Borgeren sagde nej",
    EventKind.LATE: "Over den lovede tid",
    EventKind.NOTE: "Note",
    EventKind.WITHDRAWN: "Trukket tilbage af borgeren",
    EventKind.CLOSED: "Afsluttet",
}
