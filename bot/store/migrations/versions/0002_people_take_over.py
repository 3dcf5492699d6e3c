"""people take over: staff, handoffs, meetings, what is sent, and what goes back into the case."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ONGOING = sa.text("status IN ('offered', 'waiting', 'claimed')")


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _sealed(*, nullable: bool = False) -> sa.Column:
    return sa.Column("sealed", sa.LargeBinary(), nullable=nullable)


def _of(table: str, column: str, other: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=f"fk_{table}_{column}", ondelete=ondelete)


def upgrade() -> None:
    for name in ("staff_seen_seq", "failed_logins"):
        op.add_column("conversations", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    _staff()
    _handoffs()
    # A call that was promised is a handoff like any other, and is waited for like any other.
    op.execute(
        "INSERT INTO handoffs (conversation_id, seq, status, way, rule, priority, department, sealed, created_at,"
        " sent_at, version)"
        " SELECT conversation_id, seq, 'waiting', 'call', 'bedt_om', 2, '', sealed, created_at, created_at, 1"
        " FROM callbacks WHERE done_at IS NULL AND id IN"
        " (SELECT MAX(id) FROM callbacks WHERE done_at IS NULL GROUP BY conversation_id)"
    )
    op.drop_table("callbacks")
    _back_into_the_case()
    _meetings()


def _staff() -> None:
    op.create_table(
        "staff",
        _text("id", 64),
        _sealed(),
        _text("roles", 200),
        _time("available_until", nullable=True),
        _time("last_login_at"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
    )
    op.create_table(
        "staff_sessions",
        _text("secret_hash", 64),
        _text("staff_id", 64),
        _text("csrf_hash", 64),
        _sealed(),
        _time("created_at"),
        _time("used_at"),
        _time("expires_at"),
        _of("staff_sessions", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_staff_sessions"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_table(
        "staff_attempts",
        _number("id"),
        _text("state_hash", 64),
        _text("browser_hash", 64),
        _sealed(),
        _time("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_attempts"),
        sa.UniqueConstraint("state_hash", name="uq_staff_attempts_state_hash"),
    )
    op.create_index("ix_staff_attempts_expires_at", "staff_attempts", ["expires_at"])


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        _number("id"),
        _text("conversation_id", 36),
        _number("seq"),
        _text("status", 10),
        _text("way", 10),
        _text("rule", 20),
        _number("priority"),
        _text("department", 40),
        _text("kle", 8, nullable=True),
        _text("person", 64, nullable=True),
        _sealed(),
        _time("created_at"),
        _time("send_at", nullable=True),
        _time("sent_at", nullable=True),
        _time("due_at", nullable=True),
        _time("alerted_at", nullable=True),
        _time("claimed_at", nullable=True),
        _text("staff_id", 64, nullable=True),
        _time("closed_at", nullable=True),
        _text("outcome", 20, nullable=True),
        _number("version"),
        _of("handoffs", "conversation_id", "conversations.id"),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_handoffs_ongoing",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=_ONGOING,
        postgresql_where=_ONGOING,
    )
    op.create_index("ix_handoffs_queue", "handoffs", ["status", "priority", "sent_at", "id"])
    op.create_index("ix_handoffs_staff_id", "handoffs", ["staff_id", "status"])
    op.create_index("ix_handoffs_conversation_id", "handoffs", ["conversation_id"])
    op.create_index("ix_handoffs_person", "handoffs", ["person"])
    op.create_table(
        "handoff_events",
        _number("id"),
        _number("handoff_id"),
        _text("kind", 20),
        _text("staff_id", 64, nullable=True),
        _sealed(nullable=True),
        _time("at"),
        _of("handoff_events", "handoff_id", "handoffs.id"),
        sa.PrimaryKeyConstraint("id", name="pk_handoff_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handoff_events_handoff_id", "handoff_events", ["handoff_id", "id"])
    op.create_table(
        "handoff_terms",
        _number("handoff_id"),
        _text("term", 64),
        _of("handoff_terms", "handoff_id", "handoffs.id"),
        sa.PrimaryKeyConstraint("handoff_id", "term", name="pk_handoff_terms"),
    )
    op.create_index("ix_handoff_terms_term", "handoff_terms", ["term", "handoff_id"])


def _back_into_the_case() -> None:
    op.create_table(
        "filings",
        _number("id"),
        _number("handoff_id"),
        _text("kind", 10),
        _text("key", 36),
        _text("status", 10),
        _sealed(),
        _text("staff_id", 64, nullable=True),
        _time("created_at"),
        _time("signed_at", nullable=True),
        _time("next_try_at", nullable=True),
        _number("tries"),
        _time("filed_at", nullable=True),
        _number("version"),
        _of("filings", "handoff_id", "handoffs.id"),
        sa.PrimaryKeyConstraint("id", name="pk_filings"),
        sa.UniqueConstraint("key", name="uq_filings_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_filings_status", "filings", ["status", "next_try_at"])
    op.create_index("ix_filings_handoff_id", "filings", ["handoff_id"])
    op.create_table(
        "surveys",
        _number("id"),
        _number("handoff_id"),
        _number("heard", nullable=True),
        _number("neutral", nullable=True),
        _number("trust", nullable=True),
        _number("respect", nullable=True),
        _sealed(nullable=True),
        _time("at"),
        _of("surveys", "handoff_id", "handoffs.id"),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.UniqueConstraint("handoff_id", name="uq_surveys_handoff_id"),
    )


def _meetings() -> None:
    op.create_table(
        "meetings",
        _number("id"),
        _text("uid", 64),
        _text("conversation_id", 36),
        _number("handoff_id", nullable=True),
        _text("person", 64, nullable=True),
        _text("calendar", 40),
        _text("department", 40),
        _text("form", 12),
        _text("status", 10),
        _time("starts_at"),
        _time("ends_at"),
        _time("held_until", nullable=True),
        _number("sequence"),
        _sealed(),
        _time("created_at"),
        _time("changed_at"),
        _number("version"),
        _of("meetings", "conversation_id", "conversations.id"),
        _of("meetings", "handoff_id", "handoffs.id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
        sa.UniqueConstraint("uid", name="uq_meetings_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meetings_calendar", "meetings", ["calendar", "starts_at"])
    op.create_index("ix_meetings_conversation_id", "meetings", ["conversation_id"])
    op.create_index("ix_meetings_person", "meetings", ["person"])
    if op.get_bind().dialect.name == "postgresql":
        # btree_gist lets an exclusion constraint compare text; its owner may add it (trusted since PostgreSQL 13).
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(
            "ALTER TABLE meetings ADD CONSTRAINT ex_meetings_no_double_booking EXCLUDE USING gist"
            " (calendar WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (status IN ('held', 'booked'))"
        )
    op.create_table(
        "outbox",
        _number("id"),
        _text("key", 80),
        _number("meeting_id", nullable=True),
        _text("channel", 5),
        _text("status", 10),
        _sealed(),
        _time("due_at"),
        _time("next_try_at"),
        _number("tries"),
        _time("taken_until", nullable=True),
        _time("created_at"),
        _time("done_at", nullable=True),
        _of("outbox", "meeting_id", "meetings.id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_status", "outbox", ["status", "next_try_at"])
    op.create_index("ix_outbox_meeting_id", "outbox", ["meeting_id"])


def downgrade() -> None:
    raise NotImplementedError("a database that people have worked in is not taken back by throwing their work away")
