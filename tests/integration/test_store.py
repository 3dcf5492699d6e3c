"""The database is what the tables say, and a transaction is whole or nothing, on both kinds."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

import bot.store.migrations
from bot.store.engine import make_engine, migrate, reading, writing
from bot.store.tables import conversations, messages, metadata
from tests.services import Postgres

MIGRATIONS = Path(bot.store.migrations.__path__[0])
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    made = make_engine(empty_database_url)
    migrate(made, MIGRATIONS)
    yield made
    made.dispose()


def conversation(id: str) -> dict[str, object]:
    return {"id": id, "token_hash": id * 8, "created_at": NOW, "expires_at": NOW}


def test_the_migrations_make_exactly_the_tables(engine: Engine) -> None:
    """What the migrations build and what the code expects are the same, and running them again changes nothing."""
    # Each adds its own to the metadata.
    for tables in ("staff_tables", "handoff_tables", "meeting_tables", "training_tables", "audit_tables"):
        importlib.import_module(f"bot.store.{tables}")
    migrate(engine, MIGRATIONS)
    not_ours = ("sqlite_sequence", "ex_meetings_no_double_booking")  # SQLite's own; and what tests of meetings hold
    with reading(engine) as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": lambda table, name, *rest: name not in not_ours}
        )
        assert compare_metadata(context, metadata) == []


def test_times_come_back_as_they_went_in(engine: Engine) -> None:
    """Aware, the same moment, in UTC; a time without a zone is refused before it is stored wrong."""
    with writing(engine) as connection:
        connection.execute(insert(conversations).values(**conversation("a")))
        kept = connection.execute(select(conversations.c.created_at)).scalar_one()
    assert kept == NOW and kept.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="without a time zone"), writing(engine) as connection:
        connection.execute(insert(conversations).values(**{**conversation("b"), "created_at": datetime(2026, 1, 1)}))


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    """Whatever was written before the fault is gone with it."""
    with pytest.raises(RuntimeError), writing(engine) as connection:
        connection.execute(insert(conversations).values(**conversation("a")))
        raise RuntimeError
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(conversations)).scalar_one() == 0


def test_what_belongs_to_a_conversation_goes_with_it(engine: Engine) -> None:
    """Foreign keys are kept on both databases: a message without a conversation can't be, nor outlive it."""
    message = {"conversation_id": "a", "seq": 1, "sender": "citizen", "sealed": b"", "at": NOW}
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(insert(messages).values(**message))
    with writing(engine) as connection:
        connection.execute(insert(conversations).values(**conversation("a")))
        connection.execute(insert(messages).values(**message))
        connection.execute(conversations.delete())
        assert connection.execute(select(func.count()).select_from(messages)).scalar_one() == 0


def test_errors_never_quote_what_was_to_be_stored(engine: Engine) -> None:
    """An error ends in a log: it must not carry the parameters of its statement."""
    with pytest.raises(IntegrityError) as refused, writing(engine) as connection:
        for _ in range(2):
            connection.execute(insert(conversations).values(**conversation("a"), memory=b"hemmeligt indhold"))
    assert "hemmeligt" not in str(refused.value)


def test_two_that_migrate_an_empty_database_at_once_both_succeed(empty_database_url: str) -> None:
    """web and the command may start side by side on a new database: one migrates, the others wait for it."""
    engines = [make_engine(empty_database_url) for _ in range(4)]
    together = Barrier(len(engines))

    def start(engine: Engine) -> None:
        together.wait(10)
        migrate(engine, MIGRATIONS)

    with ThreadPoolExecutor(len(engines)) as threads:
        for done in [threads.submit(start, engine) for engine in engines]:
            done.result(30)
    with reading(engines[0]) as connection:
        assert connection.execute(select(func.count()).select_from(conversations)).scalar_one() == 0
    for engine in engines:
        engine.dispose()


def test_nobody_waits_for_a_lock_without_end(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction somewhere hangs with a lock: a writer is told so after a while, and goes on when it is free."""
    with writing(engine) as connection:
        connection.execute(insert(conversations).values(**conversation("a")))
    monkeypatch.setattr("bot.store.engine._LOCK_WAIT", 1)
    impatient = make_engine(str(engine.url))
    change = conversations.update().values(state="human")
    with writing(engine) as hanging:
        hanging.execute(change)
        with pytest.raises(OperationalError), writing(impatient) as connection:
            connection.execute(change)
    with writing(impatient) as connection:
        connection.execute(change)
    impatient.dispose()


def test_a_postgresql_that_vanished_is_noticed_within_half_a_minute(postgres: Postgres) -> None:
    """Every connection has a bound on being made and on a lost network; what the address says itself stands."""
    url = postgres.new_database()
    for address, wanted in ((url, "10"), (f"{url}?keepalives_idle=7", "7")):
        engine = make_engine(address)
        with reading(engine) as connection:
            limits = connection.connection.dbapi_connection.get_dsn_parameters()
        engine.dispose()
        assert limits["keepalives_idle"] == wanted
        assert (limits["connect_timeout"], limits["tcp_user_timeout"]) == ("5", "25000")
