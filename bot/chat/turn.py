"""The contract between web and Rasa: what goes with each message, and the typed payloads that come back.

web sends `TurnMetadata` as the message's metadata; actions read it with `TurnMetadata.of(tracker)`.
Actions answer with text (responses of `domain.yml`), buttons, and JSON payloads that carry a `type`.
Nobody compares a sentence to know what to do.

Payload types:

- `{"type": "remember", "memory": {...}}`   replaces the conversation's `Memory`
- `{"type": "login", "question": {...}}`    log in, then ask `question` again by itself
- `{"type": "card", "card": {...}}`         a case card shown with the answer
- `{"type": "handoff", "do": ..., ...}`     a human is to take over, see `HandoffAsk`
- `{"type": "meeting", "do": ..., ...}`     about a personal meeting, see `MeetingAsk`
- `{"type": "understood", ...}`             what was made of the message that was typed, see `Understood`
- `{"type": "end"}`                         the citizen is done

The *memory* is what must last between turns. It lives in web's database and travels with
each message, because Rasa's tracker is bounded and may be lost at any moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

# Questions about the citizen's own cases: these may be remembered and asked again.
CASE_QUESTIONS = frozenset(
    {
        "hvem_er_sagsbehandler",
        "kontakt_sagsbehandler",
        "skift_sagsbehandler",
        "sagsstatus",
        "svartid",
        "mangler_i_sagen",
        "send_dokumentation",
        "mine_sager",
        "afslag_begrundelse",
        "klage",
        "aktindsigt",
    }
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """An intent and its entities, so that it can be asked again: after login, or of another case.

    The entity ``ogsaa`` is the `payload` of a question that was asked in the same message.
    """

    intent: str
    entities: Mapping[str, str] = field(default_factory=dict)


def payload(question: Question) -> str:
    """A question as Rasa takes it without any understanding: `/intent{"entity": "value"}`, or `/intent` alone."""
    entities = dict(question.entities)
    # Rasa warns in its log of empty braces.
    return f"/{question.intent}" + (json.dumps(entities, ensure_ascii=False) if entities else "")


def question_in(written: str) -> Question | None:
    """The question that `payload` wrote; None when it is none."""
    intent, brace, rest = written.removeprefix("/").partition("{")
    if not written.startswith("/") or not intent:
        return None
    try:
        entities = json.loads(brace + rest) if brace else {}
    except ValueError:
        return None
    return _question({"intent": intent, "entities": entities})


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What a conversation remembers between turns; holds opaque ids and intent names, no personal data.

    ``case``: ref of the case last spoken of. ``offered``: refs last offered as a choice, in order.
    ``question``: the last question about a case. ``pending``: a question that waits for login.
    ``asked``: the detail the assistant last asked for ("telefon", "sag", "brevord", "emne", "moede_book" and
    "moede_move" when times for a meeting were shown, "moede_svar:<yes>:<no>:<id>" a yes or no about one meeting,
    "fare" whether the citizen is in danger, "valg:<intent>[:<intent>]" which of these was meant), or what it offered
    ("menneske" a human, "samtale" a human in words alone, "ring_op" a call), or None.
    ``callback_reason``: why one was offered. ``misses``: fallbacks in a row.
    ``angry``: how often in this conversation the citizen was angry, since a human last took over.
    ``human``: one is offered, or something waits for one, as far as the conversation knows.
    """

    case: str | None = None
    offered: tuple[str, ...] = ()
    question: Question | None = None
    pending: Question | None = None
    asked: str | None = None
    callback_reason: str | None = None
    misses: int = 0
    angry: int = 0
    human: bool = False

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Any) -> Memory:
        """Read what `to_json` made; anything that does not hold is left out, never an error."""
        if not isinstance(raw, Mapping):
            return cls()
        offered = raw.get("offered")
        misses, angry = raw.get("misses"), raw.get("angry")
        return cls(
            case=_text(raw.get("case")),
            offered=tuple(str(ref) for ref in offered) if isinstance(offered, list | tuple) else (),
            question=_question(raw.get("question")),
            pending=_question(raw.get("pending")),
            asked=_text(raw.get("asked")),
            callback_reason=_text(raw.get("callback_reason")),
            misses=misses if isinstance(misses, int) else 0,
            angry=angry if isinstance(angry, int) else 0,
            human=raw.get("human") is True,
        )

    def but(self, **changes: Any) -> Memory:
        """The same memory with some fields changed."""
        return replace(self, **changes)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _question(raw: Any) -> Question | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("intent"), str):
        return None
    entities = raw.get("entities")
    clean = {str(k): str(v) for k, v in entities.items()} if isinstance(entities, Mapping) else {}
    return Question(intent=raw["intent"], entities=clean)


