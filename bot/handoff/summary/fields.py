"""The summary of a conversation as a value: fields, each with the places in the conversation it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeGuard

# The kinds of fields in the order they are read, each with its heading.
HEADINGS: Mapping[str, str] = {
    "topic": "Det handler om",
    "kle": "KLE-nummer",
    "department": "Afdeling",
    "first_request": "Det spørger borgeren om",
    "last_question": "Sidste åbne spørgsmål",
    "urgency": "Det haster",
    "identity": "Login",
    "case": "Sagsnummer",
    "answered": "Det har assistenten svaret",
    "missing": "Det mangler",
    "phone": "Telefon",
    "email": "Mail",
    "form": "Form på mødet",
    "time": "Ønsket tid",
    "interpreter": "Tolk",
    "companion": "Skal med",
    "fact": "Det har borgeren fortalt",
}
KINDS: tuple[str, ...] = tuple(HEADINGS)
# What a citizen may put right by hand. Who logged in and what the assistant answered is not theirs to write,
# and numbers of cases and departments follow from what else is said.
CORRECTABLE = frozenset(
    {
        "topic", "first_request", "last_question", "urgency", "missing", "phone", "email", "form", "time",
        "interpreter", "companion", "fact",
    }
)  # fmt: skip
# Of these there is one: the last that was said.
SINGLE = frozenset({"first_request", "last_question", "identity", "phone", "email", "form", "time", "interpreter"})
FORMS = ("telefon", "video", "fremmøde")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a field comes from: the characters ``start:end`` of a text in message ``seq``.

    ``path`` names the string of the message's card ("number", "todos.0.text"); None is the message's own text.
    """

    seq: int
    start: int
    end: int
    path: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"seq": self.seq, "start": self.start, "end": self.end, "path": self.path}

    @classmethod
    def from_json(cls, raw: Any) -> Source | None:
        """Read what `to_json` made; None for anything else."""
        if not isinstance(raw, Mapping):
            return None
        seq, start, end, path = (raw.get(name) for name in ("seq", "start", "end", "path"))
        if not (_is_place(seq) and _is_place(start) and _is_place(end)) or start >= end:
            return None
        if not (path is None or (isinstance(path, str) and path)):
            return None
        return cls(seq=seq, start=start, end=end, path=path)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing the summary says. ``kind`` is one of `KINDS`; ``sources`` is never empty.

    ``value`` is what is shown: the citizen's own words exactly as they stand, or what follows from them
    (`bot.handoff.summary.tracing` names the rule of each kind). ``corrected``: the citizen put it right themselves.
    """

    kind: str
    value: str = field(repr=False)
    sources: tuple[Source, ...]
    corrected: bool = False

    @property
    def heading(self) -> str:
        """The kind's Danish heading."""
        return HEADINGS[self.kind]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "kind": self.kind,
            "value": self.value,
            "sources": [source.to_json() for source in self.sources],
            "corrected": self.corrected,
        }

    @classmethod
    def from_json(cls, raw: Any) -> Field | None:
        """Read what `to_json` made; None for a kind that is unknown, an empty value or one without a source."""
        if not isinstance(raw, Mapping):
            return None
        kind, value, listed = raw.get("kind"), raw.get("value"), raw.get("sources")
        if kind not in KINDS or not isinstance(value, str) or not value or not isinstance(listed, list | tuple):
            return None
        sources = tuple(source for source in map(Source.from_json, listed) if source is not None)
        # Half of what a value was made of does not make it.
        if not sources or len(sources) != len(listed):
            return None
        return cls(kind=kind, value=value, sources=sources, corrected=raw.get("corrected") is True)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Everything the conversation says that a human who takes over needs, in the order of `KINDS`.

    ``at`` is when it was made (aware); None for one that was read from elsewhere without it.
    """

    fields: tuple[Field, ...] = ()
    at: datetime | None = None

    def all(self, kind: str) -> tuple[Field, ...]:
        """Every field of a kind."""
        return tuple(one for one in self.fields if one.kind == kind)

    def first(self, kind: str) -> Field | None:
        """The first field of a kind, or None."""
        return next((one for one in self.fields if one.kind == kind), None)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "fields": [one.to_json() for one in self.fields],
            "at": None if self.at is None else self.at.isoformat(),
        }

    @classmethod
    def from_json(cls, raw: Any) -> Summary:
        """Read what `to_json` made; what does not hold is left out, never an error."""
        if not isinstance(raw, Mapping):
            return cls()
        listed = raw.get("fields")
        fields = map(Field.from_json, listed) if isinstance(listed, list | tuple) else ()
        return cls(fields=tuple(one for one in fields if one is not None), at=_time(raw.get("at")))


def _is_place(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _time(raw: Any) -> datetime | None:
    if not isinstance(raw, str):
        return None
    try:
        read = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None
