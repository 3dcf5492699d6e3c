"""The rows of what goes back into the case, as values and back; every method works in the caller's transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.cases.case import Case
from bot.desk.refusals import WrongMoment
from bot.errors import NotFoundError
from bot.handoff.filing.model import Errand, Filing, FilingChanged, FilingKind, FilingStatus
from bot.store.crypto import Vault
from bot.store.handoff_tables import filings

_ASSISTANT = "Chatassistenten"

Told = dict[str, Any]
"""What is sealed: text, due, number, author; and until it is written ref, cpr and trouble."""


class FilingRows:
    """The table `filings`, with what is sealed in it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def add(
        self,
        connection: Connection,
        handoff_id: int,
        kind: FilingKind,
        key: str,
        *,
        text: str,
        due: date | None,
        case: Case | None,
        cpr: str | None,
        now: datetime,
        pending: bool = False,
    ) -> None:
        """A new row; a ``key`` that is there already changes nothing, and two who add it at once add one."""
        told: Told = {
            "text": text,
            "due": None if due is None else due.isoformat(),
            "author": _ASSISTANT,
            "trouble": "",
            "number": case.number if case and cpr else None,
            "ref": case.ref if case and cpr else None,
            "cpr": cpr if case else None,
        }
        insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(filings)
        connection.execute(
            insert.values(
                handoff_id=handoff_id,
                kind=kind.value,
                key=key,
                status=(FilingStatus.PENDING if pending else FilingStatus.DRAFT).value,
                sealed=self._vault.seal_json(told),
                created_at=now,
                signed_at=now if pending else None,
                next_try_at=now if pending else None,
                tries=0,
                version=1,
            ).on_conflict_do_nothing(index_elements=["key"])
        )

    def find(self, connection: Connection, condition: object) -> tuple[Filing, ...]:
        """Those that ``condition`` holds for, in the order they were made."""
        rows = connection.execute(select(filings).where(condition).order_by(filings.c.id)).all()
        return tuple(self.filing(row) for row in rows)

    def locked(self, connection: Connection, filing_id: int) -> tuple[Any, Told] | None:
        """The row, locked, and what is sealed in it; None when there is none."""
        row = connection.execute(select(filings).where(filings.c.id == filing_id).with_for_update()).first()
        return None if row is None else (row, self._vault.open_json(row.sealed))

    def looked_at(
        self, connection: Connection, filing_id: int, version: int, *statuses: FilingStatus
    ) -> tuple[Any, Told]:
        """The row, locked, in one of these states and in the version that was looked at.

        Raises NotFoundError, FilingChanged, WrongMoment.
        """
        found = self.locked(connection, filing_id)
        if found is None:
            raise NotFoundError("a filing that is not there", staff="Den findes ikke længere.")
        if found[0].version != version:
            raise FilingChanged
        if FilingStatus(found[0].status) not in statuses:
            raise WrongMoment("a filing that is signed, filed or dropped", staff="Den kan ikke ændres længere.")
        return found

    def change(self, connection: Connection, row: Any, told: Told, **values: Any) -> Filing:
        """Write columns and what is sealed; the version grows when the status is among them."""
        version = row.version + ("status" in values)
        connection.execute(
            update(filings)
            .where(filings.c.id == row.id)
            .values(sealed=self._vault.seal_json(told), version=version, **values)
        )
        return self.find(connection, filings.c.id == row.id)[0]

    def filing(self, row: Any) -> Filing:
        """The row as a value."""
        told: Told = self._vault.open_json(row.sealed)
        return Filing(
            id=row.id,
            handoff_id=row.handoff_id,
            kind=FilingKind(row.kind),
            status=FilingStatus(row.status),
            case=told["number"],
            text=told["text"],
            due=_day(told["due"]),
            author=told.get("author", ""),
            trouble=told.get("trouble", ""),
            staff_id=row.staff_id,
            created_at=row.created_at,
            signed_at=row.signed_at,
            filed_at=row.filed_at,
            tries=row.tries,
            version=row.version,
        )

    def errand(self, row: Any) -> Errand:
        """The row as something to be written, in its next attempt."""
        told: Told = self._vault.open_json(row.sealed)
        return Errand(
            id=row.id,
            handoff_id=row.handoff_id,
            staff_id=row.staff_id,
            number=told["number"],
            kind=FilingKind(row.kind),
            key=row.key,
            ref=told["ref"],
            cpr=told["cpr"],
            text=told["text"],
            due=_day(told["due"]),
            author=told["author"],
            tries=row.tries + 1,
        )


def least(told: Told) -> Told:
    """What is kept of it when it is over: what was said, in which case, and who signed; no more of the citizen."""
    return {name: told.get(name) for name in ("number", "text", "due", "author")}


def _day(raw: str | None) -> date | None:
    return None if raw is None else date.fromisoformat(raw)
