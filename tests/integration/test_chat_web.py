"""The chat through web's own doors: what a citizen is promised, whatever dies when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import create_engine

from tests.integration.chat_client import Citizen, Frame
from tests.integration.installation import Installation
from tests.services import Postgres


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[Installation]:
    async with Installation(database_url, tmp_path) as made:
        yield made


async def whole_log(web: Installation, token: str) -> list[Frame]:
    """What a client that has seen nothing is shown."""
    reader = Citizen(web.client, token)
    await reader.connect()
    return [frame for frame in await reader.quiet() if frame["type"] == "message"]


def texts(frames: list[Frame], sender: str) -> list[str]:
    return [frame["text"] for frame in frames if frame["type"] == "message" and frame["from"] == sender]


async def test_the_assistant_speaks_first_and_answers(web: Installation) -> None:
    """A new conversation opens by itself; a message is acknowledged, shown and answered, with seq growing by one."""
    citizen = await web.begin()
    opening = web.peer.asked[0]
    assert (opening["message"], opening["metadata"]["opening"]) == ("/hilsen", True)
    seq = await citizen.say("a", "hvem er min sagsbehandler")
    answer = await citizen.from_("assistant")
    assert seq == 2 and answer["seq"] == 3
    assert answer["text"] == "Svar på: hvem er min sagsbehandler"
    assert [frame["seq"] for frame in citizen.messages()] == [1, 2, 3]
    assert all("+00:00" in frame["at"] for frame in citizen.messages())


async def test_the_same_id_is_kept_once(web: Installation) -> None:
    """A message sent again under its id has the same seq, is not shown again and not answered again."""
    citizen = await web.begin()
    first = await citizen.say("a", "hej igen")
    await citizen.from_("assistant")
    again = await citizen.say("a", "hej igen")
    rest = await citizen.quiet()
    assert first == again
    assert not [frame for frame in rest if frame["type"] == "message"]
    assert web.peer.messages == ["hej igen"]


async def test_messages_are_answered_one_at_a_time_in_order(web: Installation) -> None:
    """However fast somebody writes, Rasa gets one message at a time, in order, and each has one answer."""
    citizen = await web.begin()
    for number in range(8):
        await citizen.send({"type": "say", "id": f"id{number}", "text": f"nummer {number}"})
    while len(texts(citizen.frames, "assistant")) < 9:
        await citizen.from_("assistant")
    assert web.peer.messages == [f"nummer {number}" for number in range(8)]
    assert texts(citizen.messages(), "assistant")[1:] == [f"Svar på: nummer {number}" for number in range(8)]


async def test_two_windows_see_the_same(web: Installation) -> None:
    """Both sockets of a conversation get every message once, in order; only the one that wrote gets the ack."""
    one = await web.begin()
    two = Citizen(web.client, one.token)
    await two.connect()
    await one.say("a", "fra det ene vindue")
    await one.from_("assistant")
    await two.until(lambda frame: frame["type"] == "message" and frame["seq"] == 3)
    assert [frame["seq"] for frame in two.messages()] == [1, 2, 3]
    assert not [frame for frame in two.frames if frame["type"] == "ack"]
    await one.send({"type": "seen", "seq": 99})
    assert (await two.until(lambda frame: frame["type"] == "seen"))["seq"] == 3


async def test_replay_gives_what_lies_after_since(web: Installation) -> None:
    """Connecting again gives every message after `since`, in order, once, and nothing before."""
    citizen = await web.begin()
    for number in range(3):
        await citizen.say(f"id{number}", f"nummer {number}")
        await citizen.from_("assistant")
    await citizen.socket.close()
    back = Citizen(web.client, citizen.token)
    welcome = await back.connect(since=3)
    await back.quiet()
    assert welcome["last_seq"] == 7 and welcome["state"] == "bot" and welcome["login"] is None
    assert [frame["seq"] for frame in back.messages()] == [4, 5, 6, 7]


async def test_connecting_while_messages_come_loses_and_doubles_none(web: Installation) -> None:
    """Sockets opened in the middle of a burst see each seq exactly once, in order."""
    citizen = await web.begin()
    others = [Citizen(web.client, citizen.token) for _ in range(6)]
    for number, other in enumerate(others):
        for part in range(3):
            await citizen.send({"type": "say", "id": f"id{number}-{part}", "text": f"nummer {number}.{part}"})
        await other.connect(since=number % 2)
    last = 1 + 2 * 18
    for number, other in enumerate(others):
        await other.until(lambda frame: frame["type"] == "message" and frame["seq"] == last)
        assert [frame["seq"] for frame in other.messages()] == list(range(1 + number % 2, last + 1))


async def test_a_dead_rasa_is_told_once_and_the_answers_come_when_it_is_back(web: Installation) -> None:
    """While Rasa is gone messages are kept and the citizen is told once; then all is answered in order."""
    citizen = await web.begin()
    await web.peer.stop()
    await citizen.say("a", "den første")
    trouble = await citizen.from_("system")
    assert "12 34 56 00" in trouble["text"] and "gemt" in trouble["text"]
    await citizen.say("b", "den anden")
    await asyncio.sleep(1.5)
    await web.peer.start()
    while len(texts(citizen.frames, "assistant")) < 3:
        await citizen.from_("assistant")
    await citizen.quiet()
    assert texts(citizen.messages(), "assistant")[1:] == ["Svar på: den første", "Svar på: den anden"]
    assert len(texts(citizen.messages(), "system")) == 1
    assert [frame["seq"] for frame in citizen.messages()] == list(range(1, 7))


@pytest.mark.parametrize("mode", ["empty", "error", "nonsense", "silent"])
async def test_a_failing_rasa_gives_one_answer_in_the_end(database_url: str, tmp_path: Path, mode: str) -> None:
    """Nothing, an error, nonsense or silence is never shown: the message is asked again until it is answered."""
    async with Installation(database_url, tmp_path, turn_timeout=1.0) as web:
        citizen = await web.begin()
        web.peer.mode = mode
        web.peer.actions_well = mode != "empty"
        await citizen.say("a", "hvad er status")
        await citizen.from_("system")
        web.peer.mode, web.peer.actions_well = "well", True
        assert (await citizen.from_("assistant"))["text"] == "Svar på: hvad er status"
        await citizen.quiet()
        assert len(texts(citizen.messages(), "assistant")) == 2


async def test_a_fault_that_does_not_pass_is_given_up_in_words(web: Installation, monkeypatch: Any) -> None:
    """When every part says it is well and there is still no answer, the citizen hears so, and the next is answered."""
    monkeypatch.setattr("bot.chat.answering._FIRST_PAUSE", 0.01)
    citizen = await web.begin()
    reply = web.peer.reply
    web.peer.reply = lambda body: [] if body["message"] == "gør ondt" else reply(body)
    await citizen.say("a", "gør ondt")
    await citizen.say("b", "gør godt")
    assert (await citizen.from_("assistant"))["text"] == "Svar på: gør godt"
    told = texts(citizen.messages(), "system")
    assert "fejl hos os" in told[-1] and "12 34 56 00" in told[-1]


async def test_a_message_that_rasa_fails_at_is_given_up_while_others_are_answered(
    web: Installation, monkeypatch: Any
) -> None:
    """Where Rasa says it is well and breaks at one message each time, that one does not hold up the rest."""
    monkeypatch.setattr("bot.chat.answering._FIRST_PAUSE", 0.01)
    citizen = await web.begin()
    reply = web.peer.reply
    web.peer.reply = lambda body: 1 / 0 if body["message"] == "gør ondt" else reply(body)  # a 500
    await citizen.say("a", "gør ondt")
    await citizen.say("b", "gør godt")
    assert (await citizen.from_("assistant"))["text"] == "Svar på: gør godt"
    assert "fejl hos os" in texts(citizen.messages(), "system")[-1]


async def test_an_answer_that_can_not_be_kept_is_no_answer(web: Installation, monkeypatch: Any) -> None:
    """Half a surrogate pair is valid JSON and no text: given up in words, not tried for ever."""
    monkeypatch.setattr("bot.chat.answering._FIRST_PAUSE", 0.01)
    citizen = await web.begin()
    web.peer.reply = lambda body: [{"text": "halv \ud83d"}]
    await citizen.say("a", "hej")
    await citizen.until(lambda frame: frame["type"] == "message" and "fejl hos os" in frame["text"])


async def test_goodbye_answers_what_was_written_meanwhile(web: Installation) -> None:
    """Somebody who says goodbye and writes on at once gets the answer; the conversation closes at the next goodbye."""
    citizen = await web.begin()
    reply = web.peer.reply
    web.peer.reply = lambda body: (
        [{"text": "Farvel."}, {"custom": {"type": "end"}}] if body["message"] == "farvel" else reply(body)
    )
    web.peer.hold = asyncio.Event()
    await citizen.say("a", "farvel")
    await citizen.say("b", "nej vent")
    web.peer.hold.set()
    await citizen.until(lambda frame: frame["type"] == "message" and frame["text"] == "Svar på: nej vent")
    await citizen.say("c", "farvel")
    assert (await citizen.until(lambda frame: frame["type"] == "state"))["state"] == "closed"


async def test_however_many_wait_the_parts_are_asked_as_often(tmp_path: Path) -> None:
    """While the action server is away, ten conversations that wait ask Rasa no more than one does."""
    async with Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path) as web:
        citizens = [await web.begin() for _ in range(10)]
        web.peer.mode, web.peer.actions_well = "empty", False
        for citizen in citizens:
            await citizen.say("a", "hej")
        for citizen in citizens:
            await citizen.from_("system")
        web.peer.pings = 0
        await asyncio.sleep(2.5)
        assert web.peer.pings <= 6
        web.peer.mode, web.peer.actions_well = "well", True
        for citizen in citizens:
            assert (await citizen.from_("assistant"))["text"] == "Svar på: hej"


async def test_a_database_that_drops_every_connection_loses_and_doubles_nothing(
    postgres: Postgres, tmp_path: Path
) -> None:
    """PostgreSQL is started again in the middle of a conversation: what was sent is kept once and answered once."""
    database_url = postgres.new_database()
    async with Installation(database_url, tmp_path) as web:
        citizen = await web.begin()
        admin = create_engine(database_url, future=True)
        web.peer.hold = asyncio.Event()
        await citizen.say("a", "midt i det hele")
        await web.peer.asked_times(1)
        with admin.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        admin.dispose()
        web.peer.hold.set()
        await citizen.say("a", "midt i det hele")
        await citizen.say("b", "og bagefter")
        await citizen.until(lambda frame: frame["type"] == "message" and frame["text"] == "Svar på: og bagefter")
        log = await whole_log(web, citizen.token)
        assert texts(log, "citizen") == ["midt i det hele", "og bagefter"]
        assert texts(log, "assistant")[1:] == ["Svar på: midt i det hele", "Svar på: og bagefter"]


async def test_web_dying_between_the_question_and_the_answer_gives_one_answer(web: Installation) -> None:
    """What was acknowledged is answered by the next web on the same database, once."""
    citizen = await web.begin()
    web.peer.hold = asyncio.Event()
    await citizen.say("a", "midt i det hele")
    await web.peer.asked_times(1)
    stopping = asyncio.create_task(web.stop_web())
    closed = await citizen.socket.receive()
    while closed.type is aiohttp.WSMsgType.TEXT:
        closed = await citizen.socket.receive()
    await stopping
    assert closed.data == 1012, "so that clients come back"
    web.peer.hold.set()
    web.peer.hold = None
    await web.start_web()
    back = Citizen(web.client, citizen.token)
    await back.connect()
    await back.until(lambda frame: frame["type"] == "message" and frame["text"].startswith("Svar på"))
    assert await back.say("a", "midt i det hele") == 2
    await back.quiet()
    assert texts(back.messages(), "assistant")[1:] == ["Svar på: midt i det hele"]
    assert [frame["seq"] for frame in await whole_log(web, citizen.token)] == [1, 2, 3]


async def test_two_webs_on_one_database_give_one_answer(web: Installation) -> None:
    """The turn and its answer change in one transaction, so even two that ask Rasa at once keep one answer."""
    citizen = await web.begin()
    web.peer.hold = asyncio.Event()
    await citizen.say("a", "til to")
    first = web.client
    await web.start_web()
    await web.peer.asked_times(2)
    web.peer.hold.set()
    await citizen.from_("assistant")
    await asyncio.sleep(0.3)
    assert texts(await whole_log(web, citizen.token), "assistant")[1:] == ["Svar på: til to"]
    await first.close()


async def test_a_choice_is_taken_by_its_id(web: Installation) -> None:
    """Choices go out as ids and titles; choosing asks Rasa the payload and shows the title as the citizen's words."""
    citizen = await web.begin()
    web.peer.reply = lambda body: [
        {"text": "Hvilken sag?", "buttons": [{"title": "Sygedagpenge", "payload": '/oplys{"sag": "hemmelig-ref"}'}]}
    ]
    await citizen.say("a", "status")
    offer = await citizen.from_("assistant")
    assert offer["choices"] == [{"id": "3.0", "title": "Sygedagpenge"}]
    await citizen.send({"type": "choose", "id": "b", "choice": "3.0"})
    assert (await citizen.from_("citizen"))["text"] == "Sygedagpenge"
    await citizen.from_("assistant")
    assert web.peer.messages[-1] == '/oplys{"sag": "hemmelig-ref"}'
    assert "hemmelig-ref" not in repr(citizen.frames)


