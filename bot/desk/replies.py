"""Ready-made answers for the desk; read from `data/standardsvar.yml`, their fields filled in for one handoff."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml.comments import CommentedSeq

from bot.handoff.model import Handoff
from bot.municipality.model import Municipality
from bot.municipality.rows import Problems, Row, content_of, rows_of, text_of

VARIABLES = (
    "borger", "medarbejder", "kommune", "afdeling", "telefon", "telefontid", "aabningstid", "adresse", "mail",
    "hjemmeside", "sagsnummer", "moede",
)  # fmt: skip
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SHORTCUT = re.compile(r"/[a-zæøå0-9]{1,20}")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One ready-made answer. ``text`` has fields in braces; ``shortcut`` begins with a slash."""

    key: str
    shortcut: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Filled:
    """An answer for one handoff; ``missing`` are the fields nobody knows, which stand as [felt] in ``text``."""

    reply: Reply
    text: str
    missing: tuple[str, ...]


def load(path: Path) -> tuple[Reply, ...]:
    """Read the ready-made answers.

    Raises SettingsError in Danish with every wrong value at once, each with its line and what would be right.
    """
    return _made(text_of(path), path)


@lru_cache(maxsize=2)
def _made(text: str, path: Path) -> tuple[Reply, ...]:
    problems = Problems(path)
    made, keys, shortcuts = [], dict[str, int](), dict[str, int]()
    for row in rows_of(content_of(text, path.name, CommentedSeq), problems):
        reply = Reply(
            key=row.value("noegle", "små bogstaver a-z uden mellemrum", _matching(_KEY), example="tak") or "",
            shortcut=row.value("genvej", "et ord med skråstreg foran", _matching(_SHORTCUT), example="/tak") or "",
            title=row.text("titel"),
            text=row.text("tekst"),
        )
        _once(row, "noegle", reply.key, keys)
        _once(row, "genvej", reply.shortcut, shortcuts)
        _check_fields(row, reply.text)
        row.done()
        made.append(reply)
    problems.raise_if_any()
    return tuple(made)


def values(
    municipality: Municipality, handoff: Handoff, *, staff: str, citizen: str, meeting: str | None
) -> Mapping[str, str]:
    """What is known for the fields. ``citizen`` is the name of who is logged in, empty for nobody.

    ``meeting`` says when and where the next meeting is.
    """
    department = municipality.department(handoff.department)
    case = handoff.summary.first("case")
    known = {
        "borger": citizen.split()[0] if citizen.split() else "",
        "medarbejder": staff,
        "kommune": municipality.name,
        "afdeling": department.name,
        "telefon": department.phone,
        "telefontid": department.phone_hours.in_words(),
        "aabningstid": department.opening_hours.in_words(),
        "adresse": department.address,
        "mail": department.email,
        "hjemmeside": municipality.website,
        "sagsnummer": case.value if case else "",
        "moede": meeting or "",
    }
    return {name: value for name, value in known.items() if value}


def fill(reply: Reply, known: Mapping[str, str]) -> Filled:
    """The answer with what is known in its fields."""
    used = fields_of(reply.text)
    missing = tuple(name for name in used if name not in known)
    text = reply.text.format_map({name: known.get(name, f"[{name}]") for name in used})
    return Filled(reply=reply, text=text, missing=missing)


def fields_of(text: str) -> tuple[str, ...]:
    """The fields of a text, each once. Raises ValueError where a brace stands alone."""
    parsed = string.Formatter().parse(text)
    return tuple(dict.fromkeys(name for _, name, _, _ in parsed if name is not None))


def _matching(pattern: re.Pattern[str]):  # type: ignore[no-untyped-def]
    return lambda text: text if pattern.fullmatch(text) else None


def _once(row: Row, field: str, value: str, seen: dict[str, int]) -> None:
    if value and seen.setdefault(value, row.line) != row.line:
        row.wrong(field, f"{value} står allerede i linje {seen[value]}. Giv dem hver sin.")


def _check_fields(row: Row, text: str) -> None:
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        row.wrong("tekst", "tekst har en krøllet parentes, der står alene. Felter skrives som {borger}.")
        return
    for _, name, shape, conversion in parsed:
        if name is not None and (name not in VARIABLES or shape or conversion):
            row.wrong("tekst", f"feltet {{{name}}} kendes ikke. Her kan stå {', '.join(VARIABLES)}.")
