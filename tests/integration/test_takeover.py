"""A human takes over, from the citizen's side: kept before it is told, once, and never lost; on both databases."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection, Engine

from bot.chat.announcing import DESK, Announcer
from bot.chat.bus import Frame
from bot.chat.consequences import Outcome
from bot.chat.incoming import Survey
from bot.chat.rasa import Answer, Choice
from bot.chat.records import Conversation
from bot.chat.turn import HandoffAsk, MeetingAsk, Memory
from bot.desk.listing import Listing
from bot.desk.opened import Opening
from bot.errors import NotFoundError
from bot.handoff import texts
from bot.handoff.filing.model import FilingKind
from bot.handoff.model import EventKind, Status, Way
from bot.handoff.model import Outcome as End
from bot.handoff.rules import Trigger
from bot.handoff.summary.extracting import summarise
from bot.store.crypto import Vault
from bot.store.engine import make_engine, reading, writing
from bot.store.handoff_tables import filings, handoff_terms, handoffs, surveys
from bot.store.meeting_tables import meetings, outbox
from tests.integration.takeover_setup import NIGHT, Chat

ASKED = HandoffAsk(do="offer", trigger="bedt_om", reason="Vil tale med et menneske.", departments=("social",))
ACUTE = HandoffAsk(do="offer", trigger="akut", reason="Akut: har bedt om hjælp nu.")
WISH = "jeg er træt af at vente, jeg vil have et møde med en rigtig person om min handicapbil"


@pytest.fixture
def chat(database_url: str, vault: Vault) -> Iterator[Chat]:
    engine = make_engine(database_url)
    made = Chat(engine, vault)
    yield made
    made.blocking.close()
    engine.dispose()


def count(engine: Engine, table: object) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_an_offer_is_kept_with_the_message_that_tells_of_it(chat: Chat) -> None:
    """Handoff and message stand in one transaction; the message has the rule's words, the summary and the buttons."""
    chat.staff()
    id = chat.asks(WISH, ASKED, lead="Det forstår jeg godt.")
    handoff, told = chat.handoff(id), chat.said(id)[-1]
    assert (handoff.status, handoff.way, handoff.trigger) == (Status.OFFERED, Way.CHAT, Trigger.ASKED)
    assert handoff.department == "social" and chat.state(id) == "bot"
    words = chat.municipality.handoffs[Trigger.ASKED].words
    assert told.text.startswith("Det forstår jeg godt.") and words in told.text and texts.SOMEBODY_HERE in told.text
    assert told.card is not None and told.card["id"] == handoff.id
    assert WISH in [field["value"] for field in told.card["fields"] if field["kind"] == "first_request"]
    assert [payload.split(":")[2] for payload in chat.buttons(id)] == ["send", "call", "slots", "withdraw"]
    now = chat.log.get(id)
    assert now is not None and now.memory.asked == "menneske"


def test_what_is_sent_stands_in_the_queue_and_rasa_is_asked_no_more(chat: Chat) -> None:
    """Somebody is there: the state is queued, the place is told, and what the citizen writes waits for a human."""
    chat.staff()
    first = chat.asks("jeg vil tale med en", ASKED)
    chat.press(first, chat.buttons(first)[0])
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[0])
    handoff = chat.handoff(id)
    assert handoff.status is Status.WAITING and chat.state(id) == "queued"
    assert handoff.sent_at == chat.clock() and handoff.due_at is not None
    assert "nummer 2" in chat.said(id)[-1].text and "kl. 11.20" in chat.said(id)[-1].text
    assert chat.standings.of(id)["position"] == 2 and chat.standings.of(first)["position"] == 1
    chat.say(id, "er der nogen?")
    assert chat.log.next_turn(id) is None and id not in chat.log.waiting()


def test_outside_hours_the_assistant_goes_on_and_the_promise_is_the_service_goal(chat: Chat) -> None:
    """Nobody is there: it is sent all the same, promised for when the desk has been open so long, and nobody waits."""
    chat.clock.now = NIGHT
    id = chat.asks(WISH, ASKED)
    assert "onsdag" not in chat.said(id)[-1].text and "i morgen kl. 9" in chat.said(id)[-1].text
    chat.press(id, chat.buttons(id)[0])
    handoff = chat.handoff(id)
    assert handoff.status is Status.WAITING and chat.state(id) == "bot"
    assert handoff.due_at == datetime(2026, 11, 25, 8, 20, tzinfo=timezone.utc)
    assert "i morgen kl. 9.20" in chat.said(id)[-1].text and chat.municipality.phone in chat.said(id)[-1].text
    chat.say(id, "hvad er jeres åbningstider")
    assert chat.log.next_turn(id) is not None


