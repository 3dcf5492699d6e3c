"""The tables of those who train the assistant: what it made of each message, the inbox, edits, trainings, versions.

As in `bot.store.tables`: what a person wrote, and how a change to an example reads, lies only in ``sealed`` columns.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from bot.store.tables import UtcDateTime, metadata

_ONGOING = text("status IN ('queued', 'running')")

# What was alike enough to be one row of the inbox, and what became of it.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("likeness", String(64), nullable=False, unique=True),  # keyed fingerprint of what alike messages share
    Column("status", String(10), nullable=False),  # waiting, used, dropped
    Column("reasons", String(80), nullable=False),  # bot.training.grouping.Reason, separated by commas
    Column("n", Integer, nullable=False),  # how many messages
    Column("guess", String(80), nullable=True),  # the intent that was likeliest
    Column("confidence", Float, nullable=True),
    Column("second", String(80), nullable=True),
    Column("sealed", LargeBinary, nullable=False),  # one of the messages, masked
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("staff_id", String(64), nullable=True),  # who used it or threw it away
    Column("done_at", UtcDateTime, nullable=True),
    Column("intent", String(80), nullable=True),  # where it was put
    Column("version", Integer, nullable=False, default=1),
    Index("ix_inbox_status", "status", "last_at", "id"),
    sqlite_autoincrement=True,
)

# The words by which a row of the inbox is found, as keyed fingerprints.
inbox_terms = Table(
    "inbox_terms",
    metadata,
    Column("inbox_id", Integer, ForeignKey("inbox.id", ondelete="CASCADE"), primary_key=True),
    Column("term", String(64), primary_key=True),
    Index("ix_inbox_terms_term", "term", "inbox_id"),
)

# What the assistant made of a message that a citizen wrote; one row at most for each message.
understood = Table(
    "understood",
    metadata,
    Column("conversation_id", String(36), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("outcome", String(10), nullable=False),  # answered, asked, fallback, danger
    Column("intent", String(80), nullable=True),  # the likeliest besides nlu_fallback
    Column("confidence", Float, nullable=True),
    Column("second", String(80), nullable=True),
    Column("handoff", String(20), nullable=True),  # the trigger of the handoff that the answer offered or made
    Column("marked", String(10), nullable=True),  # by whom it was called wrong: citizen, staff
    Column("at", UtcDateTime, nullable=False),
    Column("inbox_id", Integer, ForeignKey("inbox.id", ondelete="SET NULL"), nullable=True),
    ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"], ondelete="CASCADE"),
    Index("ix_understood_at", "at"),
    Index("ix_understood_inbox_id", "inbox_id"),
    Index("ix_understood_outcome", "outcome", "intent", "marked", "at"),  # counted without a look at the rows
)

# Every change that was made at /training, the newest last.
training_edits = Table(
    "training_edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", String(64), nullable=False),
    Column("kind", String(20), nullable=False),  # bot.training.edits.Kind
    Column("subject", String(120), nullable=False),  # the intent or the response
    Column("sealed", LargeBinary, nullable=False),  # each file's lines before and after, and what was said of it
    Column("undoes", Integer, ForeignKey("training_edits.id", ondelete="SET NULL"), nullable=True),
    Index("ix_training_edits_subject", "subject", "id"),
    sqlite_autoincrement=True,
)

# Whom an edit concerns besides its subject: an example that is moved is in the history of both intents.
training_subjects = Table(
    "training_subjects",
    metadata,
    Column("subject", String(120), primary_key=True),
    Column("edit_id", Integer, ForeignKey("training_edits.id", ondelete="CASCADE"), primary_key=True),
)

model_versions = Table(
    "model_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", String(200), nullable=False),  # below the folder of models
    Column("sha256", String(64), nullable=False),
    Column("data_file", String(200), nullable=False),  # config.yml, domain.yml and data as it was trained of them
    Column("made_at", UtcDateTime, nullable=False),
    Column("staff_id", String(64), nullable=True),  # None: made by the command line
    Column("sealed", LargeBinary, nullable=False),  # why
    Column("examples", Integer, nullable=False),
    Column("intents", Integer, nullable=False),
    Column("figures", Text, nullable=False),  # JSON: bot.training.measured
    sqlite_autoincrement=True,
)

# One training at a time, whoever asks for it where.
trainings = Table(
    "trainings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("status", String(10), nullable=False),  # queued, running, done, failed, cancelled
    Column("staff_id", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # why
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime, nullable=True),
    Column("alive_at", UtcDateTime, nullable=True),  # the process says so every few seconds
    Column("ended_at", UtcDateTime, nullable=True),
    Column("step", Integer, nullable=False, default=0),
    Column("steps", Integer, nullable=False, default=0),
    Column("doing", String(200), nullable=False, default=""),  # in Danish
    Column("cancelled", Boolean, nullable=False, default=False),  # somebody asked for it to stop
    Column("problem", Text, nullable=True),  # in Danish
    Column("version_id", Integer, ForeignKey("model_versions.id", ondelete="SET NULL"), nullable=True),
    # The version whose data it is done with, also when that is gone by now; None: with the data as they stand.
    Column("data_of", Integer, nullable=True),
    Column("data_at", UtcDateTime, nullable=True),  # when those were read, as far as it is known
    Column("one", Integer, nullable=False, default=1),  # always 1: so only one can be ongoing
    Index("uq_trainings_ongoing", "one", unique=True, sqlite_where=_ONGOING, postgresql_where=_ONGOING),
    sqlite_autoincrement=True,
)

# A version beside the one that ran when it was made.
comparisons = Table(
    "comparisons",
    metadata,
    Column("version_id", Integer, ForeignKey("model_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("with_id", Integer, ForeignKey("model_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # JSON; citizens' messages are among it
)

# Which version was put live when; the newest row is the one that runs.
activations = Table(
    "activations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", Integer, ForeignKey("model_versions.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", String(64), nullable=True),
    Column("sealed", LargeBinary, nullable=False),  # why, and why the gate was passed over
    sqlite_autoincrement=True,
)
