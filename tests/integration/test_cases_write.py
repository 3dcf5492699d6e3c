"""What is written back into the embedded register: sealed at rest, and in a register that is older than this."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.cases.sql import MIGRATIONS, SqlCaseSystem, save
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, writing
from tests.contract_cases import ANNA, record

WORDS = {"ref": "", "cpr": ANNA, "key": "k1", "text": "Borgeren oplyser: »Jeg er gravid«", "author": "Mette Holm"}


def _bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_what_is_written_lies_sealed_in_the_file(tmp_path: Path, vault: Vault) -> None:
    """Neither the words nor who wrote them can be found in the bytes of the database."""
    engine = make_engine(f"sqlite:///{tmp_path / 'sager.db'}")
    migrate(engine, MIGRATIONS)
    with writing(engine) as connection:
        save(connection, vault, [record()])
    system = SqlCaseSystem(engine, vault)
    (case,) = await system.cases_for(ANNA)
    await system.add_note(**{**WORDS, "ref": case.ref})
    await system.add_task(**{**WORDS, "ref": case.ref}, due=date(2026, 11, 24))
    (task,) = await system.tasks_of(case.ref)
    assert (task.due, task.author) == (date(2026, 11, 24), "Mette Holm")
    await system.close()
    raw = _bytes_in(tmp_path)
    assert case.ref.encode() in raw  # what is looked at is the data
    assert [word for word in ("gravid", "oplyser", "Mette", ANNA) if word.encode() in raw] == []


async def test_a_register_from_before_takes_notes_after_its_migration(database_url: str, vault: Vault) -> None:
    """An installation that has cases already keeps them, and gets room for notes and tasks."""
    engine = make_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with writing(engine) as connection:
        save(connection, vault, [record()])
    migrate(engine, MIGRATIONS)
    system = SqlCaseSystem(engine, vault)
    (case,) = await system.cases_for(ANNA)
    await system.add_note(**{**WORDS, "ref": case.ref})
    assert [note.text for note in await system.notes_of(case.ref)] == [WORDS["text"]]
    await system.close()


async def test_notes_go_with_their_case(database_url: str, vault: Vault) -> None:
    """A case that is deleted leaves nothing of what was written into it."""
    engine = make_engine(database_url)
    migrate(engine, MIGRATIONS)
    with writing(engine) as connection:
        save(connection, vault, [record()])
    system = SqlCaseSystem(engine, vault)
    (case,) = await system.cases_for(ANNA)
    await system.add_note(**{**WORDS, "ref": case.ref})
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM cases"))
        assert connection.execute(text("SELECT count(*) FROM case_notes")).scalar() == 0
    await system.close()
