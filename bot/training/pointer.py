"""Which model runs, written where Rasa finds it when it starts: `live.json` in the folder of models.

The database says which version is live (`bot.training.versions`); this repeats it for a Rasa that has no database, and
names the model that belongs to the data as they stand before there is any version.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import structlog

from bot.training.versions import sha256_of

NAME = "live.json"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A model that was pointed to before; the fields are those of `Pointer`."""

    file: str
    sha256: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """``file`` is a name in the folder of models; ``version`` is None for a model that is no recorded version.

    ``code`` is the software it was made by (`bot.running.model.code_fingerprint`). ``before`` is what was pointed to
    last before it, at most one; None leaves it to `write` to find that out.
    """

    file: str
    sha256: str
    version: int | None
    code: str
    before: tuple[Earlier, ...] | None = field(default=None, compare=False)


def read(models: Path) -> Pointer | None:
    """The pointer; None when there is none, or none that can be read."""
    try:
        told = json.loads((models / NAME).read_text(encoding="utf-8"))
        before = tuple(Earlier(**each) for each in told.pop("before", ()))
        pointer = Pointer(**told, before=before)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        log.warning("pointer.unreadable", kind=type(error).__name__)
        return None
    named = _named(pointer) and all(map(_named, before))
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
    if pointer.before is None:
        pointer = replace(pointer, before=_before(models, pointer))
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


def ever_written(models: Path) -> bool:
    """Whether anything was put live here, even if it can't be read any more."""
    return (models / NAME).exists()


def runnable(models: Path, code: str) -> Path | None:
    """The model that the pointer names, if it is whole and made by the software ``code``; else None."""
    pointer = read(models)
    return _path(models, pointer, code) if pointer is not None else None


def runnable_before(models: Path, code: str) -> Path | None:
    """The model that was pointed to before that one, if it is whole and made by the software ``code``; else None."""
    pointer = read(models)
    found = (_path(models, each, code) for each in (pointer and pointer.before) or ())
    return next((path for path in found if path is not None), None)


def _before(models: Path, pointer: Pointer) -> tuple[Earlier, ...]:
    """What ``pointer`` takes the place of; where that is the same model, or is not whole, what was before it."""
    there = read(models)
    if there is None:
        return ()
    if there.sha256 != pointer.sha256 and _path(models, there, there.code) is not None:
        return (Earlier(file=there.file, sha256=there.sha256, code=there.code),)
    return tuple(each for each in there.before or () if each.sha256 != pointer.sha256)


def _path(models: Path, named: Pointer | Earlier, code: str) -> Path | None:
    if named.code != code:
        return None
    path = models / named.file
    try:
        return path if sha256_of(path) == named.sha256 else None
    except OSError:
        return None


def _named(named: Pointer | Earlier) -> bool:
    """Whether it is of texts, and leads nowhere out of the folder of models."""
    texts = (named.file, named.sha256, named.code)
    return all(isinstance(text, str) for text in texts) and named.file == Path(named.file).name
