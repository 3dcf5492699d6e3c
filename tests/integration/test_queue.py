"""The queue from the desk's side: what each step changes, what the citizen reads of it, and what can't be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.desk.queue import Changed
from bot.desk.refusals import NotYours, Taken, Unusable, WrongMoment
from bot.errors import NotFoundError
from bot.handoff import texts
from bot.handoff.model import Handoff, Outcome, Status, Way
from bot.identity.staff import Staff
from bot.store.crypto import Vault
from bot.store.engine import make_engine, reading, writing
from bot.store.tables import conversations, turns
from tests.integration.desk_setup import Desk


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def desk(engine: Engine, vault: Vault) -> Desk:
    return Desk(engine, vault)


@pytest.fixture
def mette(desk: Desk) -> Staff:
    return desk.staff("Mette Holm")


@pytest.fixture
def jens(desk: Desk) -> Staff:
    return desk.staff("Jens Lund")


def taken(desk: Desk, staff: Staff, **values: object) -> Handoff:
    """A handoff that ``staff`` have."""
    return desk.queue.claim(desk.waiting(**values).id, staff).handoff  # type: ignore[arg-type]


def words(changed: Changed) -> list[str]:
    return [message.text for message in changed.messages]


def open_turns(desk: Desk, handoff: Handoff) -> int:
    query = select(func.count()).select_from(turns).where(turns.c.conversation_id == handoff.conversation_id)
    with reading(desk.engine) as connection:
        return int(connection.execute(query).scalar_one())


def test_whoever_takes_it_has_the_conversation(desk: Desk, mette: Staff, jens: Staff) -> None:
    """The citizen is told who is there, the assistant owes nothing more, and the second learns who was first."""
    handoff = desk.waiting()
    assert open_turns(desk, handoff) == 1
    changed = desk.queue.claim(handoff.id, mette)
    assert words(changed) == ["Mette Holm fra Nørreå Kommune er her nu. Du kan skrive løs."]
    assert (desk.state(handoff), open_turns(desk, handoff)) == ("human", 0)
    assert changed.handoff.claimed_at == desk.clock()
    assert desk.queue.claim(handoff.id, mette).messages == ()
    with pytest.raises(Taken) as told:
        desk.queue.claim(handoff.id, jens)
    assert told.value.by == "Mette Holm"
    assert desk.happened(handoff) == [("claimed", mette.id, "")]


def test_given_back_it_stands_where_it_stood(desk: Desk, mette: Staff, jens: Staff) -> None:
    """Its place and the promise stay, and the first time somebody was there is what counts."""
    handoff = desk.waiting()
    desk.clock.goes(minutes=2)
    first = desk.queue.claim(handoff.id, mette).handoff
    desk.clock.goes(minutes=20)
    with pytest.raises(NotYours):
        desk.queue.release(handoff.id, jens, "nej")
    changed = desk.queue.release(handoff.id, mette, "Vagten er slut")
    assert words(changed) == [texts.RELEASED.format(staff="Mette Holm")]
    back = changed.handoff
    assert (back.status, back.staff_id, desk.state(handoff)) == (Status.WAITING, None, "queued")
    assert (back.sent_at, back.due_at) == (handoff.sent_at, handoff.due_at)
    assert desk.queue.claim(handoff.id, jens).handoff.claimed_at == first.claimed_at
    assert [kind for kind, *_ in desk.happened(handoff)] == ["claimed", "released", "claimed"]
    assert desk.happened(handoff)[1][2] == "Vagten er slut"


def test_it_is_given_on_with_a_reason(desk: Desk, mette: Staff, jens: Staff) -> None:
    """To a department it waits there; to a colleague it is theirs; without a reason or a receiver it stays."""
    handoff = taken(desk, mette)
    for reason, to in (
        ("", {"department": "social"}),
        ("?", {"department": "social"}),
        ("fordi", {}),
        ("fordi", {"department": "x"}),
    ):
        with pytest.raises(Unusable):
            desk.queue.transfer(handoff.id, mette, reason=reason, **to)  # type: ignore[arg-type]
    changed = desk.queue.transfer(handoff.id, mette, department="social", reason="Det er en bil")
    assert words(changed) == [texts.TRANSFERRED.format(staff="Mette Holm", to="Socialafdelingen")]
    moved = changed.handoff
    assert (moved.status, moved.department, moved.departments) == (
        Status.WAITING,
        "social",
        ("social", "borgerservice"),
    )
    assert desk.state(handoff) == "queued" and desk.happened(handoff)[-1][2] == "Til Socialafdelingen: Det er en bil"
    desk.queue.claim(handoff.id, mette)
    changed = desk.queue.transfer(handoff.id, mette, to=jens.id, reason="Han kender sagen")
    assert (changed.handoff.staff_id, changed.handoff.status, desk.state(handoff)) == (jens.id, Status.CLAIMED, "human")
    with pytest.raises(NotYours):
        desk.queue.reply(handoff.id, mette, "a", "hej")
    trainer = desk.staff("Tina Træner", "trainer")
    with pytest.raises(Unusable):
        desk.queue.transfer(handoff.id, jens, to=trainer.id, reason="Til en, der ikke må")


def test_an_administrator_may_take_it_over(desk: Desk, mette: Staff) -> None:
    """From somebody who went home, or out of the queue; the citizen reads the name they know."""
    leader = desk.staff("Kirsten Leder", "administrator")
    handoff = taken(desk, mette)
    changed = desk.queue.transfer(handoff.id, leader, to=leader.id, reason="Mette er syg")
    assert words(changed) == [texts.TRANSFERRED.format(staff="Mette Holm", to="Kirsten Leder")]
    assert desk.now(handoff).staff_id == leader.id
    waiting = desk.waiting()
    with pytest.raises(WrongMoment):
        desk.queue.transfer(waiting.id, mette, department="social", reason="Forkert sted")
    assert desk.queue.transfer(waiting.id, leader, to=mette.id, reason="Din sag").handoff.claimed_at == desk.clock()
    assert desk.state(waiting) == "human"


def test_a_reply_is_kept_once_and_masked(desk: Desk, mette: Staff) -> None:
    """The same id again gives the same message; a CPR number is never kept; who writes has the conversation."""
    handoff = taken(desk, mette)
    desk.queue.to_assistant(handoff.id, mette)
    desk.log.say(handoff.conversation_id, "c1", "hvad med min sag", ask="hvad med min sag")
    assert open_turns(desk, handoff) == 1
    sent = desk.queue.reply(handoff.id, mette, "a", "Er det 170285-3396?")
    again = desk.queue.reply(handoff.id, mette, "a", "noget andet")
    assert sent.fresh and not again.fresh and sent.messages == again.messages
    message = sent.messages[0]
    assert (message.sender, message.name) == ("staff", "Mette Holm") and "170285" not in message.text
    assert (desk.state(handoff), open_turns(desk, handoff)) == ("human", 0)
    assert len([each for each in desk.said(handoff) if each.sender == "staff"]) == 1
    with pytest.raises(Unusable):
        desk.queue.reply(handoff.id, mette, "c1", "under borgerens eget id")


def test_the_assistant_answers_for_a_while(desk: Desk, mette: Staff) -> None:
    """The handoff keeps its owner; asked twice it is told once."""
    handoff = taken(desk, mette)
    assert words(desk.queue.to_assistant(handoff.id, mette)) == [texts.TO_ASSISTANT.format(staff="Mette Holm")]
    assert desk.state(handoff) == "bot" and desk.now(handoff).staff_id == mette.id
    assert desk.queue.to_assistant(handoff.id, mette).messages == ()


def test_login_and_consent_are_asked_for_with_buttons(desk: Desk, mette: Staff) -> None:
    """The card offers to log in; consent has a yes and a no that web itself carries out."""
    handoff = taken(desk, mette)
    asked = desk.queue.ask_login(handoff.id, mette).messages[0]
    assert (asked.sender, asked.card) == ("staff", {"type": "login"})
    consent = desk.queue.ask_consent(handoff.id, mette, "Må jeg spørge din læge?").messages[0]
    assert consent.card == {"type": "consent", "handoff": handoff.id}
    ways = [f"web:handoff:consent:{handoff.id}:{answer}" for answer in ("yes", "no")]
    assert [choice.payload for choice in consent.choices] == ways
    assert desk.happened(handoff)[-1] == ("asked_consent", mette.id, "Må jeg spørge din læge?")
    with writing(desk.engine) as connection:
        desk.records.change(connection, handoff.conversation_id, login_id="somebody")
    with pytest.raises(WrongMoment, match="logged in"):
        desk.queue.ask_login(handoff.id, mette)


def test_nothing_is_closed_without_an_owner_and_a_note(desk: Desk, mette: Staff, jens: Staff) -> None:
    """Waiting, another's, or without words: it stays open."""
    handoff = desk.waiting()
    with pytest.raises(WrongMoment):
        desk.queue.close(handoff.id, mette, Outcome.ANSWERED, "Slut nu")
    desk.queue.claim(handoff.id, mette)
    with pytest.raises(NotYours):
        desk.queue.close(handoff.id, jens, Outcome.ANSWERED, "Slut nu")
    for note in ("", "  ", "–", "123", "x" * 3001):
        with pytest.raises(Unusable):
            desk.queue.close(handoff.id, mette, Outcome.ANSWERED, note)
    assert desk.now(handoff).status is Status.CLAIMED


