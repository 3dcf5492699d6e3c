"""A whole installation for one test: every part a process of its own, in a new folder, on free ports."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from bot.command import prepare
from bot.running.model import model_for, train
from bot.running.parts import Part, Ports, development_environment, parts_of
from bot.settings import ROOT, Settings
from tests.services import free_port

MODELS = ROOT / "models"


class Stack:
    """The parts by name; each can be killed and started again on its own.

    Its data and versions lie in ``folder``, so that what is done at /training stays there; ``environ`` may say where.
    """

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        ports = Ports(
            web=free_port(), rasa=free_port(), actions=free_port(), login=free_port(), staff_login=free_port()
        )
        own = {"ASSISTANT_FOLDER": str(folder / "assistant"), "MODELS_FOLDER": str(folder / "models")}
        many = {"MESSAGES_PER_MINUTE": "10000", "SESSIONS_PER_HOUR": "10000"}
        given = {**os.environ, **own, **many, **environ}
        self.environ = development_environment(folder, ports, environ=given)
        self.settings = Settings.read(self.environ, dotenv=Path(os.devnull))
        prepare(self.settings)
        data, models = self.settings.assistant_folder, self.settings.models_folder
        model, shipped = model_for(data, models), model_for(data, MODELS)
        if shipped.exists():
            models.mkdir(parents=True, exist_ok=True)
            shutil.copy(shipped, model)
        if not model.exists():
            model = train(data, models, log=folder / "log" / "train.log", tell=lambda line: None)
        made = parts_of(self.settings, self.environ, ports, model=model, logs=folder / "log")
        self.parts: dict[str, Part] = {part.name: part for part in made}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """Where a citizen's browser goes."""
        return self.settings.public_url

    def start(self, *names: str) -> None:
        """Start the named parts (all where none is named) and wait until they are well."""
        for name in names or self.parts:
            part = self.parts[name]
            part.log.parent.mkdir(parents=True, exist_ok=True)
            with part.log.open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    part.argv, cwd=ROOT, env=dict(part.environ), stdout=log, stderr=log, start_new_session=True
                )
        for name in names or self.parts:
            self.wait_well(name)

    def wait_well(self, name: str) -> None:
        """Return when the part's health address answers 200."""
        part = self.parts[name]
        deadline = time.monotonic() + part.patience
        while time.monotonic() < deadline:
            if self.processes[name].poll() is not None:
                raise RuntimeError(f"{name} ended:\n{part.log.read_text(errors='replace')[-3000:]}")
            with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(part.health, timeout=3):
                return
            time.sleep(0.1)
        raise TimeoutError(f"{name} did not get well:\n{part.log.read_text(errors='replace')[-3000:]}")

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """End a part at once, with whatever it was doing."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        process.wait(20)

    def stop(self) -> None:
        """End every part that still runs."""
        for name in reversed(list(self.processes)):
            self.kill(name, signal.SIGTERM)

    def written(self) -> dict[str, bytes]:
        """Everything the parts have written to disk: databases with their journals, logs."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != "keys.env"
        }
