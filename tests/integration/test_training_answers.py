"""Answers and new intents over web: written in one change, seen by all, taken back, and nothing overwritten unseen."""

from __future__ import annotations

import difflib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.training.domain_lines import responses
from bot.training.files import Files
from bot.training.intents import Intents
from tests.integration.desk_client import Page
from tests.integration.training_client import TrainingInstallation

PRICE = {
    "intent": "",
    "title": "Hvad koster et pas?",
    "about": "Borgeren vil vide, hvad et pas koster.",
    "answer": "Et pas koster 893 kroner. Er du under 18 år, koster det 178 kroner.",
    "examples": ["hvad koster sådan et nyt pas", "- prisen på et pas #1", "hvor dyrt er et pas til et barn"],
    "confirmed": False,
}


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[TrainingInstallation]:
    async with TrainingInstallation(database_url, tmp_path) as made:
        yield made


class Karen:
    """What somebody who trains asks of the pages' server."""

    def __init__(self, web: TrainingInstallation, page: Page) -> None:
        self.web, self.page = web, page

    async def ask(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        return await self.web.asked(method, path, self.page.headers, json=body, params=query)

    async def answer(self, name: str) -> dict[str, Any]:
        """The row of a response."""
        status, found = await self.ask("GET", "/answers", q=name)
        assert status == 200
        (row,) = [row for row in found["rows"] if row["name"] == name]
        return dict(row)

    def texts(self) -> Mapping[str, str]:
        """The files as they stand."""
        return Files(self.web.assistant).read()


@pytest.fixture
def karen(web: TrainingInstallation) -> Karen:
    return Karen(web, web.page("Karen Friis", "trainer"))


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[str]]:
    """By file, the lines that went and came."""
    return {
        path: [
            line
            for line in difflib.unified_diff(before[path].split("\n"), after[path].split("\n"), lineterm="", n=0)
            if not line.startswith(("---", "+++", "@@"))
        ]
        for path in after
        if before[path] != after[path]
    }


async def test_an_answer_is_changed_in_its_own_line_and_taken_back(web: TrainingInstallation, karen: Karen) -> None:
    """The file has one line changed; who reads the list sees it; one step back and the file is as it was."""
    before, row = karen.texts(), await karen.answer("utter_tak")
    assert row["used_by"] == [{"intent": "tak", "title": "Siger tak"}] and row["problems"] == []
    status, said = await karen.ask(
        "PUT", "/answers/utter_tak", {"revision": row["revision"], "texts": ["  Det var så lidt.  "]}
    )
    assert status == 200 and said["texts"] == ["Det var så lidt."] and said["revision"] != row["revision"]
    assert changed(before, karen.texts()) == {
        "domain.yml": [
            '-    - text: "Det var så lidt. Er der andet, jeg kan hjælpe med?"',
            '+    - text: "Det var så lidt."',
        ]
    }
    assert await karen.answer("utter_tak") == {key: value for key, value in said.items() if key != "edit"}
    assert (await karen.ask("POST", f"/edits/{said['edit']}/undo", {}))[0] == 200
    assert karen.texts() == before


async def test_two_who_write_at_once_are_told(web: TrainingInstallation, karen: Karen) -> None:
    """The second is told who was first, and nothing of the first's is lost."""
    ida = Karen(web, web.page("Ida Skov", "trainer"))
    revision = (await karen.answer("utter_farvel"))["revision"]
    first, second = ({"revision": revision, "texts": [text]} for text in ("Farvel.", "Hej hej."))
    assert (await ida.ask("PUT", "/answers/utter_farvel", first))[0] == 200
    status, said = await karen.ask("PUT", "/answers/utter_farvel", second)
    assert (status, said["error"]["code"], said["error"]["by"]) == (409, "changed", "Ida Skov")
    assert (await karen.answer("utter_farvel"))["texts"] == ["Farvel."]


