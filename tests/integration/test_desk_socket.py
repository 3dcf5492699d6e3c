"""The desk's socket: who may listen and speak there, for how long, and what the citizen hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import select, update

from bot.chat.announcing import DESK
from bot.chat.records import utc_now
from bot.handoff.model import Handoff, Outcome, Status
from bot.store.engine import reading, writing
from bot.store.staff_tables import staff as staff_table
from bot.store.staff_tables import staff_sessions
from bot.web.desk_socket import LIVE
from tests.integration.chat_client import Citizen
from tests.integration.desk_client import DeskInstallation, Page

Socket = aiohttp.ClientWebSocketResponse


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[DeskInstallation]:
    async with DeskInstallation(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def mette(web: DeskInstallation) -> Page:
    return web.page("Mette Holm")


async def connect(web: DeskInstallation, page: Page, **headers: str) -> Socket:
    return await web.client.ws_connect("/desk/socket", headers=page.headers | headers)


async def until(socket: Socket, kind: str, **wanted: Any) -> dict[str, Any]:
    """The next frame of a kind."""
    while True:
        message = await socket.receive(timeout=60)
        assert message.type is aiohttp.WSMsgType.TEXT, (message, kind)
        frame: dict[str, Any] = message.json()
        if frame["type"] == kind and wanted.items() <= frame.items():
            return frame


async def closed(socket: Socket) -> int | None:
    """Read until the socket is closed; its code."""
    while (await socket.receive(timeout=20)).type is aiohttp.WSMsgType.TEXT:
        pass
    return socket.close_code


async def waiting(web: DeskInstallation, **values: Any) -> tuple[Citizen, Handoff]:
    """A citizen with an open chat, and their handoff in the queue."""
    citizen = await web.begin()
    handoff = web.desk.waiting(conversation_id=citizen.conversation, **values)
    with writing(web.desk.engine) as connection:
        web.desk.records.change(connection, citizen.conversation, state="queued")
    return citizen, handoff


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Cookie": ""}, {"Cookie": "x=y"}])
async def test_only_our_own_page_with_a_session_connects(
    web: DeskInstallation, mette: Page, headers: dict[str, str]
) -> None:
    """A page of another origin, and a browser without a session: refused before there is a socket."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await connect(web, mette, **headers)
    assert refused.value.status in (401, 403)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await connect(web, web.page("Tina Træner", "trainer"))
    assert refused.value.status == 403


async def test_connecting_again_and_again_keeps_no_session_from_ending(web: DeskInstallation, mette: Page) -> None:
    """A page connects by itself whenever the line was cut; only what somebody does is a use of the session."""
    _, handoff = await waiting(web)
    web.desk.queue.claim(handoff.id, mette.staff)
    mine = staff_sessions.c.staff_id == mette.staff.id
    then = utc_now() - timedelta(minutes=10)
    with writing(web.desk.engine) as connection:
        connection.execute(update(staff_sessions).where(mine).values(used_at=then))

    def used_now() -> bool:
        with reading(web.desk.engine) as connection:
            return bool(connection.execute(select(staff_sessions.c.used_at).where(mine)).scalar_one() > then)

    async with await connect(web, mette) as socket:
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        await until(socket, "present")
        assert not used_now()
        await socket.send_json({"type": "say", "id": "a", "handoff": handoff.id, "text": "Hej"})
        await until(socket, "ack", id="a")
    assert used_now()


async def test_a_session_that_is_over_hears_no_more(web: DeskInstallation, mette: Page) -> None:
    """Logged out in another window: the next frame is answered with 4401, and nothing is shown or kept."""
    _, handoff = await waiting(web)
    async with await connect(web, mette) as socket:
        web.desk.sessions.end(mette.headers["Cookie"].partition("=")[2])
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        assert await closed(socket) == 4401


async def test_a_role_that_is_taken_away_is_gone_from_an_open_socket(web: DeskInstallation, mette: Page) -> None:
    """Who was an agent and is an auditor now reads on and writes no more; who is neither is let out."""
    _, handoff = await waiting(web)
    web.desk.queue.claim(handoff.id, mette.staff)

    def becomes(role: str) -> None:
        with writing(web.desk.engine) as connection:
            connection.execute(update(staff_table).where(staff_table.c.id == mette.staff.id).values(roles=role))

    async with await connect(web, mette) as socket:
        await socket.send_json({"type": "available", "value": True})
        await socket.send_json({"type": "say", "id": "a", "handoff": handoff.id, "text": "Hej"})
        await until(socket, "ack", id="a")
        becomes("auditor")
        for frame in (
            {"type": "say", "id": "b", "handoff": handoff.id, "text": "Hej igen"},
            {"type": "seen", "handoff": handoff.id, "seq": 1},
        ):
            await socket.send_json(frame)
            assert "ikke skrive" in (await until(socket, "error"))["text"]
        with reading(web.desk.engine) as connection:
            assert web.desk.presence.available(connection) == 0
        becomes("trainer")
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        assert await closed(socket) == 4401
    assert [message.text for message in web.desk.said(handoff) if message.sender == "staff"] == ["Hej"]


