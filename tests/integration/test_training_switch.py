"""A real Rasa gets another model while conversations go on: nobody waits, nothing is lost, nothing broken runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.chat.rasa import Gateway
from bot.chat.records import utc_now
from bot.chat.turn import TurnMetadata
from bot.running.model import code_fingerprint, model_for, train
from bot.settings import ROOT
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.training import pointer
from bot.training.activating import Activating
from bot.training.gate import GateRules
from bot.training.measured import Figures
from bot.training.rasas import RasaRefused, Rasas
from bot.training.versions import NewVersion, Version, Versions, sha256_of
from tests.e2e.stack import MODELS, Stack
from tests.model_files import broken_component, cut_short, other_words
from tests.rasa_process import RasaProcess
from tests.training_setup import KAREN, database, small_assistant

pytestmark = pytest.mark.timeout(900)

OLD, NEW = "Svar på hilsen.", "Et helt nyt svar."
WHY = "Et nyt svar"


def in_time(longest: float, loading: float) -> bool:
    """Whether no turn waited for a model that took ``loading`` seconds to load: each is over long before.

    Both grow alike on a machine that does much else beside.
    """
    return longest < max(1.0, 0.6 * loading)


def figures() -> Figures:
    """Figures that let a version through the gate."""
    per_intent = {"akut_hjaelp": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 100}}
    report = {"accuracy": 0.9, "macro_f1": 0.9, "macro_f1_interval": [0.8, 1.0], "per_intent": per_intent}
    return Figures(report=report, sets={"akut": {"per_intent": per_intent}})


class House:
    """A folder of models of which the first is live, and who puts others live in these Rasas."""

    def __init__(self, folder: Path, models: Path, urls: list[str], token: str) -> None:
        self.models = models
        self.engine = database(f"sqlite:///{folder / 'house.db'}")
        self.versions = Versions(self.engine, Vault([Vault.new_key()]), models, clock=utc_now)
        self.blocking = Blocking(2)
        self.http = aiohttp.ClientSession()
        self.urls, self.token = urls, token
        self.rasas = Rasas(self.http, urls, token=token)

    def version(self, model: Path) -> Version:
        """A version of this file, as a training makes it."""
        return self.versions.add(
            NewVersion(
                file=model.name,
                sha256=sha256_of(model),
                data_file=f"data-{model.name}",
                staff_id="karen",
                reason=WHY,
                examples=12,
                intents=4,
                figures=figures(),
                code=code_fingerprint(),
            )
        )

    def activating(self) -> Activating:
        return Activating(
            self.versions,
            self.rasas,
            self.models,
            rules=GateRules(),
            code=code_fingerprint(),
            title=str,
            named=lambda ids: {},
            blocking=self.blocking,
        )

    async def activate(self, version: Version) -> None:
        live = self.versions.active()
        live_id = None if live is None else live.id
        await self.activating().activate(version.id, KAREN, live_id=live_id, reason=WHY, override=None)

    async def running(self) -> list[str]:
        """The file that each Rasa runs."""
        return [await self.rasas.file(url) for url in self.urls]

    async def close(self) -> None:
        await self.http.close()
        self.blocking.close()
        self.engine.dispose()


class Asking:
    """Conversations that go on: each asks, waits for its answer and asks again; ``said`` is all they were told."""

    def __init__(self, gateway: Gateway, words: list[str], *, conversations: int = 2) -> None:
        self._gateway = gateway
        self._words = words
        self._names = [f"samtale-{number}" for number in range(conversations)]
        self._stopped = False
        self._tasks: list[asyncio.Task[None]] = []
        self.asked = 0
        self.said: list[str] = []
        self.waits: list[float] = []

    async def __aenter__(self) -> Asking:
        for name in self._names:  # the first turn of a Rasa fills its caches, and takes seconds
            await self._turn(name, 0)
        self.waits.clear()
        self._tasks = [asyncio.create_task(self._go_on(name)) for name in self._names]
        await self.more(4)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopped = True
        await asyncio.gather(*self._tasks)

    async def more(self, turns: int) -> None:
        """Return when they have been answered so many times more; raises what one of them met."""
        wanted = len(self.said) + turns
        while len(self.said) < wanted:
            for task in self._tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.02)

    async def _go_on(self, name: str) -> None:
        number = 1
        while not self._stopped:
            await self._turn(name, number)
            number += 1
            await asyncio.sleep(0.01)

    async def _turn(self, name: str, number: int) -> None:
        self.asked += 1
        begun = time.perf_counter()
        answer = await self._gateway.ask(name, self._words[number % len(self._words)], TurnMetadata(seq=number + 1))
        self.waits.append(time.perf_counter() - begun)
        self.said.append(answer.text)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small model, `borgerkontakt-<…>.tar.gz`."""
    folder = tmp_path_factory.mktemp("small")
    train(small_assistant(folder / "assistant"), folder / "models", log=folder / "log", tell=lambda line: None)
    return folder / "models"