def test_a_typed_yes_sends_and_a_typed_no_takes_back(chat: Chat) -> None:
    """Words count as much as buttons."""
    chat.staff()
    yes, no = chat.asks(WISH, ASKED), chat.asks(WISH, ASKED)
    chat.asks("ja tak", HandoffAsk(do="send"), conversation=yes)
    chat.asks("nej, glem det", HandoffAsk(do="withdraw"), conversation=no)
    assert chat.handoff(yes).status is Status.WAITING and chat.state(yes) == "queued"
    assert chat.handoff(no).status is Status.WITHDRAWN and chat.state(no) == "bot"
    again = chat.asks("jo, alligevel", ASKED, conversation=no)
    with reading(chat.engine) as connection:
        assert chat.parts.handoffs.ongoing(connection, again) is not None


def test_who_sits_there_outside_hours_is_promised_by_no_time(chat: Chat) -> None:
    """The promise is counted in the desk's hours: »i morgen« reads odd while somebody is there."""
    chat.staff()
    chat.clock.now = NIGHT
    chat.staff()
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[0])
    assert "næste" in chat.said(id)[-1].text and "senest" not in chat.said(id)[-1].text


def test_the_day_is_named_once_when_it_opens_and_answers_on_the_same(chat: Chat) -> None:
    """»Vi åbner igen i morgen kl. 9 og svarer dig her senest kl. 9.20«."""
    chat.clock.now = NIGHT
    id = chat.asks(WISH, ASKED)
    assert "igen i morgen kl. 9 og svarer dig her senest kl. 9.20." in chat.said(id)[-1].text


def test_a_typed_yes_to_a_call_in_danger_asks_for_the_number(chat: Chat) -> None:
    """With nobody there the same words again would be deaf."""
    chat.clock.now = NIGHT
    id = chat.asks("jeg vil ikke leve mere", ACUTE, lead="Ring til Livslinien på 70 201 201.")
    chat.asks("ja", HandoffAsk(do="send"), conversation=id)
    assert chat.said(id)[-1].text == texts.ASK_PHONE
    now = chat.log.get(id)
    assert now is not None and now.memory.asked == "telefon"


def test_whose_matter_it_is_may_be_known_later(chat: Chat) -> None:
    """What was offered before login goes to those who have the case, and no more to those who help all."""
    first = HandoffAsk(do="offer", trigger="afgoerelse", reason="Overvejer at klage.")
    id = chat.asks("jeg vil klage", first)
    assert chat.handoff(id).department == chat.municipality.main_department
    known = HandoffAsk(do="offer", trigger="afgoerelse", reason="x", departments=("ydelse",), kle="32.24.04")
    chat.asks("jeg er logget ind nu", known, conversation=id)
    assert (chat.handoff(id).departments, chat.handoff(id).kle) == (("ydelse",), "32.24.04")


def test_that_something_is_with_a_human_is_remembered_until_it_is_not(chat: Chat) -> None:
    """So that »glem det« and a number told afterwards are heard for what they are."""

    def human(id: str) -> bool:
        now = chat.log.get(id)
        assert now is not None
        return now.memory.human

    id = chat.asks(WISH, ASKED)
    assert human(id)
    chat.press(id, chat.buttons(id)[0])
    assert human(id)
    chat.asks("glem det", HandoffAsk(do="withdraw"), conversation=id)
    assert not human(id)


def test_no_after_being_told_that_it_is_promised_takes_nothing_back(chat: Chat) -> None:
    """Nothing was asked then, whatever the action that brought it there had in mind."""
    chat.clock.now = NIGHT
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[0])
    chat.say(id, "hvornår hører jeg fra jer")
    chat.answer(id, Answer(text="", handoff=ASKED, memory=Memory(asked="menneske", human=True)))
    now = chat.log.get(id)
    assert now is not None and now.memory.asked is None and now.memory.human
    assert "Du hører fra os senest" in chat.said(id)[-1].text


