"""web's doors: who may come in, what every answer carries, and how the parts are."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web as aiohttp_web

from bot.settings import Settings
from bot.store.crypto import Vault
from bot.web.health import Health
from bot.web.keys import SETTINGS, SOCKETS
from bot.web.logs import configure
from bot.web.middlewares import add_headers, in_words, named, shared_origins
from tests.integration.chat_client import Citizen
from tests.integration.installation import Installation

ALLOWED = "https://www.noerreaa.example"
STRANGER = "https://stranger.example"


@pytest_asyncio.fixture
async def web(tmp_path: Path) -> AsyncIterator[Installation]:
    async with Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, allowed_origins=(ALLOWED,)) as made:
        yield made


@pytest.mark.parametrize("path", ["/chat/config", "/health/live", "/widget/borgerkontakt.js", "/nowhere", "/health"])
async def test_every_answer_carries_the_security_headers(web: Installation, path: str) -> None:
    """Whatever is asked, also what is not there."""
    answer = await web.client.get(path)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["X-Request-Id"]
    assert "Strict-Transport-Security" not in answer.headers, "on a developer's machine there is no https"


@pytest.mark.parametrize("path", ["/chat/sessions", "/identity/start"])
async def test_pages_of_allowed_origins_may_use_the_chat(web: Installation, path: str) -> None:
    """The preflight says so to an allowed page, and to a stranger it does not; no cookies in either case."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for origin, allowed in ((ALLOWED, ALLOWED), (STRANGER, None)):
        answer = await web.client.options(path, headers={"Origin": origin, **asked})
        assert answer.status == 204
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


