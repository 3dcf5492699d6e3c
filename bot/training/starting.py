"""Starts the process that does a training, apart from web: it goes on when web is started anew."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from bot.settings import ROOT

LOG = ROOT / "var" / "log" / "training.log"


class Starter:
    """Starts the process; ``environ`` is what it gets besides this one's environment, ``log`` where it writes."""

    def __init__(self, *, log: Path = LOG, environ: Mapping[str, str] | None = None) -> None:
        self._log = log
        self._environ = dict(environ or {})

    def __call__(self, training_id: int) -> None:
        """Start the one for this training. Raises OSError when that can't be done."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.training.worker", str(training_id)],
                cwd=ROOT,
                env={**os.environ, **self._environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # Somebody has to hear when it ends, or it stays in the list of processes.
        threading.Thread(target=process.wait, name="training", daemon=True).start()
