"""Who trains the assistant, and the first page: what awaits them, what is not live, and what runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.chat.records import utc_now
from bot.store.training_tables import inbox, trainings
from bot.training.measured import Figures
from bot.training.snapshot import data_in, name_of
from bot.training.versions import NewVersion, Versions
from bot.web.training_versions import VERSIONS
from tests.integration.training_client import TrainingInstallation

PER_INTENT = {
    "klage": {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 20},
    "svartid": {"precision": 0.8, "recall": 0.7, "f1": 0.747, "support": 20},
    "tak": {"precision": 0.1, "recall": 0.1, "f1": 0.1, "support": 2},  # too few to say anything
}
REPORT = {"accuracy": 0.9, "macro_f1": 0.88, "macro_f1_interval": [0.85, 0.9], "per_intent": PER_INTENT}


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[TrainingInstallation]:
    async with TrainingInstallation(database_url, tmp_path) as made:
        yield made


def lives(web: TrainingInstallation) -> None:
    """A version of the data as they stand is live."""
    app: Any = web.client.app
    new = NewVersion(
        file="x.tar.gz",
        sha256="0" * 64,
        data_file=name_of(data_in(web.assistant)),
        staff_id=None,
        reason="Den første",
        examples=10,
        intents=3,
        figures=Figures(report=REPORT),
    )
    assert app[VERSIONS].versions.add_first(new) is not None


def trained_again(web: TrainingInstallation) -> None:
    """The live version was trained again with what was kept of it, and that is live."""
    app: Any = web.client.app
    versions: Versions = app[VERSIONS].versions
    live, now = versions.active(), utc_now()
    assert live is not None
    fields = {name: getattr(live, name) for name in ("sha256", "data_file", "examples", "intents", "figures")}
    made = versions.add(NewVersion(file="y.tar.gz", staff_id=None, reason="Igen", **fields))
    sealed = app[VERSIONS].vault.seal_json({"reason": "Igen"})
    row = {"status": "done", "staff_id": "karen", "sealed": sealed, "created_at": now, "started_at": now}
    web.desk.write(trainings, **row, ended_at=now, version_id=made.id, data_of=live.id)
    versions.activated(made.id, None, "Igen")


async def test_each_role_is_told_what_it_may(web: TrainingInstallation) -> None:
    """A trainer writes, an administrator overrides the gate besides, an auditor only reads."""
    told = {}
    for role in ("trainer", "administrator", "auditor"):
        page = web.page("Karen Friis", role)
        status, me = await web.asked("GET", "/me", page.headers)
        assert status == 200 and me["csrf"] == page.headers["X-CSRF-Token"], role
        assert me["name"] == "Karen Friis" and me["roles"] == [role] and me["municipality"] == "Nørreå Kommune"
        told[role] = (me["may_write"], me["may_override"])
    assert told == {"trainer": (True, False), "administrator": (True, True), "auditor": (False, False)}


async def test_an_installation_without_versions_has_a_first_page_too(web: TrainingInstallation) -> None:
    """Nothing waits, nothing is changed, nothing runs that is known."""
    karen = web.page("Karen Friis", "trainer")
    status, overview = await web.asked("GET", "/overview", karen.headers)
    assert status == 200
    assert overview == {
        "inbox": {"waiting": 0},
        "changes": {"n": 0, "since": None, "elsewhere": False},
        "active": None,
        "training": None,
        "weakest": [],
        "figures": {"days": 7, "conversations": 0, "solved": 0, "not_understood": 0},
    }


async def test_only_messages_that_wait_are_counted(web: TrainingInstallation) -> None:
    """What was used or thrown away awaits nobody."""
    now = utc_now()
    for n, status in enumerate(("waiting", "waiting", "used", "dropped")):
        row = {"likeness": str(n), "status": status, "reasons": "fallback", "n": 1, "sealed": b"", "version": 1}
        web.desk.write(inbox, **row, first_at=now, last_at=now)
    karen = web.page("Karen Friis", "trainer")
    assert (await web.asked("GET", "/overview", karen.headers))[1]["inbox"] == {"waiting": 2}


async def test_changes_are_counted_until_they_are_live(web: TrainingInstallation) -> None:
    """None while the data are as the live version has them; an edit counts, and taken back it counts no more."""
    lives(web)
    karen = web.page("Karen Friis", "trainer")

    async def changes() -> dict[str, Any]:
        return dict((await web.asked("GET", "/overview", karen.headers))[1]["changes"])

    assert (await changes())["n"] == 0
    _, intent = await web.asked("GET", "/intents/hilsen", karen.headers)
    body = {"revision": intent["revision"], "texts": ["halløjsa med dig derinde"], "confirmed": False}
    status, added = await web.asked("POST", "/intents/hilsen/examples", karen.headers, json=body)
    assert status == 200 and added["refused"] == [], added
    now = await changes()
    assert now["n"] == 1 and now["since"] is not None and now["elsewhere"] is False
    trained_again(web)
    assert await changes() == now, "the data that run are as old as before"
    status, _ = await web.asked("POST", f"/edits/{added['edit']}/undo", karen.headers, json={})
    assert status == 200
    assert await changes() == {"n": 0, "since": None, "elsewhere": False}


async def test_what_an_engineer_changed_is_told_as_such(web: TrainingInstallation) -> None:
    """Data that differ though nobody changed them at /training: it is said, not counted."""
    lives(web)
    domain = web.assistant / "domain.yml"
    domain.write_text(domain.read_text(encoding="utf-8") + "\n# Rettet i git.\n", encoding="utf-8")
    karen = web.page("Karen Friis", "trainer")
    changes = (await web.asked("GET", "/overview", karen.headers))[1]["changes"]
    assert changes["n"] == 0 and changes["elsewhere"] is True


async def test_the_live_version_and_its_weakest_intents_are_shown(web: TrainingInstallation) -> None:
    """The weakest first, by their titles; an intent with hardly any messages says nothing of itself."""
    lives(web)
    karen = web.page("Karen Friis", "trainer")
    overview = (await web.asked("GET", "/overview", karen.headers))[1]
    assert overview["active"]["macro_f1"] == 0.88 and overview["active"]["reason"] == "Den første"
    assert [one["intent"] for one in overview["weakest"]] == ["klage", "svartid"]
    assert overview["weakest"][0]["title"] == "Klage over en afgørelse" and overview["weakest"][0]["f1"] == 0.5


async def test_the_pages_files_are_those_of_the_folder(web: TrainingInstallation) -> None:
    """Each module is served as one, asked for anew each time; nothing else is."""
    async with web.client.get("/training/static/training.js") as answer:
        assert answer.status == 200 and "javascript" in answer.headers["Content-Type"]
        assert answer.headers["Cache-Control"] == "no-cache"
    async with web.client.get("/training/static/findes-ikke.js") as answer:
        assert answer.status == 404
