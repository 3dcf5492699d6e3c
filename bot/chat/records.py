"""The rows of a conversation, as values and back; every method works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from bot.chat.rasa import Choice
from bot.chat.turn import Memory
from bot.store.crypto import Vault
from bot.store.tables import conversations, logins, messages, turns

ERASED = "erased"  # deleted by the citizen; its row is there only because a call was promised


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A conversation without its messages. Times are aware UTC; ``login_id`` is opaque."""

    id: str
    state: str
    expires_at: datetime
    last_seq: int
    seen_seq: int
    staff_seen_seq: int
    failed_logins: int
    troubled: bool
    memory: Memory
    login_id: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of the log. ``sender``: citizen, assistant, staff or system.

    ``name`` is whose words it is, where it is a member of staff. ``chosen``: the citizen pressed a button, so the
    words are not their own. ``corrects``: what they put into a summary by hand, by field. ``answers``: the seq of the
    typed message that this is the assistant's answer to.
    """

    seq: int
    sender: str
    text: str = field(repr=False)
    at: datetime
    choices: tuple[Choice, ...] = field(default=(), repr=False)
    card: Mapping[str, Any] | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)
    chosen: bool = False
    corrects: Mapping[str, str] = field(default_factory=dict, repr=False)
    answers: int | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Something the assistant has yet to answer. ``message`` is what Rasa is asked; ``seq`` the message it answers."""

    id: int
    conversation_id: str
    seq: int
    message: str = field(repr=False)
    opening: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A citizen's message that is kept; ``fresh`` is False when it was kept before."""

    message: Message
    fresh: bool


def utc_now() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(timezone.utc)


