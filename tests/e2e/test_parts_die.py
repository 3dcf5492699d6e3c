"""Parts die in the middle of a conversation and come back: nothing is lost, nothing doubled, and it is said."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import pytest_asyncio

from bot.cases.sample import load_citizens
from tests.e2e.client import ChatClient, Frame
from tests.e2e.stack import Stack


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation whose parts may be killed."""
    made = Stack(tmp_path_factory.mktemp("killed"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest_asyncio.fixture
async def citizen(own_stack: Stack, http: aiohttp.ClientSession) -> AsyncIterator[ChatClient]:
    """Anna, logged in."""
    client = ChatClient(own_stack.url, http)
    await client.begin()
    anna = next(each for each in load_citizens() if each.name == "Anna Bjerregaard")
    await client.log_in(anna.sub)
    await client.until_message("system")
    yield client
    await client.close()


def said(client: ChatClient, sender: str) -> list[Frame]:
    """The messages of one sender, in order."""
    return [frame for frame in client.messages() if frame["from"] == sender]


async def whole_log(client: ChatClient) -> list[Frame]:
    """The conversation as the server holds it: a second reader from the very start."""
    reader = ChatClient(client.url, client.http)
    reader.token = client.token
    await reader.connect()
    welcome = await reader.until(lambda frame: frame["type"] == "welcome")
    if welcome["last_seq"]:
        await reader.until(lambda frame: frame["type"] == "message" and frame["seq"] == welcome["last_seq"])
    await reader.close()
    return reader.messages()


async def answered(client: ChatClient, before: int, seconds: float = 60) -> None:
    """Return when one more assistant message than ``before`` has come."""
    while len(said(client, "assistant")) <= before:
        await client.until_message("assistant", seconds=seconds)


def check_whole(log: list[Frame], texts: list[str]) -> None:
    """Every text once and in order, every seq once without a gap."""
    seqs = [frame["seq"] for frame in log]
    assert len(seqs) == len(set(seqs))
    mine = [frame["text"] for frame in log if frame["from"] == "citizen"]
    assert mine == texts
    assert Counter(texts).most_common(1)[0][1] == 1


@pytest.mark.parametrize("part", ["rasa", "actions"])
async def test_a_dead_part_is_told_and_the_answer_comes_when_it_is_back(
    own_stack: Stack, citizen: ChatClient, part: str
) -> None:
    """While rasa or the actions are gone the message is kept and the citizen told; then it is answered, once."""
    await citizen.ask("hvem er min sagsbehandler")
    answers = len(said(citizen, "assistant"))
    told = len(said(citizen, "system"))
    own_stack.kill(part)
    try:
        await citizen.say("hvad er status på min sag")
        trouble = await citizen.until_message("system", seconds=40)
        assert own_stack_phone(own_stack) in trouble["text"]
    finally:
        await asyncio.to_thread(own_stack.start, part)
    await citizen.reconnect()  # nobody has read meanwhile, so the socket's heartbeats may have given it up
    await answered(citizen, answers)
    await citizen.ask("hvornår får jeg svar")
    await asyncio.sleep(1)
    log = await whole_log(citizen)
    check_whole(log, ["hvem er min sagsbehandler", "hvad er status på min sag", "hvornår får jeg svar"])
    assert sum(frame["from"] == "assistant" for frame in log) == answers + 2
    assert sum(frame["from"] == "system" for frame in log) >= told + 1


async def test_web_killed_with_a_message_under_way_answers_it_after_it_is_back(
    own_stack: Stack, citizen: ChatClient
) -> None:
    """What was acknowledged is answered after a restart of web; said again under its id it is not said twice."""
    answers = len(said(citizen, "assistant"))
    id = await citizen.say("hvad er status på min sag")
    await citizen.until(lambda frame: frame["type"] == "ack" and frame["id"] == id)
    own_stack.kill("web")
    await asyncio.to_thread(own_stack.start, "web")
    await citizen.reconnect()
    await citizen.say("hvad er status på min sag", id=id)  # as a client does that never saw the ack
    await answered(citizen, answers)
    await asyncio.sleep(2)
    log = await whole_log(citizen)
    check_whole(log, ["hvad er status på min sag"])
    assert sum(frame["from"] == "assistant" for frame in log) == answers + 1


def own_stack_phone(stack: Stack) -> str:
    """The municipality's phone number, as it must be shown when something does not work."""
    from bot.municipality.facts import load

    return load(stack.settings.municipality_file).phone
