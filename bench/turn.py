"""Measures a turn: parse, a full turn through a custom action at turn 1, 50 and 300, start-up and memory.

Beside our assistant runs the project that `rasa init` makes, with one custom action added, in the same run, because
the machine is noisy and only ratios mean something. Prints a table and the ratios; with --json FILE keeps them too.

    .venv/bin/python -m bench.turn
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import psutil

from bot.cases.sample import load_citizens
from bot.chat.log import Log
from bot.command import prepare
from bot.identity.logins import Logins
from bot.running.model import QUIET, model_for, train
from bot.running.parts import Part, Ports, development_environment, parts_of
from bot.settings import ROOT, Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine
from tests.services import free_port

LONG = (50, 300)
AROUND = 20  # turns before and with the one named, of which the median is taken


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Milliseconds (medians), seconds and MiB of one assistant."""

    name: str
    parse_ms: float
    turn_1_ms: float
    turn_50_ms: float
    turn_300_ms: float
    start_s: float
    rss_mib: float


def post(url: str, body: dict[str, Any]) -> Any:
    """POST JSON, get JSON."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def timed(call: Any, *arguments: Any) -> tuple[float, Any]:
    """Milliseconds a call took, and what it gave."""
    start = time.perf_counter()
    result = call(*arguments)
    return (time.perf_counter() - start) * 1000, result


@contextlib.contextmanager
def started(parts: Sequence[Part], cwd: Path) -> Iterator[tuple[dict[str, subprocess.Popen[bytes]], dict[str, float]]]:
    """The parts as processes, and the seconds each took until it was well."""
    processes: dict[str, subprocess.Popen[bytes]] = {}
    seconds: dict[str, float] = {}
    try:
        for part in parts:
            part.log.parent.mkdir(parents=True, exist_ok=True)
            begun = time.perf_counter()
            with part.log.open("wb") as log:
                processes[part.name] = subprocess.Popen(
                    part.argv, cwd=cwd, env=dict(part.environ), stdout=log, stderr=log, start_new_session=True
                )
            while True:
                if processes[part.name].poll() is not None:
                    raise SystemExit(f"{part.name} ended:\n{part.log.read_text()[-2000:]}")
                with contextlib.suppress(OSError), urllib.request.urlopen(part.health, timeout=5):
                    break
                time.sleep(0.05)
            seconds[part.name] = time.perf_counter() - begun
        yield processes, seconds
    finally:
        for process in processes.values():
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def measure(name: str, rasa: str, token: str, start_s: float, pid: int, said: str, body: dict[str, Any]) -> Measured:
    """Ask one running Rasa again and again. ``body`` is what goes with each message beside sender and text."""

    def turn(sender: str) -> float:
        ms, answer = timed(post, f"{rasa}/webhooks/rest/webhook", {"sender": sender, "message": said, **body})
        if not answer:
            raise SystemExit(f"{name}: no answer to {said!r}")
        return ms

    parse_url = f"{rasa}/model/parse?token={token}"
    for _ in range(5):
        turn("warm-up")
        post(parse_url, {"text": said})
    parse = statistics.median(timed(post, parse_url, {"text": said})[0] for _ in range(100))
    first: list[float] = []
    long: list[float] = []
    for number in range(1, max(LONG) + 1):
        long.append(turn("one-long-conversation"))
        if any(at - AROUND < number <= at for at in LONG):
            # A new conversation beside each: what else the machine does then hits both alike.
            first.append(turn(f"new-{number}"))
    at_50, at_300 = (statistics.median(long[at - AROUND : at]) for at in LONG)
    return Measured(
        name=name,
        parse_ms=parse,
        turn_1_ms=statistics.median(first),
        turn_50_ms=at_50,
        turn_300_ms=at_300,
        start_s=start_s,
        rss_mib=psutil.Process(pid).memory_info().rss / 2**20,
    )


def ours(folder: Path) -> Measured:
    """Borgerkontakt: *hvad er status på min sag* of a citizen who is logged in, answered from the case register."""
    ports = Ports(web=free_port(), rasa=free_port(), actions=free_port(), login=free_port())
    environ = development_environment(folder, ports, environ=os.environ)
    settings = Settings.read(environ, dotenv=Path(os.devnull))
    models = ROOT / "models"
    model = model_for(ROOT, models)
    if not model.exists():
        model = train(ROOT, models, log=folder / "train.log", tell=lambda line: None)
    prepare(settings)
    vault = Vault(settings.secret_keys)
    engine = make_engine(settings.database_url)
    anna = next(citizen for citizen in load_citizens() if citizen.name == "Anna Bjerregaard")
    conversation, _ = Log(engine, vault, days=1).create(opening="/hilsen")
    login = Logins(engine, vault).create(
        conversation.id, cpr=anna.cpr or "", name=anna.name, level="bench", id_token="", lifetime_seconds=3600
    )
    parts = [
        part
        for part in parts_of(settings, environ, ports, model=model, logs=folder)
        if part.name in ("actions", "rasa")
    ]
    with started(parts, ROOT) as (processes, seconds):
        return measure(
            "borgerkontakt",
            settings.rasa_urls[0],
            settings.rasa_token,
            seconds["rasa"],
            processes["rasa"].pid,
            "hvad er status på min sag",
            {"metadata": {"login": login.id}},
        )


TEMPLATE_ACTION = """
from rasa_sdk import Action


