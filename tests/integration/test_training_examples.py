"""Intents and examples as their pages ask for them: through web, on both databases and a copy of our own data."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.training.measured import Figures
from bot.training.snapshot import data_in, name_of
from bot.training.versions import NewVersion
from bot.web.training_exchange import EXCHANGE
from bot.web.training_versions import VERSIONS
from tests.integration.desk_client import Page
from tests.integration.training_client import TrainingInstallation

MEASURED = "Hvad hedder hende der sidder med min førtidspension?"  # of tests/nlu/held_out.jsonl


class Trainer:
    """Somebody at the training pages."""

    def __init__(self, web: TrainingInstallation, page: Page) -> None:
        self.web, self.page = web, page

    async def ask(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        return await self.web.asked(method, path, self.page.headers, json=body, params=query)

    async def get(self, path: str, **query: str) -> Any:
        status, said = await self.ask("GET", path, **query)
        assert status == 200, said
        return said

    async def change(self, method: str, path: str, **body: Any) -> Any:
        status, said = await self.ask(method, path, body)
        assert status == 200, said
        return said

    async def refused(self, method: str, path: str, **body: Any) -> Any:
        status, said = await self.ask(method, path, body)
        assert status in (400, 409, 404), said
        return said["error"] | {"status": status}

    async def revision(self, intent: str) -> str:
        return str((await self.get(f"/intents/{intent}"))["revision"])


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[TrainingInstallation]:
    async with TrainingInstallation(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def karen(web: TrainingInstallation) -> Trainer:
    return Trainer(web, web.page("Karen Friis", "trainer"))


@pytest.fixture
def ida(web: TrainingInstallation) -> Trainer:
    return Trainer(web, web.page("Ida Skov", "administrator"))


def whole(web: TrainingInstallation) -> dict[str, bytes]:
    """What is trained of."""
    return {str(path): path.read_bytes() for path in web.assistant.rglob("*.yml")}


def in_rasa(web: TrainingInstallation, name: str) -> list[tuple[str, str]]:
    """Each intent and text that Rasa reads of one of the files."""
    read = RasaYAMLReader().reads((web.assistant / "data" / "nlu" / name).read_text(encoding="utf-8"))
    return [(one.get("intent"), one.get("text")) for one in read.training_examples]


async def test_every_intent_is_listed_with_what_is_known_of_it(web: TrainingInstallation, karen: Trainer) -> None:
    """Its title, how many examples, what answers it, whether it is guarded; figures only of what was measured."""
    app: Any = web.client.app
    per_intent = {"klage": {"precision": 0.9, "recall": 0.8, "f1": 0.85, "support": 20}}
    cross = {
        "accuracy": 0.8,
        "macro_f1": 0.8,
        "per_intent": {"klage": {"precision": 0.7, "recall": 0.6, "f1": 0.65, "support": 240}},
        "confusions": [
            {"intent": "klage", "predicted": "utilfreds", "count": 3},
            {"intent": "klage", "predicted": "afslag_begrundelse", "count": 9},
        ],
    }
    report = {"accuracy": 0.9, "macro_f1": 0.9, "macro_f1_interval": [0.8, 1.0], "per_intent": per_intent}
    new = NewVersion(
        file="x.tar.gz",
        sha256="0" * 64,
        data_file=name_of(data_in(web.assistant)),
        staff_id=None,
        reason="Den første",
        examples=1,
        intents=1,
        figures=Figures(report=report, cross=cross),
    )
    version = app[VERSIONS].versions.add_first(new)

    listed = await karen.get("/intents")
    rows = {row["intent"]: row for row in listed["rows"]}

    assert (len(rows), listed["figures_of"]) == (36, version.id)
    klage = rows["klage"]
    assert klage["title"] == "Klage over en afgørelse" and klage["block"] == "Borgerens egen sag"
    assert klage["examples"] > 200 and klage["guarded"] and not rows["hilsen"]["guarded"]
    assert (klage["precision"], klage["recall"], klage["f1"], klage["support"]) == (0.9, 0.8, 0.85, 20)
    assert klage["cross"] == {"precision": 0.7, "recall": 0.6}
    assert [(one["intent"], one["n"]) for one in klage["confusions"]] == [("afslag_begrundelse", 9), ("utilfreds", 3)]
    assert klage["answer"] == {"kind": "action", "name": "action_klage"} and klage["problems"] == []
    assert rows["hilsen"]["precision"] is None and rows["hilsen"]["cross"] is None


async def test_an_intent_is_read_a_page_at_a_time(karen: Trainer) -> None:
    """Every example once; a page can be asked for where a certain example stands, and only for certain words."""
    first = await karen.get("/intents/hilsen")
    seen, cursor = list(first["examples"]), first["next"]
    while cursor:
        page = await karen.get("/intents/hilsen", cursor=cursor)
        seen += page["examples"]
        cursor = page["next"]

    assert len(first["examples"]) == 50
    assert len(seen) == len({one["id"] for one in seen}) == first["total"]
    at = await karen.get("/intents/hilsen", example=seen[60]["id"])
    assert at["examples"][0] == seen[60]
    found = await karen.get("/intents/hilsen", q="ASTRID hej")
    assert [one["text"] for one in found["examples"]] == ["hej, jeg hedder Astrid"]
    assert found["examples"][0]["marks"] == [{"start": 16, "end": 22, "entity": "sagsbehandlernavn", "value": "Astrid"}]


async def test_a_page_goes_on_where_it_was_though_examples_before_it_went(karen: Trainer) -> None:
    """None is left out, for whoever deletes as they read."""
    first = await karen.get("/intents/hilsen")
    after = (await karen.get("/intents/hilsen", cursor=first["next"]))["examples"][0]
    ids = [one["id"] for one in first["examples"][:3]]
    await karen.change("POST", "/intents/hilsen/delete", revision=first["revision"], ids=ids)

    assert (await karen.get("/intents/hilsen", cursor=first["next"]))["examples"][0] == after


async def test_a_new_example_is_one_line_in_the_file_and_one_example_in_rasa(
    web: TrainingInstallation, karen: Trainer
) -> None:
    """Whatever stands in it; nothing else moves, and it can be taken back."""
    before, known = whole(web), in_rasa(web, "samtalen.yml")
    text = '- "Hej" fra [mig](navn): # er der nogen?\nog så {videre} \\n'

    done = await karen.change(
        "POST", "/intents/hilsen/examples", revision=await karen.revision("hilsen"), texts=[text], confirmed=True
    )

    line = '- "Hej" fra (mig)(navn): # er der nogen? og så {videre} \\n'
    assert [one["text"] for one in done["added"]] == [line] and done["refused"] == []
    assert sorted(in_rasa(web, "samtalen.yml")) == sorted([*known, ("hilsen", line)])
    now = whole(web)
    (changed,) = [path for path in before if before[path] != now[path]]
    assert len(now[changed]) == len(before[changed]) + len(f"      - {line}\n".encode())
    await karen.change("POST", f"/edits/{done['edit']}/undo")
    assert whole(web) == before


async def test_examples_are_reworded_moved_and_deleted(web: TrainingInstallation, karen: Trainer) -> None:
    """In Rasa's eyes as in the page's; the marks of an example stay where its words do."""
    shown = await karen.get("/intents/hilsen", q="astrid hej")
    one = shown["examples"][0]
    reworded = await karen.change(
        "PUT", f"/intents/hilsen/examples/{one['id']}", revision=shown["revision"], text="Goddag, jeg hedder Astrid"
    )
    assert [mark["entity"] for mark in reworded["example"]["marks"]] == ["sagsbehandlernavn"]
    moved = await karen.change(
        "POST", "/intents/hilsen/move", revision=reworded["revision"], ids=[reworded["example"]["id"]], to="farvel"
    )
    assert ("farvel", "Goddag, jeg hedder Astrid") in in_rasa(web, "samtalen.yml")
    assert moved["revision"] == await karen.revision("hilsen")

    farvel = await karen.get("/intents/farvel", q="astrid goddag")
    await karen.change("POST", "/intents/farvel/delete", revision=farvel["revision"], ids=[farvel["examples"][0]["id"]])
    assert not [text for _, text in in_rasa(web, "samtalen.yml") if text in (one["text"], "Goddag, jeg hedder Astrid")]


async def test_what_can_be_no_example_is_told_and_the_rest_is_added(karen: Trainer) -> None:
    """Each with its reason; an example stands once in all of them."""
    known = (await karen.get("/intents/klage"))["examples"][0]["text"]
    wanted = {
        "hejsa fra en ny borger": None,
        "Hejsa, fra en ny borger!": "duplicate",
        "hej": "duplicate",
        known: "elsewhere",
        MEASURED: "test_set",
        "jeg hedder Mette Hansen": "personal",
        "mit nummer er 010190-1234": "cpr",
        "?!": "signs",
        "ord " * 300: "too_long",
        "hej\x00": "control",
    }
    done = await karen.change(
        "POST", "/intents/hilsen/examples", revision=await karen.revision("hilsen"), texts=list(wanted), confirmed=False
    )

    assert [one["text"] for one in done["added"]] == ["hejsa fra en ny borger"]
    assert [one["code"] for one in done["refused"]] == [code for code in wanted.values() if code]
    told = {one["code"]: one for one in done["refused"]}
    assert told["elsewhere"]["intent"] == "klage" and "Klage over en afgørelse" in told["elsewhere"]["words"]
    assert told["personal"]["spans"] == [{"start": 11, "end": 23, "kind": "navn"}]
    again = await karen.change(
        "POST",
        "/intents/hilsen/examples",
        revision=done["revision"],
        texts=["jeg hedder Mette Hansen"],
        confirmed=True,
    )
    assert len(again["added"]) == 1


NONSENSE: list[tuple[str, str, str, dict[str, Any]]] = [
    ("bad_input", "POST", "/intents/hilsen/examples", {"texts": [], "confirmed": False}),
    ("bad_input", "POST", "/intents/hilsen/examples", {"texts": [1], "confirmed": False}),
    ("bad_input", "POST", "/intents/hilsen/examples", {"texts": "hej", "confirmed": False}),
    ("bad_input", "POST", "/intents/hilsen/examples", {"texts": ["a"] * 1001, "confirmed": False}),
    ("bad_input", "POST", "/intents/hilsen/delete", {"ids": []}),
    ("changed", "POST", "/intents/hilsen/delete", {"ids": ["0" * 16]}),
    ("bad_input", "POST", "/intents/hilsen/move", {"ids": ["0" * 16], "to": "hilsen"}),
    ("changed", "PUT", "/intents/hilsen/examples/" + "0" * 16, {"text": "noget", "confirmed": False}),
    ("not_found", "POST", "/intents/findes_ikke/delete", {"ids": ["0" * 16]}),
]


async def test_nonsense_is_refused_in_words_and_changes_nothing(web: TrainingInstallation, karen: Trainer) -> None:
    """With a code for the page."""
    before = whole(web)
    revision = await karen.revision("hilsen")

    for code, method, path, body in NONSENSE:
        refused = await karen.refused(method, path, revision=revision, **body)
        assert (refused["code"], refused["text"][-1] in ".?") == (code, True), (path, body)

    assert whole(web) == before


async def test_half_a_letter_is_refused(karen: Trainer) -> None:
    """It is no text, and no file could hold it."""
    raw = '{"revision": "x", "texts": ["\\ud83d"], "confirmed": false}'
    url = "/training/api/intents/hilsen/examples"
    async with karen.web.client.post(url, data=raw.encode(), headers=karen.page.headers) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (400, "bad_input")


async def test_an_intent_never_stands_without_examples(karen: Trainer) -> None:
    """The last one can neither be deleted nor moved."""
    seen = await karen.get("/intents/farvel")
    ids = [one["id"] for one in seen["examples"]]
    cursor = seen["next"]
    while cursor:
        page = await karen.get("/intents/farvel", cursor=cursor)
        ids += [one["id"] for one in page["examples"]]
        cursor = page["next"]

    for path, more in (("delete", {}), ("move", {"to": "tak"})):
        refused = await karen.refused("POST", f"/intents/farvel/{path}", revision=seen["revision"], ids=ids, **more)
        assert "mindst ét eksempel" in refused["text"]


async def test_two_who_edit_at_once_are_told_and_others_are_not_disturbed(karen: Trainer, ida: Trainer) -> None:
    """The second in the same intent gets the name of the first; in another intent both go through."""
    hilsen, farvel = await ida.revision("hilsen"), await ida.revision("farvel")
    await karen.change(
        "POST", "/intents/hilsen/examples", revision=hilsen, texts=["karens egen hilsen"], confirmed=False
    )

    refused = await ida.refused(
        "POST", "/intents/hilsen/examples", revision=hilsen, texts=["idas egen hilsen"], confirmed=False
    )
    assert (refused["status"], refused["code"], refused["by"]) == (409, "changed", "Karen Friis")
    done = await ida.change(
        "POST", "/intents/farvel/examples", revision=farvel, texts=["idas eget farvel"], confirmed=False
    )
    assert len(done["added"]) == 1
    assert (await ida.get("/intents/hilsen"))["by"] == "Karen Friis"


async def test_an_auditor_reads_and_changes_nothing(web: TrainingInstallation, karen: Trainer) -> None:
    """The history and the examples; every change is another's."""
    auditor = Trainer(web, web.page("Revisor", "auditor"))
    assert (await auditor.get("/edits"))["rows"] == []
    revision = await auditor.revision("hilsen")
    status, _ = await auditor.ask(
        "POST", "/intents/hilsen/examples", {"revision": revision, "texts": ["hov"], "confirmed": False}
    )
    assert status == 403