def test_who_asks_the_assistant_meanwhile_loses_no_place_by_a_no(chat: Chat) -> None:
    """In danger too: »hvad vil du vide imens?« is no question of a human."""
    chat.staff()
    id = chat.asks("jeg vil ikke leve mere", ACUTE, lead="Ring 112.")
    chat.press(id, next(each for each in chat.buttons(id) if each.startswith("web:handoff:assistant:")))
    now = chat.log.get(id)
    assert now is not None and now.state == "bot" and now.memory.asked is None and now.memory.human


def test_the_desk_opens_what_is_told_by_now(chat: Chat) -> None:
    """A number or an address that is written after it was sent stands in the summary of whoever opens it."""
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[0])
    chat.clock.goes(minutes=1)
    chat.say(id, "I kan få fat i mig på 12 98 76 54 eller per@eksempel.dk")
    listing = Listing(chat.engine, chat.parts.handoffs, chat.municipality, named=lambda ids: {}, clock=chat.clock)
    opening = Opening(
        chat.engine,
        chat.vault,
        chat.parts.records,
        chat.parts.handoffs,
        chat.parts.meetings,
        listing,
        named=lambda ids: {},
        municipality=chat.municipality,
        summarise=summarise,
        clock=chat.clock,
    )
    opened = opening.open(chat.handoff(id).id).row.handoff
    mail = opened.summary.first("email")
    assert opened.phone == "12 98 76 54" and mail is not None and mail.value == "per@eksempel.dk"


def test_an_answer_in_words_alone_says_which_case_it_is_about(chat: Chat) -> None:
    """Whoever takes over sees the number, though no card was shown."""
    lead = "Det gælder sagen »Hjælp til en enkelt udgift« (32.24.04-G01-655-26)."
    id = chat.begin()
    chat.say(id, "jeg vil klage")
    chat.answer(id, Answer(text=lead))
    chat.asks("jeg vil tale med en", ASKED, conversation=id)
    case = chat.handoff(id).summary.first("case")
    assert case is not None and case.value == "32.24.04-G01-655-26"


async def test_what_the_citizen_lets_lie_is_sent_by_itself_and_once(chat: Chat) -> None:
    """Who asked for a human and went away is not forgotten; an offer nobody asked for goes nowhere."""
    chat.staff()
    asked = chat.asks(WISH, ASKED)
    offered = chat.asks("svaret er forsinket", HandoffAsk(do="offer", trigger="overskredet", reason="Forsinket."))
    await chat.keeper.send_due()
    assert chat.handoff(asked).status is Status.OFFERED
    chat.clock.goes(seconds=chat.municipality.desk_goals.send_after_seconds + 1)
    heard = chat.frames(DESK)
    await chat.keeper.send_due()
    await chat.keeper.send_due()
    assert chat.handoff(asked).status is Status.WAITING and chat.handoff(offered).status is Status.OFFERED
    assert [message.text for message in chat.said(asked)].count(chat.said(asked)[-1].text) == 1
    assert [frame["sent"] for frame in heard if frame["type"] == "queue"] == [chat.handoff(asked).id]
    assert texts.THANKS not in chat.said(asked)[-1].text  # for nothing that the citizen did


def test_no_time_is_named_while_somebody_sits_there_after_hours(chat: Chat) -> None:
    """The place in the queue is true then, and "tomorrow at nine" is not."""
    chat.clock.now = NIGHT
    chat.staff()
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[0])
    standing = chat.standings.of(id)
    assert standing["position"] == 1 and standing["handoff"]["due"] is None
    assert "i morgen" not in chat.said(id)[-1].text


def test_danger_goes_first_and_at_once(chat: Chat) -> None:
    """A cry for help waits for no button, and stands before everybody who came earlier."""
    chat.staff()
    before = chat.asks(WISH, ASKED)
    chat.press(before, chat.buttons(before)[0])
    chat.clock.goes(minutes=3)
    id = chat.asks("jeg vil ikke leve mere", ACUTE, lead="Ring til Livslinien på 70 201 201.")
    assert chat.handoff(id).status is Status.WAITING and chat.state(id) == "queued"
    assert chat.standings.of(id)["position"] == 1 and chat.standings.of(before)["position"] == 2
    assert chat.said(id)[-1].text.startswith("Ring til Livslinien på 70 201 201.")


