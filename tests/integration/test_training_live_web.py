"""Putting versions live, going back and trying them over web: who may, and how each no is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.chat.records import utc_now
from bot.errors import SettingsError
from bot.running.model import code_fingerprint
from bot.store.crypto import Vault
from bot.training.gate import GateRules
from bot.training.intents import Intents
from bot.training.measured import Figures
from bot.training.versions import NewVersion, Version, Versions, sha256_of
from bot.web.training_live import guards
from tests.integration.desk_client import DeskInstallation, Page
from tests.rasa_models_peer import ModelsPeer, model_file

pytestmark = pytest.mark.timeout(300)


def figures(danger: float = 1.0) -> Figures:
    """Figures with this recall of a hundred cries for help."""
    per_intent = {"akut_hjaelp": {"precision": 1.0, "recall": danger, "f1": 1.0, "support": 100}}
    report = {"accuracy": 0.9, "macro_f1": 0.9, "macro_f1_interval": [0.8, 1.0], "per_intent": per_intent}
    return Figures(report=report, sets={"akut": {"per_intent": per_intent}})


class Live(DeskInstallation):
    """web with a Rasa that runs the first of two versions."""

    async def __aenter__(self) -> Live:
        self.models: Path = self._changes["models_folder"]
        self.rasa = await ModelsPeer(model_file(self.models / "borgerkontakt-one.tar.gz", "one")).start()
        self._changes |= {"rasa_urls": (self.rasa.url,), "rasa_token": "secret"}
        await super().__aenter__()
        self.versions = Versions(self.desk.engine, Vault([self.key]), self.models, clock=utc_now)
        self.one, self.two = self.made("one"), self.made("two")
        self.versions.activated(self.one.id, None, "Den første")
        return self

    async def __aexit__(self, *error: Any) -> None:
        await super().__aexit__(*error)
        await self.rasa.stop()

    def made(self, number: str, measured: Figures | None = None) -> Version:
        """A version whose file is there."""
        model = model_file(self.models / f"borgerkontakt-{number}.tar.gz", number)
        return self.versions.add(
            NewVersion(
                file=model.name,
                sha256=sha256_of(model),
                data_file=f"data-{number}.tar.gz",
                staff_id=None,
                reason="Flere eksempler",
                examples=12,
                intents=3,
                figures=measured or figures(),
                code=code_fingerprint(),
            )
        )

    async def post(self, page: Page, path: str, **body: Any) -> tuple[int, Any]:
        """Status and JSON of what /training/api answers."""
        async with self.client.post(f"/training/api{path}", json=body, headers=page.headers) as answer:
            return answer.status, await answer.json()

    async def activate(self, page: Page, version: Version, override: str | None = None) -> tuple[int, Any]:
        """On a page that was just loaded."""
        async with self.client.get(f"/training/api/versions/{version.id}", headers=page.headers) as answer:
            live = (await answer.json())["active"]
        body = {"reason": "Flere eksempler", "override": override, "from": live}
        return await self.post(page, f"/versions/{version.id}/activate", **body)


@pytest_asyncio.fixture
async def web(tmp_path: Path) -> AsyncIterator[Live]:
    async with Live(f"sqlite:///{tmp_path / 'web.db'}", tmp_path, models_folder=tmp_path / "models") as made:
        yield made


@pytest.fixture
def karen(web: Live) -> Page:
    return web.page("Karen Friis", "trainer")


async def test_a_trainer_puts_a_version_live_and_goes_back(web: Live, karen: Page) -> None:
    """The page is told of the version as it then stands."""
    status, said = await web.activate(karen, web.two)
    assert (status, said["version"]["id"], said["version"]["status"]) == (200, web.two.id, "live")
    assert said["version"]["activations"][0] | {"at": ""} == {
        "at": "",
        "by": "Karen Friis",
        "reason": "Flere eksempler",
        "override": None,
    }
    assert web.rasa.file.name == web.two.file
    back = {"from": web.two.id, "to": web.one.id}
    status, said = await web.post(karen, "/rollback", **back)
    assert (status, said["version"]["id"], web.rasa.file.name) == (200, web.one.id, web.one.file)
    assert said["absent"] == 0
    status, said = await web.post(web.page("Peter Dahl", "administrator"), "/rollback", **back)
    assert (status, said["error"]["code"], said["error"]["by"]) == (409, "changed", "Karen Friis")
    assert "gået tilbage" in said["error"]["text"] and web.rasa.file.name == web.one.file


async def test_what_a_colleague_put_live_meanwhile_is_not_replaced_unseen(web: Live, karen: Page) -> None:
    """409 changed, with who did it; a page that does not say what it shows as live is told the same."""
    await web.activate(web.page("Peter Dahl", "administrator"), web.two)
    three = web.made("three")
    for shown in ({"from": web.one.id}, {"from": None}, {}):
        status, said = await web.post(karen, f"/versions/{three.id}/activate", reason="derfor", override=None, **shown)
        assert (status, said["error"]["code"], said["error"]["by"]) == (409, "changed", "Peter Dahl")
    status, said = await web.post(karen, f"/versions/{three.id}/activate", reason="derfor", **{"from": True})
    assert (status, said["error"]["code"]) == (400, "bad_input")
    assert web.rasa.file.name == web.two.file


async def test_a_page_that_does_not_say_where_from_and_where_to_goes_nowhere(web: Live, karen: Page) -> None:
    """One that was loaded before the two were asked for: it is told to load again."""
    for body in ({}, {"from": web.two.id}, {"from": str(web.two.id), "to": web.one.id}, {"from": True, "to": 1}):
        status, said = await web.post(karen, "/rollback", **body)
        assert (status, said["error"]["code"]) == (400, "bad_input")
    assert not web.rasa.loaded


async def test_the_gate_is_told_with_its_reasons_and_an_administrator_passes_it_over(web: Live, karen: Page) -> None:
    """409 with each sentence by itself; a trainer's override is none."""
    worse = web.made("worse", figures(0.9))
    for page, override in ((karen, None), (karen, "Det er aftalt med ledelsen")):
        status, said = await web.activate(page, worse, override)
        assert (status, said["error"]["code"]) == (409, "gate")
        assert "90 af 100" in said["error"]["reasons"][0]
    peter = web.page("Peter Dahl", "administrator")
    status, said = await web.activate(peter, worse, "kort")
    assert (status, said["error"]["code"]) == (400, "bad_input")
    status, said = await web.activate(peter, worse, "Det er aftalt med ledelsen")
    assert (status, said["version"]["activations"][0]["override"]) == (200, "Det er aftalt med ledelsen")