async def test_search_finds_over_all_intents(karen: Trainer) -> None:
    """All words must be in it, in any order; the phrase itself comes first; a hundred at most."""
    rows = (await karen.get("/search", q="min sag"))["rows"]

    assert len(rows) == 100 and len({row["intent"] for row in rows}) > 3
    assert all("sag" in row["text"].lower() for row in rows)
    assert "min sag" in rows[0]["text"].lower() and rows[0]["title"]
    assert (await karen.get("/search", q="  "))["rows"] == []
    assert (await karen.ask("GET", "/search", q="x" * 301))[0] == 400


async def test_the_history_tells_what_was_written_without_the_file_around_it(karen: Trainer) -> None:
    """Caseworkers read examples; who, what and when stand beside them."""
    revision = await karen.revision("hilsen")
    await karen.change(
        "POST", "/intents/hilsen/examples", revision=revision, texts=["en ny hilsen nu"], confirmed=False
    )

    (row,) = (await karen.get("/edits", subject="hilsen"))["rows"]

    told = (row["by"], row["kind"], row["title"], row["undoable"])
    assert told == ("Karen Friis", "added", "Siger hej", True)
    assert row["lines"] == [{"file": "data/nlu/samtalen.yml", "before": [], "after": ["en ny hilsen nu"]}]
    assert row["text"] == "Tilføjede 1 eksempel"