class Records:
    """Reads and writes the rows; what a person wrote goes through ``vault``."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._clock = clock

    def locked(self, connection: Connection, conversation_id: str) -> Conversation | None:
        """The conversation, which nobody else changes before this transaction is over."""
        row = connection.execute(_there(conversation_id).with_for_update()).first()
        return None if row is None else self.conversation(row)

    def read(self, connection: Connection, conversation_id: str) -> Conversation | None:
        """The conversation as it is now."""
        row = connection.execute(_there(conversation_id)).first()
        return None if row is None else self.conversation(row)

    def append(
        self,
        connection: Connection,
        conversation: Conversation,
        sender: str,
        text: str,
        *,
        client_id: str | None = None,
        choices: Sequence[Choice] = (),
        card: Mapping[str, Any] | None = None,
        name: str = "",
        chosen: bool = False,
        corrects: Mapping[str, str] | None = None,
        answers: int | None = None,
    ) -> Message:
        """Append a message to a locked conversation; its seq is one more than the last."""
        # The conversation is locked, so nobody else counts at the same time.
        counted = update(conversations).where(conversations.c.id == conversation.id)
        connection.execute(counted.values(last_seq=conversations.c.last_seq + 1))
        seq = connection.execute(
            select(conversations.c.last_seq).where(conversations.c.id == conversation.id)
        ).scalar_one()
        now = self._clock()
        content: dict[str, Any] = {
            "text": text,
            "choices": [[each.title, each.payload] for each in choices],
            "card": card,
        }
        content |= {"name": name} if name else {}
        content |= {"chosen": True} if chosen else {}
        content |= {"corrects": dict(corrects)} if corrects else {}
        content |= {"answers": answers} if answers else {}
        connection.execute(
            insert(messages).values(
                conversation_id=conversation.id,
                seq=seq,
                sender=sender,
                client_id=client_id,
                sealed=self._vault.seal_json(content),
                at=now,
            )
        )
        return Message(
            seq=seq,
            sender=sender,
            text=text,
            at=now,
            choices=tuple(choices),
            card=card,
            name=name,
            chosen=chosen,
            corrects=dict(corrects or {}),
            answers=answers,
        )

    def ask(self, connection: Connection, conversation_id: str, seq: int, ask: str, *, opening: bool = False) -> None:
        """Keep that Rasa is to be asked ``ask``, on behalf of the message ``seq``."""
        connection.execute(
            insert(turns).values(
                conversation_id=conversation_id,
                seq=seq,
                sealed=self._vault.seal_json({"message": ask, "opening": opening}),
                created_at=self._clock(),
            )
        )

    def said(self, connection: Connection, conversation_id: str, *, after: datetime | None = None) -> list[Message]:
        """Every message of a conversation in order, or those after a time."""
        query = select(messages).where(messages.c.conversation_id == conversation_id).order_by(messages.c.seq)
        if after is not None:
            query = query.where(messages.c.at > after)
        return [self.message(row) for row in connection.execute(query)]

    def known(self, connection: Connection, conversation_id: str, client_id: str) -> Message | None:
        """The message that is kept under this id of the client's, if one is."""
        query = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.client_id == client_id)
        row = connection.execute(query).first()
        return None if row is None else self.message(row)

    def sealed_memory(self, memory: Memory) -> bytes:
        """A memory as it lies in the database."""
        return self._vault.seal_json(memory.to_json())

    @staticmethod
    def drop_turns(connection: Connection, conversation_id: str) -> None:
        """What waits for the assistant gets no answer from it: somebody else answers."""
        connection.execute(delete(turns).where(turns.c.conversation_id == conversation_id))

    @staticmethod
    def close_turn(connection: Connection, turn: Turn) -> bool:
        """End a turn; False when it was ended before."""
        return bool(connection.execute(delete(turns).where(turns.c.id == turn.id)).rowcount)

    @staticmethod
    def change(connection: Connection, conversation_id: str, **values: Any) -> None:
        """Set columns of a conversation."""
        connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(**values))

    def login_now(self, connection: Connection, conversation_id: str) -> str | None:
        """The id of the login a conversation has now, whether it has heard of it or not."""
        query = select(logins.c.id).where(
            logins.c.conversation_id == conversation_id,
            logins.c.ended_at.is_(None),
            logins.c.expires_at > self._clock(),
        )
        row = connection.execute(query).first()
        return None if row is None else str(row.id)

    def logins_over(self, connection: Connection) -> list[tuple[str, str]]:
        """Conversations that think of a login that is over by now, and that login's id."""
        query = (
            select(conversations.c.id, logins.c.id)
            .join(logins, logins.c.id == conversations.c.login_id)
            .where((logins.c.expires_at <= self._clock()) | logins.c.ended_at.is_not(None))
        )
        return [(row[0], row[1]) for row in connection.execute(query)]

    def logins_untold(self, connection: Connection, *, made_before: datetime) -> list[tuple[str, str]]:
        """Conversations that know nothing of the login they have, made before this time, and that login's id."""
        query = (
            select(conversations.c.id, logins.c.id)
            .join(logins, logins.c.conversation_id == conversations.c.id)
            .where(logins.c.ended_at.is_(None), logins.c.expires_at > self._clock(), logins.c.created_at <= made_before)
            .where(conversations.c.login_id.is_(None) | (conversations.c.login_id != logins.c.id))
        )
        return [(row[0], row[1]) for row in connection.execute(query)]

    def conversation(self, row: Any) -> Conversation:
        """A row of `conversations` as a value."""
        return Conversation(
            id=row.id,
            state=row.state,
            expires_at=row.expires_at,
            last_seq=row.last_seq,
            seen_seq=row.seen_seq,
            staff_seen_seq=row.staff_seen_seq,
            failed_logins=row.failed_logins,
            troubled=row.troubled,
            memory=Memory.from_json(self._vault.open_json(row.memory)) if row.memory else Memory(),
            login_id=row.login_id,
        )

    def message(self, row: Any) -> Message:
        """A row of `messages` as a value."""
        content = self._vault.open_json(row.sealed)
        return Message(
            seq=row.seq,
            sender=row.sender,
            text=content["text"],
            at=row.at,
            choices=tuple(Choice(title=title, payload=asked) for title, asked in content["choices"]),
            card=content["card"],
            name=content.get("name", ""),
            chosen=content.get("chosen", False),
            corrects=content.get("corrects", {}),
            answers=content.get("answers"),
        )


def _there(conversation_id: str) -> Select:
    """The row of a conversation that the citizen has not deleted."""
    return select(conversations).where(conversations.c.id == conversation_id, conversations.c.state != ERASED)
