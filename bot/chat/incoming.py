"""The chat's protocol: what a client may send, checked (DESIGN, section 8; what it is sent: `bot.chat.protocol`)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat.texts import ERRORS
from bot.errors import InputError

MAX_TEXT = 3000  # characters
MAX_FRAME = 64 * 1024  # characters: the longest text with every one of them escaped, and some more
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_MAX_SEQ = 2**31 - 1
_MOST_FIELDS = 30
# Signs that show nothing and carry no meaning; a tab and a line break do.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class FrameError(InputError):
    """A frame that can't be used. ``code`` is for the client, ``id`` the message's own where it could be read."""

    def __init__(self, code: str, *, id: str | None = None) -> None:
        super().__init__(f"frame refused: {code}", citizen=ERRORS[code])
        self.code = code
        self.id = id


@dataclass(frozen=True)
class Hello:
    """The first frame: which conversation, and the last seq the client has."""

    token: str = field(repr=False)
    since: int


@dataclass(frozen=True)
class Say:
    """The citizen writes."""

    id: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Choose:
    """The citizen takes a choice the server gave."""

    id: str
    choice: str


@dataclass(frozen=True)
class Typing:
    """The citizen is typing: of interest once a human is at the other end."""


@dataclass(frozen=True)
class Seen:
    """The citizen has seen everything up to ``seq``."""

    seq: int


@dataclass(frozen=True)
class End:
    """The citizen is done; with ``erase`` the conversation is deleted at once."""

    erase: bool


@dataclass(frozen=True)
class HandoffForm:
    """The citizen has read the summary. ``do``: send, correct, call or withdraw; ``fields`` are those they changed."""

    id: str
    handoff: int
    do: str
    fields: Mapping[str, str] = field(repr=False)
    add: str = field(repr=False)


@dataclass(frozen=True)
class MeetingForm:
    """The citizen fills in what a meeting needs. ``do``: book, change, drop, cancel; ``details`` are yet unchecked."""

    id: str
    meeting: int
    do: str
    details: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Survey:
    """How the citizen felt met, from 1 to 5; None where a question was passed over."""

    id: str
    handoff: int
    heard: int | None
    neutral: int | None
    trust: int | None
    respect: int | None
    comment: str = field(repr=False)


@dataclass(frozen=True)
class Wrong:
    """The citizen says that the assistant's message ``seq`` is no answer to what they wrote."""

    id: str
    seq: int


Incoming = Hello | Say | Choose | Typing | Seen | End | HandoffForm | MeetingForm | Survey | Wrong


def parse(raw: str | bytes) -> Incoming:
    """Read what a client sent. Raises FrameError; nothing a client can send raises anything else."""
    if not isinstance(raw, str):
        raise FrameError("bad_frame")
    if len(raw) > MAX_FRAME:
        raise FrameError("too_big")
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise FrameError("bad_frame") from error
    if not isinstance(frame, dict):
        raise FrameError("bad_frame")
    read = _READERS.get(frame["type"]) if isinstance(frame.get("type"), str) else None
    if read is None:
        raise FrameError("unknown_type", id=_readable_id(frame))
    return read(frame)


def _hello(frame: Mapping[str, Any]) -> Hello:
    token = frame.get("token")
    if not isinstance(token, str) or not 0 < len(token) <= 200:
        raise FrameError("bad_token")
    return Hello(token, _seq(frame.get("since", 0)))


def _say(frame: Mapping[str, Any]) -> Say:
    id, text = _id(frame, "id"), frame.get("text")
    if not isinstance(text, str):
        raise FrameError("bad_frame", id=id)
    if len(text) > MAX_TEXT:
        raise FrameError("too_long", id=id)
    text = _clean(text)
    if not text:
        raise FrameError("empty", id=id)
    return Say(id, text)


def _clean(text: str) -> str:
    # JSON can hold half a surrogate pair, which is no text.
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _lines(text: str) -> str:
    """The lines of a text without what is empty, each tidied."""
    tidy = (" ".join(line.split()) for line in _clean(text).split("\n"))
    return "\n".join(line for line in tidy if line)


def _choose(frame: Mapping[str, Any]) -> Choose:
    id = _id(frame, "id")
    try:
        return Choose(id, _id(frame, "choice"))
    except FrameError as error:
        raise FrameError("unknown_choice", id=id) from error


def _end(frame: Mapping[str, Any]) -> End:
    erase = frame.get("erase", False)
    if not isinstance(erase, bool):
        raise FrameError("bad_frame")
    return End(erase)


def _handoff(frame: Mapping[str, Any]) -> HandoffForm:
    id = _id(frame, "id")
    do, fields, add = frame.get("do"), frame.get("fields", {}), frame.get("add", "")
    if do not in ("send", "correct", "call", "withdraw") or not isinstance(fields, Mapping) or not isinstance(add, str):
        raise FrameError("bad_frame", id=id)
    if len(fields) > _MOST_FIELDS or not all(isinstance(value, str) for value in fields.values()):
        raise FrameError("bad_frame", id=id)
    if len(add) + sum(map(len, fields.values())) > MAX_TEXT:
        raise FrameError("too_long", id=id)
    clean = {str(kind): _lines(value) for kind, value in fields.items()}
    return HandoffForm(id, _number(frame, "handoff"), do, clean, _clean(add))


def _meeting(frame: Mapping[str, Any]) -> MeetingForm:
    id = _id(frame, "id")
    do, details = frame.get("do"), frame.get("details", {})
    if do not in ("book", "change", "drop", "cancel") or not isinstance(details, Mapping):
        raise FrameError("bad_frame", id=id)
    return MeetingForm(id, _number(frame, "meeting"), do, details)


def _survey(frame: Mapping[str, Any]) -> Survey:
    id = _id(frame, "id")
    answers = [frame.get(question) for question in ("heard", "neutral", "trust", "respect")]
    comment = frame.get("comment", "")
    if not isinstance(comment, str) or any(_is_no_answer(answer) for answer in answers):
        raise FrameError("bad_frame", id=id)
    if len(comment) > MAX_TEXT:
        raise FrameError("too_long", id=id)
    heard, neutral, trust, respect = answers
    return Survey(id, _number(frame, "handoff"), heard, neutral, trust, respect, _clean(comment))


def _is_no_answer(answer: Any) -> bool:
    return answer is not None and (not isinstance(answer, int) or isinstance(answer, bool) or not 1 <= answer <= 5)


def _number(frame: Mapping[str, Any], key: str) -> int:
    value = frame.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _MAX_SEQ:
        raise FrameError("bad_frame", id=_readable_id(frame))
    return value


_READERS: dict[str, Callable[[Mapping[str, Any]], Incoming]] = {
    "hello": _hello,
    "say": _say,
    "choose": _choose,
    "typing": lambda frame: Typing(),
    "seen": lambda frame: Seen(_seq(frame.get("seq"))),
    "end": _end,
    "handoff": _handoff,
    "meeting": _meeting,
    "survey": _survey,
    "wrong": lambda frame: Wrong(_id(frame, "id"), _number(frame, "seq")),
}


def _id(frame: Mapping[str, Any], key: str) -> str:
    value = frame.get(key)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise FrameError("bad_frame")
    return value


def _readable_id(frame: Mapping[str, Any]) -> str | None:
    value = frame.get("id")
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _seq(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_SEQ:
        raise FrameError("bad_frame")
    return value
