"""The card that is shown with an answer about a case; the dates stand both as Danes read them and as ISO 8601."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.cases.answer_time import expected_answer
from bot.cases.case import Case, State
from bot.municipality.contact import contact_for
from bot.municipality.danish import date_words
from bot.municipality.model import Municipality

_STATE_TEXTS = {
    State.CREATED: "Vi har modtaget sagen",
    State.PROCESSING: "Vi arbejder på sagen",
    State.DECIDED: "Svaret ligger i Digital Post",
    State.CLOSED: "Sagen er lukket",
    State.REJECTED: "Se brevet i Digital Post",
}


def case_card(case: Case, municipality: Municipality, today: date) -> dict[str, Any]:
    """Everything the widget shows of ``case``; ``today`` is the Danish date.

    What the citizen must do is left out once the case is no longer open: it might tell the outcome.
    """
    who = contact_for(case, municipality)
    department = municipality.department(case.department)
    return {
        "type": "case",
        "number": case.number,
        "title": case.title or f"Sag hos {department.name}",
        "state": case.state.value,
        "state_text": _STATE_TEXTS[case.state],
        "department": department.name,
        "caseworker": who.name if who.kind else None,
        "todos": _todos(case),
        "next": _next(case, municipality, today),
        "contact": {"name": who.name, "phone": who.phone, "hours": who.hours, "email": who.email},
    }


def _todos(case: Case) -> list[dict[str, str | None]] | None:
    if not case.todos_known:
        return None
    if not case.state.is_open:
        text = "Se brevet i Digital Post"
        return [{"text": text, "due": None, "due_iso": None}] if case.todos else []
    return [
        {
            "text": todo.text,
            "due": date_words(todo.due) if todo.due else None,
            "due_iso": todo.due.isoformat() if todo.due else None,
        }
        for todo in case.todos
    ]


def _next(case: Case, municipality: Municipality, today: date) -> dict[str, str | None]:
    answer = expected_answer(case, deadline_days=municipality.deadline_days(case.kle), today=today)
    if not case.state.is_open:
        return {"text": "Der sker ikke mere i sagen", "on": None, "on_iso": None}
    if answer is None:
        return {"text": "Der er ikke sat en dato endnu", "on": None, "on_iso": None}
    text = (
        "Svaret er forsinket. Det skulle være kommet senest"
        if answer.overdue
        else "Vi regner med, at du får svar senest"
    )
    return {"text": text, "on": date_words(answer.on), "on_iso": answer.on.isoformat()}
