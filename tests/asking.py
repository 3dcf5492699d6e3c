"""Asking an action directly: a tracker from JSON, hand-written fakes for what lies outside, and what came back."""

from __future__ import annotations

import asyncio
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from ruamel.yaml import YAML

from actions.parts import Parts, using
from bot.cases.asked import CaseSystems
from bot.cases.case import Case, Event, Handler, HandlerKind, Party, Role, Sensitivity, State, Todo
from bot.chat.turn import Memory, TurnMetadata
from bot.identity.logins import Login
from bot.municipality import facts, glossary
from bot.municipality.glossary import Glossary
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN
from bot.training.intents import Intents

ROOT = Path(__file__).resolve().parent.parent
CPR = "0101901234"
LOGIN = "opaque-login"
# A Tuesday, at ten in the morning in Denmark: the phones are open.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=COPENHAGEN)
DOMAIN: Mapping[str, Any] = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
HANDLER = Handler(
    kind=HandlerKind.PERSON,
    name="Mette Holm",
    phone="12 34 56 41",
    email="mho@noerreaa.example",
    hours="mandag kl. 9-12",
)


def placeholders(response: str) -> set[str]:
    """The variables a response of the domain waits for."""
    texts = [variation["text"] for variation in DOMAIN["responses"][response]]
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def a_case(ref: str = "r1", **changes: Any) -> Case:
    """An ordinary open case; any field may be changed."""
    case = Case(
        ref=ref,
        number="27.60.20-G01-4-26",
        title="Støtte til bil",
        kle="27.60.20",
        state=State.PROCESSING,
        status_text="Vi venter på din læge",
        opened=date(2026, 10, 1),
        changed=date(2026, 11, 20),
        department="social",
        handler=HANDLER,
        parties=(Party(name="Anna Prøve", role=Role.PRIMARY),),
        my_role=Role.PRIMARY,
        sensitivity=Sensitivity.ORDINARY,
        events=(Event(on=date(2026, 11, 20), text="Vi har spurgt din læge"),),
        todos=(Todo(text="Send dit kørekort", due=date(2026, 12, 3)),),
    )
    made = replace(case, **changes)
    if made.my_role is not Role.PRIMARY and "parties" not in changes:
        made = replace(made, parties=(*made.parties, Party(name="Bo Prøve", role=made.my_role)))
    return made


def sick_pay(ref: str = "r2", **changes: Any) -> Case:
    """Another open case, in another department."""
    changes = {
        "number": "32.30.04-G01-7-26",
        "title": "Sygedagpenge",
        "kle": "32.30.04",
        "department": "ydelse",
        "opened": date(2026, 11, 2),
        "todos": (),
        **changes,
    }
    return a_case(ref, **changes)


@dataclass
class FakeCases:
    """A case system that knows one citizen, or fails, or is slow; and counts how often it is asked."""

    cases: list[Case] = field(default_factory=list)
    failure: Exception | None = None
    seconds: float = 0.0
    asked: int = 0
    name: str = "sagssystemet"
    writable: bool = True

    async def cases_for(self, cpr: str) -> list[Case]:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if self.failure:
            raise self.failure
        return list(self.cases) if cpr == CPR else []

    async def ping(self) -> None:
        return None

    async def close(self) -> None:
        return None


@dataclass(frozen=True)
class FakeLogins:
    """Knows one login."""

    valid: bool = True

    def resolve(self, login_id: str) -> Login | None:
        if not self.valid or login_id != LOGIN:
            return None
        return Login(
            id=login_id,
            cpr=CPR,
            name="Anna Prøve",
            level="Substantial",
            expires_at=datetime.max.replace(tzinfo=timezone.utc),
        )