async def test_a_stranger_s_page_gets_no_conversation(web: Installation) -> None:
    """Another site's page can't begin a conversation or open a socket; the answer says so in Danish."""
    answer = await web.client.post("/chat/sessions", json={}, headers={"Origin": STRANGER})
    assert answer.status == 403
    error = (await answer.json())["error"]
    assert error["code"] == "bad_origin" and "hjemmeside" in error["text"]
    for origin in (STRANGER, "null"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await web.client.ws_connect("/chat/socket", origin=origin)
        assert refused.value.status == 403
    socket = await web.client.ws_connect("/chat/socket", origin=ALLOWED)
    await socket.close()


async def test_the_widget_loads_from_any_website_and_is_asked_for_anew(web: Installation) -> None:
    """Modules come cross-origin, with an ETag, and are not sent twice when they did not change."""
    answer = await web.client.get("/widget/borgerkontakt.js", headers={"Origin": STRANGER})
    assert answer.status == 200 and "javascript" in answer.headers["Content-Type"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "no-cache"
    again = await web.client.get("/widget/borgerkontakt.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    "path", ["/widget/../app.py", "/widget/%2e%2e%2fapp.py", "/widget/", "/demo/nothing.css", "/x"]
)
async def test_nothing_else_is_given_out(web: Installation, path: str) -> None:
    """Only the files that are meant; anything else is a 404 in words."""
    answer = await web.client.get(path)
    assert answer.status == 404
    assert (await answer.json())["error"]["text"] == "Siden findes ikke."


async def test_the_widget_hears_of_the_municipality(web: Installation) -> None:
    """Names, number, hours and colours, from data/kommune.yml."""
    config = await (await web.client.get("/chat/config")).json()
    assert config["municipality"] == "Nørreå Kommune" and config["phone"] == "12 34 56 00"
    assert config["colours"]["primary"].startswith("#") and config["max_length"] == 3000
    assert config["phone_hours"] and config["website"] and config["assistant"]


async def test_health_names_the_part_that_is_down(web: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part answers for itself: 503 and which, without its address or what went wrong."""
    monkeypatch.setattr("bot.web.health._REMEMBERED", 0.0)
    answer = await web.client.get("/health")
    assert answer.status == 503
    parts = (await answer.json())["parts"]
    assert parts == {
        "web": "ok",
        "database": "ok",
        "rasa": "ok",
        "actions": "ok",
        "cases": parts["cases"],
        "login": "down",
    }
    web.peer.actions_well = False
    assert (await (await web.client.get("/health")).json())["parts"]["actions"] == "down"
    await web.peer.stop()
    down = await (await web.client.get("/health")).json()
    assert down["status"] == "down" and down["parts"]["rasa"] == "down" and down["parts"]["database"] == "ok"
    assert "127.0.0.1" not in json.dumps(down)
    assert (await web.client.get("/health/live")).status == 200


async def test_asking_for_health_does_not_load_the_login_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that is well is asked now and then, however often anybody asks us; one that is down each time."""
    monkeypatch.setattr("bot.web.health._REMEMBERED", 0.0)
    asked: list[str] = []
    well = False

    async def ping() -> None:
        asked.append("login")
        if not well:
            raise ConnectionError

    async def other() -> None:
        asked.append("database")

    health = Health({"login": ping, "database": other}, seldom={"login": 30.0})
    assert [(await health.report()).parts["login"] for _ in range(2)] == ["down", "down"]
    well = True
    assert [(await health.report()).parts["login"] for _ in range(3)] == ["ok"] * 3
    assert (asked.count("login"), asked.count("database")) == (3, 5)


async def test_errors_are_in_words_without_anything_of_ours() -> None:
    """A fault of ours gives a Danish text; type and place go to the log, what was in the data does not."""
    stream = io.StringIO()
    before = logging.getLogger().handlers[:]
    configure(stream)

    async def broken(request: aiohttp_web.Request) -> aiohttp_web.Response:
        raise RuntimeError("mit cpr er 170285-3396")

    environ = {
        "SECRET_KEYS": Vault.new_key(),
        "RASA_TOKEN": "rasa-token",
        "OIDC_ISSUER": "https://a.example",
        "OIDC_CLIENT_ID": "b",
    }
    app = aiohttp_web.Application(middlewares=[named, shared_origins, in_words])
    app[SETTINGS] = Settings.read(environ, dotenv=Path("/nonexistent"))
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/broken", broken)
    async with aiohttp.test_utils.TestClient(aiohttp.test_utils.TestServer(app)) as client:
        answer = await client.get("/broken?token=hemmelig")
        assert answer.status == 500
        body = await answer.text()
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"], "outside development https is a must"
    logging.getLogger("library").error("said %s", "mit cpr er 170285-3396")
    logging.getLogger().handlers[:] = before
    assert json.loads(body) == {"error": {"code": "failed", "text": "Der gik noget galt hos os. Prøv igen om lidt."}}
    logged = stream.getvalue()
    lines = [json.loads(line) for line in logged.splitlines()]
    failed = next(line for line in lines if line["event"] == "request.failed")
    assert failed["exception"] == "RuntimeError" and failed["at"][-1].startswith("test_web_doors.py:")
    assert next(line for line in lines if line["event"] == "request")["route"] == "/broken"
    for secret in ("170285", "hemmelig", "127.0.0.1"):
        assert secret not in logged and secret not in body


async def test_a_body_that_is_too_large_is_refused(web: Installation) -> None:
    """A request takes 64 KB at most."""
    answer = await web.client.post(
        "/identity/start",
        data=b"x" * 100_000,
        headers={"Authorization": f"Bearer {(await Citizen.begin(web.client)).token}"},
    )
    assert answer.status == 413
    assert (await answer.json())["error"]["code"] == "too_big"


async def test_writing_too_fast_is_refused_with_when_to_try_again(tmp_path: Path) -> None:
    """The message refused is named, nothing of it is kept, and the connection stays."""
    async with Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, messages_per_minute=3) as web:
        citizen = await web.begin()
        for number in range(3):
            await citizen.say(f"id{number}", "hej")
        await citizen.send({"type": "say", "id": "id3", "text": "hej"})
        error = await citizen.error()
        assert error["code"] == "too_fast" and error["id"] == "id3" and 1 <= error["retry_after"] <= 60
        assert "Prøv igen om" in error["text"]
        await citizen.send({"type": "seen", "seq": 1})
        await citizen.until(lambda frame: frame["type"] == "seen")
        assert len([frame for frame in citizen.messages() if frame["from"] == "citizen"]) == 3


async def test_new_conversations_are_limited_by_address(tmp_path: Path) -> None:
    """Behind a proxy we trust the citizen's address counts, and it can't be made up by writing one in front."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with Installation(url, tmp_path, sessions_per_hour=2, trusted_proxies=("127.0.0.1",)) as web:
        statuses = []
        for made_up in range(3):
            headers = {"X-Forwarded-For": f"6.6.6.{made_up}, 12.0.0.1"}
            statuses.append((await web.client.post("/chat/sessions", json={}, headers=headers)).status)
        assert statuses == [201, 201, 429]
        other = await web.client.post("/chat/sessions", json={}, headers={"X-Forwarded-For": "12.0.0.2"})
        assert other.status == 201
        refused = await web.client.post("/chat/sessions", json={}, headers={"X-Forwarded-For": "12.0.0.1"})
        error = (await refused.json())["error"]
        assert int(refused.headers["Retry-After"]) == error["retry_after"] > 0


async def test_bad_frames_cost_nothing(web: Installation) -> None:
    """Whatever is sent, before or after hello, is answered with an error, and the conversation goes on."""
    citizen = await web.begin()
    for bad in ("{", "[]", '{"type": "restart"}', '{"type": "say", "id": "a", "text": ""}', "x" * 70_000):
        await citizen.socket.send_str(bad)
        assert (await citizen.error())["text"]
    await citizen.socket.send_bytes(b"\x00")
    assert (await citizen.error())["code"] == "bad_frame"
    await citizen.say("b", "hej")
    early = await web.client.ws_connect("/chat/socket")
    await early.send_str("{")
    assert (await early.receive_json())["code"] == "bad_frame"
    await early.send_json({"type": "say", "id": "a", "text": "hej"})
    assert (await early.receive_json())["code"] == "no_hello"
    await early.send_json({"type": "hello", "token": citizen.token, "since": 0})
    assert (await early.receive_json())["type"] == "welcome"
    await early.close()


async def test_whoever_does_not_say_hello_is_let_go(web: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket without a hello is closed after a while, with a word."""
    monkeypatch.setattr("bot.web.socket.HELLO_WITHIN", 0.1)
    socket = await web.client.ws_connect("/chat/socket")
    assert (await socket.receive_json())["code"] == "no_hello"
    assert (await socket.receive()).data == 4408


async def test_a_reader_that_takes_nothing_is_dropped_and_hurts_nobody(
    web: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One tab that hangs fills its own queue and is let go; the other tab gets every message."""
    monkeypatch.setattr("bot.chat.bus._LONGEST_QUEUE", 20)
    web.peer.reply = lambda body: [{"text": "langt svar " * 40_000}]
    citizen = await Citizen.begin(web.client)
    slow = Citizen(web.client, citizen.token)
    await slow.connect()
    assert slow.socket._conn is not None and slow.socket._conn.transport is not None  # type: ignore[attr-defined]
    slow.socket._conn.transport.pause_reading()  # type: ignore[attr-defined]
    await citizen.from_("assistant")
    for number in range(28):
        await citizen.say(f"id{number}", "mere")
    last = 1 + 2 * 28
    await citizen.until(lambda frame: frame["type"] == "message" and frame["seq"] == last, seconds=20)
    deadline = asyncio.get_running_loop().time() + 20
    while len(web.client.app[SOCKETS]) > 1 and asyncio.get_running_loop().time() < deadline:
        await citizen.send({"type": "say", "id": "id0", "text": "igen"})  # kept before: only an ack
        await citizen.quiet(0.05)
    assert len(web.client.app[SOCKETS]) == 1, "the slow one is gone"
    assert [frame["seq"] for frame in citizen.messages()] == list(range(1, last + 1))
    slow.socket._conn.transport.abort()  # type: ignore[attr-defined]


async def test_the_demo_page_brings_the_widget(web: Installation) -> None:
    """At / there is a page with the one script tag, and nothing inline that its policy would stop."""
    answer = await web.client.get("/")
    assert answer.status == 200
    page = await answer.text()
    assert "/widget/borgerkontakt.js" in page and "Nørreå" in page
    assert "style=" not in page and "<style" not in page and "onclick" not in page
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_a_conversation_is_open_in_so_many_places_at_once(
    web: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One token can't fill the memory with sockets; one that closes makes room."""
    monkeypatch.setattr("bot.web.socket._MOST_AT_ONCE", 2)
    citizen = await web.begin()
    second = Citizen(web.client, citizen.token)
    await second.connect()
    third = await web.client.ws_connect("/chat/socket")
    await third.send_json({"type": "hello", "token": citizen.token, "since": 0})
    assert (await third.receive_json())["code"] == "too_many"
    assert (await third.receive()).data == 1013
    await second.socket.close()
    await Citizen(web.client, citizen.token).connect()


async def test_connecting_over_and_over_is_limited_by_address(tmp_path: Path) -> None:
    """Sockets that never say hello are bounded: the next is told 429 before it is made."""
    async with Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, messages_per_minute=1) as web:
        for _ in range(10):
            await (await web.client.ws_connect("/chat/socket")).close()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await web.client.ws_connect("/chat/socket")
        assert refused.value.status == 429
        assert refused.value.headers is not None and int(refused.value.headers["Retry-After"]) >= 1


async def test_a_client_that_sends_rubbish_without_end_is_read_slowly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the limit each frame that can't be used costs its sender a wait, and the conversation still works."""
    monkeypatch.setattr("bot.web.socket._BREATH", 0.1)
    async with Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, messages_per_minute=1) as web:
        citizen = await web.begin()
        began = asyncio.get_running_loop().time()
        for _ in range(20):
            await citizen.socket.send_str("{")
        for _ in range(20):
            assert (await citizen.error())["code"] == "bad_frame"
        assert asyncio.get_running_loop().time() - began > 0.1 * 8
        await citizen.say("a", "hej")


async def test_a_long_history_is_replayed_whole_a_page_at_a_time(
    web: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the conversation, every message comes once and in order, and never all of it is in memory."""
    monkeypatch.setattr("bot.chat.log._PAGE", 3)
    citizen = await web.begin()
    for number in range(5):
        await citizen.say(f"id{number}", "hej")
        await citizen.from_("assistant")
    back = Citizen(web.client, citizen.token)
    await back.connect()
    await back.until(lambda frame: frame["type"] == "message" and frame["seq"] == 11)
    assert [frame["seq"] for frame in back.messages()] == list(range(1, 12))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"[" * 60_000, "application/json"),
        (b"{}", "application/json; charset=klingon"),
        (b"\xff\xfe", "application/json"),
        (b'"\\ud800"', "application/json"),
    ],
)
async def test_a_body_that_is_none_is_refused_in_words(web: Installation, body: bytes, kind: str) -> None:
    """However odd, it is the sender's mistake and is told so; it is no fault of ours in the log."""
    token = (await Citizen.begin(web.client)).token
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    answer = await web.client.post("/identity/finish", data=body, headers=headers)
    assert answer.status == 400
    assert (await answer.json())["error"]["text"]


async def test_login_is_limited_by_address_behind_proxies_too(tmp_path: Path) -> None:
    """Each step on the way through login counts; the page and the widget are told when to go on, in Danish."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with Installation(url, tmp_path, messages_per_minute=1, trusted_proxies=("127.0.0.1",)) as web:
        here, there = {"X-Forwarded-For": "12.0.0.1"}, {"X-Forwarded-For": "12.0.0.2"}
        for _ in range(10):
            assert (await web.client.get("/identity/login?ticket=x", headers=here)).status == 400
        for path in ("/identity/login?ticket=x", "/identity/callback?state=x", "/identity/goodbye"):
            page = await web.client.get(path, headers=here)
            assert page.status == 429 and int(page.headers["Retry-After"]) >= 1
            assert "Prøv igen om" in await page.text()
        for path in ("/identity/start", "/identity/finish", "/identity/logout"):
            answer = await web.client.post(path, json={}, headers=here)
            error = (await answer.json())["error"]
            assert answer.status == 429 and error["code"] == "too_fast" and "Prøv igen om" in error["text"]
            assert int(answer.headers["Retry-After"]) == error["retry_after"]
        assert (await web.client.get("/identity/login?ticket=x", headers=there)).status == 400
