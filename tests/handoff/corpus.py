"""The conversations in `samtaler/`, as messages with real case cards, and what a caseworker says they tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from actions.card import case_card
from bot.cases.case import Case, Party, Role, Sensitivity, State, Todo
from bot.handoff.summary.fields import KINDS
from bot.handoff.summary.transcript import Said
from bot.municipality import facts
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN

FOLDER = Path(__file__).parent / "samtaler"
HELD_OUT = "08_gemt_til_sidst"
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=COPENHAGEN)
_BEGINS = datetime(2026, 11, 20, 10, 0, tzinfo=COPENHAGEN)
_SENDERS = {"B": "citizen", "K": "citizen", "A": "assistant", "S": "system", "M": "staff"}


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a caseworker expects: a value of a kind, with the message it comes from first."""

    kind: str
    seq: int
    value: str


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """One hand-written conversation and its labels."""

    name: str
    file: str
    transcript: tuple[Said, ...]
    labels: tuple[Label, ...]


@lru_cache(maxsize=1)
def municipality() -> Municipality:
    return facts.load(Path(__file__).parents[2] / "data" / "kommune.yml")


@lru_cache(maxsize=1)
def conversations() -> tuple[Conversation, ...]:
    """Every conversation, in the order of the files."""
    return tuple(
        _conversation(raw, path.stem) for path in sorted(FOLDER.glob("*.yml")) for raw in YAML(typ="safe").load(path)
    )


@lru_cache(maxsize=1)
def _cases() -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load(Path(__file__).parent / "sager.yml")
    return read


def _conversation(raw: Mapping[str, Any], file: str) -> Conversation:
    transcript = tuple(_said(seq, one) for seq, one in enumerate(raw["siges"], 1))
    # What is said twice stands once in a summary, where it was said first.
    unique: dict[tuple[str, str], Label] = {}
    for label in (label for key, value in raw["resume"].items() for label in _labels(key, value)):
        unique.setdefault((label.kind, label.value), label)
    labels = tuple(unique.values())
    wrong = [label for label in labels if label.kind not in KINDS or not 1 <= label.seq <= len(transcript)]
    if wrong:
        raise ValueError(f"{file}: {raw['navn']}: {wrong}")
    return Conversation(name=raw["navn"], file=file, transcript=transcript, labels=labels)


def _said(seq: int, raw: Mapping[str, Any]) -> Said:
    letter = next(key for key in raw if key in _SENDERS)
    return Said(
        seq=seq,
        sender=_SENDERS[letter],
        text=str(raw[letter]),
        at=_BEGINS + timedelta(minutes=seq - 1),
        chosen=letter == "K",
        card=card(raw["kort"]) if "kort" in raw else None,
        corrects=raw.get("retter", {}),
    )


def card(name: str) -> dict[str, Any]:
    """The card of a case of `sager.yml`, as the assistant makes it."""
    raw = _cases()[name]["sag"]
    case = Case(
        ref=name,
        number=raw["number"],
        title=raw["title"],
        kle=raw["number"][:8],
        state=State(raw.get("state", "behandles")),
        status_text=None,
        opened=raw["opened"],
        changed=raw["opened"],
        department=raw["department"],
        handler=None,
        parties=(Party(name="Borger", role=Role.PRIMARY),),
        my_role=Role.PRIMARY,
        sensitivity=Sensitivity.ORDINARY,
        todos=tuple(Todo(text=todo["text"], due=todo["due"]) for todo in raw.get("todos", ())),
        expected=raw.get("expected"),
    )
    return case_card(case, municipality(), TODAY)


def _labels(key: str, value: Any) -> Iterator[Label]:
    kind, number = key.split()
    seq = int(number)
    if kind == "sag":
        for told, values in _cases()[value]["resume"].items():
            yield from _labels(f"{told} {seq}", values)
    elif kind == "emne":
        for told, one in zip(("topic", "kle", "department"), value, strict=True):
            if one != "-":
                yield Label(kind=told, seq=seq, value=str(one))
    else:
        for one in value if isinstance(value, list) else [value]:
            yield Label(kind=kind, seq=seq, value=str(one))