@dataclass(frozen=True)
class Said:
    """What an action answered."""

    messages: list[dict[str, Any]]

    @property
    def responses(self) -> list[str]:
        return [message["response"] for message in self.messages if message["response"]]

    @property
    def payloads(self) -> dict[str, dict[str, Any]]:
        return {message["custom"]["type"]: message["custom"] for message in self.messages if message["custom"]}

    @property
    def memory(self) -> Memory | None:
        return Memory.from_json(self.payloads["remember"]["memory"]) if "remember" in self.payloads else None

    @property
    def handoff(self) -> dict[str, Any] | None:
        """The handoff that is asked for, if one is: at most one a turn."""
        asked = [message["custom"] for message in self.messages if (message["custom"] or {}).get("type") == "handoff"]
        assert len(asked) <= 1
        return asked[0] if asked else None

    @property
    def trigger(self) -> str | None:
        """What made a human be offered, if one is."""
        return self.handoff["trigger"] if self.handoff and self.handoff["do"] == "offer" else None

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for message in self.messages for button in message["buttons"]]

    def variables(self, response: str) -> dict[str, Any]:
        return next(message for message in self.messages if message["response"] == response)

    @property
    def shown(self) -> str:
        """All that a citizen could see: variables, titles of buttons, the card."""
        variables = [m[name] for m in self.messages if m["response"] for name in placeholders(m["response"])]
        card = self.payloads.get("card", {})
        return " | ".join([*variables, *(button["title"] for button in self.buttons), repr(card)])

    @property
    def everything(self) -> str:
        return repr(self.messages)


@lru_cache(maxsize=1)
def the_municipality() -> Municipality:
    """The sample municipality, as it is delivered."""
    return facts.load(ROOT / "data" / "kommune.yml")


@lru_cache(maxsize=1)
def the_glossary() -> Glossary:
    """The explained words, as they are delivered."""
    return glossary.load(ROOT / "data" / "brevord.yml")


@lru_cache(maxsize=1)
def the_intents() -> Intents:
    """What intents are called, as they are delivered."""
    return Intents(ROOT)


def make_parts(own: Sequence[Case] = (), /, *, now: datetime = NOW, **changes: Any) -> Parts:
    """Parts with the sample municipality and fakes for what lies outside; any of them may be changed.

    ``cases`` is one case system or several by name; nothing they answer is kept.
    """
    systems = changes.pop("cases", None) or FakeCases(list(own))
    if not isinstance(systems, dict):
        systems = {"fake": systems}
    made = Parts(
        municipality=the_municipality(),
        glossary=the_glossary(),
        intents=the_intents(),
        logins=FakeLogins(),
        cases=CaseSystems(systems, timeout=changes.pop("case_timeout", 0.2), trail=None, kept=0),
        conversation_days=30,
        now=lambda: now,
    )
    return replace(made, **changes)


_EXECUTOR = ActionExecutor()
_EXECUTOR.register_package("actions")
ACTIONS = _EXECUTOR.actions


async def ask(
    intent: str,
    text: str | None = None,
    *,
    parts: Parts | None = None,
    login: str | None = LOGIN,
    memory: Memory | None = None,
    opening: bool = False,
    action: str | None = None,
    wishes: Sequence[Mapping[str, Any]] = (),
    guesses: Sequence[str] = (),
    found: Sequence[Mapping[str, Any]] = (),
    **entities: str,
) -> Said:
    """Send one message to the action of its intent, as Rasa does; ``text`` None is a pressed button.

    ``wishes`` and ``guesses`` as the pipeline gives them; ``found`` are entities with more than a value.

    Whatever is answered must stand in the domain, with every variable it waits for.
    """
    metadata = TurnMetadata(login=login, memory=memory or Memory(), opening=opening)
    tracker = Tracker.from_dict(
        {
            "sender_id": "c1",
            "slots": {},
            "events": [],
            "latest_message": {
                "intent": {"name": intent, "confidence": 1.0},
                "entities": [*found, *({"entity": name, "value": value} for name, value in entities.items())],
                "text": f"/{intent}" if text is None else text,
                "metadata": metadata.to_json(),
                **({"wishes": list(wishes)} if wishes else {}),
                **({"guesses": [{"intent": guess, "confidence": 0.3} for guess in guesses]} if guesses else {}),
            },
        }
    )
    dispatcher = CollectingDispatcher()
    with using(parts or make_parts()):
        events = await ACTIONS[action or f"action_{intent}"](dispatcher, tracker, {})
    assert events == []
    for message in dispatcher.messages:
        if message["response"]:
            missing = placeholders(message["response"]) - message.keys()
            assert not missing, f"{message['response']} waits for {missing}"
            assert all(isinstance(message[name], str) for name in placeholders(message["response"]))
    return Said(dispatcher.messages)
