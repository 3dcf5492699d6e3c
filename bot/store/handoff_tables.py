"""The tables of the contact centre: handoffs, what happened to them, what goes back into the case, and the survey.

As in `bot.store.tables`: what a person wrote or is called lies only in columns named ``sealed``.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from bot.store.tables import UtcDateTime, metadata

# A conversation has one handoff at most that is not over; so whoever asks twice stands in the queue once.
_ONGOING = text("status IN ('offered', 'waiting', 'claimed')")

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),  # the message that offered it or told of it
    Column("status", String(10), nullable=False),  # bot.handoff.model.Status
    Column("way", String(10), nullable=False),  # bot.handoff.model.Way: chat, call or meeting
    Column("rule", String(20), nullable=False),  # bot.handoff.rules.Trigger
    Column("priority", Integer, nullable=False),  # 0 is before everything else
    Column("department", String(40), nullable=False),
    Column("kle", String(8), nullable=True),
    Column("person", String(64), nullable=True),  # fingerprint of the CPR number, where somebody was logged in
    Column("sealed", LargeBinary, nullable=False),  # summary, phone, reason; closing note
    Column("created_at", UtcDateTime, nullable=False),
    Column("send_at", UtcDateTime, nullable=True),  # when an offer goes to the queue by itself
    Column("sent_at", UtcDateTime, nullable=True),
    Column("due_at", UtcDateTime, nullable=True),  # what was promised
    Column("alerted_at", UtcDateTime, nullable=True),
    Column("claimed_at", UtcDateTime, nullable=True),  # the first time
    Column("staff_id", String(64), nullable=True),  # who has it now
    Column("closed_at", UtcDateTime, nullable=True),
    Column("outcome", String(20), nullable=True),  # bot.handoff.model.Outcome
    Column("version", Integer, nullable=False, default=1),
    Index(
        "uq_handoffs_ongoing",
        "conversation_id",
        unique=True,
        sqlite_where=_ONGOING,
        postgresql_where=_ONGOING,
    ),
    Index("ix_handoffs_queue", "status", "priority", "sent_at", "id"),
    Index("ix_handoffs_staff_id", "staff_id", "status"),
    Index("ix_handoffs_conversation_id", "conversation_id"),
    Index("ix_handoffs_person", "person"),
    sqlite_autoincrement=True,
)

# What happened to a handoff, in order; notes of the staff's own are here as well.
handoff_events = Table(
    "handoff_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handoff_id", Integer, ForeignKey("handoffs.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(20), nullable=False),  # bot.handoff.model.EventKind
    Column("staff_id", String(64), nullable=True),
    Column("sealed", LargeBinary, nullable=True),  # reason, note
    Column("at", UtcDateTime, nullable=False),
    Index("ix_handoff_events_handoff_id", "handoff_id", "id"),
    sqlite_autoincrement=True,
)

# The words by which an old handoff is found again: keyed fingerprints, so that the index tells nobody anything.
handoff_terms = Table(
    "handoff_terms",
    metadata,
    Column("handoff_id", Integer, ForeignKey("handoffs.id", ondelete="CASCADE"), primary_key=True),
    Column("term", String(64), primary_key=True),
    Index("ix_handoff_terms_term", "term", "handoff_id"),
)

# What is to be written into the case system; a row is made with what it is about, and stays until it is written.
filings = Table(
    "filings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handoff_id", Integer, ForeignKey("handoffs.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(10), nullable=False),  # task, note
    Column("key", String(36), nullable=False, unique=True),  # the case system knows by it what it has already
    Column("status", String(10), nullable=False),  # draft, pending, filed, refused, dropped
    Column("sealed", LargeBinary, nullable=False),  # case ref and number, text, deadline
    Column("staff_id", String(64), nullable=True),  # who signed
    Column("created_at", UtcDateTime, nullable=False),
    Column("signed_at", UtcDateTime, nullable=True),
    Column("next_try_at", UtcDateTime, nullable=True),
    Column("tries", Integer, nullable=False, default=0),
    Column("filed_at", UtcDateTime, nullable=True),
    Column("version", Integer, nullable=False, default=1),
    Index("ix_filings_status", "status", "next_try_at"),
    Index("ix_filings_handoff_id", "handoff_id"),
    sqlite_autoincrement=True,
)

surveys = Table(
    "surveys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handoff_id", Integer, ForeignKey("handoffs.id", ondelete="CASCADE"), nullable=False),
    Column("heard", Integer, nullable=True),  # 1 (not at all) to 5 (very much); None: not answered
    Column("neutral", Integer, nullable=True),
    Column("trust", Integer, nullable=True),
    Column("respect", Integer, nullable=True),
    Column("sealed", LargeBinary, nullable=True),  # comment
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("handoff_id"),
)