def test_danger_at_night_is_told_not_to_wait_for_us(chat: Chat) -> None:
    """With nobody there the numbers stand first, the assistant goes on, and a phone number is enough to be called."""
    chat.clock.now = NIGHT
    id = chat.asks("jeg vil ikke leve mere", ACUTE, lead="Ring til Livslinien på 70 201 201.")
    assert chat.handoff(id).status is Status.WAITING and chat.state(id) == "bot"
    assert "vent ikke på os" in chat.said(id)[-1].text
    chat.asks("22334455", HandoffAsk(do="call", phone="22 33 44 55"), conversation=id)
    handoff = chat.handoff(id)
    assert (handoff.way, handoff.phone, handoff.priority) == (Way.CALL, "22 33 44 55", 0)
    assert "112" in chat.said(id)[-1].text


def test_a_no_to_being_called_takes_no_danger_from_the_desk(chat: Chat) -> None:
    """Who says "nej" to a call is still seen by a human; who means to take it back has a button that says so."""
    chat.clock.now = NIGHT
    id = chat.asks("jeg vil ikke leve mere", ACUTE, lead="Ring til Livslinien på 70 201 201.")
    chat.asks("nej", HandoffAsk(do="withdraw"), conversation=id)
    handoff = chat.handoff(id)
    assert handoff.status is Status.WAITING and chat.said(id)[-1].text == texts.STAYS_ACUTE
    chat.press(id, f"web:handoff:withdraw:{handoff.id}")
    assert chat.handoff(id).status is Status.WITHDRAWN


def test_an_offer_that_turns_into_danger_jumps_the_queue(chat: Chat) -> None:
    """The same handoff becomes more urgent; there is no second one."""
    chat.staff()
    id = chat.asks(WISH, ASKED)
    chat.asks("jeg kan ikke mere, jeg vil dø", ACUTE, conversation=id)
    handoff = chat.handoff(id)
    assert (handoff.status, handoff.trigger, handoff.priority) == (Status.WAITING, Trigger.ACUTE, 0)


def test_whoever_asks_twice_stands_in_the_queue_once_and_sees_no_second_menu(chat: Chat) -> None:
    """A second wish keeps the first place."""
    chat.staff()
    id = chat.asks(WISH, ASKED)
    chat.asks("hallo, et menneske!", ASKED, conversation=id)
    assert len(chat.buttons(id)) == 2
    chat.press(id, chat.buttons(id)[0])
    since = chat.handoff(id).sent_at
    chat.press(id, f"web:handoff:assistant:{chat.handoff(id).id}")
    assert chat.state(id) == "bot" and chat.standings.of(id)["position"] == 1
    chat.clock.goes(minutes=2)
    chat.asks("nu vil jeg tale med nogen", ASKED, conversation=id)
    assert chat.state(id) == "queued" and chat.handoff(id).sent_at == since


def test_a_call_is_promised_by_the_service_goal_whatever_way_it_is_asked_for(chat: Chat) -> None:
    """With a number it is promised at once; without one it is asked for, and the handoff waits on."""
    id = chat.asks(
        "kan I ringe på 22 33 44 55 om min sag", HandoffAsk(do="call", trigger="bedt_om", phone="22 33 44 55")
    )
    handoff = chat.handoff(id)
    assert (handoff.status, handoff.way, handoff.phone) == (Status.WAITING, Way.CALL, "22 33 44 55")
    assert handoff.due_at == datetime(2026, 11, 25, 14, 0, tzinfo=timezone.utc)  # tomorrow, when the phones close
    assert "i morgen kl. 15" in chat.said(id)[-1].text
    other = chat.asks(WISH, ASKED)
    chat.press(other, f"web:handoff:call:{chat.handoff(other).id}")
    now = chat.log.get(other)
    assert now is not None and now.memory.asked == "telefon" and chat.handoff(other).status is Status.OFFERED
    chat.asks("33445566", HandoffAsk(do="call", phone="33 44 55 66"), conversation=other)
    assert chat.handoff(other).way is Way.CALL and chat.handoff(other).phone == "33 44 55 66"


