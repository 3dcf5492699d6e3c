"""Rules of how a training is followed: its signs of life, its processes, and how they end."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy.exc import OperationalError

from bot.running.model import begun_component, follow, telling
from bot.training.child import ChildFailed, run_child
from bot.training.heartbeat import Heartbeat, Stopped


class Row:
    """Stands for the training's row: keeps what is told, and says whether the work is still wanted."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str]] = []
        self.is_wanted = True
        self.away = False

    def alive(self, training_id: int, *, step: int, steps: int, doing: str) -> bool:
        if self.away:
            raise OperationalError("UPDATE", {}, Exception("the database is away"))
        self.told.append((step, doing))
        return self.is_wanted

    def wanted(self, training_id: int) -> bool:
        return self.is_wanted


def until(holds: Callable[[], Any], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def test_what_a_training_does_is_told_at_once_and_its_steps_never_go_back() -> None:
    """A page that shows how far it is must not jump to and fro."""
    row = Row()
    with Heartbeat(row, 1, steps=5) as heart:  # type: ignore[arg-type] - a fake that has what is asked of it
        heart.tell(3, "Lærer")
        until(lambda: (3, "Lærer") in row.told)
        heart.tell(2, "Læser")
        until(lambda: (3, "Læser") in row.told)


def test_work_that_nobody_wants_any_more_is_stopped() -> None:
    """Cancelled, or given up by those who look on: the work hears of it by itself."""
    row = Row()
    with Heartbeat(row, 1, steps=5) as heart:  # type: ignore[arg-type]
        heart.look()
        row.is_wanted = False
        with pytest.raises(Stopped):
            until(heart.look)


def test_a_database_that_is_away_for_a_while_stops_no_training() -> None:
    """A minute's work is not thrown away for a second's trouble."""
    row = Row()
    row.away = True
    with Heartbeat(row, 1, steps=5) as heart:  # type: ignore[arg-type]
        heart.tell(1, "Læser")
        row.away = False
        until(lambda: (1, "Læser") in row.told)
        heart.look()


def test_a_component_is_known_by_the_line_its_training_begins_with() -> None:
    """Rasa says so in its log, among much else."""
    assert begun_component("2026 rasa.hooks Starting to train component 'RulePolicy'.") == "RulePolicy"
    assert begun_component("2026 rasa.hooks Finished training component 'RulePolicy'.") is None


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("2026 rasa.hooks Starting to train component 'RulePolicy'.", "began RulePolicy"),
        ('  File "/app/bot/nlu/classifier.py", line 12, in train', 'File "/app/bot/nlu/classifier.py", line 12'),
        (
            "rasa.shared.exceptions.YamlSyntaxException: jeg hedder Mette Hansen",
            "rasa.shared.exceptions.YamlSyntaxException",
        ),
        ("OSError: [Errno 28] No space left on device: 'x'", "OSError: Errno 28"),
        ("UserWarning: The example 'mit cpr er 010190-1234' was found twice", ""),
        ("    raise ValueError('jeg hedder Mette Hansen')", ""),
        ("jeg hedder Mette Hansen", ""),
        ("", ""),
    ],
)
def test_of_what_a_process_says_aside_only_what_finds_an_error_is_kept(line: str, kept: str) -> None:
    """Rasa quotes examples when it warns of them."""
    assert telling(line) == kept


