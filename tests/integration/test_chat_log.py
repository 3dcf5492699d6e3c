"""The message log keeps its promises under concurrency and death, on both databases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

import bot.store.migrations
from bot.chat.log import LOGIN_CARD, Log
from bot.chat.rasa import Answer, Choice
from bot.chat.turn import Memory, Question
from bot.identity.logins import Logins
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, reading
from bot.store.tables import conversations, messages, turns

START = datetime(2026, 11, 21, 9, 0, tzinfo=timezone.utc)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    migrate(made, Path(bot.store.migrations.__path__[0]))
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(engine: Engine, vault: Vault, clock: Clock) -> Log:
    return Log(engine, vault, days=30, clock=clock)


@pytest.fixture
def logins(engine: Engine, vault: Vault, clock: Clock) -> Logins:
    return Logins(engine, vault, clock=clock)


def made(logins: Logins, conversation_id: str) -> str:
    """A login in a conversation that has not heard of it; its id."""
    login = logins.create(
        conversation_id, cpr="1702853396", name="Anna", level="substantial", id_token=None, lifetime_seconds=600
    )
    return login.id


def count(engine: Engine, table: object) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_token_opens_its_conversation_and_is_kept_only_as_a_hash(log: Log, engine: Engine) -> None:
    """The secret is shown once; the database holds its SHA-256."""
    conversation, token = log.create(opening="/hilsen")
    opened = log.open(token)
    assert opened is not None and opened.id == conversation.id
    assert log.open("another") is None and log.open(conversation.id) is None and log.open("\ud800") is None
    with reading(engine) as connection:
        row = connection.execute(select(conversations)).one()
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(row)


def test_fifty_at_once_are_numbered_without_gap_or_double(log: Log) -> None:
    """Fifty threads append to one conversation: 1 to 50, each once, each answered to whom it belongs."""
    conversation, _ = log.create(opening="/hilsen")
    with ThreadPoolExecutor(16) as threads:
        kept = list(
            threads.map(lambda n: log.say(conversation.id, f"id{n}", f"nummer {n}", ask=f"nummer {n}"), range(50))
        )
    assert sorted(each.message.seq for each in kept if each) == list(range(1, 51))
    stored = log.since(conversation.id, 0)
    assert [message.seq for message in stored] == list(range(1, 51))
    assert {message.text for message in stored} == {f"nummer {n}" for n in range(50)}


def test_the_same_id_at_once_is_kept_once(log: Log) -> None:
    """Sixteen deliveries of one message: one row, one seq, one turn."""
    conversation, _ = log.create(opening="/hilsen")
    with ThreadPoolExecutor(16) as threads:
        kept = list(threads.map(lambda _: log.say(conversation.id, "id", "hej", ask="hej"), range(16)))
    assert {each.message.seq for each in kept if each} == {1}
    assert [each.fresh for each in kept if each].count(True) == 1
    assert len(log.since(conversation.id, 0)) == 1


def test_a_transaction_that_dies_leaves_no_gap(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the number was taken and before the commit, the number is free again and nothing is kept."""
    conversation, _ = log.create(opening="/hilsen")
    log.say(conversation.id, "a", "den første", ask="den første")
    with monkeypatch.context() as patched:

        def die(*arguments: object, **more: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(log._records, "ask", die)  # the last step of the transaction
        with pytest.raises(KeyboardInterrupt):
            log.say(conversation.id, "b", "den døde", ask="den døde")
    kept = log.say(conversation.id, "c", "den anden", ask="den anden")
    assert kept is not None and kept.message.seq == 2
    assert [message.text for message in log.since(conversation.id, 0)] == ["den første", "den anden"]


def test_a_turn_has_one_answer_however_many_try(log: Log) -> None:
    """Eight workers with an answer to the same turn: one is kept, the others are told that there is none to keep."""
    conversation, _ = log.create(opening="/hilsen")
    turn = log.next_turn(conversation.id)
    assert turn is not None and turn.opening and turn.message == "/hilsen"
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda n: log.answer(turn, Answer(text=f"svar {n}"), login_id=None), range(8)))
    assert [each is not None for each in kept].count(True) == 1
    assert len(log.since(conversation.id, 0)) == 1
    assert log.next_turn(conversation.id) is None and log.waiting() == []


