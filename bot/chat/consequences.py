"""What follows from an answer of Rasa's, or from a button that is web's own: kept in the very same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from bot.chat.rasa import Answer, Choice
from bot.chat.records import Conversation, Message, Records
from bot.chat.turn import Memory

# A choice whose payload begins so never goes to Rasa: web carries it out itself.
OURS = "web:"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message that is to be appended. ``sender``: assistant or system."""

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    card: Mapping[str, Any] | None = field(default=None, repr=False)
    sender: str = "assistant"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What something came to: messages in order, the memory from now on, and columns of the conversation to set.

    ``memory`` is None when it stays as it is. ``settled``: what waits for Rasa gets no answer from it any more.
    ``sent``: the id of a handoff that has come into the queue by this.
    """

    drafts: tuple[Draft, ...] = ()
    memory: Memory | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    settled: bool = False
    sent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was kept: messages in order, and the id of a handoff that came into the queue by it."""

    messages: tuple[Message, ...] = ()
    sent: int | None = None


Run = Callable[[Connection, Conversation, Message], Outcome]


class Consequences(Protocol):
    """Who carries out what a conversation leads to. Every method runs inside the transaction that has locked it."""

    def follow(self, connection: Connection, conversation: Conversation, answer: Answer, lead: str) -> Outcome:
        """What a handoff or a meeting in an answer adds; ``lead`` is what the same message says before it.

        The conversation's memory is as the answer leaves it.
        """
        ...

    def command(self, connection: Connection, conversation: Conversation, words: Sequence[str]) -> Outcome:
        """Carry out a choice of ours; ``words`` are the parts of its payload after `OURS`.

        The citizen's message is kept by then. Raises NotFoundError when it makes no sense (any more).
        """
        ...

    def erased(self, connection: Connection, conversation_id: str) -> bool:
        """The citizen deletes the conversation: True when a promise in it is kept all the same, and nothing else is."""
        ...


def carry_out(records: Records, connection: Connection, conversation: Conversation, outcome: Outcome) -> Done:
    """Append the messages of an outcome and set what it changes."""
    changes = dict(outcome.changes)
    if outcome.memory is not None:
        changes["memory"] = records.sealed_memory(outcome.memory)
    if outcome.settled:
        records.drop_turns(connection, conversation.id)
    if changes:
        records.change(connection, conversation.id, **changes)
    messages = tuple(
        records.append(connection, conversation, draft.sender, draft.text, choices=draft.choices, card=draft.card)
        for draft in outcome.drafts
    )
    return Done(messages=messages, sent=outcome.sent)