def test_closed_with_all_that_was_said(desk: Desk, mette: Staff) -> None:
    """The summary is made anew, the note masked, the survey asked, and the citizen's next words go to the assistant."""
    handoff = taken(desk, mette, fields=())
    changed = desk.queue.close(handoff.id, mette, Outcome.ANSWERED, "Talte om 170285-3396")
    closed = changed.handoff
    assert (closed.status, closed.outcome, closed.closed_at) == (Status.CLOSED, Outcome.ANSWERED, desk.clock())
    assert closed.staff_id == mette.id and "170285" not in closed.note
    assert closed.summary.at == desk.clock() and closed.summary.first("first_request") is not None
    told, survey = changed.messages
    assert told.text == texts.CLOSED_CHAT.format(staff="Mette Holm")
    assert survey.card is not None and survey.card["handoff"] == handoff.id
    assert [each["key"] for each in survey.card["questions"]] == ["heard", "neutral", "trust", "respect"]
    assert desk.state(handoff) == "closed"
    desk.log.say(handoff.conversation_id, "c2", "en ting til", ask="en ting til")
    assert desk.state(handoff) == "bot" and open_turns(desk, handoff) == 1
    for again in (
        lambda: desk.queue.claim(handoff.id, mette),
        lambda: desk.queue.reply(handoff.id, mette, "b", "hej"),
        lambda: desk.queue.close(handoff.id, mette, Outcome.ANSWERED, "Igen og igen"),
        lambda: desk.queue.note(handoff.id, mette, "efter"),
        lambda: desk.queue.release(handoff.id, mette),
    ):
        with pytest.raises(WrongMoment, match="closed"):
            again()


