"""The check before a training with Rasa's own: what both find, how it ends, and that it is told when it is old."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT
from bot.training import domain_lines, intents, nlu_lines
from bot.training.checks import FILE, Checks, Report, State
from bot.training.domain_lines import DOMAIN, RULES
from bot.training.files import Files
from bot.training.intents import Intent
from tests.integration.training_client import copied_assistant

pytestmark = pytest.mark.timeout(900)
DONE = ("-c", "import json, sys; print('noise'); print(json.dumps({'code': 'x'})); print(json.dumps({'done': True}))")
BROKEN = ("-c", "raise ValueError('mit cpr er 010190-1234')")
SLOW = ("-c", "import time; time.sleep(600)")


def checks_of(folder: Path, *argv: str, **more: Any) -> Checks:
    """Checks of an assistant below ``folder``, by a process of ours or, without ``argv``, the real one."""
    own = {"argv": (sys.executable, *argv)} if argv else {}
    assistant = folder / "assistant"
    return Checks(Files(assistant), assistant, folder / "models", logs=folder / "log", **own, **more)


def ended(checks: Checks, *, seconds: float = 400) -> Report:
    """The report once the check is over."""
    deadline = time.monotonic() + seconds
    while (report := checks.report()).state is State.RUNNING:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return report


def few_examples(assistant: Path) -> None:
    """Leave six examples of each intent, so that there is less to read."""
    for path in sorted((assistant / "data" / "nlu").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        for block in nlu_lines.blocks(text):
            text = nlu_lines.removed(text, block.intent, {example.id for example in block.examples[6:]})
        path.write_text(text, encoding="utf-8")


def validated(assistant: Path, log: Path) -> None:
    """Rasa's own check, as `scripts/validate-assistant` asks for it, finds nothing."""
    command = [sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings", "--domain", "domain.yml"]
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [*command, "--config", "config.yml", "--data", "data/nlu", "data/stories"],
            cwd=assistant,
            env={"PATH": "", "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false", "HOME": str(log.parent)},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    assert done.returncode == 0, log.read_text(encoding="utf-8")[-4000:]


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Put what ``change`` makes of a file in its place; it must be something else."""
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def test_what_is_written_here_passes_rasas_own_check(tmp_path: Path) -> None:
    """An answer in each style, one text more, and a new hensigt: the files are as Rasa wants them."""
    assistant = copied_assistant(tmp_path / "assistant")
    few_examples(assistant)

    def answers(text: str) -> str:
        text = domain_lines.with_texts(text, "utter_hilsen", ["Hej.\n\n- »en« {ikke}: #to".replace("{ikke}", "'")])
        text = domain_lines.with_texts(text, "utter_velkomst", ['Jeg hedder "{assistant}". ' * 9 + "Hej."])
        text = domain_lines.with_texts(text, "utter_tak", ["Selv tak.", "Det var så lidt."])
        return domain_lines.with_response(domain_lines.with_intent(text, "pas_pris"), "utter_pas_pris", ["893 kr."])

    rewrite(assistant / DOMAIN, answers)
    rewrite(
        assistant / RULES,
        lambda text: domain_lines.with_rule(text, title="Svar på »Pas?«", intent="pas_pris", action="action_svar"),
    )
    rewrite(
        assistant / "data" / "nlu" / "find_vej.yml",
        lambda text: nlu_lines.with_intent(text, "pas_pris", about="Pris.", examples=["hvad koster et pas", "pris?"]),
    )
    rewrite(
        assistant / intents.FILE,
        lambda text: intents.with_intent(text, Intent(name="pas_pris", title="Pas?", about="Pris.")),
    )
    validated(assistant, tmp_path / "validate.log")


def test_rasa_and_we_tell_in_danish_what_is_wrong(tmp_path: Path) -> None:
    """Rules that stand against each other or a story, and what nobody answers; each thing once."""
    assistant = copied_assistant(tmp_path / "assistant")
    few_examples(assistant)
    rewrite(
        assistant / RULES,
        lambda text: domain_lines.with_rule(text, title="Hils igen", intent="hilsen", action="action_farvel"),
    )
    rewrite(assistant / DOMAIN, lambda text: domain_lines.with_intent(text, "uden_alt"))
    story = "\n  - story: Tak for nu\n    steps:\n      - intent: tak\n      - action: action_farvel\n"
    rewrite(assistant / "data" / "stories" / "historier.yml", lambda text: text.rstrip() + story)
    checks = checks_of(tmp_path)
    assert checks.start().state is State.RUNNING
    report = ended(checks)
    assert report.state is State.DONE, (tmp_path / "log" / "checks.log").read_text(encoding="utf-8")[-3000:]
    errors = [row for row in report.rows if row["severity"] == "error"]
    found = {(row["code"], row["where"]["page"], row["where"]["name"]) for row in errors}
    assert {("no_rule", "hensigt", "uden_alt"), ("no_examples", "hensigt", "uden_alt")} <= found
    rules = {row["where"]["name"]: row["text"] for row in errors if row["code"] == "rules"}
    assert rules.keys() == {"Hils igen", "Tak for nu"}, rules
    assert rules["Tak for nu"].startswith("Historien »Tak for nu« vil have action_farvel")
    assert not [row for row in report.rows if row["code"] == "rasa"], report.rows
    texts = [(row["text"], row["where"]["id"]) for row in report.rows]
    assert len(texts) == len(set(texts))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An assistant of two files: what checks it here does not read them."""
    assistant = tmp_path / "assistant"
    (assistant / "data" / "nlu").mkdir(parents=True)
    (assistant / DOMAIN).write_text('version: "3.1"\n', encoding="utf-8")
    (assistant / "config.yml").write_text("language: da\n", encoding="utf-8")
    return tmp_path


def test_what_was_found_is_kept_and_grows_old_with_the_files(folder: Path) -> None:
    """Another process of web gives the same answer at once; after a change it says that it is old."""
    checks = checks_of(folder, *DONE)
    assert checks.report().state is State.NONE
    checks.start()
    assert ended(checks).to_json() | {"at": None} == {
        "state": "done",
        "at": None,
        "stale": False,
        "rows": [{"code": "x"}],
    }
    rewrite(folder / "assistant" / DOMAIN, lambda text: text + "# ændret\n")
    assert [checks_of(folder).report().stale, checks.report().rows] == [True, ({"code": "x"},)]


def test_a_process_that_breaks_is_told_of_and_can_be_started_again(folder: Path) -> None:
    """It never looks like a check that found nothing; what the last good one found stays to be read."""
    good = checks_of(folder, *DONE)
    good.start()
    ended(good)
    broken = checks_of(folder, *BROKEN)
    broken.start()
    report = ended(broken)
    assert (report.state, report.rows) == (State.FAILED, ({"code": "x"},))
    # What it said is kept as long as it is the newest, and without anybody's words.
    log = folder / "log" / "checks.log"
    assert log.read_text().splitlines() == ['File "<string>", line 1', "ValueError"]
    good.start()
    assert ended(good).state is State.DONE
    assert not log.exists()


def test_what_a_check_finds_is_not_kept_when_the_kept_was_thrown_away_meanwhile(folder: Path) -> None:
    """It may quote an example that was forgotten in between; the next check starts from nothing."""
    go = folder / "go"
    waits = f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.02)\n"
    checks = checks_of(folder, "-c", waits + DONE[1])
    checks.start()
    (folder / "models" / FILE).unlink()
    go.touch()
    assert checks._thread is not None
    checks._thread.join(timeout=60)
    assert not checks._thread.is_alive() and not (folder / "models" / FILE).exists()
    assert checks.report() == Report(state=State.NONE, at=None, stale=False, rows=())


