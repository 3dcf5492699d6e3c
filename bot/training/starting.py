"""Starts the process that does a training, apart from web: it goes on when web is started anew.

Where web has a container of its own the process ends with that. Then it is told on the page that the training was cut
off (`bot.training.trainings.CUT_OFF`), and it can be started again: nothing that runs has changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from bot.settings import ROOT, Settings

LOG = ROOT / "var" / "log" / "training.log"


def environ_of(settings: Settings) -> dict[str, str]:
    """The settings as a training's process reads them from its environment, whatever stands in this one's."""
    return {
        "DATABASE_URL": settings.database_url,
        "SECRET_KEYS": ",".join(settings.secret_keys),
        "ASSISTANT_FOLDER": str(settings.assistant_folder),
        "MODELS_FOLDER": str(settings.models_folder),
        "TEST_SETS": ",".join(map(str, settings.test_sets)),
        # It asks none of these, and reads its settings as everybody does: all of them or none.
        "RASA_TOKEN": settings.rasa_token,
        "OIDC_ISSUER": settings.oidc.issuer,
        "OIDC_CLIENT_ID": settings.oidc.client_id,
    }


class Starter:
    """Starts the process with the same settings as those here; ``log`` is where the newest writes."""

    def __init__(self, settings: Settings, *, log: Path = LOG) -> None:
        self._log = log
        self._environ = environ_of(settings)

    def __call__(self, training_id: int) -> None:
        """Start the one for this training. Raises OSError when that can't be done."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._log.write_bytes(b"")
        with self._log.open("ab") as log:  # to add to: its own processes write there too
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.training.worker", str(training_id), str(self._log)],
                cwd=ROOT,
                env={**os.environ, **self._environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # Somebody has to hear when it ends, or it stays in the list of processes.
        threading.Thread(target=process.wait, name="training", daemon=True).start()
