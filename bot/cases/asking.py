"""Asking a case system: never longer than the time set, and never trusting the answer unread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.cases.case import KLE, Case, Event, Handler, HandlerKind, Party, Role, Sensitivity, State, Todo
from bot.cases.days import danish_today
from bot.cases.port import CaseSystem
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense, CaseSystemSlow
from bot.privacy.masking import mask

# Older than the oldest living citizen, or further off than any plan: such a date is a mistake in the system.
_EARLIEST = date(1900, 1, 1)
_FURTHEST = timedelta(days=20 * 366)
_LONGEST_NUMBER = 50  # characters, as in KOMBIT's index (Sag.xsd, Sagsnummer)


async def cases_of(system: CaseSystem, cpr: str, *, timeout: float, today: date | None = None) -> list[Case]:
    """The cases of the person with CPR number ``cpr``, newest change first, each of them checked.

    ``timeout`` is in seconds; ``today`` is the Danish date (default: now).
    Raises CaseSystemSlow when time runs out, CaseSystemDown when the system can't be reached, and
    CaseSystemNonsense for any other failure or an answer that does not hold. No error's text, nor any
    error it came from, carries personal data. CPR numbers in the cases' texts are masked.
    """
    found, failure = await _ask(system, cpr, timeout)
    # From None, so that no log shows the first failure's text: it may hold personal data. To raise it outside the
    # handler is not enough: a task that is woken by a failure is within its handling all along.
    if failure is not None:
        raise failure from None
    wrong = _what_is_wrong(found, today or danish_today())
    if wrong is not None:
        raise CaseSystemNonsense(f"the case system's answer does not hold: {wrong}")
    cases = [_without_cpr(case) for case in found]
    return sorted(cases, key=lambda case: case.changed, reverse=True)


async def _ask(system: CaseSystem, cpr: str, timeout: float) -> tuple[Any, CaseSystemError | None]:
    try:
        return await asyncio.wait_for(system.cases_for(cpr), timeout), None
    except CaseSystemError as error:
        return None, type(error)(error.log, citizen=error.citizen, staff=error.staff)
    except (asyncio.TimeoutError, TimeoutError):
        return None, CaseSystemSlow(f"the case system did not answer in {timeout:g} s")
    except OSError as error:
        return None, CaseSystemDown(f"the case system can't be reached: {type(error).__name__}")
    except Exception as error:
        return None, CaseSystemNonsense(f"asking the case system failed: {type(error).__name__}")


def _what_is_wrong(found: Any, today: date) -> str | None:
    """What is wrong with an answer, in words without personal data; None when it holds."""
    if not isinstance(found, list):
        return f"a {type(found).__name__} instead of a list"
    for case in found:
        wrong = _wrong_kind(case) or _wrong_value(case) or _wrong_date(case, today)
        if wrong is not None:
            return wrong
    for name, values in (("number", [case.number for case in found]), ("ref", [case.ref for case in found])):
        if len(set(values)) != len(values):
            return f"the same {name} twice"
    return None


_KINDS: dict[str, type | tuple[type, ...]] = {
    "ref": str,
    "number": str,
    "title": (str, type(None)),
    "kle": str,
    "state": State,
    "status_text": (str, type(None)),
    "opened": date,
    "changed": date,
    "department": str,
    "handler": (Handler, type(None)),
    "parties": tuple,
    "my_role": Role,
    "sensitivity": Sensitivity,
    "events": tuple,
    "todos": tuple,
    "expected": (date, type(None)),
    "decided": (date, type(None)),
}


def _wrong_kind(case: Any) -> str | None:
    if not isinstance(case, Case):
        return f"a {type(case).__name__} instead of a case"
    for name, kind in _KINDS.items():
        if not isinstance(getattr(case, name), kind):
            return f"{name} is a {type(getattr(case, name)).__name__}"
    lists: tuple[tuple[str, tuple[object, ...], type], ...] = (
        ("parties", case.parties, Party),
        ("events", case.events, Event),
        ("todos", case.todos, Todo),
    )
    for name, items, kind in lists:
        if not all(isinstance(item, kind) for item in items):
            return f"something else among the {name}"
    return None


def _wrong_value(case: Case) -> str | None:
    if not case.ref or len(case.ref) > 200:
        return "a ref is empty or too long"
    if not (case.number and len(case.number) <= _LONGEST_NUMBER and case.number.isprintable()):
        return "a case number is not one"
    if not KLE.match(case.kle):
        return "a KLE number is not one"
    if not case.department:
        return "a case without a department"
    if case.title is not None and not case.title.strip():
        return "an empty title"
    handler = case.handler
    if handler is not None and (not isinstance(handler.kind, HandlerKind) or not _is_text(handler.name)):
        return "a caseworker without a name"
    if not all(_is_text(party.name) and isinstance(party.role, Role) for party in case.parties):
        return "a party without a name or role"
    if case.my_role not in {party.role for party in case.parties}:
        return "a case in which the citizen has no part"
    if not all(_is_text(text) for text in (*(e.text for e in case.events), *(t.text for t in case.todos))):
        return "an event or a todo without text"
    return None


def _wrong_date(case: Case, today: date) -> str | None:
    happened = (case.opened, case.changed)
    others: Sequence[date | None] = (
        case.expected,
        case.decided,
        *(event.on for event in case.events),
        *(todo.due for todo in case.todos),
    )
    for day in (*happened, *others):
        if day is None:
            continue
        if type(day) is not date:  # a datetime is a date too, and can't be compared with one
            return "a time where a date belongs"
        if not _EARLIEST <= day <= today + _FURTHEST:
            return "a date out of all reason"
    if any(day > today + timedelta(days=1) for day in happened):
        return "a case opened or changed in the future"
    return None


def _without_cpr(case: Case) -> Case:
    """``case`` with the CPR numbers masked that caseworkers wrote into its texts: they go no further than this."""
    handler = case.handler
    return replace(
        case,
        number=mask(case.number),
        title=_masked(case.title),
        status_text=_masked(case.status_text),
        handler=handler and replace(handler, name=mask(handler.name), hours=_masked(handler.hours)),
        parties=tuple(replace(party, name=mask(party.name)) for party in case.parties),
        events=tuple(replace(event, text=mask(event.text)) for event in case.events),
        todos=tuple(replace(todo, text=mask(todo.text)) for todo in case.todos),
    )


def _masked(text: str | None) -> str | None:
    return None if text is None else mask(text)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