def test_what_the_citizen_puts_right_counts(chat: Chat) -> None:
    """A correction is the citizen's own message, its values replace what was read, and it is sent with them."""
    chat.staff()
    id = chat.asks("kan i ringe til mig på 22334455 om min handicapbil", ASKED)
    handoff = chat.handoff(id)
    assert handoff.summary.first("phone") is not None
    chat.correct(id, handoff.id, "send", {"phone": "33 44 55 66", "interpreter": "arabisk"}, add="Ring gerne sent.")
    mine = [message for message in chat.said(id) if message.sender == "citizen"][-1]
    assert "33 44 55 66" in mine.text and "Ring gerne sent." in mine.text and "arabisk" in mine.text
    now = chat.handoff(id)
    phone, interpreter = now.summary.first("phone"), now.summary.first("interpreter")
    assert phone is not None and phone.value == "33 44 55 66" and phone.sources[0].seq == mine.seq
    assert interpreter is not None and now.status is Status.WAITING and now.phone == "33 44 55 66"
    chat.correct(id, handoff.id, "correct", {"phone": "44 55 66 77"})
    assert chat.handoff(id).phone == "44 55 66 77" and chat.said(id)[-1].text == texts.CORRECTED


def test_another_conversations_handoff_is_none_and_nothing_is_kept(chat: Chat) -> None:
    """A number from elsewhere is refused as if it did not exist, and leaves no message."""
    mine, other = chat.asks(WISH, ASKED), chat.asks(WISH, ASKED)
    before = len(chat.said(mine))
    with pytest.raises(NotFoundError):
        chat.correct(mine, chat.handoff(other).id, "send", {"phone": "33 44 55 66"})
    assert len(chat.said(mine)) == before and chat.handoff(other).status is Status.OFFERED


async def test_a_broken_promise_is_told_and_alarms_once(chat: Chat) -> None:
    """Past the goal the citizen hears it with a way on, the desk is alarmed, and neither happens twice."""
    chat.staff()
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[0])
    heard = chat.frames(DESK)
    await chat.keeper.tell_late()
    assert chat.said(id)[-1].text != texts.LATE
    chat.clock.goes(minutes=21)
    await chat.keeper.tell_late()
    await chat.keeper.tell_late()
    assert [message.text for message in chat.said(id)].count(texts.LATE) == 1
    assert [frame["handoff"] for frame in heard if frame["type"] == "late"] == [chat.handoff(id).id]
    assert EventKind.LATE in [event.kind for event in chat.events(chat.handoff(id))]


def test_login_that_fails_twice_leads_to_a_human(chat: Chat) -> None:
    """The first time the citizen may try again; the second time a human helps without any login."""
    id = chat.begin()

    def fails(connection: Connection, conversation: Conversation) -> Outcome:
        return chat.parts.takeover.login_failed(connection, conversation, "Dit login gik ikke igennem.")

    assert len(chat.log.happen(id, fails).messages) == 1
    assert len(chat.log.happen(id, fails).messages) == 2
    assert chat.handoff(id).trigger is Trigger.DIGITAL
    other = chat.begin()
    chat.log.happen(other, fails)
    chat.log_in(other)
    assert len(chat.log.happen(other, fails).messages) == 1  # a login in between starts the count anew


def test_erasing_keeps_the_promise_and_nothing_that_was_said(chat: Chat) -> None:
    """A promised call outlives the conversation with number and reason alone; a place in the queue does not."""
    waits = chat.asks(WISH, ASKED)
    chat.press(waits, chat.buttons(waits)[0])
    assert chat.log.erase(waits) is False and count(chat.engine, handoffs) == 0
    called = chat.asks("ring på 22334455", HandoffAsk(do="call", phone="22 33 44 55", reason="Vil ringes op."))
    assert chat.log.erase(called) is True
    handoff = chat.handoff(called)
    assert handoff.phone == "22 33 44 55" and handoff.summary.fields == () and chat.said(called) == []


