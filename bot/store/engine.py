"""SQLAlchemy engines for both databases we run on, and their migrations."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.pool import QueuePool

# libpq's own (seconds, and milliseconds for the last): without them a thread waits for many minutes for a
# database that vanished without a word, and a few such threads are all there are.
_NOTICING_LOST_NETWORKS = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25000,
}
_LOCK_WAIT = 5  # seconds
_WRITERS: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
_MAKING_A_LOCK = threading.Lock()
_MIGRATING = 0x626F7267  # any number of our own, the same in every process


def make_engine(url: str, *, connect_timeout: float = 5.0) -> Engine:
    """An engine for ``url`` (SQLite or PostgreSQL); makes the folder of a SQLite file.

    SQLite runs in WAL mode, so that readers never wait for the writer, waits five seconds
    for the write lock, and keeps foreign keys.
    Errors never quote the parameters of a statement: they would carry personal data into a log.
    ``connect_timeout`` (seconds) bounds how long PostgreSQL may take to be reached; a connection whose
    network went away ends within half a minute. What the address itself says of these stands.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        limits = _NOTICING_LOST_NETWORKS | {"connect_timeout": max(1, round(connect_timeout))}
        arguments = {name: value for name, value in limits.items() if name not in parsed.query}
        return create_engine(parsed, future=True, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)

    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # Connections are kept, as SQLAlchemy 2 does by itself: opening the file and setting it up anew for each
    # transaction costs more than most transactions.
    engine = create_engine(
        parsed,
        future=True,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=10,
        max_overflow=90,
        connect_args={"check_same_thread": False, "timeout": _LOCK_WAIT},
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
    """Bring the database up to the newest revision in the folder ``migrations``; who comes second waits."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":  # SQLite's transaction keeps others out by itself
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # a migration may take its time
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: committed whole, or rolled back whole when anything is raised.

    On SQLite it takes the write lock at once: a transaction that reads first and writes later
    would otherwise fail, not wait, when another writer came between. On both databases it waits five
    seconds at most for a lock, so that one transaction that hangs does not take every thread with it.
    """
    with (
        _turn_to_write(engine),
        engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as connection,
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_LOCK_WAIT * 1000}")
        yield connection


@contextmanager
def _turn_to_write(engine: Engine) -> Iterator[None]:
    """On SQLite, the threads of this process write in turn: each that finds the file locked looks again only now and
    then, ever more seldom, so many at once would wait for each other's looks and not for each other's work."""
    if engine.dialect.name != "sqlite":
        yield
        return
    with _MAKING_A_LOCK:
        lock = _WRITERS.setdefault(engine, threading.Lock())
    # Whoever waits in vain is told by SQLite itself, which waits as long once more.
    mine = lock.acquire(timeout=_LOCK_WAIT)
    try:
        yield
    finally:
        if mine:
            lock.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading; it takes no lock that a writer waits for."""
    with engine.connect() as connection:
        yield connection
