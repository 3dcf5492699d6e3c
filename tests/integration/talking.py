"""Conversations with the trained model and the real actions; what web does between two turns is done here."""

from __future__ import annotations

import json
import logging
import random
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions.parts import Parts, using
from bot.chat.rasa import typed
from bot.chat.tracker_store import BoundedTrackerStore
from bot.chat.turn import Memory, TurnMetadata
from tests.asking import LOGIN, make_parts

_PLACE = re.compile(r"\{\w+\}")
_SYLLABLES = ("ba", "dø", "fi", "gå", "ku", "læ", "mo", "ny", "ri", "sø", "tå", "ve")


@dataclass(frozen=True)
class Answered:
    """What came back to web: typed payloads by type, and the payloads of the buttons. What was *said* is left out."""

    payloads: Mapping[str, Mapping[str, Any]]
    buttons: tuple[str, ...]

    @property
    def handoff(self) -> tuple[str, str | None] | None:
        """What is asked of the handoff, and its trigger; None when no human is asked for."""
        asked = self.payloads.get("handoff")
        return (asked["do"], asked.get("trigger")) if asked else None

    @property
    def meeting(self) -> str | None:
        """What is asked of a meeting, if anything."""
        asked = self.payloads.get("meeting")
        return str(asked["do"]) if asked else None


@contextmanager
def quiet() -> Iterator[None]:
    """Rasa says a lot; what tests after this one listen for is heard again."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(**before)


class Assistant:
    """The model with an action server of its own, in this process."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._executor = ActionExecutor()
        self._executor.register_package("actions")
        self.parts = make_parts()

    async def __aenter__(self) -> Assistant:
        self._quiet = quiet()
        self._quiet.__enter__()
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/webhook", self._act)
        self._server = TestServer(app)
        await self._server.start_server()
        endpoint = EndpointConfig(url=str(self._server.make_url("/webhook")), enable_selective_domain=True)
        self._agent = Agent.load(str(self._model), action_endpoint=endpoint)
        self._agent.tracker_store = BoundedTrackerStore(self._agent.domain, turns=5)
        self._agent.processor.tracker_store = self._agent.tracker_store
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.close()
        self._quiet.__exit__(None, None, None)

    async def _act(self, request: web.Request) -> web.Response:
        with using(self.parts):
            return web.json_response(await self._executor.run(await request.json()))

    async def turn(self, conversation: str, message: str, metadata: TurnMetadata) -> list[dict[str, Any]]:
        """Rasa's messages to one of the citizen's."""
        output = CollectingOutputChannel()
        await self._agent.handle_message(UserMessage(message, output, conversation, metadata=metadata.to_json()))
        return list(output.messages)


@dataclass
class Talk:
    """One citizen's conversation. ``parts`` say which cases they have; ``login`` None is nobody."""

    assistant: Assistant
    name: str
    parts: Parts
    login: str | None = LOGIN
    memory: Memory = field(default_factory=Memory)

    async def say(self, text: str) -> Answered:
        """Write ``text``."""
        return await self._turn(typed(text))

    async def press(self, payload: str) -> Answered:
        """Press a button."""
        return await self._turn(payload)

    async def _turn(self, message: str) -> Answered:
        self.assistant.parts = self.parts
        metadata = TurnMetadata(login=self.login, memory=self.memory, seq=1)
        messages = await self.assistant.turn(self.name, message, metadata)
        assert messages, message  # Rasa says nothing when an action broke
        custom = [one["custom"] for one in messages if "custom" in one]
        types = [one["type"] for one in custom]
        assert len(types) == len(set(types)), types
        payloads = {one["type"]: one for one in custom}
        self._remember(payloads)
        return Answered(payloads, tuple(button["payload"] for one in messages for button in one.get("buttons", ())))

    def _remember(self, payloads: Mapping[str, Mapping[str, Any]]) -> None:
        """As web does: what was asked is known for one turn, and a human who is offered may be said yes to."""
        kept = payloads.get("remember")
        self.memory = Memory.from_json(kept["memory"]) if kept else self.memory.but(asked=None, misses=0)
        handoff = payloads.get("handoff")
        if handoff and handoff["do"] == "offer":
            self.memory = self.memory.but(asked="menneske", callback_reason=handoff["reason"], angry=0, misses=0)


def reworded(model: Path, to: Path, *, seed: int) -> Path:
    """A copy of ``model`` at ``to`` in which every word a citizen reads is another, at random.

    Variables stay, and so do the payloads of buttons; what was learnt is not touched.
    """
    chance = random.Random(seed)
    folder = to.with_suffix("")
    with tarfile.open(model) as archive:
        archive.extractall(folder)
    metadata = folder / "metadata.json"
    told = json.loads(metadata.read_text(encoding="utf-8"))
    told["domain"]["responses"] = _other_words(told["domain"]["responses"], chance)
    metadata.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    domain = folder / "components" / "domain_provider" / "domain.yml"
    content = yaml.safe_load(domain.read_text(encoding="utf-8"))
    content["responses"] = told["domain"]["responses"]
    domain.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with tarfile.open(to, "w:gz") as archive:
        archive.add(folder, arcname="./")
    return to


def _other_words(responses: Mapping[str, list[dict[str, Any]]], chance: random.Random) -> dict[str, Any]:
    made = {}
    for name, variations in responses.items():
        made[name] = [
            {
                **variation,
                "text": " ".join([_words(chance), *_PLACE.findall(variation["text"]), _words(chance)]),
                **(
                    {"buttons": [{**button, "title": _words(chance)} for button in variation["buttons"]]}
                    if "buttons" in variation
                    else {}
                ),
            }
            for variation in variations
        ]
    return made


def _words(chance: random.Random) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(chance.randint(1, 9)))
