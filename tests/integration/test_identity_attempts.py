"""The steps of a login attempt in real databases: in order, once each, in time, in one browser and conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.identity.attempts import Arrival, Attempts, Departure
from bot.identity.refusals import LoginExpired
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.store.tables import login_attempts
from tests.databases import migrated
from tests.identity_setup import HandClock, new_conversation

PAGE = "https://www.noerreaa.example/"
ANNA = {"cpr": "0101600019", "name": "Anna Æble", "level": "Substantial", "id_token": "the.id.token"}


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
def attempts(engine: Engine, vault: Vault, clock: HandClock) -> Attempts:
    return Attempts(engine, vault, clock=clock)


def departed(attempts: Attempts) -> Departure:
    return attempts.depart(attempts.start("a", return_url=PAGE), browser="cookie")


def arrived(attempts: Attempts) -> Arrival:
    return attempts.arrive(departed(attempts).state, browser="cookie")


def left(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(login_attempts)).scalar_one())


def test_the_way_through_leads_to_the_person_and_leaves_nothing(attempts: Attempts, engine: Engine) -> None:
    """Ticket, state, answer, code: then the person is known and the attempt is gone."""
    departure = departed(attempts)
    arrival = attempts.arrive(departure.state, browser="cookie")
    assert (arrival.nonce, arrival.verifier) == (departure.nonce, departure.verifier)
    assert (arrival.conversation_id, arrival.return_url) == ("a", PAGE)
    code = attempts.admit(arrival, ANNA)
    assert left(engine) == 1
    assert attempts.redeem(code, conversation_id="a") == ANNA
    assert left(engine) == 0


def test_no_secret_is_used_twice(attempts: Attempts) -> None:
    """A ticket, a state, an answer and a code are each good once."""
    ticket = attempts.start("a", return_url=PAGE)
    departure = attempts.depart(ticket, browser="cookie")
    with pytest.raises(LoginExpired):
        attempts.depart(ticket, browser="cookie")
    arrival = attempts.arrive(departure.state, browser="cookie")
    with pytest.raises(LoginExpired):
        attempts.arrive(departure.state, browser="cookie")
    code = attempts.admit(arrival, ANNA)
    with pytest.raises(LoginExpired):
        attempts.admit(arrival, ANNA)
    attempts.redeem(code, conversation_id="a")
    with pytest.raises(LoginExpired):
        attempts.redeem(code, conversation_id="a")


def test_a_secret_opens_its_own_step_only(attempts: Attempts) -> None:
    """A ticket is no state and no code, and so on around; what was tried in the wrong place still works in its own."""
    ticket = attempts.start("a", return_url=PAGE)
    with pytest.raises(LoginExpired):
        attempts.arrive(ticket, browser="cookie")
    with pytest.raises(LoginExpired):
        attempts.redeem(ticket, conversation_id="a")
    with pytest.raises(LoginExpired):
        attempts.parting(ticket)
    state = attempts.depart(ticket, browser="cookie").state
    with pytest.raises(LoginExpired):
        attempts.depart(state, browser="cookie")
    with pytest.raises(LoginExpired):
        attempts.redeem(state, conversation_id="a")
    code = attempts.admit(attempts.arrive(state, browser="cookie"), ANNA)
    with pytest.raises(LoginExpired):
        attempts.arrive(code, browser="cookie")
    assert attempts.redeem(code, conversation_id="a") == ANNA


@pytest.mark.parametrize(
    ("seconds", "step"),
    [
        (300, lambda attempts: _after(attempts.start("a", return_url=PAGE), attempts.depart, browser="cookie")),
        (600, lambda attempts: _after(departed(attempts).state, attempts.arrive, browser="cookie")),
        (60, lambda attempts: _after(arrived(attempts), attempts.admit, person=ANNA)),
        (120, lambda attempts: _after(attempts.admit(arrived(attempts), ANNA), attempts.redeem, conversation_id="a")),
        (120, lambda attempts: _after(attempts.part("a", id_token="t"), attempts.parting)),
    ],
    ids=["ticket", "state", "answer", "code", "goodbye"],
)
def test_each_step_has_its_time(
    attempts: Attempts, clock: HandClock, seconds: int, step: Callable[[Attempts], Callable[[], object]]
) -> None:
    """One second before its time is up a step can be taken, and then no more."""
    in_time, too_late = step(attempts), step(attempts)
    clock.forward(seconds=seconds - 1)
    in_time()
    clock.forward(seconds=1)
    with pytest.raises(LoginExpired):
        too_late()


def _after(secret: object, step: Callable[..., object], **kept: object) -> Callable[[], object]:
    return lambda: step(secret, **kept)


@pytest.mark.parametrize("cookie", [None, "", "another", "cookie "])
def test_the_way_back_is_in_the_browser_that_left(attempts: Attempts, engine: Engine, cookie: str | None) -> None:
    """Another browser is refused, and the attempt is over: whoever got its address can't be waited for."""
    departure = departed(attempts)
    with pytest.raises(LoginExpired):
        attempts.arrive(departure.state, browser=cookie)
    with pytest.raises(LoginExpired):
        attempts.arrive(departure.state, browser="cookie")
    assert left(engine) == 0