class ActionAnswer(Action):
    def name(self):
        return "action_answer"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Hey!")
        return []
"""


def template(folder: Path) -> Measured:
    """The project of `rasa init`, trained as it comes; its greeting is answered by a custom action."""
    environ = {**os.environ, **QUIET, "PYTHONUNBUFFERED": "1"}
    project = folder / "template"
    rasa = (sys.executable, "-m", "rasa")
    with (folder / "train.log").open("wb") as log:
        # What `rasa init` copies, without its questions.
        shutil.copytree(files("rasa.cli").joinpath("initial_project"), project)
        domain = project / "domain.yml"
        text = domain.read_text().replace("\nresponses:", "\nactions:\n  - action_answer\n\nresponses:", 1)
        domain.write_text(text)
        (project / "actions" / "actions.py").write_text(TEMPLATE_ACTION)
        for path in (project / "data").glob("*.yml"):
            path.write_text(path.read_text().replace("action: utter_greet", "action: action_answer"))
        actions_port, rasa_port = free_port(), free_port()
        (project / "endpoints.yml").write_text(f'action_endpoint:\n  url: "http://127.0.0.1:{actions_port}/webhook"\n')
        subprocess.run([*rasa, "train"], env=environ, cwd=project, check=True, stdout=log, stderr=log)
    parts = [
        Part(
            name="actions",
            argv=(sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions_port)),
            environ={**environ, "SANIC_HOST": "127.0.0.1"},
            health=f"http://127.0.0.1:{actions_port}/health",
            log=folder / "template-actions.log",
        ),
        Part(
            name="rasa",
            argv=(*rasa, "run", "--enable-api", "-i", "127.0.0.1", "-p", str(rasa_port)),
            environ=environ,
            health=f"http://127.0.0.1:{rasa_port}/status",
            log=folder / "template-rasa.log",
        ),
    ]
    with started(parts, project) as (processes, seconds):
        rss_of = processes["rasa"].pid
        return measure("rasa init", f"http://127.0.0.1:{rasa_port}", "", seconds["rasa"], rss_of, "hello", {})


def main() -> None:
    """Measure both, one after the other, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="borgerkontakt-bench-") as name:
        folder = Path(name)
        both = [ours(folder / "ours"), template(folder)]
    mine, theirs = both
    print(f"{'':16}{mine.name:>16}{theirs.name:>16}{'ratio':>10}")
    for field, value in asdict(mine).items():
        if field != "name":
            other = getattr(theirs, field)
            print(f"{field:16}{value:16.1f}{other:16.1f}{value / other:10.2f}")
    print("\nOne long conversation against a new one:")
    for each in both:
        at_50, at_300 = each.turn_50_ms / each.turn_1_ms, each.turn_300_ms / each.turn_1_ms
        print(f"{each.name:16} turn 50: {at_50:5.2f} x    turn 300: {at_300:5.2f} x")
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in both], indent=2) + "\n")


if __name__ == "__main__":
    main()
