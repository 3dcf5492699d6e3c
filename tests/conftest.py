"""What all tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

os.environ.update(RASA_TELEMETRY_ENABLED="false", SQLALCHEMY_SILENCE_UBER_WARNING="1", TF_CPP_MIN_LOG_LEVEL="3")

import pytest

from bot.store.crypto import Vault
from tests.databases import Lent, migrated
from tests.services import Postgres, find_postgres


def skip_without(service: str, what: str) -> None:
    """Skip because ``service`` is missing; in CI that is a failure, not a skip."""
    if os.environ.get("CI"):
        pytest.fail(f"{service} is missing: {what}")
    pytest.skip(f"{service} is missing: {what}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that lives as long as the test session."""
    if find_postgres() is None:
        skip_without("PostgreSQL", "apt-get install postgresql")
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with our tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "test.db"
    migrated(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def lent(postgres: Postgres) -> Lent:
    """Such databases on the PostgreSQL server."""
    return Lent(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind we run on, with our tables and nothing in them."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    databases: Lent = request.getfixturevalue("lent")
    url = databases.take()
    yield url
    databases.give_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind we run on, without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def vault() -> Vault:
    """A vault with a key of its own."""
    return Vault([Vault.new_key()])
