"""The gateway to Rasa: asks one question, and reads the answer's texts, buttons and typed payloads.

RasaError               no answer that can be used; the question is kept and asked again
├── RasaDown            not reached, or broke off
│   └── RasaSlow        reached, and no answer in time, or an error of its own
├── RasaEmpty           answered with nothing: Rasa does so when a custom action failed
└── RasaNonsense        answered with something that is no answer
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.chat.turn import OUTCOMES, HandoffAsk, MeetingAsk, Memory, Question, TurnMetadata, Understood
from bot.errors import BorgerkontaktError

log = structlog.get_logger()

_LARGEST_ANSWER = 1_000_000  # bytes
_AVOIDED_FOR = 5.0  # seconds in which a Rasa that could not be reached is not asked first
_PING = aiohttp.ClientTimeout(total=2)
_AT_ONCE = 32  # questions under way; the rest wait here, and not in a queue inside Rasa


class RasaError(BorgerkontaktError):
    """Rasa gave no answer that can be used; asking again may."""


class RasaDown(RasaError):
    """Rasa could not be reached, or broke off."""


class RasaSlow(RasaDown):
    """Rasa was reached and did not answer in time, or with an error: where all is well it is this very message."""


class RasaEmpty(RasaError):
    """Rasa answered with an empty list: it swallows errors of custom actions and then says nothing."""


class RasaNonsense(RasaError):
    """Rasa answered with something that is no answer."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A quick answer: the citizen sees ``title``, Rasa gets ``payload``."""

    title: str
    payload: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one turn came to. ``memory`` is None when the turn had nothing new to remember.

    ``login`` is the question that waits for the citizen to log in. ``understood`` is None for what nobody typed.
    """

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    card: Mapping[str, Any] | None = field(default=None, repr=False)
    memory: Memory | None = None
    login: Question | None = None
    handoff: HandoffAsk | None = None
    meeting: MeetingAsk | None = None
    understood: Understood | None = None
    end: bool = False


class Gateway:
    """Talks to one or more Rasa processes over their REST channel.

    A conversation stays with one of them, so that its tracker is never written by two at once:
    rendezvous hashing, so that only the conversations of one that is gone move.
    ``timeout`` is the seconds a turn may take.
    """

    def __init__(
        self, http: aiohttp.ClientSession, urls: Sequence[str], *, token: str, actions_url: str, timeout: float
    ) -> None:
        self._http = http
        self._urls = tuple(urls)
        # Rasa takes its token only in the query; so its addresses are never logged.
        self._query = {"token": token}
        self._actions_url = actions_url
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(2.0, timeout))
        self._avoid_until: dict[str, float] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def order(self, conversation_id: str) -> list[str]:
        """Whom to ask for this conversation, best first; those just found dead come last."""
        now = time.monotonic()

        def weight(url: str) -> tuple[bool, bytes]:
            alive = self._avoid_until.get(url, 0.0) <= now
            return alive, hashlib.sha256(f"{url} {conversation_id}".encode()).digest()

        return sorted(self._urls, key=weight, reverse=True)

    async def ask(self, conversation_id: str, message: str, metadata: TurnMetadata) -> Answer:
        """Ask Rasa one thing and wait for its answer. Raises RasaError.

        ``message`` is what `typed` made of a citizen's words, or the payload of a choice.
        """
        body = {"sender": conversation_id, "message": message, "metadata": metadata.to_json()}
        async with self._slots:
            for url in self.order(conversation_id):
                try:
                    return read_answer(await self._post(url, body))
                except aiohttp.ClientConnectorError:
                    # Not reached at all, so it did nothing: the next one may be asked at once.
                    self._avoid_until[url] = time.monotonic() + _AVOIDED_FOR
                except asyncio.TimeoutError as error:
                    self._avoid_until[url] = time.monotonic() + _AVOIDED_FOR
                    raise RasaSlow("Rasa did not answer in time") from error
                except aiohttp.ClientError as error:
                    self._avoid_until[url] = time.monotonic() + _AVOIDED_FOR
                    raise RasaDown(f"Rasa broke off: {type(error).__name__}") from error
        raise RasaDown("no Rasa can be reached")

    async def _post(self, url: str, body: Mapping[str, Any]) -> Any:
        address = f"{url}/webhooks/rest/webhook"
        async with self._http.post(address, params=self._query, json=body, timeout=self._timeout) as response:
            if response.status >= 500:
                raise RasaSlow(f"Rasa answered with status {response.status}")
            if response.status != 200:
                raise RasaNonsense(f"Rasa answered with status {response.status}")
            raw = await response.content.read(_LARGEST_ANSWER + 1)
            while len(raw) <= _LARGEST_ANSWER and (more := await response.content.read(_LARGEST_ANSWER)):
                raw += more
        if len(raw) > _LARGEST_ANSWER:
            raise RasaNonsense("Rasa's answer is too large")
        try:
            answer = json.loads(raw)
            json.dumps(answer, ensure_ascii=False).encode()  # half a surrogate pair is no text, and can't be kept
            return answer
        except (ValueError, RecursionError) as error:
            raise RasaNonsense("Rasa's answer is no JSON, or holds what is no text") from error

    async def forget(self, conversation_id: str) -> None:
        """Empty what every Rasa remembers of a conversation.

        One that can't be reached forgets by itself after a while (`bot.chat.tracker_store`).
        """
        for url in self._urls:
            address = f"{url}/conversations/{conversation_id}/tracker/events"
            try:
                async with self._http.put(address, params=self._query, json=[], timeout=_PING) as response:
                    if response.status != 200:
                        log.warning("rasa.not_forgotten", conversation=conversation_id, status=response.status)
            except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                log.warning("rasa.not_forgotten", conversation=conversation_id, kind=type(error).__name__)

    async def ping(self) -> None:
        """Return when a Rasa with a model answers; raises RasaError otherwise."""
        for url in self._urls:
            try:
                async with self._http.get(f"{url}/status", params=self._query, timeout=_PING) as response:
                    if response.status == 200 and (await response.json()).get("model_file"):
                        self._avoid_until.pop(url, None)
                        return
            except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, AttributeError):
                continue
        raise RasaDown("no Rasa answers with a model loaded")

    async def ping_actions(self) -> None:
        """Return when the action server answers; raises RasaError otherwise."""
        try:
            async with self._http.get(f"{self._actions_url}/health", timeout=_PING) as response:
                if response.status == 200:
                    return
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise RasaDown("the action server does not answer") from error
        raise RasaDown(f"the action server answers with status {response.status}")


def typed(text: str) -> str:
    """What a citizen typed, as Rasa may see it: never with a leading slash, which would be a command there.

    Rasa looks after stripping space of every kind; signs without width, and characters that fold to a
    slash, are dropped too, so that no tidying after us can bring one to the front.
    """
    start = 0
    while start < len(text) and _may_hide_a_slash(text[start]):
        start += 1
    return text[start:].rstrip() or "?"


def _may_hide_a_slash(character: str) -> bool:
    if unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me") or character.isspace():
        return True
    return character in "/⁄∕⧸╱" or unicodedata.normalize("NFKC", character).startswith("/")


def read_answer(raw: Any) -> Answer:
    """Rasa's list of messages as one `Answer`. Raises RasaEmpty or RasaNonsense."""
    if not isinstance(raw, list):
        raise RasaNonsense("Rasa's answer is no list")
    if not raw:
        raise RasaEmpty("Rasa's answer is empty")
    texts: list[str] = []
    choices: list[Choice] = []
    parts: dict[str, Mapping[str, Any]] = {}
    for item in raw:
        if not isinstance(item, Mapping):
            raise RasaNonsense("Rasa's answer holds something that is no message")
        if item.get("text") is not None:
            texts.append(_string(item, "text").strip())
        # Two answers in one message may offer the same.
        choices += [choice for choice in _choices(item.get("buttons", [])) if choice not in choices]
        if "custom" in item:
            custom = item["custom"]
            if not isinstance(custom, Mapping):
                raise RasaNonsense("Rasa's answer holds a payload that is no object")
            parts[_string(custom, "type")] = custom
    unknown = parts.keys() - {"remember", "login", "card", "handoff", "meeting", "understood", "end"}
    if unknown:
        log.warning("rasa.unknown_payload", types=sorted(unknown))
    text = "\n\n".join(part for part in texts if part)
    card = _mapping(parts["card"], "card") if "card" in parts else None
    if not text and not card and not parts.keys() & {"handoff", "meeting"}:
        raise RasaEmpty("Rasa's answer says nothing")
    return Answer(
        text=text,
        choices=tuple(choices),
        card=card,
        memory=Memory.from_json(_mapping(parts["remember"], "memory")) if "remember" in parts else None,
        login=_login(parts["login"]) if "login" in parts else None,
        handoff=_handoff(parts["handoff"]) if "handoff" in parts else None,
        meeting=_meeting(parts["meeting"]) if "meeting" in parts else None,
        understood=_understood(parts["understood"]) if "understood" in parts else None,
        end="end" in parts,
    )


