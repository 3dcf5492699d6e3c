"""The training pages' trainings and versions over web, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import insert

from bot.chat.records import utc_now
from bot.running.model import code_fingerprint
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.tables import conversations, messages
from bot.training.making import NO_TESTS
from bot.training.measured import Figures
from bot.training.versions import NewVersion, Version, Versions, sha256_of
from tests.integration.desk_client import Page
from tests.integration.training_client import TrainingInstallation
from tests.training_setup import TESTS, test_set

CODE = code_fingerprint()
RIGHT = {"precision": 0.5, "recall": 1.0, "f1": 2 / 3, "support": 4}


def figures(macro_f1: float, *, cries: float) -> Figures:
    """Of a test set with four messages of two intents each; ``cries`` is the share of cries for help that is found."""
    per_intent = {"tak": {**RIGHT, "f1": macro_f1}, "akut_hjaelp": {**RIGHT, "recall": cries}}
    report = {"accuracy": macro_f1, "macro_f1": macro_f1, "macro_f1_interval": [0.1, 0.9], "per_intent": per_intent}
    return Figures(report=report, sets={"held_out": {"n": 8, **report}}, seconds=60.0)


class Web(TrainingInstallation):
    """web whose trainings end at once, for their test messages are none; and its versions from the inside."""

    def __init__(self, database_url: str, tmp_path: Path) -> None:
        tests = tmp_path / "held_out.jsonl"
        tests.write_text("{", encoding="utf-8")
        super().__init__(database_url, tmp_path, test_sets=(tests,))

    async def __aenter__(self) -> Web:
        await super().__aenter__()
        self.vault = Vault([self.key])
        self.versions = Versions(self._engine, self.vault, self.settings.models_folder, clock=utc_now)
        self.karen = self.page("Karen Friis", "trainer")
        return self

    async def ask(self, method: str, path: str, body: Any = None, *, who: Page | None = None) -> tuple[int, Any]:
        return await self.asked(method, path, (who or self.karen).headers, json=body)

    async def get(self, path: str) -> Any:
        status, told = await self.ask("GET", path)
        assert status == 200, told
        return told

    async def over(self) -> dict[str, Any]:
        """The current training, once it is over."""
        deadline = asyncio.get_running_loop().time() + 120
        while (told := await self.get("/trainings/current"))["status"] in ("queued", "running"):
            assert asyncio.get_running_loop().time() < deadline, told
            await asyncio.sleep(0.2)
        found: dict[str, Any] = told
        return found

    def made(self, name: str, of: Figures, *, live: bool = False, code: str = CODE, data: str = "") -> Version:
        """A version that is there, and runs if it is ``live``."""
        file = self.settings.models_folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(name.encode())
        made = self.versions.add(
            NewVersion(
                file=name,
                sha256=sha256_of(file),
                data_file=data or f"data-{name}",
                staff_id=self.karen.staff.id,
                reason=f"Om {name}",
                examples=12,
                intents=3,
                figures=of,
                code=code,
            )
        )
        if live:
            self.versions.activated(made.id, self.karen.staff, "Klar")
        return made

    def compared(self, version: Version, other: Version, changed: list[dict[str, Any]]) -> None:
        """A comparison of the two."""
        content = {
            "with": other.id,
            "intents": [{"intent": "tak", "before": RIGHT, "now": RIGHT}],
            "better": [],
            "worse": [{"text": "mange tak", "intent": "tak", "before": "tak", "now": "hilsen"}],
            "recent": {"days": 30, "n": 2, "total": len(changed), "changed": changed},
            "data": {"added": [], "removed": [], "responses": [], "rules": []},
            "figures": {"before": other.figures.to_json(), "now": version.figures.to_json()},
        }
        with writing(self._engine) as connection:
            self.versions.keep_comparison(connection, version.id, other.id, content)

    def wrote(self, conversation: str, text: str) -> dict[str, Any]:
        """A citizen's message, as a comparison names it."""
        now = utc_now()
        with writing(self._engine) as connection:
            at = {"created_at": now, "expires_at": now + timedelta(days=1)}
            connection.execute(insert(conversations).values(id=conversation, token_hash=conversation, **at))
            sealed = self.vault.seal_json({"text": text, "choices": [], "card": None})
            row = {"conversation_id": conversation, "seq": 1, "sender": "citizen", "sealed": sealed, "at": now}
            connection.execute(insert(messages).values(**row))
        said = {"intent": "tak", "confidence": 0.9, "outcome": "answered"}
        return {"places": [[conversation, 1]], "n": 1, "before": said, "now": {**said, "intent": "hilsen"}}


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[Web]:
    async with Web(database_url, tmp_path) as made:
        yield made


