"""The trained model: which one belongs to the data as they stand, and training it when there is none."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from bot.errors import BorgerkontaktError
from bot.privacy.masking import mask
from bot.settings import ROOT

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
NO_ROOM = ("Errno 28", "Errno 27", "Errno 122", "No space left on device", "File too large", "Disk quota exceeded")
ERROR = re.compile(r"([A-Za-z_][\w.]*(?:Error|Exception|Rule|Story|Conflict\w*|Domain\w*))(?::|$)")
PLACE = re.compile(r'\s*File "([^"]+)", line (\d+)')
_STARTED = re.compile(r"Starting to train component '(\w+)'")


class TrainingError(BorgerkontaktError):
    """Rasa could not train a model; ``log`` holds what may be kept of what it said last (`telling`)."""

    staff = "Modellen kunne ikke trænes."


_DATA = ("config.yml", "domain.yml"), ("data/nlu", "data/stories")
_CODE = ("requirements.lock",), ("bot/nlu", "bot/danish")


def _sources(root: Path, what: tuple[tuple[str, ...], tuple[str, ...]]) -> Iterator[tuple[str, Path]]:
    """Each file that a model depends on, by the path it has in a whole installation."""
    single, folders = what
    yield from ((name, root / name) for name in single)
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            measures = root / "bot" / "nlu" / "evaluation" in path.parents  # what measures a model is no part of it
            if path.suffix in (".py", ".yml") and not measures:
                yield str(path.relative_to(root)), path


def _digest(*sources: Iterable[tuple[str, Path]]) -> str:
    """The sentence model is part of it: vectors of one mean nothing beside those of another."""
    digest = hashlib.sha256(os.environ.get("SENTENCE_MODEL", "").encode())
    for name, path in chain(*sources):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def fingerprint(data: Path, *, code: Path = ROOT) -> str:
    """Twelve hex digits that change when anything changes that a model is trained from.

    ``data`` is the folder of config.yml, domain.yml and data, ``code`` that of our own components.
    """
    return _digest(_sources(data, _DATA), _sources(code, _CODE))


def code_fingerprint(code: Path = ROOT) -> str:
    """Twelve hex digits of what is not the trainers': our components and what they stand on.

    A model runs only with the software it was made by: its weights mean nothing beside other features.
    """
    return _digest(_sources(code, _CODE))


def model_for(data: Path, models: Path) -> Path:
    """Where the model of the data as they stand lies, or would lie."""
    return models / f"borgerkontakt-{fingerprint(data)}.tar.gz"


def training_command(made: Path, data: Path, *, tied: bool = False) -> list[str]:
    """How a model of ``data``'s config.yml, domain.yml, data/nlu and data/stories is trained and written to ``made``.

    ``tied``: standard input is a pipe of whoever starts it, and the training ends when that one is gone.
    """
    return [sys.executable, "-m", "bot.nlu.training", str(made), str(data), *(["--tied"] if tied else [])]


def begun_component(line: str) -> str | None:
    """The component whose training begins with this line of the training's output, if one does."""
    found = _STARTED.search(line)
    return found.group(1) if found else None


def telling(line: str) -> str:
    """What may be kept of a line that a process wrote aside: enough to find an error, and none of anybody's words.

    The part of the assistant that began to learn, a place in the code, the kind of an error, a full disk; else empty.
    """
    if component := begun_component(line):
        return f"began {component}"
    if place := PLACE.match(line):
        return mask(place.group().strip())
    if error := ERROR.match(line):
        sign = next((f": {sign}" for sign in NO_ROOM if sign in line), "")
        return f"{error.group(1)}{sign}"
    return ""


def follow(lines: Iterable[str], log: TextIO, *, tell: Callable[[str], None]) -> None:
    """Tell of each part of the assistant that begins to learn; keep in ``log`` what `telling` makes of the lines."""
    step = 0
    for line in lines:
        if told := telling(line):
            log.write(f"{told}\n")
        if component := begun_component(line):
            step += 1
            tell(f"trin {step}: {component}")


def train(data: Path, models: Path, *, log: Path, tell: Callable[[str], None]) -> Path:
    """Train a model of ``data`` as they stand, and tell how far it has come. Takes the best part of a minute.

    The model appears under its name only when it is whole, so one cut short is never run.
    Raises TrainingError.
    """
    target = model_for(data, models)
    models.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    made = models / f"unfinished-{os.getpid()}.tar.gz"
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            training_command(made, data),
            cwd=ROOT,
            env={**os.environ, **QUIET},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        follow(process.stdout or (), written, tell=tell)
        status = process.wait()
    if status != 0 or not made.exists():
        made.unlink(missing_ok=True)
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        raise TrainingError("\n".join([*last, f"The training ended with {status}."]))
    made.rename(target)
    return target
