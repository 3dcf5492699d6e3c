"""The data as they stand at one moment, kept beside the model that is made of them.

A snapshot is a tar.gz in the folder of models, named by what is in it: the same data give the same file.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from bot.errors import BorgerkontaktError
from bot.training.files import Files

CONFIG = "config.yml"
_BESIDE = (CONFIG, "data/hensigter.yml")
_SINGLE = (*_BESIDE, "domain.yml")
_FOLDERS = ("data/nlu", "data/stories")
_LARGEST = 64 * 1024 * 1024  # bytes of one file of data


class BrokenSnapshot(BorgerkontaktError):
    """A snapshot that is not there, or that can't be read."""

    staff = "Data til den version kan ikke læses."


Data = Mapping[str, bytes]
"""Each file's content by its path below the assistant's folder."""


def data_in(folder: Path) -> dict[str, bytes]:
    """What an assistant in ``folder`` is trained of, as it is between two changes.

    Raises OSError and TrainingRefusal when a file can't be read.
    """
    data = {path: text.encode() for path, text in Files(folder).read().items()}
    return data | {name: (folder / name).read_bytes() for name in _BESIDE if (folder / name).is_file()}


def with_config(data: Data, folder: Path) -> dict[str, bytes]:
    """``data``, with the config.yml of ``folder``: that is part of the software, and no older one is trained by.

    Raises OSError.
    """
    config = folder / CONFIG
    return {**data, **({CONFIG: config.read_bytes()} if config.is_file() else {})}


def digest_of(data: Data) -> str:
    """Sixteen hex digits that change when anything of the data changes."""
    digest = hashlib.sha256()
    for name, content in sorted(data.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def name_of(data: Data) -> str:
    """What their snapshot is called."""
    return f"data-{digest_of(data)}.tar.gz"


def keep(data: Data, models: Path) -> Path:
    """Their snapshot in the folder of models, made if it is not there whole. Raises OSError."""
    target = models / name_of(data)
    written = io.BytesIO()
    # No times and no owner in it: the same data are the same bytes.
    with (
        gzip.GzipFile(fileobj=written, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in sorted(data.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    content = written.getvalue()
    if target.is_file() and target.read_bytes() == content:
        return target
    models.mkdir(parents=True, exist_ok=True)
    unfinished = models / f"unfinished-{os.getpid()}-{target.name}"
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def read(file: Path) -> dict[str, bytes]:
    """What `keep` kept. Raises BrokenSnapshot."""
    try:
        # Unpacked whole first: only that looks at the sum at its end.
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(file.read_bytes()))) as archive:
            found = {}
            for entry in archive:
                content = archive.extractfile(entry) if entry.isfile() and entry.size <= _LARGEST else None
                if content is None or not _known(entry.name):
                    raise BrokenSnapshot(f"{file.name} holds something else than data")
                found[entry.name] = content.read()
            return found
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise BrokenSnapshot(f"{file.name} can't be read: {type(error).__name__}") from error


def write_out(data: Data, folder: Path) -> None:
    """Put the files of a snapshot into ``folder``. Raises OSError."""
    for name, content in data.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _known(name: str) -> bool:
    """Whether it is one of the places data lie in: nothing is ever written elsewhere."""
    return name in _SINGLE or (name.startswith(tuple(f"{each}/" for each in _FOLDERS)) and ".." not in name.split("/"))
