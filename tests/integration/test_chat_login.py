"""Login in the middle of a conversation: what waited is answered by itself, and a login that is over is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from bot.identity.logins import Login, Logins
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from bot.store.tables import conversations
from bot.web.keys import CONVERSATIONS
from tests.integration.chat_client import Citizen
from tests.integration.installation import Installation

QUESTION = {"intent": "sagsstatus", "entities": {"emne": "bolig"}}


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[Installation]:
    async with Installation(database_url, tmp_path) as made:
        made.peer.reply = asks_for_login
        yield made


def asks_for_login(body: dict[str, Any]) -> list[dict[str, Any]]:
    """As the actions do: no login, no word about a case."""
    if body["metadata"]["opening"]:
        return [{"text": "Hej."}]
    if body["metadata"]["login"]:
        return [
            {"text": f"Din sag behandles. ({body['message']})"},
            {"custom": {"type": "remember", "memory": {"case": "ref-1"}}},
        ]
    return [
        {"text": "Log ind først."},
        {"custom": {"type": "login", "question": QUESTION}},
        {"custom": {"type": "remember", "memory": {"pending": QUESTION}}},
    ]


async def log_in(
    web: Installation, citizen: Citizen, *, name: str = "Anna Bjerregaard", seconds: int = 600, told: bool = True
) -> Login:
    """As `/identity/finish` does once the provider's answer holds."""
    id = citizen.conversation
    engine = make_engine(web.settings.database_url)
    login = Logins(engine, Vault([web.key])).create(
        id, cpr="1702853396", name=name, level="substantial", id_token=None, lifetime_seconds=seconds
    )
    engine.dispose()
    if told:
        await web.client.app[CONVERSATIONS].login_completed(id, login)
    return login


async def test_the_question_that_waited_is_answered_after_login(web: Installation) -> None:
    """Asked before login, answered after it by itself; the first answer has the card that offers login."""
    citizen = await web.begin()
    await citizen.say("a", "hvad er status på min sag")
    assert (await citizen.from_("assistant"))["card"] == {"type": "login"}
    login = await log_in(web, citizen)
    told = await citizen.from_("system")
    assert told["text"] == "Du er logget ind som Anna Bjerregaard."
    state = await citizen.until(lambda frame: frame["type"] == "state")
    assert state["login"] == {"name": "Anna Bjerregaard", "expires_at": login.expires_at.isoformat()}
    assert "sagsstatus" in (await citizen.from_("assistant"))["text"]
    asked = web.peer.asked[-1]
    assert asked["message"] == '/sagsstatus{"emne": "bolig"}' and asked["metadata"]["login"] == login.id
    assert asked["metadata"]["memory"]["pending"] is None
    assert [frame["from"] for frame in citizen.messages()].count("citizen") == 1
    assert "1702853396" not in repr(web.peer.asked) + repr(citizen.frames)


async def test_the_answer_after_login_survives_a_restart_of_web(web: Installation) -> None:
    """What waits after login is in the database like everything else."""
    citizen = await web.begin()
    await citizen.say("a", "hvad er status på min sag")
    await citizen.from_("assistant")
    await web.peer.stop()
    await log_in(web, citizen)
    await web.stop_web()
    await web.peer.start()
    await web.start_web()
    back = Citizen(web.client, citizen.token)
    welcome = await back.connect()
    assert welcome["login"]["name"] == "Anna Bjerregaard"
    await back.until(lambda frame: frame["type"] == "message" and "behandles" in frame["text"])


async def test_a_login_that_runs_out_is_said_and_forgotten(web: Installation) -> None:
    """When the time is up the citizen is told, nothing of it goes to Rasa any more, and what was remembered is gone."""
    citizen = await web.begin()
    await log_in(web, citizen, seconds=2)
    await citizen.from_("system")
    await citizen.say("a", "hvad er status")
    await citizen.from_("assistant")
    assert "logget ud" in (await citizen.from_("system", seconds=15))["text"]
    assert (await citizen.until(lambda frame: frame["type"] == "state"))["login"] is None
    await citizen.say("b", "og hvad nu")
    assert (await citizen.from_("assistant"))["text"] == "Log ind først."
    assert web.peer.asked[-1]["metadata"]["login"] is None
    assert web.peer.asked[-1]["metadata"]["memory"]["case"] is None


