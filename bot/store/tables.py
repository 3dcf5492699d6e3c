"""web's own tables: conversations, their messages and open turns, and logins.

What a person wrote or is called lies only in columns named ``sealed``, encrypted by the `Vault`;
secrets that open something lie only as SHA-256.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite forgets time zones, so they are put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To the database: UTC. A time without a time zone is an error of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone was to be stored")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),  # public
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("state", String(10), nullable=False, default="bot"),  # bot, queued, human, closed, erased
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("seen_seq", Integer, nullable=False, default=0),
    Column("staff_seen_seq", Integer, nullable=False, default=0),  # a person at the desk has read so far
    Column("failed_logins", Integer, nullable=False, default=0),  # in a row
    Column("troubled", Boolean, nullable=False, default=False),  # the citizen was told that answers are late
    Column("memory", LargeBinary, nullable=True),  # sealed JSON, see bot.chat.turn.Memory
    Column("login_id", String(64), nullable=True),
)

_CITIZENS = text("sender = 'citizen'")

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sender", String(10), nullable=False),  # citizen, assistant, staff, system
    Column("client_id", String(64), nullable=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("conversation_id", "client_id"),
    # When the citizen first and last wrote, without a look at what was said.
    Index("ix_messages_citizen", "conversation_id", "seq", "at", sqlite_where=_CITIZENS, postgresql_where=_CITIZENS),
)

# What the assistant has yet to answer, in order of id. A row goes in the transaction that keeps the answer,
# so each has exactly one answer whatever dies when. What the citizen never wrote (the greeting that opens,
# a question asked again after login) is here and not among the messages.
turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),  # the message that asks; 0 for the opening
    Column("sealed", LargeBinary, nullable=False),  # what Rasa is asked
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_turns_conversation_id", "conversation_id", "id"),
    sqlite_autoincrement=True,  # an id is never used twice: an answer may come for a turn that was erased
)

# One row is one attempt to log in; `secret_hash` is of the one secret that takes it a step further:
# ticket (started) -> state (sent to the provider) -> code (back again) -> done.
login_attempts = Table(
    "login_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("step", String(10), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("browser_hash", String(64), nullable=True),
    Column("sealed", LargeBinary, nullable=False),  # nonce, code verifier, return address
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_login_attempts_expires_at", "expires_at"),
)

logins = Table(
    "logins",
    metadata,
    Column("id", String(64), primary_key=True),  # opaque; all that Rasa ever sees
    Column("conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("person", String(64), nullable=False, index=True),  # fingerprint of the CPR number
    Column("level", String(200), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # CPR number, name, id token for logout
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
)
