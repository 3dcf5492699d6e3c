"""What follows from an answer of Rasa's, or from a button that is web's own: kept in the very same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """

    drafts: tuple[Draft, ...] = ()
    memory: Memory | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    settled: bool = False


class Consequences(Protocol):
    """Who carries out what a conversation leads to. Every method runs inside the transaction that has locked it."""

    def follow(self, connection: Connection, conversation: Conversation, answer: Answer, memory: Memory) -> Outcome:
        """What follows from an answer: its own message first, then what a handoff or a meeting adds."""
        ...

    def command(
        self, connection: Connection, conversation: Conversation, words: Sequence[str], message: Message
    ) -> Outcome:
        """Carry out a choice of ours; ``words`` are the parts of its payload after `OURS`.

        ``message`` is the citizen's, just kept. Raises NotFoundError when it makes no sense (any more).
        """
        ...


def carry_out(records: Records, connection: Connection, conversation: Conversation, outcome: Outcome) -> list[Message]:
    """Append the messages of an outcome and set what it changes; gives the messages."""
    changes = dict(outcome.changes)
    if outcome.memory is not None:
        changes["memory"] = records.sealed_memory(outcome.memory)
    if outcome.settled:
        records.drop_turns(connection, conversation.id)
    if changes:
        records.change(connection, conversation.id, **changes)
    return [
        records.append(connection, conversation, draft.sender, draft.text, choices=draft.choices, card=draft.card)
        for draft in outcome.drafts
    ]