async def test_a_login_that_ran_out_a_moment_ago_is_not_used(web: Installation) -> None:
    """Even before anybody has looked, a turn never goes out under a login that is over."""
    citizen = await web.begin()
    await log_in(web, citizen, seconds=0)
    await citizen.say("a", "hvad er status")
    assert (await citizen.from_("assistant"))["text"] == "Log ind først."
    assert all(body["metadata"]["login"] is None for body in web.peer.asked)


async def test_logging_out_forgets_what_was_remembered(web: Installation) -> None:
    """After logout it is said, the state shows nobody, and memory starts anew."""
    citizen = await web.begin()
    await log_in(web, citizen)
    await citizen.say("a", "hvad er status")
    await citizen.from_("assistant")
    bearer = {"Authorization": f"Bearer {citizen.token}"}
    answer = await web.client.post("/identity/logout", headers=bearer, json={})
    assert answer.status == 200
    assert (await citizen.from_("system"))["text"] == "Du er logget ud."
    await citizen.say("b", "og nu")
    await citizen.from_("assistant")
    assert web.peer.asked[-1]["metadata"]["memory"]["case"] is None


async def test_ending_the_conversation_logs_out(web: Installation) -> None:
    """The citizen leaves a library's computer: after `end` nobody is logged in, and the log says so."""
    citizen = await web.begin()
    login = await log_in(web, citizen)
    await citizen.from_("system")
    await citizen.send({"type": "end"})
    assert "logget ud" in (await citizen.from_("system"))["text"]
    engine = make_engine(web.settings.database_url)
    assert Logins(engine, Vault([web.key])).resolve(login.id) is None
    engine.dispose()


async def test_a_login_that_web_died_over_is_told_by_the_next(
    web: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between making the login and telling of it: the code is burnt, but login and question live."""
    monkeypatch.setattr("bot.chat.login_log._TOLD_WITHIN", timedelta(0))
    citizen = await web.begin()
    await citizen.say("a", "hvad er status på min sag")
    await citizen.from_("assistant")
    await web.stop_web()
    await log_in(web, citizen, told=False)
    await web.start_web()
    back = Citizen(web.client, citizen.token)
    await back.connect()
    await back.until(lambda frame: frame["type"] == "message" and "logget ind som" in frame["text"])
    await back.until(lambda frame: frame["type"] == "message" and "behandles" in frame["text"])


async def test_one_conversation_that_can_not_be_read_holds_up_no_other(
    web: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row sealed with a key that is lost: the logins of others still end, and old conversations still go."""
    monkeypatch.setattr("bot.chat.housekeeping.LOOK_EVERY", 0.2)
    broken, other = await web.begin(), await web.begin()
    for citizen in (broken, other):
        await log_in(web, citizen, seconds=3)
    engine = make_engine(web.settings.database_url)
    with writing(engine) as connection:
        sealed = Vault([Vault.new_key()]).seal("{}")
        connection.execute(update(conversations).where(conversations.c.id == broken.conversation).values(memory=sealed))
    engine.dispose()
    await other.until(lambda frame: frame["type"] == "message" and "gået et stykke tid" in frame["text"], seconds=15)


async def test_a_login_without_a_name_is_said_without_one(web: Installation) -> None:
    """Some providers give no name."""
    citizen = await web.begin()
    await log_in(web, citizen, name="")
    assert (await citizen.from_("system"))["text"] == "Du er logget ind."


async def test_an_answer_under_way_when_the_citizen_logs_in_is_asked_again_with_the_login(web: Installation) -> None:
    """The answer on its way would say that one must log in: it is dropped, and the question asked anew."""

    citizen = await web.begin()
    web.peer.hold = asyncio.Event()
    await citizen.say("a", "hvad er status")
    await web.peer.asked_times(1)
    await log_in(web, citizen)
    web.peer.hold.set()
    assert "behandles" in (await citizen.from_("assistant"))["text"]
    assert next(frame["text"] for frame in citizen.messages() if frame["from"] == "assistant") == "Hej."