@pytest.fixture(scope="module")
def small(models: Path) -> Path:
    return next(models.glob("borgerkontakt-*.tar.gz"))


@pytest.fixture(scope="module")
def processes(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RasaProcess]]:
    """Two Rasas that run the small model; started once, for that takes longest."""
    folder = tmp_path_factory.mktemp("rasas")
    made = [RasaProcess(small, folder / f"rasa-{number}.log") for number in range(2)]
    try:
        for each in made:
            each.wait_well()
        yield made
    finally:
        for each in made:
            each.stop()


@pytest_asyncio.fixture
async def house(processes: list[RasaProcess], small: Path, tmp_path: Path) -> AsyncIterator[House]:
    """The small model is the live version, and both Rasas run it."""
    made = House(tmp_path, small.parent, [each.url for each in processes], processes[0].token)
    first = made.version(small)
    made.versions.activated(first.id, None, "Den første")
    await made.activating().settle()
    assert await made.running() == [small.name] * 2
    yield made
    await made.close()


def gateway(house: House) -> Gateway:
    """As web asks."""
    return Gateway(house.http, house.urls, token=house.token, actions_url="http://127.0.0.1:9", timeout=60)


async def test_a_version_goes_live_while_others_ask_and_back(house: House, small: Path) -> None:
    """Every question is answered, by the old or the new and nothing else; the longest wait is told."""
    made = house.version(other_words(small, small.parent / "borgerkontakt-new.tar.gz", "utter_hilsen", NEW))
    async with Asking(gateway(house), ["hej med dig"], conversations=4) as asking:
        assert set(asking.said) == {OLD}
        usual = max(asking.waits)
        asking.waits.clear()
        begun = time.perf_counter()
        await house.activate(made)
        loading, during = (time.perf_counter() - begun) / 2, max(asking.waits)
        asking.said.clear()
        await asking.more(8)
        assert set(asking.said) == {NEW}
        first = house.versions.previous(code_fingerprint())
        assert first is not None
        await house.activating().roll_back(KAREN, live_id=made.id, to_id=first.id)
        await asking.more(4)
        asking.said.clear()
        await asking.more(8)
        assert set(asking.said) == {OLD}
    print(f"\nlongest turn: {usual:.2f} s before, {during:.2f} s while two Rasas took {loading:.1f} s each to load")
    assert in_time(during, loading)
    assert pointer.read(house.models) is not None


async def test_a_conversation_is_remembered_across_the_switch(house: House, small: Path) -> None:
    """Rasa's working memory stays: what was said before is still in the tracker afterwards."""
    made = house.version(other_words(small, small.parent / "borgerkontakt-memory.tar.gz", "utter_hilsen", NEW))
    url = house.urls[0]

    async def say(words: str) -> None:
        body = {"sender": "hukommelse", "message": words, "metadata": TurnMetadata(seq=1).to_json()}
        async with house.http.post(f"{url}/webhooks/rest/webhook", params={"token": house.token}, json=body) as answer:
            assert answer.status == 200

    await say("hej med dig")
    await house.activate(made)
    await say("mange tak")
    async with house.http.get(
        f"{url}/conversations/hukommelse/tracker", params={"token": house.token, "include_events": "ALL"}
    ) as answer:
        events: list[dict[str, Any]] = (await answer.json())["events"]
    assert [event["text"] for event in events if event["event"] == "user"] == ["hej med dig", "mange tak"]
    assert next(event["text"] for event in events if event["event"] == "bot") == OLD


