"""Staff's sessions in real databases: what opens them, what ends them, and what can be read of them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine, make_url

from bot.identity.one_time import hash_of
from bot.identity.refusals import LoginExpired, StaffWithoutRole
from bot.identity.staff import StaffSessions
from bot.identity.staff_attempts import StaffAttempts
from bot.identity.staff_claims import StaffClaims
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.store.staff_tables import staff as staff_table
from bot.store.staff_tables import staff_attempts, staff_sessions
from tests.databases import migrated
from tests.identity_setup import NOON, HandClock

METTE = StaffClaims(
    issuer="https://login.example",
    sub="mette",
    name="Mette Holm",
    email="mette.holm@noerreaa.example",
    roles=("agent", "administrator"),
    departments=("borgerservice",),
    id_token="the.id.token",
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = migrated(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sessions(engine: Engine, vault: Vault, clock: HandClock) -> StaffSessions:
    return StaffSessions(engine, vault, clock=clock, lifetime=timedelta(hours=10), idle=timedelta(hours=1))


@pytest.fixture
def attempts(engine: Engine, vault: Vault, clock: HandClock) -> StaffAttempts:
    return StaffAttempts(engine, vault, clock=clock)


def count(engine: Engine, table: object) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_secret_opens_the_session_and_nothing_else_does(sessions: StaffSessions) -> None:
    """Who, which roles and departments, and until when."""
    secret, csrf, staff = sessions.begin(METTE)
    found = sessions.resolve(secret)
    assert found is not None and found.staff == staff
    assert (staff.name, staff.email) == ("Mette Holm", "mette.holm@noerreaa.example")
    assert (staff.roles, staff.departments) == (frozenset({"agent", "administrator"}), ("borgerservice",))
    assert found.expires_at == NOON + timedelta(hours=10) and found.expires_at.utcoffset() == timedelta(0)
    assert found.csrf == csrf
    for other in (secret[:-1], "", csrf, hash_of(secret), "\ud800"):
        assert sessions.resolve(other) is None


def test_a_page_is_known_by_its_own_sessions_token_only(sessions: StaffSessions) -> None:
    """Another session's token, the cookie's secret or nothing are refused."""
    secret, csrf, _ = sessions.begin(METTE)
    _, other, _ = sessions.begin(METTE)
    found = sessions.resolve(secret)
    assert found is not None
    assert found.accepts(csrf)
    assert not [wrong for wrong in (other, secret, "", csrf + "x", "æ", "\ud800") if found.accepts(wrong)]


def test_each_login_has_a_secret_of_its_own(sessions: StaffSessions) -> None:
    """A secret from before a login is never the one after it."""
    made = [sessions.begin(METTE) for _ in range(3)]
    assert len({secret for secret, _, _ in made}) == len({csrf for _, csrf, _ in made}) == 3
    assert len({staff.id for _, _, staff in made}) == 1


def test_a_session_ends_at_its_time_however_busy_it_is(sessions: StaffSessions, clock: HandClock) -> None:
    """Ten hours from login, to the second."""
    secret, _, _ = sessions.begin(METTE)
    for _ in range(20):
        clock.forward(minutes=29, seconds=59)
        assert sessions.resolve(secret) is not None
    clock.time = NOON + timedelta(hours=10)
    assert sessions.resolve(secret) is None


def test_a_session_that_is_not_used_ends(sessions: StaffSessions, clock: HandClock) -> None:
    """An hour from when it was last used, to the second."""
    secret, _, _ = sessions.begin(METTE)
    clock.forward(minutes=50)
    assert sessions.resolve(secret) is not None
    clock.forward(minutes=59, seconds=59)
    assert sessions.resolve(secret) is not None
    clock.forward(hours=1)
    assert sessions.resolve(secret) is None


def test_what_a_page_asks_by_itself_is_no_use_of_it(sessions: StaffSessions, clock: HandClock) -> None:
    """A screen left open logs out, though its page goes on asking."""
    secret, _, _ = sessions.begin(METTE)
    for _ in range(59):
        clock.forward(minutes=1)
        assert sessions.resolve(secret, used=False) is not None
    clock.forward(minutes=1)
    assert sessions.resolve(secret, used=False) is None


def test_use_is_noted_once_a_minute_at_most(sessions: StaffSessions, engine: Engine, clock: HandClock) -> None:
    """A busy page does not write to the database at every request."""

    def noted() -> object:
        with reading(engine) as connection:
            return connection.execute(select(staff_sessions.c.used_at)).scalar_one()

    secret, _, _ = sessions.begin(METTE)
    clock.forward(seconds=59)
    sessions.resolve(secret)
    assert noted() == NOON
    clock.forward(seconds=1)
    sessions.resolve(secret)
    assert noted() == NOON + timedelta(minutes=1)


def test_logging_out_ends_this_session_and_no_other(sessions: StaffSessions, engine: Engine) -> None:
    """It gives the ID token for the provider, once, and leaves nothing of itself."""
    secret, _, _ = sessions.begin(METTE)
    other, _, _ = sessions.begin(METTE)
    assert sessions.end(secret) == "the.id.token"
    assert sessions.resolve(secret) is None
    assert sessions.end(secret) is None
    assert sessions.resolve(other) is not None
    assert count(engine, staff_sessions) == 1


def test_without_a_role_nobody_is_let_in_and_nothing_is_kept(sessions: StaffSessions, engine: Engine) -> None:
    """Not even a name."""
    with pytest.raises(StaffWithoutRole):
        sessions.begin(replace(METTE, roles=()))
    assert count(engine, staff_table) == count(engine, staff_sessions) == 0


def test_who_lost_their_roles_loses_their_sessions(sessions: StaffSessions) -> None:
    """What was open elsewhere ends when the provider gives no role any more; others' stay."""
    secret, _, _ = sessions.begin(METTE)
    bystander, _, _ = sessions.begin(replace(METTE, sub="jonas"))
    with pytest.raises(StaffWithoutRole):
        sessions.begin(replace(METTE, roles=()))
    assert sessions.resolve(secret) is None
    assert sessions.resolve(bystander) is not None