async def test_a_training_is_asked_for_followed_and_ends_with_what_went_wrong(web: Web) -> None:
    """In a process of its own, with the settings of this web."""
    assert await web.get("/trainings/current") is None
    assert (await web.ask("POST", "/trainings", {"reason": "   "}))[0] == 400
    assert (await web.ask("POST", "/trainings", {"reason": None}))[0] == 400

    status, begun = await web.ask("POST", "/trainings", {"reason": "Flere ord om klage"})

    assert (status, begun["status"], begun["by"], begun["reason"]) == (
        201,
        "queued",
        "Karen Friis",
        "Flere ord om klage",
    )
    over = await web.over()
    assert (over["id"], over["status"], over["version"], over["stopping"]) == (begun["id"], "failed", None, False)
    assert over["problem"].startswith(NO_TESTS)
    assert over["ended_at"] > over["started_at"] > over["created_at"]


async def test_two_who_train_at_once_are_told_of_each_other(web: Web) -> None:
    """The second gets 409 in words, and sees the training of the first; either may stop it."""
    jens = web.page("Jens Lund", "trainer")
    answers = await asyncio.gather(
        *(web.ask("POST", "/trainings", {"reason": "Nu"}, who=who) for who in (web.karen, jens) for _ in range(5))
    )

    assert sorted(status for status, _ in answers) == [201, *[409] * 9]
    refused = next(told for status, told in answers if status == 409)
    assert refused["error"]["code"] == "wrong_moment"
    assert "allerede en træning i gang" in refused["error"]["text"]
    await web.over()


async def test_a_training_goes_on_while_web_is_started_anew_and_can_be_stopped_there(web: Web) -> None:
    """Whoever looks next sees it where it is."""
    test_set(web.settings.test_sets[0], TESTS)  # so that there is something to do
    _, begun = await web.ask("POST", "/trainings", {"reason": "Nu"})
    deadline = asyncio.get_running_loop().time() + 120
    while (await web.get("/trainings/current"))["status"] != "running":
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.1)

    await web.stop_web()
    await web.start_web()

    seen = await web.get("/trainings/current")
    assert (seen["id"], seen["status"]) == (begun["id"], "running")
    status, stopping = await web.ask("POST", f"/trainings/{begun['id']}/cancel", {})
    assert (status, stopping["stopping"]) == (200, True)
    assert (await web.over())["status"] == "cancelled"
    assert (await web.ask("POST", f"/trainings/{begun['id']}/cancel", {}))[0] == 409
    assert (await web.ask("POST", "/trainings/99999/cancel", {}))[0] == 404
    assert (await web.ask("POST", "/trainings/x/cancel", {}))[0] == 404


async def test_versions_are_listed_with_what_runs_and_what_became_of_their_files(web: Web) -> None:
    """A model file that was cut short is broken, one that is gone is missing; what runs is said to."""
    first = web.made("one.tar.gz", figures(0.8, cries=1.0), live=True)
    second = web.made("two.tar.gz", figures(0.82, cries=0.75), live=True)
    third, fourth = (web.made(name, Figures()) for name in ("three.tar.gz", "four.tar.gz"))
    web.versions.path(third).write_bytes(b"thr")
    web.versions.path(fourth).unlink()

    told = await web.get("/versions")

    assert [(row["id"], row["status"]) for row in told["rows"]] == [
        (fourth.id, "missing"),
        (third.id, "broken"),
        (second.id, "live"),
        (first.id, "ready"),
    ]
    web.versions.path(second).unlink()
    row = (await web.get("/versions"))["rows"][2]
    assert (row["status"], row["file"]) == ("live", "missing"), "it runs on, and its file is gone"
    assert (told["active"], told["previous"], told["next"]) == (second.id, first.id, None)
    assert told["only_older"] is False
    row = told["rows"][2]
    assert (row["by"], row["reason"], row["examples"], row["intents"]) == ("Karen Friis", "Om two.tar.gz", 12, 3)
    assert (row["accuracy"], row["macro_f1"], row["macro_f1_interval"], row["measured"]) == (
        0.82,
        0.82,
        [0.1, 0.9],
        True,
    )
    guarded = {one["intent"]: one for one in row["guarded"]}
    assert guarded["akut_hjaelp"]["recall"] == 0.75
    assert guarded["akut_hjaelp"]["title"] != "akut_hjaelp"
    (activation,) = row["activations"]
    assert (activation["by"], activation["reason"], activation["override"]) == ("Karen Friis", "Klar", None)
    assert (told["rows"][0]["macro_f1"], told["rows"][0]["measured"]) == (None, False)
    assert (await web.ask("GET", "/versions?cursor=x"))[0] == 400


