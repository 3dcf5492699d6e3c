"""SQLAlchemy engines for both databases we run on, and their migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url


def make_engine(url: str, *, connect_timeout: float | None = None) -> Engine:
    """An engine for ``url`` (SQLite or PostgreSQL); makes the folder of a SQLite file.

    SQLite runs in WAL mode, so that readers never wait for the writer, waits five seconds
    for the write lock, and keeps foreign keys.
    Errors never quote the parameters of a statement: they would carry personal data into a log.
    ``connect_timeout`` (seconds) bounds how long PostgreSQL may take to be reached.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        arguments = {} if connect_timeout is None else {"connect_timeout": max(1, round(connect_timeout))}
        return create_engine(parsed, future=True, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)

    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, future=True, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 5}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record):  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

    return engine


def migrate(engine: Engine, migrations: Path) -> None:
    """Bring the database up to the newest revision in the folder ``migrations``."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: committed whole, or rolled back whole when anything is raised.

    On SQLite it takes the write lock at once: a transaction that reads first and writes later
    would otherwise fail, not wait, when another writer came between.
    """
    with engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading; it takes no lock that a writer waits for."""
    with engine.connect() as connection:
        yield connection