def _choices(raw: Any) -> list[Choice]:
    if not isinstance(raw, list) or not all(isinstance(button, Mapping) for button in raw):
        raise RasaNonsense("Rasa's answer holds buttons that are none")
    return [Choice(title=_string(button, "title"), payload=_string(button, "payload")) for button in raw]


def _login(custom: Mapping[str, Any]) -> Question:
    raw = _mapping(custom, "question")
    entities = raw.get("entities") or {}
    if not isinstance(entities, Mapping):
        raise RasaNonsense("Rasa's answer holds a question without entities")
    return Question(intent=_string(raw, "intent"), entities={str(k): str(v) for k, v in entities.items()})


def _handoff(custom: Mapping[str, Any]) -> HandoffAsk:
    do, departments = _string(custom, "do"), custom.get("departments") or ()
    if do not in ("offer", "send", "withdraw", "call") or not isinstance(departments, list | tuple):
        raise RasaNonsense("Rasa's answer holds a handoff that is none")
    return HandoffAsk(
        do=do,
        trigger=_optional(custom, "trigger"),
        reason=_optional(custom, "reason") or "",
        departments=tuple(str(department) for department in departments),
        kle=_optional(custom, "kle"),
        phone=_optional(custom, "phone"),
    )


def _meeting(custom: Mapping[str, Any]) -> MeetingAsk:
    do, meeting = _string(custom, "do"), custom.get("meeting")
    known = ("book", "show", "move", "cancel") if meeting is None else ("book", "drop", "cancel", "keep")
    if do not in known or not isinstance(meeting, int | None):
        raise RasaNonsense("Rasa's answer holds a meeting that is none")
    return MeetingAsk(
        do=do,
        form=_optional(custom, "form"),
        when=_optional(custom, "when") or "",
        department=_optional(custom, "department"),
        reason=_optional(custom, "reason") or "",
        meeting=meeting,
    )


def _understood(custom: Mapping[str, Any]) -> Understood:
    outcome, confidence = _string(custom, "outcome"), custom.get("confidence")
    if outcome not in OUTCOMES or isinstance(confidence, bool) or not isinstance(confidence, int | float | None):
        raise RasaNonsense("Rasa's answer holds an understanding that is none")
    return Understood(
        outcome=outcome,
        intent=_optional(custom, "intent"),
        confidence=None if confidence is None else float(confidence),
        second=_optional(custom, "second"),
    )


def _optional(raw: Mapping[str, Any], key: str) -> str | None:
    return None if raw.get(key) is None else _string(raw, key)


def _string(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str):
        raise RasaNonsense(f"Rasa's answer lacks a text: {key}")
    return value


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if not isinstance(value, Mapping):
        raise RasaNonsense(f"Rasa's answer lacks an object: {key}")
    return value
