"""The embedded case register behind the port `CaseSystem`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timezone
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection, Engine

from bot.cases.case import Case, Party, Role, Sensitivity, State
from bot.cases.port import MOST_CASES
from bot.cases.sql.failures import told_as_case_system
from bot.cases.sql.sealed import Unpacked
from bot.cases.sql.tables import cases, parties
from bot.cases.sql.writing_back import Written, read_notes, read_tasks, write_note, write_task
from bot.errors import CaseSystemDown, CaseSystemNonsense, CaseSystemTooMuch
from bot.store.crypto import Vault
from bot.store.engine import reading, writing

T = TypeVar("T")

_HOW_MANY = select(func.count()).select_from(parties).where(parties.c.person == bindparam("wanted"))

# One statement, so that an import in the middle of it can't give half of one state and half of another.
_OF_PERSON = (
    select(
        cases,
        parties.c.person,
        parties.c.role.label("party_role"),
        parties.c.sealed.label("party_sealed"),
    )
    .join(parties, parties.c.case_id == cases.c.id)
    .where(cases.c.id.in_(select(parties.c.case_id).where(parties.c.person == bindparam("wanted"))))
    .order_by(cases.c.changed.desc(), cases.c.id.desc(), parties.c.position)
)


class SqlCaseSystem:
    """A case register in SQLite or PostgreSQL.

    The database is asked in ``threads`` threads of this object's own, so that a database that hangs
    holds up neither the event loop nor anybody else's threads; PostgreSQL breaks off a statement
    after ``statement_timeout`` seconds. How long connecting may take is the ``engine``'s own setting.
    """

    name = "sagsregisteret"
    writable = True

    def __init__(self, engine: Engine, vault: Vault, *, threads: int = 4, statement_timeout: float = 3.0) -> None:
        self._engine = engine
        self._vault = vault
        self._statement_milliseconds = max(1, int(statement_timeout * 1000))
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="case-register")

    async def cases_for(self, cpr: str) -> list[Case]:
        """See `CaseSystem.cases_for`: all of them or an error, never a part."""
        return await self._in_thread(lambda: self._cases_for(cpr))

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        """See `CaseSystem.add_task`."""
        await self._in_thread(
            lambda: self._write(write_task, ref=ref, cpr=cpr, key=key, text=text, due=due, author=author)
        )

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        """See `CaseSystem.add_note`."""
        await self._in_thread(lambda: self._write(write_note, ref=ref, cpr=cpr, key=key, text=text, author=author))

    async def tasks_of(self, ref: str) -> list[Written]:
        """The tasks in a case, for the caseworker who looks into the register. Raises as `cases_for` does."""
        return await self._in_thread(lambda: self._read(read_tasks, ref))

    async def notes_of(self, ref: str) -> list[Written]:
        """The notes in a case, for the caseworker who looks into the register. Raises as `cases_for` does."""
        return await self._in_thread(lambda: self._read(read_notes, ref))

    async def ping(self) -> None:
        """See `CaseSystem.ping`: the database answers, and the register is in it."""
        await self._in_thread(self._ping)

    async def close(self) -> None:
        """Let go of connections; a thread that still waits for the database is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._engine.dispose()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            waiting = asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError:
            raise CaseSystemDown("the case register is closed") from None
        return await waiting

    def _cases_for(self, cpr: str) -> list[Case]:
        person = self._vault.fingerprint(cpr)
        with told_as_case_system():
            with reading(self._engine) as connection:
                self._limit(connection)
                if int(connection.execute(_HOW_MANY, {"wanted": person}).scalar_one()) > MOST_CASES:
                    raise CaseSystemTooMuch(f"the case register has more than {MOST_CASES} cases of one citizen")
                rows = connection.execute(_OF_PERSON, {"wanted": person}).all()
            return [self._case(list(group), person) for _, group in groupby(rows, key=lambda row: row.id)]

    def _write(self, write: Callable[..., None], **values: Any) -> None:
        with told_as_case_system(), writing(self._engine) as connection:
            self._limit(connection)
            write(connection, self._vault, at=datetime.now(timezone.utc), **values)

    def _read(self, read: Callable[[Connection, Vault, str], list[Written]], ref: str) -> list[Written]:
        with told_as_case_system(), reading(self._engine) as connection:
            self._limit(connection)
            return read(connection, self._vault, ref)

    def _ping(self) -> None:
        with told_as_case_system(), reading(self._engine) as connection:
            self._limit(connection)
            connection.execute(select(func.max(cases.c.id))).scalar()

    def _limit(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {self._statement_milliseconds}")

    def _case(self, rows: Sequence[Any], person: str) -> Case:
        """One case from its rows, one for each party. Raises what `told_as_case_system` knows."""
        row = rows[0]
        told = Unpacked(self._vault.open_json(row.sealed))
        mine = [Role(party.party_role) for party in rows if party.person == person]
        if len(mine) != 1:
            raise CaseSystemNonsense("the case register gave a case without the citizen in it")
        return Case(
            ref=row.ref,
            number=row.number,
            title=None if row.title_secret else told.title,
            kle=row.kle,
            state=State(row.state),
            status_text=told.status_text,
            opened=row.opened,
            changed=row.changed,
            department=row.department,
            handler=told.handler,
            parties=tuple(
                Party(name=self._vault.open(party.party_sealed), role=Role(party.party_role)) for party in rows
            ),
            my_role=mine[0],
            sensitivity=Sensitivity(row.sensitivity),
            events=told.events,
            todos=told.todos,
            expected=row.expected,
            decided=row.decided,
        )
