"""The trained model: which one belongs to the data as they stand, and training it when there is none."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.errors import BorgerkontaktError

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
_STARTED = re.compile(r"Starting to train component '(\w+)'")


class TrainingError(BorgerkontaktError):
    """Rasa could not train a model; ``log`` holds its last lines."""

    staff = "Modellen kunne ikke trænes."


def _sources(root: Path) -> Iterator[Path]:
    yield root / "config.yml"
    yield root / "domain.yml"
    yield root / "requirements.lock"
    for folder in ("data/nlu", "data/stories", "bot/nlu", "bot/danish"):
        for path in sorted((root / folder).rglob("*")):
            measures = root / "bot" / "nlu" / "evaluation" in path.parents  # what measures a model is no part of it
            if path.suffix in (".py", ".yml") and not measures:
                yield path


def fingerprint(root: Path) -> str:
    """Twelve hex digits that change when anything changes that a model is trained from.

    The sentence model is part of it: vectors of one mean nothing beside those of another.
    """
    digest = hashlib.sha256(os.environ.get("SENTENCE_MODEL", "").encode())
    for path in _sources(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def model_for(root: Path, models: Path) -> Path:
    """Where the model of the data as they stand lies, or would lie."""
    return models / f"borgerkontakt-{fingerprint(root)}.tar.gz"


def train(root: Path, models: Path, *, log: Path, tell: Callable[[str], None]) -> Path:
    """Train a model of the data as they stand, and tell how far it has come. Takes the best part of a minute.

    The model appears under its name only when it is whole, so one cut short is never run.
    Raises TrainingError, with Rasa's last lines.
    """
    target = model_for(root, models)
    models.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    made = models / f"unfinished-{os.getpid()}.tar.gz"
    command = [sys.executable, "-m", "bot.nlu.training", str(made)]
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, **QUIET},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        step = 0
        for line in process.stdout or ():
            written.write(line)
            if found := _STARTED.search(line):
                step += 1
                tell(f"trin {step}: {found.group(1)}")
        status = process.wait()
    if status != 0 or not made.exists():
        made.unlink(missing_ok=True)
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        raise TrainingError("\n".join(last))
    made.rename(target)
    return target
