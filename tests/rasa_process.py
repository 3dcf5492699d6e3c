"""A real Rasa as it is started in an installation, on a free port, ended by its own id."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from bot.running.model import QUIET
from bot.settings import ROOT
from tests.services import free_port


class RasaProcess:
    """Started at once; `wait_well` returns when it answers. What it prints goes to ``log``."""

    def __init__(self, model: Path, log: Path) -> None:
        self.token = _TOKEN
        self.log = log
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environ = {
            **os.environ,
            **QUIET,
            "HOST": "127.0.0.1",
            "RASA_TOKEN": self.token,
            "ACTIONS_URL": "http://127.0.0.1:9",
        }
        with log.open("ab") as written:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.running.rasa_server", str(model), str(port)],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                start_new_session=True,
            )

    def wait_well(self, seconds: float = 240) -> None:
        """Return when it answers with a model loaded."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"Rasa ended:\n{self.log.read_text(errors='replace')[-3000:]}")
            address = f"{self.url}/status?token={self.token}"
            with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=5):
                return
            time.sleep(0.2)
        raise TimeoutError(f"Rasa did not get well:\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


_TOKEN = secrets.token_urlsafe(24)  # one for all that are asked together
