"""Models made of another one, for tests: with other words, cut short, or with a component that does not work."""

from __future__ import annotations

import io
import json
import tarfile
import uuid
from collections.abc import Callable
from pathlib import Path


def other_words(model: Path, made: Path, response: str, text: str) -> Path:
    """The same model with another id and ``text`` as its ``response``."""

    return _repacked(model, made, lambda name, content: _told(content, response, text) if _tells(name) else content)


def broken_component(model: Path, made: Path) -> Path:
    """A whole archive with an id of its own, in which what the classifier learned is something else."""

    def broken(name: str, content: bytes) -> bytes:
        if _tells(name):
            return _told(content, "utter_x", "x")
        return b"nonsense" if "IntentClassifier" in name else content

    return _repacked(model, made, broken)


def cut_short(model: Path, made: Path) -> Path:
    """The first half of the file."""
    content = model.read_bytes()
    made.write_bytes(content[: len(content) // 2])
    return made


def _tells(name: str) -> bool:
    return name.removeprefix("./") == "metadata.json"


def _told(content: bytes, response: str, text: str) -> bytes:
    """What the archive tells of itself, with another id and another text."""
    told = json.loads(content)
    told["model_id"] = uuid.uuid4().hex
    told["domain"]["responses"][response] = [{"text": text}]
    return json.dumps(told).encode()


def _repacked(model: Path, made: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with tarfile.open(model) as before, tarfile.open(made, "w:gz") as after:
        for entry in before:
            file = before.extractfile(entry)
            if file is None:
                after.addfile(entry)
                continue
            content = change(entry.name, file.read())
            entry.size = len(content)
            after.addfile(entry, io.BytesIO(content))
    return made