async def test_an_auditor_reads_along_and_leaves_no_mark(web: DeskInstallation, mette: Page) -> None:
    """Not said, not seen, not typing and not available, whatever the page sends; and neither is an unknown frame."""
    citizen, handoff = await waiting(web)
    auditor = web.page("Rune Revisor", "auditor")
    async with await connect(web, auditor) as socket:
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        await until(socket, "message")
        for kind in ("say", "typing", "seen", "close"):
            await socket.send_json({"type": kind, "id": "a", "handoff": handoff.id, "seq": 1, "text": "Hej"})
            await until(socket, "error")
        await socket.send_json({"type": "available", "value": True})
        await socket.send_json({"type": "leave", "handoff": handoff.id})
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        await until(socket, "present")
    with reading(web.desk.engine) as connection:
        assert web.desk.presence.available(connection) == 0
    assert not [frame for frame in [*citizen.frames, *await citizen.quiet()] if frame.get("from") == "staff"]


@pytest.mark.parametrize("status", [Status.OFFERED, Status.WITHDRAWN])
async def test_what_the_citizen_has_not_sent_can_not_be_listened_to(
    web: DeskInstallation, mette: Page, status: Status
) -> None:
    """A handoff that is only offered or was taken back opens nothing, and neither does one that never was."""
    citizen = await web.begin()
    handoff = web.desk.waiting(conversation_id=citizen.conversation, status=status, sent_at=None)
    async with await connect(web, mette) as socket:
        for number in (handoff.id, handoff.id + 1, -1, 2**40, "1", None, True):
            await socket.send_json({"type": "open", "handoff": number, "since": 0})
            await until(socket, "error")
        await citizen.say("c", "Det her er mellem mig og robotten")
        await socket.send_json({"type": "nonsense"})
        shown = await until(socket, "error")
        assert "robotten" not in str(shown)


async def test_what_is_said_after_the_citizen_took_it_back_is_not_the_desks(web: DeskInstallation, mette: Page) -> None:
    """An open page stops listening when the citizen leaves the queue, though it was shown what was said until then."""
    citizen, handoff = await waiting(web)
    async with await connect(web, mette) as socket:
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        await until(socket, "message")
        await citizen.say("a", "Er der nogen?")
        assert (await until(socket, "message", **{"from": "citizen"}))["text"] == "Er der nogen?"
        await citizen.send({"type": "handoff", "id": "b", "handoff": handoff.id, "do": "withdraw"})
        await until(socket, "handoff")
        await citizen.say("c", "Det her er mellem mig og robotten")
        await citizen.from_("assistant")
        await citizen.send({"type": "typing"})
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        heard = []
        while (frame := (await socket.receive(timeout=60)).json())["type"] != "error":
            heard.append(frame)
        assert "robotten" not in str(heard) and all(frame["type"] != "typing" for frame in heard)


async def test_what_is_said_after_the_end_is_not_the_desks(web: DeskInstallation, mette: Page) -> None:
    """A closed handoff has its own messages, the farewell among them, and none of what came after."""
    citizen, handoff = await waiting(web)
    await mette.post(f"/handoffs/{handoff.id}/claim")
    async with await connect(web, mette) as socket:
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        await until(socket, "message", **{"from": "system"})
        await mette.post(f"/handoffs/{handoff.id}/close", outcome=Outcome.ANSWERED.value, note="Borgeren fik svar")
        while "card" not in (frame := await until(socket, "message")):
            pass
        assert frame["card"]["type"] == "survey"
        await until(socket, "handoff")
        await citizen.say("c", "Det her er mellem mig og robotten")
        await citizen.from_("assistant")
        await socket.send_json({"type": "leave", "handoff": handoff.id})
        await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
        heard = []
        while (frame := (await until(socket, "message"))).get("card") is None:
            heard.append(frame)
        await socket.send_json({"type": "nonsense"})
        while (frame := (await socket.receive(timeout=60)).json())["type"] != "error":
            heard.append(frame)
    for page in (mette, web.page("Rune Revisor", "auditor")):
        items = (await page.get(f"/handoffs/{handoff.id}/messages"))["items"]
        assert items[-1]["card"]["type"] == "survey"
        assert "robotten og" not in str(items) and "mellem mig" not in str([*items, *heard])