@pytest.mark.parametrize("choice", ["3.1", "99.0", "1.0", "x", "3.-1", "99999999999.0"])
async def test_a_choice_that_was_never_given_is_refused(web: Installation, choice: str) -> None:
    """Only what the assistant offered in this very conversation can be chosen; the connection stays."""
    citizen = await web.begin()
    await citizen.send({"type": "choose", "id": "b", "choice": choice})
    error = await citizen.error()
    assert (error["code"], error["id"]) == ("unknown_choice", "b")
    await citizen.say("c", "videre")
    await citizen.from_("assistant")


@pytest.mark.parametrize(
    "text", ["/restart", "  /restart", "\u3000/log_ind", "\u200b/restart", "//session_start", "／restart"]
)
async def test_typed_text_is_never_a_command(web: Installation, text: str) -> None:
    """A slash in front means an intent to Rasa; nothing a citizen types arrives with one."""
    citizen = await web.begin()
    await citizen.say("a", text)
    await citizen.from_("assistant")
    assert not web.peer.messages[-1].strip().startswith("/")


async def test_what_is_remembered_goes_back_with_the_next_message(web: Installation) -> None:
    """Memory comes from Rasa, is kept, goes back; what was asked for holds one turn only."""
    citizen = await web.begin()
    memory = {"case": "ref-1", "offered": ["ref-1", "ref-2"], "asked": "telefon", "misses": 1}
    web.peer.reply = lambda body: [
        {"text": "Hvilket nummer?"},
        {"custom": {"type": "remember", "memory": memory}},
    ]
    await citizen.say("a", "ring")
    await citizen.from_("assistant")
    web.peer.reply = lambda body: [{"text": "tak"}]
    for id in "bc":
        await citizen.say(id, "12 34 56 78")
        await citizen.from_("assistant")
    first, second = (body["metadata"]["memory"] for body in web.peer.asked[-2:])
    assert (first["case"], first["asked"], first["misses"]) == ("ref-1", "telefon", 1)
    assert (second["case"], second["asked"], second["misses"]) == ("ref-1", None, 0)