REFUSED: list[tuple[list[Any], str]] = [
    ([], "tomt"),
    (["   "], "tomt"),
    (["Hej.", "Hej."], "to gange"),
    (["Ring på {telefon}."], "{telefon}"),
    (["Ring { nu"], "Krøllede"),
    (["Mit nummer er 010190-1234."], "CPR"),
    (["x" * 1501], "1500"),
    ([1], "forældet"),
]


async def test_what_cannot_be_said_is_refused(karen: Karen) -> None:
    """With what would be right, and nothing is changed."""
    before, row = karen.texts(), await karen.answer("utter_farvel")
    for texts, told in REFUSED:
        status, said = await karen.ask("PUT", "/answers/utter_farvel", {"revision": row["revision"], "texts": texts})
        assert status == 400 and told in said["error"]["text"], said
    assert karen.texts() == before


async def test_a_preview_shows_it_as_a_citizen_reads_it(karen: Karen) -> None:
    """Filled in, measured, with what is wrong; also for an answer that is not there yet; and nothing is saved."""
    before = karen.texts()
    texts = ["Du kan ringe til {name} på {phone}. Se noerreaa.example og https://noerreaa.example/pas."]
    status, said = await karen.ask("POST", "/answers/utter_kontakt_kommunen/preview", {"texts": texts})
    assert status == 200
    assert said["shown"] == ["Du kan ringe til Mette Holm på 12 34 56 00. " + texts[0].partition(". ")[2]]
    assert (said["lix"], said["words"]) == (6, 12) and said["links"] == ["https://noerreaa.example/pas"]
    assert [problem["code"] for problem in said["problems"]] == ["gone", "gone", "gone"]
    status, new = await karen.ask("POST", "/answers/utter_ny/preview", {"texts": ["Hej {navn}."]})
    assert status == 200 and [problem["code"] for problem in new["problems"]] == ["place"]
    assert karen.texts() == before


async def test_a_link_that_leads_nowhere_is_shown_with_the_answer(karen: Karen) -> None:
    """Once it has been asked for; one on our own network is told to be closed to citizens."""
    row = await karen.answer("utter_farvel")
    body = {"revision": row["revision"], "texts": ["Farvel. Se http://127.0.0.1:9/ind."]}
    assert (await karen.ask("PUT", "/answers/utter_farvel", body))[0] == 200
    status, said = await karen.ask("POST", "/links", {"urls": ["http://127.0.0.1:9/ind"]})
    assert status == 200 and [(one["ok"], "lukket net" in one["text"]) for one in said["rows"]] == [(False, True)]
    assert [problem["code"] for problem in (await karen.answer("utter_farvel"))["problems"]] == ["link"]


async def test_a_new_hensigt_comes_whole_in_one_change(web: TrainingInstallation, karen: Karen) -> None:
    """Examples, intent, answer, rule and title; only lines that were added; and one step takes all of it back."""
    before = karen.texts()
    status, made = await karen.ask("POST", "/intents", PRICE)
    assert status == 201, made
    assert (made["intent"], made["answer"]) == (
        "hvad_koster_et_pas",
        {"kind": "text", "name": "utter_hvad_koster_et_pas"},
    )
    lines = changed(before, karen.texts())
    assert lines.keys() == {"data/nlu/find_vej.yml", "data/stories/regler.yml", "domain.yml", "data/hensigter.yml"}
    assert all(line.startswith("+") for file in lines.values() for line in file)
    said = responses(karen.texts()["domain.yml"])["utter_hvad_koster_et_pas"]
    assert said.texts == (PRICE["answer"],)
    assert Intents(web.assistant).choices()["hvad_koster_et_pas"] == PRICE["title"]
    row = await karen.answer("utter_hvad_koster_et_pas")
    assert row["used_by"] == [{"intent": "hvad_koster_et_pas", "title": PRICE["title"]}] and row["problems"] == []
    assert (await karen.ask("POST", f"/edits/{made['edit']}/undo", {}))[0] == 200
    assert karen.texts() == before