def test_nothing_the_desk_wrote_outlives_a_conversation_that_is_erased(chat: Chat) -> None:
    """Notes, drafts, an agenda and the words one could find it by repeat what was said: gone, with the promise kept."""
    mette = chat.staff()
    called = chat.asks("min kone er syg, ring på 22334455", HandoffAsk(do="call", phone="22 33 44 55"))
    handoff = chat.handoff(called)
    chat.parts.queue.claim(handoff.id, mette)
    chat.parts.queue.note(handoff.id, mette, "Konen er syg")
    signed = chat.parts.filings.add(handoff.id, FilingKind.NOTE, text="Konen er syg: skrives på sagen")
    chat.parts.filings.add(handoff.id, FilingKind.NOTE, text="Konen er syg: et udkast")
    with writing(chat.engine) as connection:
        chat.parts.handoffs.index(connection, handoff.id, ["konen er syg"])
        connection.execute(update(filings).where(filings.c.id == signed.id).values(status="pending"))
        slot = chat.parts.meetings.slots(connection, "social")[0]
        more = {"conversation_id": called, "agenda": ("Konen er syg",), "documents": ("Journal om konen",)}
        meeting = chat.parts.meetings.book_at_once(connection, slot, handoff_id=handoff.id, **more)
        later = chat.parts.meetings.slots(connection, "social")[0]
        held = chat.parts.meetings.hold(connection, later, **more)
    assert chat.log.erase(called) is True
    assert [event.text for event in chat.events(handoff)] == [""] * len(chat.events(handoff))
    assert [one.text for one in chat.parts.filings.of(handoff.id)] == ["Konen er syg: skrives på sagen"]
    assert count(chat.engine, handoff_terms) == 0
    with reading(chat.engine) as connection:
        left = chat.parts.meetings.get(connection, meeting.id)
        assert left is not None and left.status.value == "booked" and left.agenda == ()
        assert "Journal om konen" not in left.documents
        assert chat.parts.meetings.get(connection, held.id) is None


def test_of_a_handoff_that_is_taken_back_by_erasing_nothing_is_left_but_the_meeting(chat: Chat) -> None:
    """A meeting is agreed and the conversation deleted: no name, number or reason stays with the handoff."""
    id = chat.asks(WISH + ", ring på 22334455", ASKED)
    with writing(chat.engine) as connection:
        slot = chat.parts.meetings.slots(connection, "social")[0]
        chat.parts.meetings.book_at_once(connection, slot, conversation_id=id)
    assert chat.log.erase(id) is True
    handoff = chat.handoff(id)
    assert handoff.status is Status.WITHDRAWN and handoff.summary.fields == ()
    assert (handoff.phone, handoff.reason, handoff.name, handoff.level) == (None, "", "", "")


@pytest.mark.parametrize("how", ["erased", "over its time"])
def test_what_is_signed_reaches_the_case_whatever_becomes_of_the_conversation(chat: Chat, how: str) -> None:
    """The duty to note outlives the chat: a signed note of a closed handoff waits for a case system that is down."""
    mette = chat.staff()
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[0])
    handoff = chat.handoff(id)
    chat.parts.queue.claim(handoff.id, mette)
    signed = chat.parts.filings.add(handoff.id, FilingKind.NOTE, text="Skrives på sagen")
    with writing(chat.engine) as connection:
        connection.execute(update(filings).where(filings.c.id == signed.id).values(status="pending"))
    chat.parts.queue.close(handoff.id, mette, End.ANSWERED, "Har fået svar.")
    if how == "erased":
        assert chat.log.erase(id) is True
        assert chat.handoff(id).summary.fields == () and chat.handoff(id).note == "" and chat.said(id) == []
    else:
        for _ in range(3):
            chat.clock.goes(days=29, hours=12)
            chat.log.erase_expired()
    assert [one.text for one in chat.parts.filings.of(handoff.id)] == ["Skrives på sagen"]


def test_a_conversation_in_which_something_is_owed_outlives_its_time(chat: Chat) -> None:
    """Thirty days end what is over; a promised call that nobody has made yet is not."""
    owed = chat.asks("ring på 22334455", HandoffAsk(do="call", phone="22 33 44 55"))
    over = chat.begin()
    chat.clock.goes(days=29, hours=12)
    chat.log.erase_expired()
    chat.clock.goes(days=2)
    assert chat.log.erase_expired() == 1
    assert chat.log.get(over) is None and chat.handoff(owed).phone == "22 33 44 55"