def test_one_runs_at_a_time_and_ends_with_web(folder: Path) -> None:
    """A second wish changes nothing; what is cut short is told to be, also by whoever comes after."""
    checks = checks_of(folder, *SLOW)
    first = checks.start()
    assert checks.start() == first and first.state is State.RUNNING
    checks.close()
    assert ended(checks, seconds=20).state is State.FAILED
    kept = json.loads((folder / "models" / FILE).read_text(encoding="utf-8"))
    for by in (kept["by"], kept["by"].rpartition(":")[0] + ":999999999"):  # forgotten, or its process is gone
        (folder / "models" / FILE).write_text(json.dumps({**kept, "state": "running", "by": by}), encoding="utf-8")
        assert checks_of(folder).report().state is State.FAILED


def test_one_that_takes_too_long_is_ended(folder: Path) -> None:
    """Nobody waits for ever for a process that hangs."""
    checks = checks_of(folder, *SLOW, longest=1.0)
    checks.start()
    assert ended(checks, seconds=30).state is State.FAILED


@pytest.mark.parametrize("main", ["checking_rasa", "trying_rasa"])
def test_checks_and_trials_let_citizens_turns_come_first(main: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process makes itself nice before it does anything else."""

    def nice(by: int) -> None:
        raise InterruptedError(f"nicer by {by}")

    monkeypatch.setattr(os, "nice", nice)
    module = import_module(f"bot.training.{main}")
    with pytest.raises(InterruptedError, match="nicer by 10"):
        module.main(*([[]] if main == "checking_rasa" else []))
