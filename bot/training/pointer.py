"""Which model runs, written where Rasa finds it when it starts: `live.json` in the folder of models.

The database says which version is live (`bot.training.versions`); this repeats it for a Rasa that has no database, and
names the model that belongs to the data as they stand before there is any version.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from bot.training.versions import sha256_of

NAME = "live.json"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """``file`` is a name in the folder of models; ``version`` is None for a model that is no recorded version.

    ``code`` is the software it was made by (`bot.running.model.code_fingerprint`).
    """

    file: str
    sha256: str
    version: int | None
    code: str


def read(models: Path) -> Pointer | None:
    """The pointer; None when there is none, or none that can be read."""
    try:
        told = json.loads((models / NAME).read_text(encoding="utf-8"))
        pointer = Pointer(**told)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        log.warning("pointer.unreadable", kind=type(error).__name__)
        return None
    texts = (pointer.file, pointer.sha256, pointer.code)
    named = all(isinstance(text, str) for text in texts) and pointer.file == Path(pointer.file).name
    if not named or not isinstance(pointer.version, int | None) or isinstance(pointer.version, bool):
        log.warning("pointer.unreadable", kind="fields")
        return None
    return pointer


def write(models: Path, pointer: Pointer | None) -> None:
    """Point to a model, or to none; whoever reads meanwhile gets the one or the other, and so after a power cut.

    Raises OSError; then the pointer is as it was.
    """
    target = models / NAME
    if pointer is None:
        target.unlink(missing_ok=True)
        return
    models.mkdir(parents=True, exist_ok=True)
    unfinished = models / f".{NAME}.{os.getpid()}"
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(asdict(pointer), file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    folder = os.open(models, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def runnable(models: Path, code: str) -> Path | None:
    """The model that the pointer names, if it is whole and made by the software ``code``; else None."""
    pointer = read(models)
    if pointer is None or pointer.code != code:
        return None
    path = models / pointer.file
    try:
        return path if sha256_of(path) == pointer.sha256 else None
    except OSError:
        return None