def test_an_answer_is_kept_with_all_that_follows_from_it(log: Log, engine: Engine, vault: Vault) -> None:
    """Message, choices and memory stand in one transaction, and what is personal is sealed."""
    conversation, _ = log.create(opening="/hilsen")
    turn = log.next_turn(conversation.id)
    assert turn is not None
    answer = Answer(
        text="Vi ringer.",
        choices=(Choice(title="Ja", payload="/bekraeft"),),
        card={"type": "case"},
        memory=Memory(case="ref-7"),
    )
    done = log.answer(turn, answer, login_id=None)
    assert done is not None and log.since(conversation.id, 0) == list(done.messages)
    again = log.get(conversation.id)
    assert again is not None and again.memory == Memory(case="ref-7")
    assert log.choice(conversation.id, "1.0") == Choice(title="Ja", payload="/bekraeft")
    with reading(engine) as connection:
        stored = repr([*connection.execute(select(messages)), *connection.execute(select(conversations))])
    for personal in ("Vi ringer", "ref-7", "bekraeft"):
        assert personal not in stored


def test_a_choice_of_another_conversation_is_none(log: Log) -> None:
    """An id is worth something only where it was given."""
    mine, _ = log.create(opening="/hilsen")
    other, _ = log.create(opening="/hilsen")
    turn = log.next_turn(mine.id)
    assert turn is not None
    log.answer(turn, Answer(text="?", choices=(Choice(title="Ja", payload="/bekraeft"),)), login_id=None)
    assert log.choice(mine.id, "1.0") is not None
    assert log.choice(other.id, "1.0") is None


def test_trouble_is_told_once_until_there_is_an_answer(log: Log) -> None:
    """One message of trouble per trouble; after an answer the next trouble is told again."""
    conversation, _ = log.create(opening="/hilsen")
    turn = log.next_turn(conversation.id)
    assert turn is not None
    assert log.trouble(turn, "vent") is not None and log.trouble(turn, "vent") is None
    log.answer(turn, Answer(text="hej"), login_id=None)
    log.say(conversation.id, "a", "hej", ask="hej")
    second = log.next_turn(conversation.id)
    assert second is not None and log.trouble(second, "vent") is not None


def test_a_question_that_waited_for_login_is_asked_again(log: Log, logins: Logins) -> None:
    """After login the pending question becomes a turn of its own, once, and nobody wrote it."""
    conversation, _ = log.create(opening="/hilsen")
    turn = log.next_turn(conversation.id)
    assert turn is not None
    question = Question(intent="sagsstatus", entities={"emne": "bolig"})
    offer = log.answer(turn, Answer(text="Log ind.", login=question), login_id=None)
    assert offer is not None and offer.messages[0].card == LOGIN_CARD
    first = made(logins, conversation.id)
    log.logins.completed(conversation.id, first, "Du er logget ind.")
    asked = log.next_turn(conversation.id)
    assert asked is not None and asked.message == '/sagsstatus{"emne": "bolig"}' and not asked.opening
    log.answer(asked, Answer(text="Din sag behandles."), login_id=first)
    log.logins.completed(conversation.id, made(logins, conversation.id), "Du er logget ind.")
    assert log.next_turn(conversation.id) is None
    senders = [message.sender for message in log.since(conversation.id, 0)]
    assert senders == ["assistant", "system", "assistant", "system"]


def test_an_answer_given_under_a_login_that_ended_meanwhile_is_not_kept(log: Log, logins: Logins) -> None:
    """Logged out before the answer came, the citizen has left: the turn stays open, and is asked without a login."""
    conversation, _ = log.create(opening="/hilsen")
    turn = log.next_turn(conversation.id)
    assert turn is not None
    login = made(logins, conversation.id)
    log.logins.completed(conversation.id, login, "Du er logget ind.")
    log.logins.ended(conversation.id, "Du er logget ud.")
    late = Answer(text="Din sag om sygedagpenge …", memory=Memory(case="ref"))
    assert log.answer(turn, late, login_id=login) is None
    assert log.next_turn(conversation.id) == turn
    after = log.get(conversation.id)
    assert after is not None and after.memory == Memory() and after.login_id is None


def test_a_login_that_is_over_is_never_told_as_begun(log: Log, logins: Logins) -> None:
    """Two logins at the same moment, or a logout in between: the one that is over does not come back as the new one."""
    conversation, _ = log.create(opening="/hilsen")
    first, second = made(logins, conversation.id), made(logins, conversation.id)
    assert log.logins.completed(conversation.id, second, "Du er logget ind.") is not None
    assert log.logins.completed(conversation.id, first, "Du er logget ind.") is None
    assert log.logins.completed(conversation.id, second, "Du er logget ind.") is None
    now = log.get(conversation.id)
    assert now is not None and now.login_id == second
    assert len(log.since(conversation.id, 0)) == 1
    logins.end(second)
    assert log.logins.completed(conversation.id, second, "Du er logget ind.") is None