async def test_ending_closes_and_writing_again_opens(web: Installation) -> None:
    """After `end` the state is closed and said so; a new message is answered as before."""
    citizen = await web.begin()
    await citizen.send({"type": "end"})
    assert (await citizen.until(lambda frame: frame["type"] == "state"))["state"] == "closed"
    await citizen.say("a", "en ting til")
    assert (await citizen.until(lambda frame: frame["type"] == "state"))["state"] == "bot"
    assert (await citizen.from_("assistant"))["text"] == "Svar på: en ting til"


async def test_erasing_deletes_at_once(web: Installation) -> None:
    """`end` with erase tells every window, Rasa forgets too, and the token opens nothing from then on."""
    citizen = await web.begin()
    other = Citizen(web.client, citizen.token)
    await other.connect()
    await citizen.send({"type": "end", "erase": True})
    for each in (citizen, other):
        assert (await each.until(lambda frame: frame["type"] == "state"))["erased"] is True
    again = await web.client.ws_connect("/chat/socket")
    await again.send_json({"type": "hello", "token": citizen.token, "since": 0})
    assert (await again.receive_json())["code"] == "bad_token"
    assert (await again.receive()).data == 4401
    assert web.peer.forgotten == [web.peer.asked[0]["sender"]]


async def test_typed_cpr_numbers_reach_neither_rasa_nor_the_database(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A CPR number typed in any form is gone before the database, Rasa or the log see it; so are token and text."""
    from bot.web.logs import configure

    configure()
    typed = ["mit cpr er 170285-3396", "1702853396", "17 02 85 3396 tak", "17.02.1985-3396", "770285–3396"]
    async with Installation(database_url, tmp_path) as web:
        citizen = await web.begin()
        for number, text in enumerate(typed):
            await citizen.say(f"id{number}", text)
            assert "[CPR-nummer skjult]" in (await citizen.from_("assistant"))["text"]
        await citizen.send({"type": "choose", "id": "x", "choice": "9.9"})
        await citizen.error()
        assert "3396" not in repr(web.peer.asked)
        assert "3396" not in repr(citizen.frames)
        stored = dump(database_url)
        token = citizen.token
    logged = "".join(capfd.readouterr())
    assert "request" in logged and "/chat/socket" in logged
    for secret in ("3396", token, "mit cpr", "rasa-token", "127.0.0.1"):
        assert secret not in logged, secret
    for secret in ("3396", token, "mit cpr", "skjult", "Svar på"):
        assert secret not in stored, secret


def dump(database_url: str) -> str:
    """Every value in every table of the database."""
    from sqlalchemy import MetaData, create_engine, select

    engine = create_engine(database_url, future=True)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        rows = [repr(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))]
    engine.dispose()
    raw = ""
    if database_url.startswith("sqlite:///"):
        path = Path(database_url.removeprefix("sqlite:///"))
        raw = "".join(each.read_bytes().decode("latin-1") for each in path.parent.glob(f"{path.name}*"))
    return raw + "\n".join(rows)
