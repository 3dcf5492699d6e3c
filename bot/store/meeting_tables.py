"""The tables of meetings and of what is sent about them.

As in `bot.store.tables`: what a person wrote or is called lies only in columns named ``sealed``.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from bot.store.tables import UtcDateTime, metadata

# No two rows of one calendar that hold or book it overlap: on PostgreSQL an exclusion constraint over
# (calendar, tstzrange(starts_at, ends_at)) says so (migration 0002), on SQLite whoever writes looks first,
# inside the transaction that has the write lock.
meetings = Table(
    "meetings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", String(64), nullable=False, unique=True),  # of the invitation, the same for ever (RFC 5545, 3.8.4.7)
    Column("conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("handoff_id", Integer, ForeignKey("handoffs.id", ondelete="SET NULL"), nullable=True),
    Column("person", String(64), nullable=True),  # fingerprint of the CPR number, where somebody was logged in
    Column("calendar", String(40), nullable=False),  # key of a calendar in kommune.yml
    Column("department", String(40), nullable=False),
    Column("form", String(12), nullable=False),  # fremmoede, telefon, video
    Column("status", String(10), nullable=False),  # held, booked, cancelled, expired
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("held_until", UtcDateTime, nullable=True),
    Column("sequence", Integer, nullable=False, default=0),  # RFC 5545, 3.8.7.4
    Column(
        "sealed", LargeBinary, nullable=False
    ),  # name, mail, phone, opt-ins, agenda, documents, companion, interpreter
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Index("ix_meetings_calendar", "calendar", "starts_at"),
    Index("ix_meetings_conversation_id", "conversation_id"),
    Index("ix_meetings_person", "person"),
    sqlite_autoincrement=True,
)

# Mail and text messages to be sent: kept in the transaction of what they tell of, sent later, tried again.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),  # what it tells of: the same thing is told once
    Column("meeting_id", Integer, ForeignKey("meetings.id", ondelete="CASCADE"), nullable=True),
    Column("channel", String(5), nullable=False),  # mail, sms
    Column("status", String(10), nullable=False),  # waiting, sending, sent, cancelled, given_up
    Column("sealed", LargeBinary, nullable=False),  # to, subject, text, invitation
    Column("due_at", UtcDateTime, nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("taken_until", UtcDateTime, nullable=True),  # somebody is sending it now
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime, nullable=True),
    Index("ix_outbox_status", "status", "next_try_at"),
    Index("ix_outbox_meeting_id", "meeting_id"),
    sqlite_autoincrement=True,
)