@dataclass(frozen=True, kw_only=True)
class HandoffAsk:
    """That a human is to take over, or what becomes of the one that was offered.

    ``do``: "offer" (a rule fired: ``trigger``, a key of the decision table), "send" (yes to the offer), "withdraw"
    (no), "call" (the citizen wants to be called on ``phone``; ``trigger`` says why, "bedt_om" when it was just asked).
    ``reason``: a Danish sentence for those who take over. ``departments``: keys, the first has it; empty when unknown.
    """

    do: str
    trigger: str | None = None
    reason: str = field(default="", repr=False)
    departments: tuple[str, ...] = ()
    kle: str | None = None
    phone: str | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """As the payload."""
        return {"type": "handoff", **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class MeetingAsk:
    """About a personal meeting. ``do``: "book", "show", "move" or "cancel".

    With ``meeting``, its id, it is the citizen's yes or no to what was asked of that one: "book", "drop", "cancel" or
    "keep".

    ``form``: fremmoede, telefon or video, where the citizen said so; ``when``: their own words for the time;
    ``department``: key of whom to meet, where that is known.
    """

    do: str
    form: str | None = None
    when: str = field(default="", repr=False)
    department: str | None = None
    reason: str = field(default="", repr=False)
    meeting: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As the payload."""
        return {"type": "meeting", **asdict(self)}


# What came of a typed message: it was acted on; »Mener du …?« was asked; nobody knew what it meant; it was, or may
# have been, a cry for help.
OUTCOMES = ("answered", "asked", "fallback", "danger")
_COURTESIES = frozenset({"hilsen", "tak", "farvel", "bekraeft", "afvis"})


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What was made of a message that the citizen typed; of a pressed button there is none.

    ``intent``: the likeliest (never nlu_fallback), with its ``confidence`` from 0 to 1; ``second``: the one after it;
    all None where nothing was recognised. ``outcome``: one of `OUTCOMES`.
    """

    outcome: str
    intent: str | None = None
    confidence: float | None = None
    second: str | None = None

    @property
    def may_be_wrong(self) -> bool:
        """Whether the citizen may find that the answer was to something else: it was no question back, no courtesy."""
        return self.outcome == "answered" and self.intent not in _COURTESIES

    def to_json(self) -> dict[str, Any]:
        """As the payload."""
        return {"type": "understood", **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class TurnMetadata:
    """What web sends with every message.

    ``login``: opaque id, to be resolved at the last moment, or None. ``opening``: the first message,
    which the assistant itself starts. ``seq``: of the citizen's message, for the log.
    """

    login: str | None = None
    memory: Memory = Memory()
    opening: bool = False
    seq: int = 0

    def to_json(self) -> dict[str, Any]:
        """As plain JSON for Rasa's message metadata."""
        return {"login": self.login, "memory": self.memory.to_json(), "opening": self.opening, "seq": self.seq}

    @classmethod
    def from_json(cls, raw: Any) -> TurnMetadata:
        """Read metadata; missing or odd parts become their defaults (as in `rasa shell`, where there is none)."""
        if not isinstance(raw, Mapping):
            return cls()
        seq = raw.get("seq")
        return cls(
            login=_text(raw.get("login")),
            memory=Memory.from_json(raw.get("memory")),
            opening=raw.get("opening") is True,
            seq=seq if isinstance(seq, int) else 0,
        )