def test_a_consent_is_the_citizens_own_answer(chat: Chat) -> None:
    """Asked by staff, answered in the chat, kept with the handoff."""
    mette = chat.staff()
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[0])
    handoff = chat.handoff(id)
    chat.parts.queue.claim(handoff.id, mette)
    chat.parts.queue.ask_consent(handoff.id, mette, "Må jeg tale med din læge om det?")
    chat.press(id, f"web:handoff:consent:{handoff.id}:no")
    kinds = [event.kind for event in chat.events(handoff)]
    assert EventKind.CONSENT_REFUSED in kinds and EventKind.CONSENT_GIVEN not in kinds
    assert chat.said(id)[-1].text == texts.CONSENT_REFUSED


def test_staff_answer_close_and_the_assistant_is_back(chat: Chat) -> None:
    """bot, queued, human, closed, bot: and after that it begins anew, with a summary of the new matter alone."""
    mette = chat.staff()
    id = chat.asks(WISH, ASKED)
    states = [chat.state(id)]
    chat.press(id, chat.buttons(id)[0])
    states.append(chat.state(id))
    handoff = chat.handoff(id)
    chat.parts.queue.claim(handoff.id, mette)
    chat.parts.queue.reply(handoff.id, mette, "m1", "Hej, hvad kan jeg hjælpe med?")
    states.append(chat.state(id))
    chat.parts.queue.close(handoff.id, mette, End.ANSWERED, "Har fået svar.")
    states.append(chat.state(id))
    survey = Survey("s1", handoff.id, 5, 4, None, 3, "God hjælp")
    for _ in range(2):
        chat.log.happen(id, lambda connection, now: chat.parts.takeover.survey(connection, now, survey))
    assert count(chat.engine, surveys) == 1
    chat.clock.goes(minutes=1)
    chat.say(id, "hvornår åbner genbrugspladsen")
    states.append(chat.state(id))
    assert states == ["bot", "queued", "human", "closed", "bot"] and chat.log.next_turn(id) is not None
    chat.answer(id, Answer(text="", handoff=ASKED))
    with reading(chat.engine) as connection:
        anew = chat.parts.handoffs.ongoing(connection, id)
    assert anew is not None and anew.id != handoff.id
    assert "handicapbil" not in repr([field.value for field in anew.summary.fields])


def test_a_case_card_stands_beside_the_offer_and_not_in_its_place(chat: Chat) -> None:
    """An answer with a card of its own is one message, the offer the next, in that order."""
    id = chat.begin()
    chat.say(id, "hvornår får jeg svar")
    card = {"type": "case", "number": "27.60.20-G01-4-26", "department": "Socialafdelingen"}
    late = HandoffAsk(do="offer", trigger="overskredet", reason="Svaret er forsinket.")
    done = chat.answer(id, Answer(text="Svaret er forsinket.", card=card, handoff=late))
    assert [message.card["type"] for message in done.messages if message.card] == ["case", "handoff"]
    assert chat.handoff(id).summary.first("case") is not None


def test_a_human_can_be_had_while_the_assistant_is_down(chat: Chat) -> None:
    """The button beside the message of trouble needs no Rasa."""
    chat.staff()
    id = chat.begin()
    chat.say(id, "er der nogen")
    turn = chat.log.next_turn(id)
    assert turn is not None
    chat.log.trouble(turn, "Jeg kan ikke svare.", choices=(Choice(title=texts.HUMAN, payload="web:handoff:ask"),))
    chat.press(id, "web:handoff:ask")
    chat.press(id, chat.buttons(id)[0])
    assert chat.state(id) == "queued" and chat.log.next_turn(id) is None


def test_a_meeting_is_booked_in_the_chat_and_is_somebodys_to_prepare(chat: Chat) -> None:
    """Choose a time, say yes with a mail address: booked once, invited by mail, and kept at the desk."""
    chat.staff()
    id = chat.asks(WISH, ASKED)
    chat.press(id, chat.buttons(id)[2])
    slot = next(payload for payload in chat.buttons(id) if payload.startswith("web:meeting:hold:"))
    chat.press(id, slot)
    card = chat.said(id)[-1].card
    assert card is not None and card["status"] == "held"
    chat.fill_in(id, card["id"], "book", {"email": "anna@example.com", "mail": True})
    booked = chat.said(id)[-1].card
    assert booked is not None and booked["status"] == "booked" and booked["agenda"]
    handoff = chat.handoff(id)
    assert (handoff.status, handoff.way) == (Status.WAITING, Way.MEETING) and chat.state(id) == "bot"
    with reading(chat.engine) as connection:
        row = connection.execute(select(meetings)).one()
    assert row.handoff_id == handoff.id and count(chat.engine, outbox) > 0


