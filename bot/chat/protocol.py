"""The chat's protocol: what a client is sent (DESIGN, section 8; what it may send: `bot.chat.incoming`)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.chat.bus import Frame
from bot.chat.rasa import Choice
from bot.chat.records import Conversation, Message
from bot.chat.texts import ERRORS


class LoggedIn(Protocol):
    """What is told of a login: never the CPR number."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def expires_at(self) -> datetime: ...  # noqa: D102


def message_frame(message: Message) -> Frame:
    """A message of the log; choices go out as ids and titles, never their payloads."""
    frame: Frame = {
        "type": "message",
        "seq": message.seq,
        "from": message.sender,
        "text": message.text,
        "at": message.at.isoformat(),
    }
    if message.choices:
        frame["choices"] = [_choice(message.seq, place, choice) for place, choice in enumerate(message.choices)]
    if message.card:
        frame["card"] = dict(message.card)
    if message.name:
        frame["name"] = message.name
    if message.answers:
        frame["answers"] = message.answers
    return frame


def _choice(seq: int, place: int, choice: Choice) -> Frame:
    frame: Frame = {"id": f"{seq}.{place}", "title": choice.title}
    # What a card beside it lets the citizen fill in goes along with one of the choices: "handoff:send", "meeting:book".
    # A client must know which without comparing words; the rest of the payload stays here.
    area, *verb = choice.payload.removeprefix("web:").split(":")[:2]
    if choice.payload.startswith("web:") and verb:
        frame["do"] = f"{area}:{verb[0]}"
    return frame


def welcome_frame(conversation: Conversation, login: LoggedIn | None) -> Frame:
    """The answer to `hello`."""
    return {
        "type": "welcome",
        "conversation": conversation.id,
        "state": conversation.state,
        "last_seq": conversation.last_seq,
        "seen_seq": conversation.seen_seq,
        "expires_at": conversation.expires_at.isoformat(),
        "login": _login(login),
    }


def state_frame(conversation: Conversation, login: LoggedIn | None) -> Frame:
    """Who has the conversation, and who is logged in in it."""
    return {"type": "state", "state": conversation.state, "login": _login(login)}


def erased_frame(text: str) -> Frame:
    """The conversation is deleted; the token opens nothing any more."""
    return {"type": "state", "state": "closed", "login": None, "erased": True, "text": text}


def error_frame(
    code: str, *, text: str | None = None, id: str | None = None, retry_after: float | None = None
) -> Frame:
    """Something could not be done; ``retry_after`` is in seconds."""
    frame: Frame = {"type": "error", "code": code, "text": text or ERRORS[code]}
    if id is not None:
        frame["id"] = id
    if retry_after is not None:
        frame["retry_after"] = retry_after
    return frame


def _login(login: LoggedIn | None) -> Frame | None:
    return None if login is None else {"name": login.name, "expires_at": login.expires_at.isoformat()}
