"""people train it: what was made of each message, the inbox, edits, trainings, versions and what ran when."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ONGOING = sa.text("status IN ('queued', 'running')")
_CITIZENS = sa.text("sender = 'citizen'")


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _share(name: str) -> sa.Column:
    return sa.Column(name, sa.Float(), nullable=True)


def _sealed() -> sa.Column:
    return sa.Column("sealed", sa.LargeBinary(), nullable=False)


def _of(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=f"fk_{table}_{column}", ondelete=ondelete)


def upgrade() -> None:
    _messages()
    _edits()
    _versions()


def _messages() -> None:
    op.create_table(
        "inbox",
        _number("id"),
        _text("likeness", 64),
        _text("status", 10),
        _text("reasons", 80),
        _number("n"),
        _text("guess", 80, nullable=True),
        _share("confidence"),
        _text("second", 80, nullable=True),
        _sealed(),
        _time("first_at"),
        _time("last_at"),
        _text("staff_id", 64, nullable=True),
        _time("done_at", nullable=True),
        _text("intent", 80, nullable=True),
        _number("version"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("likeness", name="uq_inbox_likeness"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_status", "inbox", ["status", "last_at", "id"])
    op.create_table(
        "inbox_terms",
        _number("inbox_id"),
        _text("term", 64),
        _of("inbox_terms", "inbox_id", "inbox.id", "CASCADE"),
        sa.PrimaryKeyConstraint("inbox_id", "term", name="pk_inbox_terms"),
    )
    op.create_index("ix_inbox_terms_term", "inbox_terms", ["term", "inbox_id"])
    op.create_table(
        "understood",
        _text("conversation_id", 36),
        _number("seq"),
        _text("outcome", 10),
        _text("intent", 80, nullable=True),
        _share("confidence"),
        _text("second", 80, nullable=True),
        _text("handoff", 20, nullable=True),
        _text("marked", 10, nullable=True),
        _time("at"),
        _number("inbox_id", nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            name="fk_understood_conversation_id_seq",
            ondelete="CASCADE",
        ),
        _of("understood", "inbox_id", "inbox.id", "SET NULL"),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name="pk_understood"),
    )
    op.create_index("ix_understood_at", "understood", ["at"])
    op.create_index("ix_understood_inbox_id", "understood", ["inbox_id"])
    op.create_index("ix_understood_outcome", "understood", ["outcome", "intent", "marked", "at"])
    op.create_index(
        "ix_messages_citizen",
        "messages",
        ["conversation_id", "seq", "at"],
        sqlite_where=_CITIZENS,
        postgresql_where=_CITIZENS,
    )


def _edits() -> None:
    op.create_table(
        "training_edits",
        _number("id"),
        _time("at"),
        _text("staff_id", 64),
        _text("kind", 20),
        _text("subject", 120),
        _sealed(),
        _number("undoes", nullable=True),
        _of("training_edits", "undoes", "training_edits.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_training_edits"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_training_edits_subject", "training_edits", ["subject", "id"])
    op.create_table(
        "training_subjects",
        _text("subject", 120),
        _number("edit_id"),
        _of("training_subjects", "edit_id", "training_edits.id", "CASCADE"),
        sa.PrimaryKeyConstraint("subject", "edit_id", name="pk_training_subjects"),
    )


def _versions() -> None:
    op.create_table(
        "model_versions",
        _number("id"),
        _text("file", 200),
        _text("sha256", 64),
        _text("data_file", 200),
        _time("made_at"),
        _text("staff_id", 64, nullable=True),
        _sealed(),
        _number("examples"),
        _number("intents"),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_versions"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trainings",
        _number("id"),
        _text("status", 10),
        _text("staff_id", 64),
        _sealed(),
        _time("created_at"),
        _time("started_at", nullable=True),
        _time("alive_at", nullable=True),
        _time("ended_at", nullable=True),
        _number("step"),
        _number("steps"),
        _text("doing", 200),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        _number("version_id", nullable=True),
        _number("data_of", nullable=True),
        _time("data_at", nullable=True),
        _number("one"),
        _of("trainings", "version_id", "model_versions.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_trainings"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_trainings_ongoing",
        "trainings",
        ["one"],
        unique=True,
        sqlite_where=_ONGOING,
        postgresql_where=_ONGOING,
    )
    op.create_table(
        "comparisons",
        _number("version_id"),
        _number("with_id"),
        _time("made_at"),
        _sealed(),
        _of("comparisons", "version_id", "model_versions.id", "CASCADE"),
        _of("comparisons", "with_id", "model_versions.id", "CASCADE"),
        sa.PrimaryKeyConstraint("version_id", "with_id", name="pk_comparisons"),
    )
    op.create_table(
        "activations",
        _number("id"),
        _number("version_id"),
        _time("at"),
        _text("staff_id", 64, nullable=True),
        _sealed(),
        _of("activations", "version_id", "model_versions.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_activations"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    raise NotImplementedError("a database that people have worked in is not taken back by throwing their work away")