async def test_frames_too_many_are_told_to_wait(database_url: str, tmp_path: Path) -> None:
    """More than a hand can make is refused with when to try again, and costs nobody else anything."""
    async with DeskInstallation(database_url, tmp_path, messages_per_minute=2) as web:
        mette, jens = web.page("Mette Holm"), web.page("Jens Lund")
        _, handoff = await waiting(web)
        async with await connect(web, mette) as socket, await connect(web, jens) as other:
            for _ in range(21):
                await socket.send_json({"type": "open", "handoff": 999, "since": 0})
            await until(socket, "error", code="too_fast")
            await other.send_json({"type": "open", "handoff": handoff.id, "since": 0})
            await until(other, "message")


async def test_a_frame_that_is_too_large_or_no_frame_breaks_nothing(web: DeskInstallation, mette: Page) -> None:
    """What is no JSON object is refused; what would fill the memory ends the connection, and only that one."""
    async with await connect(web, mette) as socket:
        for raw in ("", "[]", "1", "{", '"x"', "[" * 50_000, '{"type": ["open"]}', '{"type": "say", "handoff": 1}'):
            await socket.send_str(raw)
            await until(socket, "error")
        await socket.send_str("x" * 70_000)
        assert await closed(socket) == 1009
    async with await connect(web, mette) as socket:
        await socket.send_bytes(b"{}")
        await closed(socket)


async def test_the_citizen_hears_of_nobody_but_who_has_the_conversation(web: DeskInstallation, mette: Page) -> None:
    """A colleague who looks in, types, reads and notes is not seen by the citizen; no id of staff's goes there."""
    citizen, handoff = await waiting(web)
    jens = web.page("Jens Lund")
    async with await connect(web, mette) as owner, await connect(web, jens) as other:
        for socket in (owner, other):
            await socket.send_json({"type": "open", "handoff": handoff.id, "since": 0})
            await until(socket, "message")
        await mette.post(f"/handoffs/{handoff.id}/claim")
        await mette.post(f"/handoffs/{handoff.id}/note", text="Kun for os: psykisk sårbar")
        await jens.post(f"/handoffs/{handoff.id}/note", text="Kun for os: har ringet før")
        await other.send_json({"type": "typing", "handoff": handoff.id})
        assert (await until(owner, "typing"))["name"] == "Jens Lund"
        await other.send_json({"type": "seen", "handoff": handoff.id, "seq": 1})
        await other.send_json({"type": "say", "id": "a", "handoff": handoff.id, "text": "Jeg er Jens"})
        await until(other, "error", id="a")
        await owner.send_json({"type": "typing", "handoff": handoff.id})
        await owner.send_json({"type": "say", "id": "b", "handoff": handoff.id, "text": "Hej fra Mette"})
        await until(owner, "ack", id="b")
    await citizen.from_("staff")
    heard = str([*citizen.frames, *await citizen.quiet()])
    assert "Hej fra Mette" in heard and "'typing'" in heard
    for hidden in ("Jens", "Kun for os", "present", "by", mette.staff.id, jens.staff.id):
        assert f"{hidden}'" not in heard and f"'{hidden}" not in heard, hidden
    assert "Jens" not in heard and "Kun for os" not in heard


async def test_who_sends_and_takes_back_again_and_again_calls_nobody_each_time(
    web: DeskInstallation, mette: Page
) -> None:
    """The fourth time within an hour stands in the queue without a sound; somebody else, and danger, are heard."""
    citizen = await web.begin()
    async with await connect(web, mette) as socket:
        await until_listens(socket)
        for turn in range(4):
            handoff = web.desk.waiting(conversation_id=citizen.conversation, sent_at=utc_now())
            frame = {"type": "queue", "sent": handoff.id}
            web.client.app[LIVE].bus.publish(DESK, frame)
            heard = []
            while (frame := (await socket.receive(timeout=60)).json())["type"] != "queue":
                heard.append(frame["type"])
            assert heard == (["new"] if turn < 3 else []), turn
            await citizen.send({"type": "handoff", "id": f"b{turn}", "handoff": handoff.id, "do": "withdraw"})
            await until(socket, "queue")
        for more in (
            {"conversation_id": web.desk.conversation("Hej")},
            {"conversation_id": citizen.conversation, "priority": 0},
        ):
            handoff = web.desk.waiting(**more, sent_at=utc_now())
            web.client.app[LIVE].bus.publish(DESK, {"type": "queue", "sent": handoff.id})
            assert (await until(socket, "new"))["row"]["id"] == handoff.id


async def until_listens(socket: Socket) -> None:
    """The server reads what this socket sends, so it hears the queue's news too."""
    await socket.send_json({"type": "nonsense"})
    await until(socket, "error")