def test_a_login_that_takes_anothers_place_is_no_logout(log: Log, logins: Logins) -> None:
    """Logged in again while logged in: until that is told, nobody says that the citizen was logged out."""
    conversation, _ = log.create(opening="/hilsen")
    first = made(logins, conversation.id)
    log.logins.completed(conversation.id, first, "Du er logget ind.")
    second = made(logins, conversation.id)
    assert log.logins.over() == [(conversation.id, first)]
    assert log.logins.ended(conversation.id, "Du er logget ud.", login_id=first) is None
    assert log.logins.completed(conversation.id, second, "Du er logget ind.") is not None


def test_a_login_nobody_told_of_is_found(log: Log, logins: Logins, clock: Clock) -> None:
    """web died between making a login and telling the conversation: a moment later it is found, and only then."""
    conversation, _ = log.create(opening="/hilsen")
    login = made(logins, conversation.id)
    assert log.logins.untold() == []
    clock.now += timedelta(seconds=30)
    assert log.logins.untold() == [(conversation.id, login)]
    log.logins.completed(conversation.id, login, "Du er logget ind.")
    assert log.logins.untold() == []


def test_goodbye_does_not_shut_out_who_has_written_more(log: Log) -> None:
    """While a message waits for its answer the assistant's goodbye closes nothing; the citizen's own end does."""
    conversation, _ = log.create(opening="/hilsen")
    assert log.close(conversation.id, "Slut.", unless_waiting=True) is None
    assert log.waiting() == [conversation.id]
    assert log.close(conversation.id, "Slut.") is not None
    assert log.waiting() == []


def test_closing_forgets_what_waits_and_writing_opens_again(log: Log) -> None:
    """A closed conversation has no open turns; the next message makes it the assistant's again."""
    conversation, _ = log.create(opening="/hilsen")
    assert log.close(conversation.id, "Slut.") is not None
    assert log.next_turn(conversation.id) is None and log.close(conversation.id, "Slut.") is None
    log.say(conversation.id, "a", "hej", ask="hej")
    again = log.get(conversation.id)
    assert again is not None and again.state == "bot" and log.waiting() == [conversation.id]


def test_while_a_human_has_the_conversation_rasa_is_asked_nothing(log: Log, engine: Engine) -> None:
    """Messages in state queued or human are kept, and make no turn."""
    conversation, _ = log.create(opening="/hilsen")
    with engine.begin() as connection:
        connection.execute(conversations.update().values(state="human"))
    assert log.say(conversation.id, "a", "hej", ask="hej") is not None
    assert log.next_turn(conversation.id) is None and log.waiting() == []
    assert count(engine, turns) == 1  # the opening, from before


def test_erasing_leaves_nothing(log: Log, engine: Engine) -> None:
    """A deleted conversation is gone at once, and no token opens it."""
    conversation, token = log.create(opening="/hilsen")
    turn = log.next_turn(conversation.id)
    assert turn is not None
    log.answer(turn, Answer(text="hej"), login_id=None)
    assert log.erase(conversation.id) is False
    assert log.open(token) is None
    assert log.since(conversation.id, 0) == []
    assert count(engine, conversations) == count(engine, messages) == 0
    assert log.say(conversation.id, "a", "hej", ask="hej") is None
    assert log.get(conversation.id) is None and log.waiting() == []


def test_conversations_over_their_time_are_erased(log: Log, engine: Engine, clock: Clock) -> None:
    """Thirty days after the last message a conversation goes, with all that is its own; a later message keeps it."""
    old, old_token = log.create(opening="/hilsen")
    kept, _ = log.create(opening="/hilsen")
    clock.now = START + timedelta(days=20)
    log.say(kept.id, "a", "hej", ask="hej")
    clock.now = START + timedelta(days=31)
    assert log.open(old_token) is None
    assert log.erase_expired() == 1
    assert log.get(old.id) is None and log.get(kept.id) is not None
    assert count(engine, turns) == 2


def test_seen_grows_and_never_passes_the_last_message(log: Log) -> None:
    """The mark goes forward only, and not beyond what there is."""
    conversation, _ = log.create(opening="/hilsen")
    for number in range(3):
        log.say(conversation.id, f"id{number}", "hej", ask="hej")
    assert [log.seen(conversation.id, seq) for seq in (2, 1, 2, 99, 99)] == [2, None, None, 3, None]