async def test_a_version_says_how_it_fares_beside_the_one_that_runs_and_whether_it_may(web: Web) -> None:
    """The gate's reasons have the figures: fewer cries for help found is never passed."""
    live = web.made("one.tar.gz", figures(0.8, cries=1.0), live=True)
    worse, better = (web.made(f"{cries}.tar.gz", figures(0.85, cries=cries)) for cries in (0.75, 1.0))
    web.compared(worse, live, [web.wrote("a", "tusind tak"), web.wrote("b", "mange tak")])

    told = await web.get(f"/versions/{worse.id}")

    assert not told["gate"]["passes"]
    assert "3 af 4" in told["gate"]["reasons"][0]
    assert told["gate"]["rules"]["guarded"]["akut_hjaelp"] == 0.0
    comparison = told["comparison"]
    assert comparison["with"] == live.id
    assert (comparison["figures"]["before"]["macro_f1"], comparison["figures"]["now"]["macro_f1"]) == (0.8, 0.85)
    assert [one["text"] for one in comparison["recent"]["changed"]] == ["tusind tak", "mange tak"]
    assert comparison["intents"][0]["title"] != "tak"
    passes = await web.get(f"/versions/{better.id}")
    assert (passes["gate"]["passes"], passes["gate"]["reasons"], passes["comparison"]) == (True, [], None)
    assert (await web.get(f"/versions/{live.id}"))["gate"]["passes"]
    other = web.made("other.tar.gz", replace(figures(0.85, cries=1.0), tests="changed"))
    gates = [(await web.get(f"/versions/{one.id}"))["gate"] for one in (other, better)]
    assert [(gate["passes"], gate["measure"]) for gate in gates] == [(False, True), (True, False)]
    assert (await web.ask("GET", "/versions/999"))[0] == 404


async def test_what_a_citizen_wrote_is_shown_no_longer_than_their_conversation_is_there(web: Web) -> None:
    """Erased is erased, in a comparison too."""
    live = web.made("one.tar.gz", figures(0.8, cries=1.0), live=True)
    new = web.made("two.tar.gz", figures(0.8, cries=1.0))
    web.compared(new, live, [web.wrote("a", "jeg er syg"), web.wrote("b", "mange tak")])

    with writing(web._engine) as connection:
        connection.execute(conversations.delete().where(conversations.c.id == "a"))

    told = (await web.get(f"/versions/{new.id}"))["comparison"]["recent"]
    assert [one["text"] for one in told["changed"]] == ["mange tak"]


async def test_a_version_can_be_measured_when_somebody_asks(web: Web) -> None:
    """For the first one, which nobody has measured; it is a training among others."""
    version = web.made("one.tar.gz", Figures(), live=True)

    status, begun = await web.ask("POST", f"/versions/{version.id}/measure", {})

    assert (status, begun["version"], begun["reason"]) == (201, version.id, "Måling")
    assert (await web.over())["status"] == "failed"
    assert (await web.ask("POST", "/versions/999/measure", {}))[0] == 404


async def test_after_a_software_update_it_is_plain_what_can_run_and_what_the_figures_are_of(web: Web) -> None:
    """The live one was made again and not measured: the older one's figures stand there, and are none of its own."""
    oldest = web.made("other.tar.gz", Figures(), live=True, code="000000000000")
    older = web.made("one.tar.gz", figures(0.8, cries=1.0), live=True, code="000000000000", data="data.tar.gz")
    again = web.made("two.tar.gz", Figures(), live=True, data="data.tar.gz")

    page = await web.get("/versions")
    told = await web.get(f"/versions/{again.id}")

    status = {row["id"]: row["status"] for row in page["rows"]}
    assert status == {again.id: "live", older.id: "older", oldest.id: "older"}
    assert (page["previous"], page["only_older"]) == (None, True)
    assert (told["macro_f1"], told["measured"]) == (None, False)
    before = told["before_update"]
    assert (before["version"], before["macro_f1"], before["accuracy"]) == (older.id, 0.8, 0.8)
    assert {one["intent"]: one["recall"] for one in before["guarded"]}["akut_hjaelp"] == 1.0
    assert (await web.get(f"/versions/{older.id}"))["before_update"] is None
    status, refused = await web.ask("POST", "/try", {"text": "hej", "versions": [older.id]})
    assert (status, refused["error"]["code"]) == (409, "broken") and "ældre udgave" in refused["error"]["text"]


async def test_an_older_version_is_trained_again_with_what_was_kept_of_it(web: Web) -> None:
    """A training as any, asked for with one click; its reason says whose data they are."""
    older = web.made("one.tar.gz", figures(0.8, cries=1.0), code="000000000000")

    status, begun = await web.ask("POST", f"/versions/{older.id}/retrain", {})

    assert (status, begun["version"]) == (201, None)
    assert begun["reason"] == f"Trænet igen med eksemplerne fra version {older.id}"
    assert (await web.over())["status"] == "failed"
    assert (await web.ask("POST", "/versions/999/retrain", {}))[0] == 404


async def test_an_auditor_sees_trainings_and_versions_and_begins_none(web: Web) -> None:
    """And nobody else is let in."""
    version = web.made("one.tar.gz", Figures())
    rune = web.page("Rune Revisor", "auditor")
    for path in ("/trainings/current", "/versions", f"/versions/{version.id}"):
        assert (await web.ask("GET", path, who=rune))[0] == 200
        assert (await web.ask("GET", path, who=web.page("Mette Holm")))[0] == 403
    for path in (
        "/trainings",
        f"/versions/{version.id}/measure",
        f"/versions/{version.id}/retrain",
        "/trainings/1/cancel",
    ):
        assert (await web.ask("POST", path, {"reason": "Nu"}, who=rune))[0] == 403
