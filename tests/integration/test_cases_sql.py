"""The embedded case register, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, inspect, text, update

from bot.cases.asking import cases_of
from bot.cases.case import Role
from bot.cases.port import CaseSystem
from bot.cases.record import CaseRecord
from bot.cases.sql import MIGRATIONS, SqlCaseSystem, save
from bot.cases.sql.tables import VERSION_TABLE, cases, metadata, parties
from bot.errors import CaseSystemDown, CaseSystemNonsense, CaseSystemSlow
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, reading, writing
from tests.contract_cases import ANNA, BO, CARLA, KEEPS, CaseSystemContract, party, record
from tests.contract_writing import WritingContract
from tests.services import free_port


class SqlRegister:
    """A register in an empty database, which a test may fill and harm."""

    keeps = KEEPS
    spoils = ("state", "seal", "part", "role")

    def __init__(self, url: str, vault: Vault, silent_port: int) -> None:
        self.url, self.vault, self.silent_port = url, vault, silent_port
        self.engine = make_engine(url)
        migrate(self.engine, MIGRATIONS)
        self.system = SqlCaseSystem(self.engine, vault)

    def put(self, *records: CaseRecord) -> None:
        with writing(self.engine) as connection:
            save(connection, self.vault, records)

    def spoil(self, number: str, how: str) -> None:
        change = {
            "state": update(cases).values(state="vrøvl"),
            "seal": update(cases).values(sealed=b"kan ikke aabnes"),
            "part": update(cases).values(sealed=self.vault.seal_json({"title": 7})),
            "role": update(parties).values(role="ukendt"),
        }[how]
        with writing(self.engine) as connection:
            case_id = connection.execute(cases.select().where(cases.c.number == number)).one().id
            key = parties.c.case_id if how == "role" else cases.c.id
            connection.execute(change.where(key == case_id))

    def drop(self, number: str) -> None:
        with writing(self.engine) as connection:
            case_id = connection.execute(cases.select().where(cases.c.number == number)).one().id
            connection.execute(delete(parties).where(parties.c.case_id == case_id))
            connection.execute(delete(cases).where(cases.c.id == case_id))

    async def tasks_of(self, ref: str) -> list[tuple[str, str, date]]:
        return [(one.text, one.author, one.due) for one in await self.system.tasks_of(ref)]  # type: ignore[misc]

    async def notes_of(self, ref: str) -> list[tuple[str, str]]:
        return [(one.text, one.author) for one in await self.system.notes_of(ref)]

    def unreachable(self) -> CaseSystem:
        return SqlCaseSystem(make_engine(f"postgresql://test@127.0.0.1:{free_port()}/none"), self.vault)

    def silent(self) -> CaseSystem:
        engine = make_engine(f"postgresql://test@127.0.0.1:{self.silent_port}/none", connect_timeout=2)
        return SqlCaseSystem(engine, self.vault)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:  # the kernel takes them; nobody reads
        yield listener.getsockname()[1]


@pytest.fixture
async def register(database_url: str, vault: Vault, silent_port: int) -> AsyncIterator[SqlRegister]:
    made = SqlRegister(database_url, vault, silent_port)
    yield made
    await made.system.close()


class TestSqlCaseSystem(CaseSystemContract, WritingContract):
    """The embedded register holds to the port's contract."""


async def test_the_migrations_make_the_tables_the_code_knows(register: SqlRegister) -> None:
    """Every table and column of the code is in a migrated database, with the unique case number."""
    found = inspect(register.engine)
    for table in metadata.sorted_tables:
        assert {column["name"] for column in found.get_columns(table.name)} == set(table.columns.keys())
    assert ["number"] in [unique["column_names"] for unique in found.get_unique_constraints("cases")]
    assert VERSION_TABLE in found.get_table_names()
    migrate(register.engine, MIGRATIONS)  # a second time changes nothing, and is no error


async def test_nothing_personal_lies_readable_in_the_database_file(tmp_path: Path, vault: Vault) -> None:
    """No CPR number, name, title or text can be found in the bytes of the database and its journal."""
    register = SqlRegister(f"sqlite:///{tmp_path / 'sager.db'}", vault, 1)
    register.put(
        record("27.42.08-G01-3-26", party(ANNA, name="Anna Bjerregaard"), party(CARLA, Role.REPRESENTATIVE, "Carla M"))
    )
    register.put(record("27.42.08-G01-4-26", party(BO, name="Bo Vestergaard"), title="Ophold", title_secret=True))
    journal = tmp_path / "sager.db-wal"
    with register.engine.connect():  # keeps the journal from being cleared away
        files = [tmp_path / "sager.db", *([journal] if journal.exists() else [])]
        raw = b"".join(file.read_bytes() for file in files)
    assert b"27.42.08-G01-3-26" in raw  # what is looked at is the data
    secrets = [ANNA, BO, CARLA, "Bjerregaard", "Vestergaard", "Carla", "Ophold", "praktisk", "Mette"]
    secrets += ["vurderer", "12 34 56", "Send listen"]
    secrets += [f"{cpr[:6]}-{cpr[6:]}" for cpr in (ANNA, BO, CARLA)]
    assert [secret for secret in secrets if secret.encode() in raw] == []
    await register.system.close()