@pytest.mark.parametrize("spoil", [cut_short, broken_component])
async def test_what_can_not_work_never_runs(house: House, small: Path, spoil: Any) -> None:
    """Cut short after it was recorded, or whole with a component that can't be loaded: both Rasas stay on the old."""
    made = house.version(spoil(small, small.parent / f"borgerkontakt-{spoil.__name__}.tar.gz"))
    async with Asking(gateway(house), ["hej med dig"]) as asking:
        with pytest.raises(RasaRefused):
            await house.activate(made)
        asking.said.clear()
        await asking.more(4)
        assert set(asking.said) == {OLD}
    assert await house.running() == [small.name] * 2
    active = house.versions.active()
    assert active is not None and active.file == small.name


async def test_when_one_of_two_can_not_the_other_goes_back(house: House, small: Path) -> None:
    """The second is not there any more when its turn comes: the first had the new one, and has the old again."""
    made = house.version(other_words(small, small.parent / "borgerkontakt-half.tar.gz", "utter_hilsen", NEW))
    refusing = Rasas(house.http, [house.urls[0], house.urls[1]], token=house.token)
    loads = refusing.load

    async def load(url: str, model: Path) -> None:
        if url == house.urls[1]:  # what it is told to load is cut short for it alone
            model = cut_short(model, model.with_name("borgerkontakt-elsewhere.tar.gz"))
        await loads(url, model)

    refusing.load = load  # type: ignore[method-assign]
    house.rasas = refusing
    with pytest.raises(RasaRefused):
        await house.activate(made)
    assert await house.running() == [small.name] * 2


async def test_only_who_has_the_token_changes_the_model(house: House, small: Path) -> None:
    """Nor is a folder, or a path that hangs on where Rasa runs, taken for a model."""
    url = f"{house.urls[0]}/model"
    body = {"model_file": str(small)}
    for query in ({}, {"token": "wrong"}):
        async with house.http.put(url, params=query, json=body) as answer:
            assert answer.status == 401
    for wrong in (None, [], {}, {"model_file": 7}, {"model_file": str(small.parent)}, {"model_file": small.name}):
        async with house.http.put(url, params={"token": house.token}, json=wrong) as answer:
            assert answer.status == 400, wrong
    assert await house.running() == [small.name] * 2


@pytest.mark.skipif(not model_for(ROOT, MODELS).exists(), reason="the project's own model is not trained here")
@pytest.mark.long
async def test_versions_later_rasa_is_no_larger_and_everybody_was_answered(tmp_path: Path) -> None:
    """With the project's own model: the one before is let go of each time, and every turn is answered."""
    stack = Stack(tmp_path)
    model = Path(stack.parts["rasa"].argv[-2])
    try:
        stack.start("actions", "rasa")
        pid = stack.processes["rasa"].pid
        house = House(tmp_path, tmp_path / "models", list(stack.settings.rasa_urls), stack.settings.rasa_token)
        house.models.mkdir(exist_ok=True)
        sizes, longest, took = [], [], []
        words = ["er du et menneske", "tusind tak", "hvem er min sagsbehandler"]
        async with Asking(gateway(house), words, conversations=1) as asking:
            await asking.more(6)
            asking.waits.clear()
            await asking.more(6)
            usual = max(asking.waits)
            for number in range(4):
                new = other_words(model, house.models / f"borgerkontakt-{number}.tar.gz", "utter_x", "x")
                asking.waits.clear()
                begun = time.perf_counter()
                await house.rasas.load(house.urls[0], new)
                took.append(time.perf_counter() - begun)
                longest.append(max(asking.waits))
                sizes.append(resident(pid))
        gaps = ", ".join(f"{gap:.2f} of {whole:.1f}" for gap, whole in zip(longest, took, strict=True))
        print(f"\nlongest turn: {usual:.2f} s usually; of each load's seconds: {gaps}; MiB: {sizes}")
        assert len(asking.said) == asking.asked and all(asking.said)
        assert sizes[-1] - sizes[1] < 100
        await house.close()
    finally:
        stack.stop()


def resident(pid: int) -> int:
    """The memory a process holds, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024