def test_a_call_leaves_the_chat_to_the_assistant(desk: Desk, mette: Staff) -> None:
    """Taken and given back without a word in the chat; at the end it says that somebody has called, or could not."""
    call = desk.waiting(state="bot", way=Way.CALL, phone="12345678")
    assert desk.queue.claim(call.id, mette).messages == () and desk.state(call) == "bot"
    assert desk.queue.release(call.id, mette).messages == ()
    desk.queue.claim(call.id, mette)
    changed = desk.queue.close(call.id, mette, Outcome.ANSWERED, "Ringede op")
    assert words(changed)[0] == texts.CLOSED_CALL.format(staff="Mette Holm") and desk.state(call) == "bot"
    missed = taken(desk, mette, state="bot", way=Way.CALL, phone="12345678")
    changed = desk.queue.close(missed.id, mette, Outcome.NOT_REACHED, "Tog den ikke tre gange")
    assert words(changed) == [texts.CLOSED_NOT_REACHED]


def test_an_erased_conversation_is_called_and_gets_no_message(desk: Desk, mette: Staff) -> None:
    """The citizen deleted it, the promise is left: it is taken and closed, and nobody writes there."""
    call = desk.waiting(state="bot", way=Way.CALL, phone="12345678")
    desk.erase(call.conversation_id)
    assert desk.queue.claim(call.id, mette).messages == ()
    for writes in (
        lambda: desk.queue.reply(call.id, mette, "a", "hej"),
        lambda: desk.queue.ask_login(call.id, mette),
        lambda: desk.queue.ask_consent(call.id, mette, "Må jeg?"),
        lambda: desk.queue.to_assistant(call.id, mette),
    ):
        with pytest.raises(WrongMoment, match="erased"):
            writes()
    summary = desk.now(call).summary
    closed = desk.queue.close(call.id, mette, Outcome.ANSWERED, "Ringede op")
    assert closed.messages == () and closed.handoff.summary == summary
    with reading(desk.engine) as connection:
        state = connection.execute(select(conversations.c.state)).scalar_one()
    assert state == "erased"


def test_what_has_not_come_to_the_desk_is_not_there(desk: Desk, mette: Staff) -> None:
    """An offer the citizen still looks at, and one taken back, can't be told from none."""
    for handoff_id in (
        desk.waiting(status=Status.OFFERED, sent_at=None).id,
        desk.waiting(status=Status.WITHDRAWN).id,
        99,
    ):
        for act in (desk.queue.claim, desk.queue.release, desk.queue.ask_login, desk.queue.to_assistant):
            with pytest.raises(NotFoundError):
                act(handoff_id, mette)


def test_the_read_mark_only_rises_and_only_by_the_owner(desk: Desk, mette: Staff, jens: Staff) -> None:
    """Who looks over a shoulder has read nothing for them."""
    handoff = taken(desk, mette)
    assert desk.queue.seen(handoff.id, jens, 1) is None
    assert desk.queue.seen(handoff.id, mette, 1) == 1
    assert desk.queue.seen(handoff.id, mette, 1) is None
    assert desk.queue.seen(handoff.id, mette, 99) == 2  # no further than there is


def test_what_dies_on_the_way_leaves_no_trace(desk: Desk, mette: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after all was written and before the commit: it still waits, nothing was said, and it can be taken."""
    handoff = desk.waiting()
    with monkeypatch.context() as patched:

        def die(*arguments: object, **more: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(desk.records, "append", die)  # the last step of the transaction
        with pytest.raises(KeyboardInterrupt):
            desk.queue.claim(handoff.id, mette)
    assert desk.now(handoff) == handoff and desk.state(handoff) == "queued" and desk.happened(handoff) == []
    assert desk.queue.claim(handoff.id, mette).handoff.status is Status.CLAIMED
