"""The case register's tables; its database is its own, apart from web's.

What a person is called and what is told of the case lies only in columns named ``sealed``,
encrypted by the `Vault`. CPR numbers are not kept at all: a person is found by a keyed fingerprint.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, LargeBinary, MetaData, String, Table

from bot.store.tables import UtcDateTime

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# A version table of its own, so that the register may share a database with something else.
VERSION_TABLE = "cases_revision"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(32), nullable=False, unique=True),  # opaque; stays the same when a case is imported again
    Column("number", String(24), nullable=False, unique=True),
    Column("kle", String(8), nullable=False),
    Column("state", String(20), nullable=False),  # bot.cases.case.State
    Column("sensitivity", String(20), nullable=False),  # bot.cases.case.Sensitivity
    Column("department", String(40), nullable=False),
    Column("opened", Date, nullable=False),
    Column("changed", Date, nullable=False),
    Column("expected", Date, nullable=True),
    Column("decided", Date, nullable=True),
    Column("title_secret", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # title, status text, caseworker, events, todos
)

parties = Table(
    "parties",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("person", String(64), primary_key=True, index=True),  # fingerprint of the CPR number
    Column("position", Integer, nullable=False),  # the order they were registered in
    Column("role", String(20), nullable=False),  # bot.cases.case.Role
    Column("sealed", LargeBinary, nullable=False),  # the name
)

# What we wrote into a case. `key` is the writer's own: the same thing is written once, however often it is tried.
case_tasks = Table(
    "case_tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", String(36), nullable=False, unique=True),
    Column("due", Date, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # text, author
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

case_notes = Table(
    "case_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", String(36), nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),  # text, author
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)
