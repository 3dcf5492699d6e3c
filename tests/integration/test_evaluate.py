"""`borgerkontakt evaluate` on the real model, as a person or a build runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.running.model import model_for
from tests.browser import axe_violations, chromium
from tests.integration.conftest import ROOT

# Training takes half a minute alone and several on a busy machine.
pytestmark = pytest.mark.timeout(900)

MESSAGES = [
    {"text": "hvem er det mon der har fået min sag på bordet", "intent": "hvem_er_sagsbehandler", "slice": "langt"},
    {"text": "jeg vil gerne have et møde med min sagsbehandler", "intent": "book_moede"},
    {"text": "hej", "intent": "hilsen", "slice": "kort"},
    {"text": "hvordan bliver vejret i morgen <b>mon</b>", "intent": "uden_for_emne"},
    # Wrong on purpose, so that there is a confusion to show.
    {"text": "tusind tak for hjælpen", "intent": "aktindsigt"},
]


def evaluate(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.command", "evaluate", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sets") / "beskeder.jsonl"
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in MESSAGES), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def measured(model: Path, messages: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One run with everything asked for: loading takes seconds."""
    page = messages.with_suffix(".html")
    asked = ["--model", str(model), "--json", "--report", str(page), "--at-least-accuracy", "1"]
    done = evaluate(str(messages), *asked, cwd=messages.parent)
    assert page.exists(), done.stderr
    return done, page


def test_the_figures_alone_are_on_stdout(measured: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    """A program reads them; what Rasa and its libraries say is not among them."""
    done, _ = measured

    told = json.loads(done.stdout)

    assert told["n"] == len(MESSAGES)
    assert 0 < told["macro_f1_interval"][0] <= told["macro_f1"] <= told["macro_f1_interval"][1] <= 1
    assert told["milliseconds"]["p50"] > 0
    assert told["slices"]["langt"]["n"] == 1
    assert "tusind tak" not in done.stderr, "what citizens wrote is not logged"


def test_messages_of_the_training_data_are_counted_apart(
    measured: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    """Whoever learnt the answers by heart has shown nothing."""
    done, _ = measured

    assert json.loads(done.stdout)["known_from_training"]["n"] >= 1  # "hej" is in every training set


def test_a_build_breaks_when_a_figure_sinks(measured: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    """Exit code 1, and which figure it was."""
    done, _ = measured

    assert done.returncode == 1
    assert "Andelen af rigtige er 0," in done.stderr


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_the_page_can_be_read_by_everybody(
    measured: tuple[subprocess.CompletedProcess[str], Path], width: int, scheme: str
) -> None:
    """At both widths and in both lights axe finds nothing, nothing sticks out, and nothing is fetched or run."""
    _, page = measured
    async with chromium() as browser:
        context = await browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        )
        tab = await context.new_page()
        fetched: list[str] = []
        tab.on("request", lambda request: fetched.append(request.url))
        await tab.goto(page.as_uri())

        assert await axe_violations(tab) == []
        assert await tab.evaluate("document.documentElement.scrollWidth") == width
        assert fetched == [page.as_uri()]
        assert await tab.locator("b").count() == 0
        assert "tusind tak for hjælpen" in await tab.inner_text("main")
        assert await tab.locator("svg[role=img] .count").count() >= 2
        if folder := os.environ.get("PICTURES"):
            await tab.screenshot(path=Path(folder) / f"evaluate-{scheme}-{width}.png", full_page=True)


def test_a_wrong_file_is_named_before_anything_is_run(model: Path, tmp_path: Path) -> None:
    """File and line, in Danish, and no figures."""
    file = tmp_path / "beskeder.jsonl"
    file.write_text('{"text": "hej", "intent": "hilsen"}\n{"text": "hej", "intent": "hilesn"}\n', encoding="utf-8")

    done = evaluate(str(file), "--model", str(model), cwd=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"{file}, linje 2: modellen kender ikke hensigten »hilesn«." in done.stderr
    assert "Traceback" not in done.stderr


def test_where_there_is_no_model_it_is_said_how_to_get_one(messages: Path, tmp_path: Path) -> None:
    """`borgerkontakt train` makes it."""
    done = evaluate(str(messages), "--model", str(tmp_path / "none.tar.gz"), cwd=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert "borgerkontakt train" in done.stderr


def test_a_file_that_is_no_model_is_refused(messages: Path, tmp_path: Path) -> None:
    """Not with a stack trace."""
    no_model = tmp_path / "no.tar.gz"
    no_model.write_bytes(b"no archive")

    done = evaluate(str(messages), "--model", str(no_model), cwd=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"Filen er ikke en model fra Rasa: {no_model}" in done.stderr


@pytest.mark.long
def test_without_a_choice_the_model_of_the_data_as_they_stand_is_measured(messages: Path, tmp_path: Path) -> None:
    """The same that `borgerkontakt run` starts; where it is not trained, nothing older is taken in its place."""
    model = model_for(ROOT, ROOT / "models")

    done = evaluate(str(messages), cwd=tmp_path)

    assert (done.returncode == 0) == model.exists()
    assert model.name in done.stderr