def test_the_last_login_says_what_somebody_may(sessions: StaffSessions) -> None:
    """A role that was taken is gone from older sessions too."""
    before, _, _ = sessions.begin(METTE)
    sessions.begin(replace(METTE, roles=("auditor",), name="Mette Holm Krogh"))
    found = sessions.resolve(before)
    assert found is not None and found.staff.roles == {"auditor"} and found.staff.name == "Mette Holm Krogh"


def test_the_same_sub_at_another_provider_is_somebody_else(sessions: StaffSessions) -> None:
    """A sub names a person only together with its issuer (OpenID Connect Core 1.0, 5.7)."""
    _, _, one = sessions.begin(METTE)
    _, _, other = sessions.begin(replace(METTE, issuer="https://other.example"))
    assert one.id != other.id


def test_two_first_logins_at_the_same_moment_both_hold(sessions: StaffSessions, engine: Engine) -> None:
    """Of one person there is one row, and every session opens."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: sessions.begin(METTE), range(8)))
    assert all(sessions.resolve(secret) is not None for secret, _, _ in made)
    assert count(engine, staff_table) == 1


def test_names_are_found_by_id(sessions: StaffSessions) -> None:
    """Those that are known, and no others."""
    _, _, mette = sessions.begin(METTE)
    _, _, jonas = sessions.begin(replace(METTE, sub="jonas", name="Jonas Krogh"))
    assert sessions.named([mette.id, jonas.id, "unknown"]) == {mette.id: "Mette Holm", jonas.id: "Jonas Krogh"}
    assert sessions.named([]) == {}


def test_what_is_over_is_purged(
    sessions: StaffSessions, attempts: StaffAttempts, engine: Engine, clock: HandClock
) -> None:
    """Sessions and attempts that ran out are deleted; those that count stay, and so does who worked here."""
    sessions.begin(METTE)
    attempts.depart("/desk", browser="b")
    assert sessions.purge() == attempts.purge() == 0
    clock.forward(hours=1)
    kept, _, _ = sessions.begin(METTE)
    attempts.depart("/desk", browser="b")
    assert sessions.purge() == attempts.purge() == 1
    assert sessions.resolve(kept) is not None
    assert (count(engine, staff_table), count(engine, staff_attempts)) == (1, 1)


def test_an_attempt_comes_back_once_in_its_own_browser(attempts: StaffAttempts) -> None:
    """With what it left with; a second time, or elsewhere, it is over."""
    left = attempts.depart("/desk/x", browser="mine")
    assert attempts.arrive(left.state, browser="mine") == left
    for again in (left.state, "", "unknown"):
        with pytest.raises(LoginExpired):
            attempts.arrive(again, browser="mine")


@pytest.mark.parametrize("browser", ["another", "", None])
def test_an_attempt_in_another_browser_is_over_for_both(attempts: StaffAttempts, browser: str | None) -> None:
    """A state that went astray is burnt."""
    left = attempts.depart("/desk", browser="mine")
    with pytest.raises(LoginExpired):
        attempts.arrive(left.state, browser=browser)
    with pytest.raises(LoginExpired):
        attempts.arrive(left.state, browser="mine")


def test_the_latest_attempt_of_a_browser_can_be_given_up(attempts: StaffAttempts) -> None:
    """It is over, and says where it led; earlier ones and those of others stay, and a logout is none."""
    first, last = attempts.depart("/desk/a", browser="mine"), attempts.depart("/desk/b", browser="mine")
    others = attempts.depart("/desk/c", browser="another")
    attempts.part("the.id.token", browser="mine")
    assert attempts.give_up("mine") == "/desk/b"
    with pytest.raises(LoginExpired):
        attempts.arrive(last.state, browser="mine")
    assert attempts.arrive(first.state, browser="mine") == first
    assert attempts.give_up("mine") is None and attempts.give_up(None) is None
    assert attempts.arrive(others.state, browser="another") == others


def test_an_attempt_that_took_too_long_is_over(attempts: StaffAttempts, clock: HandClock) -> None:
    """Ten minutes, to the second."""
    in_time, late = attempts.depart("/desk", browser="b"), attempts.depart("/desk", browser="b")
    clock.forward(minutes=9, seconds=59)
    attempts.arrive(in_time.state, browser="b")
    clock.forward(seconds=1)
    with pytest.raises(LoginExpired):
        attempts.arrive(late.state, browser="b")


def test_of_many_who_come_with_one_state_one_wins(attempts: StaffAttempts) -> None:
    """At the same moment too."""
    state = attempts.depart("/desk", browser="b").state

    def arrive(_: int) -> bool:
        try:
            attempts.arrive(state, browser="b")
        except LoginExpired:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(arrive, range(8))) == 1


def test_a_state_is_no_ticket_and_a_ticket_no_state(attempts: StaffAttempts) -> None:
    """Logging in and logging out can't be taken for each other, and a ticket is good once."""
    left, ticket = attempts.depart("/desk", browser="b"), attempts.part("the.id.token", browser="b")
    with pytest.raises(LoginExpired):
        attempts.parting(left.state, browser="b")
    with pytest.raises(LoginExpired):
        attempts.arrive(ticket, browser="b")
    assert attempts.parting(ticket, browser="b") == "the.id.token"
    with pytest.raises(LoginExpired):
        attempts.parting(ticket, browser="b")


def test_neither_secrets_nor_names_can_be_read_in_the_database(
    sessions: StaffSessions, attempts: StaffAttempts, engine: Engine, database_url: str, tmp_path: Path
) -> None:
    """Every byte is searched, the write-ahead log too, while the session counts; the hash alone is there."""
    secret, csrf, staff = sessions.begin(METTE)
    left, ticket = attempts.depart("/desk/privat", browser="the-browser"), attempts.part("the.id.token", browser="b")
    hidden = (secret, csrf, left.state, left.nonce, left.verifier, ticket, "the-browser", "/desk/privat")
    hidden += ("Mette", "Holm", "mette.holm", "the.id.token", "borgerservice")
    if make_url(database_url).get_backend_name() == "sqlite":
        content = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.name.startswith("test.db"))
    else:
        with engine.connect() as connection:
            tables = ("staff", "staff_sessions", "staff_attempts")
            content = b"".join(
                str(connection.exec_driver_sql(f"SELECT {t}::text, encode(sealed, 'escape') FROM {t}").all()).encode()
                for t in tables
            )
    assert hash_of(secret).encode() in content and staff.id.encode() in content  # the rows are in what was searched
    assert not [text for text in hidden if text.encode() in content]