def test_the_log_of_run_and_prepare_keeps_no_more_than_that() -> None:
    """It lies in var/log for as long as the next training takes to come, and its last lines are shown."""
    log, told = StringIO(), list[str]()
    lines = (
        "rasa.hooks Starting to train component 'IntentClassifier'.\n",
        "UserWarning: The example 'jeg hedder Mette Hansen' was found in 'tak' and 'hilsen'.\n",
        '  File "/app/bot/nlu/classifier.py", line 12, in train\n',
        "rasa.shared.exceptions.YamlSyntaxException: jeg hedder Mette Hansen\n",
    )
    follow(lines, log, tell=told.append)
    assert log.getvalue().splitlines() == [
        "began IntentClassifier",
        'File "/app/bot/nlu/classifier.py", line 12',
        "rasa.shared.exceptions.YamlSyntaxException",
    ]
    assert told == ["trin 1: IntentClassifier"]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def test_every_line_of_a_process_comes_with_where_it_was_written(tmp_path: Path) -> None:
    """What it is given it reads; what it says aside is heard, and goes to no log."""
    code = """
        import sys
        print("svar: " + sys.stdin.readline().strip(), flush=True)
        print("advarsel", file=sys.stderr)
    """

    lines = list(run_child(python(code), log=tmp_path / "log", look=lambda: None, given="hej"))

    assert sorted((line.text, line.aside) for line in lines) == [("advarsel", True), ("svar: hej", False)]
    assert not (tmp_path / "log").exists()


def test_a_process_is_ended_with_all_it_started_when_the_work_is_not_wanted(tmp_path: Path) -> None:
    """Nothing goes on in the dark after »stop«."""
    code = """
        import subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
        print(child.pid, flush=True)
        time.sleep(300)
    """
    heard: list[int] = []

    def look() -> None:
        if heard:
            raise Stopped

    with pytest.raises(Stopped):
        for line in run_child(python(code), log=tmp_path / "log", look=look, every=0.05):
            heard.append(int(line.text))
    until(lambda: not psutil.pid_exists(heard[0]) or psutil.Process(heard[0]).status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(
    ("code", "no_room"),
    [
        ("raise SystemExit(3)", False),
        ("import errno, os; raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))", True),
    ],
)
def test_a_process_that_fails_says_whether_there_was_no_room(tmp_path: Path, code: str, no_room: bool) -> None:
    """A full disk is told as one, and not as a mistake in the examples."""
    with pytest.raises(ChildFailed) as failed:
        list(run_child(python(code), log=tmp_path / "log", look=lambda: None))
    assert failed.value.no_room is no_room
    assert failed.value.code in (1, 3)


def test_of_a_process_that_failed_its_error_and_the_places_in_the_code_are_told(tmp_path: Path) -> None:
    """And not the words of the error, for they may hold what a citizen wrote."""
    code = """
        from rasa_like import InvalidRule
        raise InvalidRule("en borger skrev noget")
    """
    module = "import sys, types; m = types.ModuleType('rasa_like')\n"
    module += "class InvalidRule(Exception): pass\n"
    module += "InvalidRule.__module__ = 'rasa.rules'; m.InvalidRule = InvalidRule; sys.modules['rasa_like'] = m\n"
    with pytest.raises(ChildFailed) as failed:
        list(run_child([sys.executable, "-c", module + textwrap.dedent(code)], look=lambda: None, log=tmp_path / "log"))

    assert (tmp_path / "log").read_text().splitlines() == ['File "<string>", line 6', "rasa.rules.InvalidRule"]
    assert failed.value.kind == "rasa.rules.InvalidRule"
    assert failed.value.places == ["<string>:6"]
    assert "borger" not in f"{failed.value} {failed.value.kind} {failed.value.places}"


def test_a_process_ends_when_the_one_that_started_it_is_killed(tmp_path: Path) -> None:
    """A training's parts are not to go on after the training is gone."""
    tied = (
        "from bot.running.tied import end_with_input as t; t(); print('klar', flush=True); import time; time.sleep(300)"
    )
    starter = f"""
        import sys
        from pathlib import Path
        from bot.training.child import run_child
        for line in run_child([sys.executable, "-c", {tied!r}], log=Path({str(tmp_path / "log")!r}), look=lambda: None):
            print(line.text, flush=True)
    """
    process = psutil.Popen(python(starter), stdout=-1)
    try:
        assert process.stdout.readline() == b"klar\n"
        (child,) = process.children()
    finally:
        process.kill()
        process.wait()
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
