"""Logins in real databases: what they open, and that nothing of them outlives them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine, make_url

from bot.identity.logins import Login, Logins
from bot.identity.refusals import LoginOfAnother
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.store.tables import logins as table
from tests.databases import migrated
from tests.identity_setup import NOON, HandClock, new_conversation

ANNA = "0101600019"
BO = "0202700028"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = migrated(database_url)
    new_conversation(engine, "a")
    new_conversation(engine, "b")
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def logins(engine: Engine, vault: Vault, clock: HandClock) -> Logins:
    return Logins(engine, vault, clock=clock)


def log_in(logins: Logins, conversation: str = "a", cpr: str = ANNA) -> Login:
    return logins.create(
        conversation, cpr=cpr, name="Anna Æble", level="Substantial", id_token="the.id.token", lifetime_seconds=1800
    )


def test_a_login_is_found_by_its_id_and_by_its_conversation(logins: Logins) -> None:
    """Whoever holds the opaque id gets the person, until the time that was set."""
    made = log_in(logins)
    assert logins.resolve(made.id) == made == logins.current("a")
    assert (made.cpr, made.name, made.level) == (ANNA, "Anna Æble", "Substantial")
    assert made.expires_at == NOON + timedelta(minutes=30)
    assert made.expires_at.utcoffset() == timedelta(0)


def test_nothing_is_found_by_another_id_or_in_another_conversation(logins: Logins) -> None:
    """An unknown id is nobody, and a login counts only where it was made."""
    made = log_in(logins)
    assert logins.resolve(made.id[:-1]) is None
    assert logins.resolve("") is None
    assert logins.current("b") is None


def test_a_login_counts_to_its_last_second_and_no_longer(logins: Logins, clock: HandClock) -> None:
    """It is over at the moment named by expires_at."""
    made = log_in(logins)
    clock.forward(seconds=1799)
    assert logins.resolve(made.id) == made
    clock.forward(seconds=1)
    assert logins.resolve(made.id) is None
    assert logins.current("a") is None


def test_a_login_that_is_ended_is_over_at_once(logins: Logins) -> None:
    """Logging out ends it and gives the ID token for the provider, once."""
    made = log_in(logins)
    assert logins.end(made.id) == "the.id.token"
    assert logins.resolve(made.id) is None
    assert logins.end(made.id) is None
    assert logins.end("unknown") is None


def test_a_new_login_ends_the_one_before(logins: Logins) -> None:
    """A conversation has one login at a time."""
    first, second = log_in(logins), log_in(logins)
    assert logins.resolve(first.id) is None
    assert logins.current("a") == second


def test_another_person_cannot_log_in_in_the_same_conversation(logins: Logins) -> None:
    """What has been said there is the first one's, also after logout; elsewhere the other is welcome."""
    first = log_in(logins)
    with pytest.raises(LoginOfAnother):
        log_in(logins, cpr=BO)
    assert logins.current("a") == first
    logins.end(first.id)
    with pytest.raises(LoginOfAnother):
        log_in(logins, cpr=BO)
    assert log_in(logins, conversation="b", cpr=BO).cpr == BO


def test_two_people_at_the_same_moment_are_not_both_let_in(logins: Logins) -> None:
    """Of simultaneous first logins of different people in one conversation only one person's hold."""
    people = [ANNA, BO] * 4

    def attempt(cpr: str) -> str | None:
        try:
            return log_in(logins, cpr=cpr).cpr
        except LoginOfAnother:
            return None

    with ThreadPoolExecutor(len(people)) as pool:
        let_in = {cpr for cpr in pool.map(attempt, people) if cpr}
    assert len(let_in) == 1


@pytest.mark.parametrize("over", ["ended", "purged", "replaced"])
def test_personal_data_does_not_outlive_the_login(logins: Logins, engine: Engine, clock: HandClock, over: str) -> None:
    """Once a login is over nothing sealed is left of it, and nothing of others is touched."""
    other = log_in(logins, conversation="b")
    made = log_in(logins)
    if over == "ended":
        logins.end(made.id)
    elif over == "replaced":
        log_in(logins)
    else:
        assert logins.purge() == 0
        clock.forward(seconds=1800)
        other = log_in(logins, conversation="b")
        assert logins.purge() == 1
        assert logins.purge() == 0
    with reading(engine) as connection:
        row = connection.execute(select(table).where(table.c.id == made.id)).one()
    assert (row.sealed, row.ended_at is not None) == (b"", True)
    assert logins.resolve(other.id) == other


def test_the_login_outlives_a_change_of_keys(engine: Engine, clock: HandClock) -> None:
    """A new key in front of the old one opens old logins, and still knows the person."""
    old, new = Vault.new_key(), Vault.new_key()
    made = log_in(Logins(engine, Vault([old]), clock=clock))
    changed = Logins(engine, Vault([new, old]), clock=clock)
    assert changed.resolve(made.id) == made
    with pytest.raises(LoginOfAnother):
        log_in(changed, cpr=BO)


def test_neither_number_nor_name_nor_token_can_be_read_in_the_database(
    logins: Logins, engine: Engine, database_url: str, tmp_path: Path
) -> None:
    """Every byte of the database, the write-ahead log too, is searched while the login counts."""
    log_in(logins)
    secrets = (ANNA, "010160-0019", "Anna", "Æble", "the.id.token")
    if make_url(database_url).get_backend_name() == "sqlite":
        content = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.name.startswith("test.db"))
        assert b"Substantial" in content  # what is not secret is there, so the search reaches the row
    else:
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT logins::text, encode(sealed, 'escape') FROM logins").all()
        content = str(rows).encode()
        assert b"Substantial" in content
    assert not [secret for secret in secrets if secret.encode() in content]
