"""Databases of tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool

import bot.store.migrations
from bot.store.engine import make_engine, migrate

if TYPE_CHECKING:
    from tests.services import Postgres

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_COLUMNS = (
    "SELECT table_name, column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
)
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def migrated(database_url: str) -> Engine:
    """An engine of a database with our tables."""
    engine = make_engine(database_url)
    migrate(engine, Path(bot.store.migrations.__path__[0]))
    return engine


class Lent:
    """PostgreSQL databases as a migration leaves them, lent to one test at a time.

    Emptying one writes some pages; making one anew writes 20 MB, and some thousand of them keep a disk busy for so
    long that other tests wait. ``like``: the name of the one they are made from.
    """

    def __init__(self, server: Postgres) -> None:
        self._server = server
        url = server.new_database()
        migrated(url).dispose()
        with _alone(url) as connection:
            self._columns = connection.exec_driver_sql(_COLUMNS).all()
            # What a migration puts into a table is there for every test.
            self._first = {
                name: rows
                for (name,) in connection.exec_driver_sql(_TABLES).all()
                if (rows := connection.exec_driver_sql(f"SELECT * FROM {name}").all())
            }
        self.like = url.rpartition("/")[2]
        self._free: list[str] = []

    def take(self) -> str:
        """The SQLAlchemy address of a database with our tables and nothing in them."""
        return self._free.pop() if self._free else self._server.new_database(like=self.like)

    def give_back(self, url: str) -> None:
        """Empty a database for the next who asks; one whose tables are no longer ours is lent to nobody."""
        with _alone(url) as connection:
            connection.exec_driver_sql(_END_OTHERS)
            if connection.exec_driver_sql(_COLUMNS).all() != self._columns:
                return
            names = ", ".join(name for (name,) in connection.exec_driver_sql(_TABLES).all())
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
            for name, rows in self._first.items():
                places = ", ".join(["%s"] * len(rows[0]))
                for row in rows:
                    connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({places})", tuple(row))
        self._free.append(url)


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """A connection that shares nothing with the tested code's, and ends with the block."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        yield connection
