"""What the desk's page is sent, as JSON: handoffs, events, figures and cases; no secret title, no CPR number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bot.cases.answer_time import expected_answer
from bot.cases.case import Case, Sensitivity
from bot.desk.figures import Figures
from bot.desk.opened import Opened
from bot.desk.rows import Row
from bot.desk.words import EVENTS, TRIGGERS
from bot.handoff.filing.model import Filing
from bot.handoff.model import Handoff, Way
from bot.meetings.cards import desk_meeting
from bot.municipality.model import Municipality

_FIRST = 160  # characters of the citizen's own words in a list
_COLLEAGUE = "En kollega"
_SENSITIVITY = {
    Sensitivity.CONFIDENTIAL: "Fortrolige oplysninger",
    Sensitivity.SENSITIVE: "Følsomme oplysninger",
    Sensitivity.VIP: "Særligt beskyttet sag. Se den i sagssystemet.",
}


def row_json(row: Row, municipality: Municipality) -> dict[str, Any]:
    """A handoff in a list."""
    handoff = row.handoff
    first = _value(handoff, "first_request") or ""
    return {
        "id": handoff.id,
        "conversation": handoff.conversation_id,
        "status": handoff.status.value,
        "way": handoff.way.value,
        "trigger": handoff.trigger.value,
        "trigger_text": TRIGGERS[handoff.trigger],
        "priority": handoff.priority,
        "department": handoff.department,
        "department_name": municipality.department(handoff.department).name,
        "departments": [municipality.department(key).name for key in handoff.departments],
        "topic": _value(handoff, "topic"),
        "first": first if len(first) <= _FIRST else first[: _FIRST - 1].rstrip() + "…",
        "urgency": _value(handoff, "urgency"),
        "waiting_since": (handoff.sent_at or handoff.created_at).isoformat(),
        "due_at": _time(handoff.due_at),
        "late": row.late,
        "claimed_by": {"id": handoff.staff_id, "name": row.owner or _COLLEAGUE} if handoff.staff_id else None,
        "unread": row.unread,
        "logged_in": row.logged_in,
        "version": handoff.version,
    }


def found_json(row: Row, municipality: Municipality) -> dict[str, Any]:
    """A handoff that is over, as the search lists it."""
    handoff = row.handoff
    return row_json(row, municipality) | {
        "name": handoff.name,
        "outcome": handoff.outcome.value if handoff.outcome else None,
        "closed_at": _time(handoff.closed_at),
    }


def opened_json(
    opened: Opened, filings: list[dict[str, Any]], present: list[dict[str, str]], municipality: Municipality
) -> dict[str, Any]:
    """One handoff with all that belongs to it but its messages."""
    handoff, conversation = opened.row.handoff, opened.conversation
    met = handoff.closed_at if handoff.way is Way.CALL else handoff.claimed_at
    return {
        "handoff": found_json(opened.row, municipality)
        | {
            "reason": handoff.reason,
            "phone": handoff.phone,
            "level": handoff.level,
            "note": handoff.note,
            "sent_at": _time(handoff.sent_at),
            "claimed_at": _time(handoff.claimed_at),
            "promised": {
                "due_at": _time(handoff.due_at),
                "met_at": _time(met),
                "kept": met <= handoff.due_at if met and handoff.due_at else None,
            },
        },
        "summary": [field.to_json() | {"heading": field.heading} for field in handoff.summary.fields],
        "sentence": None,
        "events": [
            {
                "id": event.id,
                "kind": event.kind.value,
                "text": EVENTS[event.kind],
                "who": _who(event.staff_id, opened.names.get(event.staff_id or "")),
                "at": event.at.isoformat(),
                "detail": event.text,
            }
            for event in opened.events
        ],
        "meetings": [desk_meeting(meeting, municipality) for meeting in opened.meetings],
        "filings": filings,
        "survey": dict(opened.survey) if opened.survey is not None else None,
        "state": conversation.state,
        "last_seq": conversation.last_seq,
        "seen_seq": conversation.seen_seq,
        "staff_seen_seq": conversation.staff_seen_seq,
        "present": present,
    }


def filing_json(filing: Filing) -> dict[str, Any]:
    """What is to be written into the case, or is written."""
    return {
        "id": filing.id,
        "version": filing.version,
        "kind": filing.kind.value,
        "status": filing.status.value,
        "text": filing.text,
        "case": filing.case,
        "deadline": filing.due.isoformat() if filing.due else None,
        "who": filing.author or None,
        "at": _time(filing.signed_at),
        "error": filing.trouble or None,
    }


def case_json(case: Case, municipality: Municipality, today: date) -> dict[str, Any]:
    """A citizen's case; of one that is specially protected no more than that it is there."""
    shown = {
        "number": case.number,
        "title": case.title,
        "state": case.state.value,
        "department": municipality.department(case.department).name,
        "sensitivity": _SENSITIVITY.get(case.sensitivity),
    }
    if case.sensitivity is Sensitivity.VIP:
        nothing = dict.fromkeys(("title", "handler", "opened", "expected"))
        return shown | nothing | {"overdue": False, "todos": [], "events": []}
    answer = expected_answer(case, deadline_days=municipality.deadline_days(case.kle), today=today)
    return shown | {
        "handler": case.handler.name if case.handler else None,
        "opened": case.opened.isoformat(),
        "expected": answer.on.isoformat() if answer else None,
        "overdue": answer is not None and answer.overdue,
        "todos": [{"text": todo.text, "due": todo.due.isoformat() if todo.due else None} for todo in case.todos],
        "events": [{"text": event.text, "on": event.on.isoformat()} for event in case.events],
    }


def figures_json(figures: Figures, municipality: Municipality) -> dict[str, Any]:
    """The figures, by day with the departments of each."""
    days: dict[date, dict[str, Any]] = {}
    for each in figures.per_day:
        day = days.setdefault(each.day, {"day": each.day.isoformat(), "n": 0, "kept": 0, "departments": []})
        day["n"] += each.handoffs
        day["kept"] += each.kept
        name = municipality.department(each.department).name
        day["departments"].append({"key": each.department, "name": name, "n": each.handoffs, "kept": each.kept})
    promised, survey = figures.promised, figures.survey
    return {
        "handoffs": figures.handoffs,
        "by_trigger": [{"key": key.value, "text": TRIGGERS[key], "n": n} for key, n in figures.by_trigger.items()],
        "by_outcome": [{"key": key.value, "n": n} for key, n in figures.by_outcome.items()],
        "promised": {
            "kept": promised.kept,
            "broken": promised.broken,
            "median_wait_minutes": promised.median_wait_minutes,
        },
        "per_day": list(days.values()),
        "survey": {
            "n": survey.n,
            **survey.averages,
            "comments": [{"text": comment.text, "at": comment.at.isoformat()} for comment in survey.comments],
        },
    }


def _value(handoff: Handoff, kind: str) -> str | None:
    found = handoff.summary.first(kind)
    return found.value if found else None


def _who(staff_id: str | None, name: str | None) -> dict[str, str] | None:
    return None if staff_id is None else {"id": staff_id, "name": name or _COLLEAGUE}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