def test_a_meeting_may_be_asked_for_straight_away(chat: Chat) -> None:
    """Without any offer of a human before it; and when it is cancelled, nobody has to prepare it."""
    id = chat.asks("jeg vil gerne have et møde", MeetingAsk(do="book", department="social"))
    chat.press(id, next(each for each in chat.buttons(id) if each.startswith("web:meeting:hold:")))
    card = chat.said(id)[-1].card
    assert card is not None
    chat.press(id, f"web:meeting:book:{card['id']}")
    assert chat.handoff(id).way is Way.MEETING
    chat.asks("jeg bliver nødt til at aflyse", MeetingAsk(do="cancel"), conversation=id)
    chat.press(id, next(each for each in chat.buttons(id) if each.startswith("web:meeting:cancel:")))
    assert chat.handoff(id).status is Status.WITHDRAWN


def test_a_typed_yes_books_and_cancels_a_meeting(chat: Chat) -> None:
    """What was asked of a meeting is remembered, so words count as much as the buttons under it."""

    def asked(id: str) -> str:
        now = chat.log.get(id)
        assert now is not None and now.memory.asked is not None
        return now.memory.asked

    id = chat.asks("jeg vil gerne have et møde", MeetingAsk(do="book", department="social"))
    chat.press(id, next(each for each in chat.buttons(id) if each.startswith("web:meeting:hold:")))
    card = chat.said(id)[-1].card
    assert card is not None and asked(id) == f"moede_svar:book:drop:{card['id']}"
    chat.asks("nej", MeetingAsk(do="drop", meeting=card["id"]), conversation=id)
    assert asked(id) == "moede_book"  # other times are shown, and one may be typed
    chat.press(id, next(each for each in chat.buttons(id) if each.startswith("web:meeting:hold:")))
    card = chat.said(id)[-1].card
    assert card is not None
    chat.asks("ja", MeetingAsk(do="book", meeting=card["id"]), conversation=id)
    assert chat.handoff(id).way is Way.MEETING
    chat.asks("jeg bliver nødt til at aflyse", MeetingAsk(do="cancel"), conversation=id)
    assert asked(id) == f"moede_svar:cancel:keep:{card['id']}"
    chat.asks("ja", MeetingAsk(do="cancel", meeting=card["id"]), conversation=id)
    assert chat.handoff(id).status is Status.WITHDRAWN


def test_the_same_button_sent_again_changes_nothing(chat: Chat) -> None:
    """A client that never heard the ack sends anew; there is one message and one place in the queue."""
    chat.staff()
    id = chat.asks(WISH, ASKED)
    send = chat.buttons(id)[0]
    chat.press(id, send, id="once")
    before = len(chat.said(id))
    chat.press(id, send, id="once")
    assert len(chat.said(id)) == before


async def test_what_is_told_last_is_how_it_stands(chat: Chat) -> None:
    """Two changes right after each other: the first to be looked up is not told after the second."""
    chat.staff()
    id = chat.asks(WISH, ASKED)
    reader = chat.bus.subscribe(id)
    looked, changed = threading.Event(), threading.Event()

    def slowly(conversation: str) -> Frame:
        found = chat.standings.of(conversation)
        if not looked.is_set():
            looked.set()
            assert changed.wait(10)
        return found

    announcer = Announcer(chat.log, chat.bus, chat.logins, chat.blocking, standing=slowly)
    first = asyncio.ensure_future(announcer.state(id))
    assert await asyncio.to_thread(looked.wait, 60)
    await asyncio.to_thread(chat.press, id, chat.buttons(id)[0])
    second = asyncio.ensure_future(announcer.state(id))
    await asyncio.sleep(0.2)
    changed.set()
    await asyncio.gather(first, second)
    told = [await reader.get(), await reader.get()]
    assert [frame and (frame["state"], frame["handoff"]["status"]) for frame in told] == [
        ("bot", "offered"),
        ("queued", "waiting"),
    ]