async def test_another_installations_key_opens_nothing(register: SqlRegister) -> None:
    """With other keys nobody is found, so a copied database tells nothing."""
    register.put(record())
    stranger = SqlCaseSystem(register.engine, Vault([Vault.new_key()]))
    assert await stranger.cases_for(ANNA) == []


async def test_keys_may_be_changed_and_cases_still_found(register: SqlRegister) -> None:
    """A new key in front of the old one finds and reads what the old one kept."""
    old = Vault.new_key()
    with writing(register.engine) as connection:
        save(connection, Vault([old]), [record()])
    system = SqlCaseSystem(register.engine, Vault([Vault.new_key(), old]))
    assert [case.title for case in await system.cases_for(ANNA)] == ["Personlig og praktisk hjælp"]


async def test_a_date_that_is_none_is_nonsense(tmp_path: Path, vault: Vault) -> None:
    """SQLite keeps anything in any column; what is no date is told, not passed on."""
    register = SqlRegister(f"sqlite:///{tmp_path / 'sager.db'}", vault, 1)
    register.put(record())
    with writing(register.engine) as connection:
        connection.execute(text("UPDATE cases SET opened = 'i går'"))
    with pytest.raises(CaseSystemNonsense):
        await cases_of(register.system, ANNA, timeout=60)
    await register.system.close()


async def test_a_database_without_the_register_is_down(database_url: str, vault: Vault) -> None:
    """A database that was never migrated is a system that can't be used, and ping says so."""
    system = SqlCaseSystem(make_engine(database_url), vault)
    with pytest.raises(CaseSystemDown):
        await system.ping()
    with pytest.raises(CaseSystemDown):
        await cases_of(system, ANNA, timeout=60)
    await system.close()


async def test_a_file_that_can_not_be_opened_is_down(tmp_path: Path, vault: Vault) -> None:
    """Where a folder stands in the file's place, the register is down."""
    (tmp_path / "sager.db").mkdir()
    system = SqlCaseSystem(make_engine(f"sqlite:///{tmp_path / 'sager.db'}"), vault)
    with pytest.raises(CaseSystemDown):
        await system.ping()
    await system.close()


async def test_a_file_that_is_no_database_is_nonsense(tmp_path: Path, vault: Vault) -> None:
    """A file with something else in it answers, but with no case."""
    (tmp_path / "sager.db").write_bytes(b"det er en helt anden fil " * 100)
    system = SqlCaseSystem(make_engine(f"sqlite:///{tmp_path / 'sager.db'}"), vault)
    with pytest.raises(CaseSystemNonsense):
        await system.cases_for(ANNA)
    await system.close()


async def test_postgresql_breaks_off_what_takes_too_long(request: pytest.FixtureRequest, vault: Vault) -> None:
    """A query that waits for somebody else's lock is ended by the database itself, and its thread is free again."""
    url = request.getfixturevalue("postgres").new_database()
    register = SqlRegister(url, vault, 1)
    register.put(record())
    system = SqlCaseSystem(make_engine(url), vault, threads=1, statement_timeout=0.3)
    with register.engine.connect() as blocker, blocker.begin():
        blocker.exec_driver_sql("LOCK TABLE cases IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(CaseSystemSlow):
            await asyncio.wait_for(system.cases_for(ANNA), 60)
    assert len(await cases_of(system, ANNA, timeout=60)) == 1
    await system.close()
    await register.system.close()


async def test_the_event_loop_runs_on_while_a_database_hangs(vault: Vault, silent_port: int) -> None:
    """Somebody else's work, and the default threads, go on while every thread of the register is stuck."""
    engine = make_engine(f"postgresql://test@127.0.0.1:{silent_port}/none", connect_timeout=2)
    system = SqlCaseSystem(engine, vault, threads=2)
    stuck = [asyncio.ensure_future(cases_of(system, ANNA, timeout=1)) for _ in range(20)]
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "fri"), 0.5) == "fri"
    results = await asyncio.gather(*stuck, return_exceptions=True)
    assert {type(result) for result in results} == {CaseSystemSlow}
    await system.close()


async def test_readers_go_on_while_cases_are_saved(register: SqlRegister) -> None:
    """An import in progress holds up nobody, and nothing of it is seen before it is done."""
    register.put(record())
    with writing(register.engine) as connection:
        save(connection, register.vault, [record("27.36.04-G01-99-26")])
        assert len(await cases_of(register.system, ANNA, timeout=3)) == 1
    assert len(await cases_of(register.system, ANNA, timeout=3)) == 2


async def test_a_case_saved_again_takes_the_place_of_the_old(register: SqlRegister) -> None:
    """A party that is gone from the case no longer sees it, and nothing is doubled."""
    register.put(record("27.42.08-G01-3-26", party(ANNA), party(BO, Role.SECONDARY)))
    register.put(record("27.42.08-G01-3-26", party(ANNA)))
    assert await register.system.cases_for(BO) == []
    with reading(register.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM cases")).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM parties")).scalar() == 1
