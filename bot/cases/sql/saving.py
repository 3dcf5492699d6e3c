"""Keeping cases in the embedded register."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.cases.record import CaseRecord
from bot.cases.sql.sealed import pack
from bot.cases.sql.tables import cases, parties
from bot.store.crypto import Vault


@dataclass(frozen=True, kw_only=True)
class Saved:
    """How many cases were new, and how many were there already and are now as given."""

    new: int
    updated: int


def lock(connection: Connection) -> None:
    """Let no other writer in until the transaction ends; readers go on. SQLite's transaction has done so already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE cases IN SHARE ROW EXCLUSIVE MODE")


def count(connection: Connection) -> int:
    """How many cases the register holds."""
    return int(connection.execute(select(func.count()).select_from(cases)).scalar_one())


def save(connection: Connection, vault: Vault, records: Iterable[CaseRecord]) -> Saved:
    """Keep ``records``, each as it is given; a known case number is replaced and keeps its ``ref``.

    Runs in the caller's transaction (`bot.store.engine.writing`).
    """
    lock(connection)
    known: dict[str, int] = {row.number: row.id for row in connection.execute(select(cases.c.number, cases.c.id))}
    new = updated = 0
    for record in records:
        values = {
            "number": record.number,
            "kle": record.kle,
            "state": record.state.value,
            "sensitivity": record.sensitivity.value,
            "department": record.department,
            "opened": record.opened,
            "changed": record.changed,
            "expected": record.expected,
            "decided": record.decided,
            "title_secret": record.title_secret,
            "sealed": vault.seal_json(pack(record)),
        }
        case_id = known.get(record.number)
        if case_id is None:
            ref = secrets.token_hex(8)
            case_id = int(connection.execute(insert(cases).values(ref=ref, **values)).inserted_primary_key[0])
            known[record.number] = case_id
            new += 1
        else:
            connection.execute(update(cases).where(cases.c.id == case_id).values(**values))
            connection.execute(delete(parties).where(parties.c.case_id == case_id))
            updated += 1
        connection.execute(
            insert(parties),
            [
                {
                    "case_id": case_id,
                    "person": vault.fingerprint(party.cpr),
                    "position": position,
                    "role": party.role.value,
                    "sealed": vault.seal(party.name),
                }
                for position, party in enumerate(record.parties)
            ],
        )
    return Saved(new=new, updated=updated)
