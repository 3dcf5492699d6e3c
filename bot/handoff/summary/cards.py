"""What a case card tells a summary: the case, what was answered, and what the citizen must do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cases.case import CASE_NUMBER
from bot.handoff.summary.fields import Field, Source
from bot.handoff.summary.transcript import Said

_KLE = len("27.36.04")


def case_number(said: Said) -> str | None:
    """The number of the case whose card the assistant showed with this message; None when there is none."""
    if said.sender != "assistant" or said.card is None or said.card.get("type") != "case":
        return None
    return at(said.card, "number") or None


def fields_of(said: Said, number: str) -> list[Field]:
    """Every field that follows from the card of a case.

    ``kle`` is the beginning of the number, where that has the form municipalities give it; ``answered`` the number,
    the state and what comes next in one line; ``missing`` what the citizen must do, with its date.
    """
    card: Mapping[str, Any] = said.card or {}
    found = [Field(kind="case", value=number, sources=(_source(said, "number", number),))]
    if CASE_NUMBER.match(number):
        source = Source(seq=said.seq, start=0, end=_KLE, path="number")
        found.append(Field(kind="kle", value=number[:_KLE], sources=(source,)))
    for kind, path in (("topic", "title"), ("department", "department")):
        value = at(card, path)
        if value:
            found.append(Field(kind=kind, value=value, sources=(_source(said, path, value),)))
    state, upcoming, on = (at(card, path) for path in ("state_text", "next.text", "next.on"))
    if state:
        parts = [("number", number), ("state_text", state)]
        line = f"{number}: {state}."
        if upcoming:
            parts.append(("next.text", upcoming))
            line += f" {upcoming}"
            if on:
                parts.append(("next.on", on))
                line += f" {on}"
            line += "."
        found.append(Field(kind="answered", value=line, sources=tuple(_source(said, *part) for part in parts)))
    todos = card.get("todos")
    for index in range(len(todos) if isinstance(todos, Sequence) and not isinstance(todos, str) else 0):
        text, due = at(card, f"todos.{index}.text"), at(card, f"todos.{index}.due")
        if text:
            parts = [(f"todos.{index}.text", text)]
            if due:
                parts.append((f"todos.{index}.due", due))
            value = f"{text} (senest {due})" if due else text
            found.append(Field(kind="missing", value=value, sources=tuple(_source(said, *part) for part in parts)))
    return found


def at(card: Mapping[str, Any], path: str) -> str | None:
    """The string that stands at ``path`` ("todos.0.text") in a card; None when there is none or it is empty."""
    value: Any = card
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value if isinstance(value, str) and value.strip() else None


def _source(said: Said, path: str, value: str) -> Source:
    return Source(seq=said.seq, start=0, end=len(value), path=path)
