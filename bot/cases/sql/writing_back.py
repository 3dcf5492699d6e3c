"""Tasks and notes in the embedded register: writing them into a case once, and reading them there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Table, insert, select
from sqlalchemy.engine import Connection

from bot.cases.sql.tables import case_notes, case_tasks, cases, parties
from bot.errors import NotFoundError
from bot.store.crypto import Vault


@dataclass(frozen=True, kw_only=True)
class Written:
    """A task or a note in a case. ``due`` is a Danish date, None for a note; ``at`` is aware UTC."""

    key: str
    text: str = field(repr=False)
    author: str = field(repr=False)
    at: datetime
    due: date | None = None


def write_task(
    connection: Connection,
    vault: Vault,
    *,
    ref: str,
    cpr: str,
    key: str,
    text: str,
    due: date,
    author: str,
    at: datetime,
) -> None:
    """See `CaseSystem.add_task`. Runs in the caller's transaction (`bot.store.engine.writing`)."""
    case_id = _case_of(connection, vault, ref, cpr)
    if not _has(connection, case_tasks, key):
        sealed = vault.seal_json({"text": text, "author": author})
        connection.execute(insert(case_tasks).values(case_id=case_id, key=key, due=due, sealed=sealed, at=at))


def write_note(
    connection: Connection, vault: Vault, *, ref: str, cpr: str, key: str, text: str, author: str, at: datetime
) -> None:
    """See `CaseSystem.add_note`. Runs in the caller's transaction (`bot.store.engine.writing`)."""
    case_id = _case_of(connection, vault, ref, cpr)
    if not _has(connection, case_notes, key):
        sealed = vault.seal_json({"text": text, "author": author})
        connection.execute(insert(case_notes).values(case_id=case_id, key=key, sealed=sealed, at=at))


def read_tasks(connection: Connection, vault: Vault, ref: str) -> list[Written]:
    """The tasks of a case, the one that is due first standing first."""
    of_case = select(case_tasks).join(cases, cases.c.id == case_tasks.c.case_id).where(cases.c.ref == ref)
    rows = connection.execute(of_case.order_by(case_tasks.c.due, case_tasks.c.id))
    return [Written(key=row.key, at=row.at, due=row.due, **vault.open_json(row.sealed)) for row in rows]


def read_notes(connection: Connection, vault: Vault, ref: str) -> list[Written]:
    """The notes of a case, in the order they were written."""
    of_case = select(case_notes).join(cases, cases.c.id == case_notes.c.case_id).where(cases.c.ref == ref)
    rows = connection.execute(of_case.order_by(case_notes.c.id))
    return [Written(key=row.key, at=row.at, **vault.open_json(row.sealed)) for row in rows]


def _case_of(connection: Connection, vault: Vault, ref: str, cpr: str) -> int:
    # The lock makes two who write under the same key at once come one after the other (PostgreSQL; SQLite's
    # transaction has the write lock already).
    found = connection.execute(
        select(cases.c.id)
        .where(cases.c.ref == ref)
        .where(cases.c.id.in_(select(parties.c.case_id).where(parties.c.person == vault.fingerprint(cpr))))
        .with_for_update()
    ).scalar()
    if found is None:
        raise NotFoundError("a task or a note for a case that the citizen has no part in, or that is not there")
    return int(found)


def _has(connection: Connection, table: Table, key: str) -> bool:
    return connection.execute(select(table.c.id).where(table.c.key == key)).first() is not None