async def test_a_file_that_is_not_whole_and_a_rasa_that_is_gone_are_told_apart(web: Live, karen: Page) -> None:
    """409 broken is the version's fault, 503 rasa is nobody's who asked."""
    short = web.made("short")
    (web.models / short.file).write_bytes(b"half")
    status, said = await web.activate(karen, short)
    assert (status, said["error"]["code"]) == (409, "broken")
    web.rasa.refuses = lambda path: True
    status, said = await web.activate(karen, web.two)
    assert (status, said["error"]["code"]) == (503, "rasa") and "kører stadig" in said["error"]["text"]
    await web.rasa.stop()
    status, said = await web.activate(karen, web.two)
    assert (status, said["error"]["code"]) == (503, "rasa")
    active = web.versions.active()
    assert active is not None and active.id == web.one.id


@pytest.mark.parametrize("path", ["/versions/1/activate", "/rollback"])
async def test_only_those_who_train_change_what_runs_from_their_own_page(web: Live, karen: Page, path: str) -> None:
    """An auditor looks on, an agent has no part in it, and another page's form does nothing."""
    for page in (web.page("Inge Bach", "auditor"), web.page("Mette Holm")):
        assert (await web.post(page, path))[0] == 403
    karen.headers.pop("X-CSRF-Token")
    assert (await web.post(karen, path))[0] == 403
    assert not web.rasa.loaded


@pytest.mark.parametrize("number", ["999", "0", "x", "1" * 30])
async def test_a_version_that_is_not_there_is_not_found(web: Live, karen: Page, number: str) -> None:
    """404, whatever is written for a number."""
    status, said = await web.post(karen, f"/versions/{number}/activate", reason="derfor", override=None)
    assert (status, said["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"text": "", "versions": [1]},
        {"text": "hej" * 2000, "versions": [1]},
        {"text": "hej", "versions": []},
        {"text": "hej", "versions": [1, 2, 1]},
        {"text": "hej", "versions": ["1"]},
        {"text": "hej", "versions": [True]},
        {"text": "hej"},
    ],
)
async def test_what_can_not_be_tried_is_said(web: Live, karen: Page, body: dict[str, Any]) -> None:
    """400, before any process is started."""
    status, said = await web.post(karen, "/try", **body)
    assert (status, said["error"]["code"]) == (400, "bad_input")


async def test_a_version_that_can_not_be_loaded_is_said_when_it_is_tried(web: Live, karen: Page) -> None:
    """Its process says no; 409, and nothing is left running."""
    status, said = await web.post(karen, "/try", text="hej", versions=[web.one.id])
    assert (status, said["error"]["code"]) == (409, "trial")


def test_a_guarded_intent_that_is_misspelt_stops_web_at_the_start() -> None:
    """It would guard nothing, and nobody would know."""
    from bot.settings import ROOT

    intents = Intents(ROOT)
    guards(GateRules(), intents)
    guards(GateRules(guarded={"akut_hjaelp": 0.0}), intents)
    with pytest.raises(SettingsError, match="klager"):
        guards(GateRules(guarded={"akut_hjaelp": 0.0, "klager": 0.02}), intents)