async def exported(trainer: Trainer, name: str) -> str:
    async with trainer.web.client.get(f"/training/api/export.{name}", headers=trainer.page.headers) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="eksempler.{name}"'
        return (await answer.read()).decode("utf-8-sig")


async def test_what_is_taken_out_and_in_again_changes_nothing(web: TrainingInstallation, karen: Trainer) -> None:
    """Every example is known, in either kind of file."""
    before = whole(web)
    for name in ("csv", "yml"):
        content = await exported(karen, name)
        body = {"name": f"eksempler.{name}", "content": content, "confirmed": False}
        for dry in (True, False):
            said = await karen.change("POST", "/import", **body, dry_run=dry)
            assert (said["new"], said["moved"], said["problems"], said["edit"]) == (0, 0, [], None)
            assert said["known"] > 9_000
    assert whole(web) == before


async def test_a_file_is_taken_in_whole_and_can_be_taken_back(web: TrainingInstallation, karen: Trainer) -> None:
    """New ones are added, those that stand elsewhere are moved; by the name of a hensigt or by its title."""
    before = whole(web)
    moved = (await karen.get("/intents/hilsen"))["examples"][0]["text"]
    made = io.StringIO()
    rows = csv.writer(made, delimiter=";")
    rows.writerows([("hensigt", "eksempel"), ("Klage over en afgørelse", "en helt ny klage her"), ("farvel", moved)])
    body = {"name": "x.csv", "content": made.getvalue(), "confirmed": False}

    looked = await karen.change("POST", "/import", **body, dry_run=True)
    assert (looked["new"], looked["moved"], looked["done"], whole(web) == before) == (1, 1, False, True)
    done = await karen.change("POST", "/import", **body, dry_run=False)

    assert done["done"] and ("farvel", moved) in in_rasa(web, "samtalen.yml")
    assert ("klage", "en helt ny klage her") in in_rasa(web, "egen_sag.yml")
    assert [row["kind"] for row in (await karen.get("/edits", subject="klage"))["rows"]] == ["imported"]
    await karen.change("POST", f"/edits/{done['edit']}/undo")
    assert whole(web) == before


