"""The tables of the audit trail: its lines, each tied to the one before it, and where the newest one is."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from bot.store.tables import UtcDateTime, metadata

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3, without a gap
    Column("at", UtcDateTime, nullable=False),
    Column("actor_kind", String(10), nullable=False),  # bot.audit.trail.ActorKind
    Column("actor", String(64), nullable=False),  # a login's or a member of staff's id, or a worker's name
    Column("subject", String(64), nullable=True),  # fingerprint of the CPR number
    Column("doing", String(20), nullable=False),  # bot.audit.trail.Doing
    Column("why", String(80), nullable=False),
    Column("place", String(64), nullable=True),  # a conversation's id or a handoff's number
    Column("outcome", String(20), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # JSON: the actor's name, systems, case numbers
    Column("mac", String(64), nullable=False),  # over all of the above and the mac of the line before
    Index("ix_audit_trail_at", "at"),
    Index("ix_audit_trail_subject", "subject", "id"),
    Index("ix_audit_trail_actor", "actor_kind", "actor", "id"),
    Index("ix_audit_trail_doing", "doing", "id"),
)

# One row: whoever adds a line holds it meanwhile, so that there is one newest line at any time.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("n", Integer, nullable=False),  # how many lines there are
    Column("mac", String(64), nullable=False),  # of the newest; empty before the first
)
