"""What of a case lies encrypted: how it is packed, and unpacked with every part checked."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.cases.case import Event, Handler, HandlerKind, Todo
from bot.cases.record import CaseRecord


def pack(record: CaseRecord) -> dict[str, Any]:
    """The part of ``record`` that is sealed, as JSON."""
    handler = record.handler
    return {
        "title": record.title,
        "status": record.status_text,
        "handler": None
        if handler is None
        else {
            "kind": handler.kind.value,
            "name": handler.name,
            "phone": handler.phone,
            "email": handler.email,
            "hours": handler.hours,
        },
        "events": [{"on": event.on.isoformat(), "text": event.text} for event in record.events],
        "todos": [{"text": todo.text, "due": todo.due and todo.due.isoformat()} for todo in record.todos],
    }


class Unpacked:
    """The sealed part of a row, read whole; raises ValueError, TypeError or LookupError when a part is wrong."""

    def __init__(self, raw: Any) -> None:
        self.title = _text(raw["title"])
        self.status_text = _text_or_none(raw["status"])
        self.handler = None if raw["handler"] is None else _handler(raw["handler"])
        self.events = tuple(Event(on=_day(event["on"]), text=_text(event["text"])) for event in raw["events"])
        self.todos = tuple(
            Todo(text=_text(todo["text"]), due=None if todo["due"] is None else _day(todo["due"]))
            for todo in raw["todos"]
        )


def _handler(raw: Any) -> Handler:
    return Handler(
        kind=HandlerKind(raw["kind"]),
        name=_text(raw["name"]),
        phone=_text_or_none(raw["phone"]),
        email=_text_or_none(raw["email"]),
        hours=_text_or_none(raw["hours"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is missing")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _day(value: Any) -> date:
    return date.fromisoformat(_text(value))