async def test_a_file_with_one_bad_line_is_not_taken_in_at_all(web: TrainingInstallation, karen: Trainer) -> None:
    """Each problem is told by its line."""
    before = whole(web)
    content = "\n".join(
        [
            "hensigt;eksempel",
            "hilsen;en god og ny hilsen",
            "findes_ikke;hej",
            "hilsen;010190-1234",
            f"hilsen;{MEASURED}",
            "hilsen;jeg hedder Mette Hansen",
            "farvel;en god og ny hilsen",
        ]
    )
    said = await karen.change("POST", "/import", name="x.csv", content=content, dry_run=False, confirmed=False)

    assert [(one["line"], one["code"]) for one in said["problems"]] == [
        (3, "unknown"),
        (4, "cpr"),
        (5, "test_set"),
        (6, "personal"),
        (7, "twice"),
    ]
    assert not said["done"] and said["edit"] is None and whole(web) == before


async def test_a_mark_that_would_stop_the_training_is_not_taken_in(web: TrainingInstallation, karen: Trainer) -> None:
    """Known entities are; others are told by name."""
    head = 'version: "3.1"\nnlu:\n  - intent: hilsen\n    examples: |\n'
    for raw, problems in (
        ("en ny hilsen til min [mormor](relation)", []),
        ("en anden hilsen til [x](findes_ikke)", ["mark"]),
        ("en tredje hilsen til [x]{y}", ["mark"]),
    ):
        said = await karen.change(
            "POST", "/import", name="x.yml", content=f"{head}      - {raw}\n", dry_run=False, confirmed=True
        )
        assert [one["code"] for one in said["problems"]] == problems
    assert "[mormor](relation)" in (web.assistant / "data/nlu/samtalen.yml").read_text(encoding="utf-8")


async def test_training_takes_no_thread_from_those_who_answer_citizens(web: TrainingInstallation) -> None:
    """However long files and figures are looked at: everybody else comes through meanwhile."""
    app: Any = web.client.app
    over = threading.Event()
    long = [asyncio.create_task(app[EXCHANGE].blocking(over.wait, 60)) for _ in range(20)]
    try:
        page = web.page("Anne Holm", "agent")
        async with web.client.get("/desk/api/me", headers=page.headers) as answer:
            assert answer.status == 200 and not any(task.done() for task in long)
    finally:
        over.set()
        await asyncio.gather(*long)