def test_a_cookie_is_enough_to_give_up_and_never_to_go_on(attempts: Attempts, engine: Engine) -> None:
    """A provider that loses the state on a no ends the browser's latest attempt, and no other browser's."""
    departed(attempts)
    latest = departed(attempts)
    for stranger in (None, "", "another"):
        with pytest.raises(LoginExpired):
            attempts.give_up(stranger)
    assert attempts.give_up("cookie").attempt == latest.attempt
    with pytest.raises(LoginExpired):
        attempts.arrive(latest.state, browser="cookie")
    assert left(engine) == 1


def test_a_code_in_another_conversation_is_refused_and_burnt(attempts: Attempts) -> None:
    """An attacker's attempt that a victim went through gives nothing to either of them."""
    code = attempts.admit(arrived(attempts), ANNA)
    with pytest.raises(LoginExpired):
        attempts.redeem(code, conversation_id="b")
    with pytest.raises(LoginExpired):
        attempts.redeem(code, conversation_id="a")


@pytest.mark.parametrize("step", ["ticket", "state", "code"])
def test_of_many_at_the_same_moment_one_gets_through(attempts: Attempts, step: str) -> None:
    """A secret tried eight times at once works once."""
    take: Callable[[], object]
    if step == "ticket":
        ticket = attempts.start("a", return_url=PAGE)
        take = lambda: attempts.depart(ticket, browser="cookie")  # noqa: E731
    elif step == "state":
        state = departed(attempts).state
        take = lambda: attempts.arrive(state, browser="cookie")  # noqa: E731
    else:
        code = attempts.admit(arrived(attempts), ANNA)
        take = lambda: attempts.redeem(code, conversation_id="a")  # noqa: E731

    def attempt(_: int) -> bool:
        try:
            take()
        except LoginExpired:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


@pytest.mark.parametrize("odd", ["", "x", "\x00", "\ud800", "æ" * 5000])
def test_what_is_no_secret_is_refused_like_any_other(attempts: Attempts, odd: str) -> None:
    """Whatever comes in from outside is an unknown secret, not a crash."""
    departed(attempts)
    for step in (
        lambda: attempts.depart(odd, browser="cookie"),
        lambda: attempts.arrive(odd, browser="cookie"),
        lambda: attempts.redeem(odd, conversation_id="a"),
    ):
        with pytest.raises(LoginExpired):
            step()


def test_a_failed_attempt_is_gone(attempts: Attempts, engine: Engine) -> None:
    """After a refusal there is nothing to come back to."""
    arrival = arrived(attempts)
    attempts.drop(arrival.attempt)
    assert left(engine) == 0
    with pytest.raises(LoginExpired):
        attempts.admit(arrival, ANNA)


def test_what_has_run_out_is_purged(attempts: Attempts, engine: Engine, clock: HandClock) -> None:
    """A code that nobody came for goes with the person sealed in it; what is under way stays."""
    attempts.admit(arrived(attempts), ANNA)
    clock.forward(seconds=119)
    assert attempts.purge() == 0
    attempts.start("b", return_url=PAGE)
    clock.forward(seconds=1)
    assert (attempts.purge(), left(engine)) == (1, 1)


def test_only_hashes_of_secrets_and_sealed_data_are_kept(attempts: Attempts, engine: Engine) -> None:
    """Nothing that opens a step, and nothing of the person, can be read in the table at any step."""
    seen = []

    def look() -> None:
        with reading(engine) as connection:
            seen.append(str(connection.execute(select(login_attempts)).all()))

    ticket = attempts.start("a", return_url=PAGE)
    look()
    departure = attempts.depart(ticket, browser="the-cookie")
    look()
    arrival = attempts.arrive(departure.state, browser="the-cookie")
    look()
    code = attempts.admit(arrival, ANNA)
    look()
    secrets = (ticket, departure.state, departure.nonce, departure.verifier, "the-cookie", code, PAGE, *ANNA.values())
    assert not [secret for secret in secrets for rows in seen if secret in rows]
    assert all("'a'" in rows for rows in seen)  # the rows were there to be looked at