async def test_a_hensigt_that_has_grown_since_is_not_taken_back(karen: Karen) -> None:
    """What was added to it later must not be left to the hensigt that stands above it in the file."""
    _, made = await karen.ask("POST", "/intents", PRICE)
    _, page = await karen.ask("GET", f"/intents/{made['intent']}")
    later = {"revision": page["revision"], "texts": ["passet, hvad løber det op i alt i alt"], "confirmed": False}
    status, added = await karen.ask("POST", f"/intents/{made['intent']}/examples", later)
    assert status == 200 and len(added["added"]) == 1, added
    grown = karen.texts()
    assert (await karen.ask("POST", f"/edits/{made['edit']}/undo", {}))[0] == 409
    assert karen.texts() == grown


IMPOSSIBLE: list[tuple[dict[str, Any], int, str]] = [
    ({"title": ""}, 400, "bad_input"),
    ({"title": "En titel, som er alt for lang til en knap"}, 400, "bad_input"),
    ({"title": "hvornår får jeg svar?"}, 409, "duplicate"),
    ({"intent": "svartid"}, 409, "duplicate"),
    ({"intent": "menneske"}, 409, "duplicate"),  # an answer of that name is the robot's already
    ({"intent": "nlu_fallback"}, 409, "duplicate"),
    ({"intent": "Pris på pas"}, 400, "bad_input"),
    ({"about": " "}, 400, "bad_input"),
    ({"answer": ""}, 400, "bad_input"),
    ({"answer": "Ring på {phone}."}, 400, "bad_input"),
    ({"examples": ["hvad koster sådan et nyt pas"]}, 400, "bad_input"),
    ({"examples": ["hvad koster sådan et nyt pas", ""]}, 409, "examples"),
    ({"examples": ["hvad koster det, mit cpr er 010190-1234", "hvad koster sådan et pas"]}, 409, "examples"),
    ({"examples": ["hvem skal jeg spørge om boligstøtte", "hvad koster sådan et pas"]}, 409, "examples"),
]


async def test_a_hensigt_that_cannot_be_is_refused_whole(karen: Karen) -> None:
    """Not one of its parts is written."""
    before = karen.texts()
    for change, status, code in IMPOSSIBLE:
        given, said = await karen.ask("POST", "/intents", {**PRICE, **change})
        assert (given, said.get("error", {}).get("code")) == (status, code), (change, said)
    assert karen.texts() == before


async def test_the_examples_that_cannot_be_used_are_named(karen: Karen) -> None:
    """Each with why; what is personal may be confirmed, and a CPR number never."""
    texts = ["mit pas, jeg hedder Mette Holm", "hvad koster sådan et pas"]
    status, said = await karen.ask("POST", "/intents", {**PRICE, "examples": texts})
    (refused,) = said["error"]["refused"]
    assert (status, refused["text"], refused["code"]) == (409, texts[0], "personal") and refused["spans"]
    status, made = await karen.ask("POST", "/intents", {**PRICE, "examples": texts, "confirmed": True})
    assert status == 201 and made["examples"] == 2


async def test_only_those_who_train_may_write_and_an_auditor_may_look(web: TrainingInstallation, karen: Karen) -> None:
    """An agent sees nothing of it."""
    auditor, agent = (Karen(web, web.page(role, role)) for role in ("auditor", "agent"))
    assert (await auditor.ask("GET", "/answers"))[0] == 200 and (await agent.ask("GET", "/answers"))[0] == 403
    for method, path in (("PUT", "/answers/utter_tak"), ("POST", "/intents"), ("POST", "/links"), ("POST", "/checks")):
        for page in (auditor, agent):
            assert (await page.ask(method, path, {}))[0] == 403
    assert (await karen.ask("GET", "/checks"))[1] == {"state": "none", "at": None, "stale": False, "rows": []}
    assert (await karen.ask("PUT", "/answers/utter_findes_ikke", {"revision": "", "texts": ["Hej."]}))[0] == 404
