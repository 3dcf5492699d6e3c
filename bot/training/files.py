"""The files that the assistant is trained of, read and written whole: all of a change is there, or none of it.

One lock (`flock` on `.training.lock`) keeps processes of the same machine apart. A change is written beside the
old files first, so a full disk is met before anything is touched; then a journal says where the old files are kept
while the new ones take their places. Whoever takes the lock next and finds a journal puts the old ones back: the
process that wrote it was killed, and whoever asked for the change was never told that it was made.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.training.refusals import Changed, TrainingRefusal

Texts = Mapping[str, str]
"""Each file's text by its path below the folder, with the line endings it has."""

_LOCK = ".training.lock"
_JOURNAL = ".training.journal"
_SINGLE = ("domain.yml", "data/hensigter.yml")
_NEW, _OLD = ".training-new", ".training-old"
_WAIT = 10.0  # seconds for the lock
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_Stamp = tuple[int, int, int, int]


class Files:
    """What is trained of, in ``folder``: data/nlu, data/stories, domain.yml and data/hensigter.yml.

    Methods block while the disk works.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, tuple[_Stamp, str]] = {}
        self._keeping = threading.Lock()

    def read(self) -> Texts:
        """Every file as it is now; what has not changed since it was last asked for is not read again.

        Raises TrainingRefusal when a file can't be read or is not UTF-8.
        """
        with self._locked(fcntl.LOCK_SH), self._keeping:
            found = {path: self._text(path) for path in self._paths()}
            self._kept = {path: self._kept[path] for path in found}
        return found

    def write(self, before: Texts, after: Texts) -> None:
        """Write the files of ``after`` that are not as in ``before``; a path that ``before`` lacks is a new file.

        Raises Changed when one of them is no longer as in ``before``, and TrainingRefusal ("disk_full",
        "cant_write") when the disk takes no more: then all of them are as they were.
        """
        if missing := before.keys() - after.keys():
            raise ValueError(f"a file is never deleted here: {sorted(missing)}")
        changed = {path: text for path, text in after.items() if before.get(path) != text}
        if not changed:
            return
        for path in changed:
            self._checked(path)
        with self._locked(fcntl.LOCK_EX):
            for path in changed:
                file = self._folder / path
                if (file.read_bytes().decode("utf-8", "replace") if file.exists() else None) != before.get(path):
                    raise Changed()
            try:
                self._replace(changed)
            except OSError as error:
                self._put_back()
                raise _refusal(error) from error

    def _checked(self, path: str) -> None:
        """Raise ValueError for a path that is none of ours."""
        known = path in _SINGLE or path.startswith(("data/nlu/", "data/stories/"))
        if not known or not path.endswith(".yml") or ".." in Path(path).parts:
            raise ValueError(f"not a file that is trained of: {path}")

    def _paths(self) -> list[str]:
        folders = (self._folder / "data" / "nlu", self._folder / "data" / "stories")
        found = [path for folder in folders for path in sorted(folder.rglob("*.yml"))]
        found += [self._folder / name for name in _SINGLE if (self._folder / name).exists()]
        return [path.relative_to(self._folder).as_posix() for path in found]

    def _text(self, path: str) -> str:
        file = self._folder / path
        try:
            told = file.stat()
            # A file that takes another's place in the same tick of the clock still has a number of its own.
            stamp = told.st_mtime_ns, told.st_size, told.st_ino, told.st_ctime_ns
            kept = self._kept.get(path)
            if kept is None or kept[0] != stamp:
                self._kept[path] = kept = stamp, file.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise TrainingRefusal(
                f"{path} can't be read: {type(error).__name__}",
                staff=f"Filen {path} kan ikke læses. Bed it-afdelingen om at se på den.",
                code="unreadable",
            ) from error
        return kept[1]

    def _replace(self, changed: Texts) -> None:
        for path, text in changed.items():
            file = self._folder / path
            new = _beside(file, _NEW)
            with new.open("wb") as written:
                if file.exists():
                    os.fchmod(written.fileno(), file.stat().st_mode & 0o7777)
                written.write(text.encode())
                written.flush()
                os.fsync(written.fileno())
        for path in changed:
            file = self._folder / path
            if file.exists():
                _keep_old(file.resolve(), _beside(file, _OLD))
        journal = self._folder / _JOURNAL
        with journal.open("w", encoding="utf-8") as noted:
            json.dump({path: (self._folder / path).exists() for path in changed}, noted)
            noted.flush()
            os.fsync(noted.fileno())
        self._settle(changed)
        for path in changed:
            file = self._folder / path
            _beside(file, _NEW).replace(file.resolve())
        self._settle(changed)
        journal.unlink()
        for path in changed:
            _beside(self._folder / path, _OLD).unlink(missing_ok=True)

    def _put_back(self) -> None:
        """Make everything as it was before the change that the journal tells of, and tidy up."""
        journal = self._folder / _JOURNAL
        try:
            told = json.loads(journal.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            told = {}  # cut short: then no file has been touched yet
        for path, existed in told.items():
            file = self._folder / path
            old = _beside(file, _OLD)
            if not existed:
                file.unlink(missing_ok=True)
            elif old.exists():  # else it has been put back already
                old.replace(file.resolve())
        self._settle(told)
        journal.unlink(missing_ok=True)
        for ending in (_NEW, _OLD):
            for left in (*self._folder.glob(f".*{ending}"), *(self._folder / "data").rglob(f".*{ending}")):
                left.unlink(missing_ok=True)

    def _settle(self, changed: Texts) -> None:
        """Have the disk keep which names there are."""
        for folder in {self._folder, *((self._folder / path).resolve().parent for path in changed)}:
            opened = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        try:
            lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            if how == fcntl.LOCK_SH:  # a folder nobody may write to: nothing changes while it is read
                yield
                return
            raise _refusal(error) from error
        try:
            _wait_for(lock, how)
            if (self._folder / _JOURNAL).exists():
                _wait_for(lock, fcntl.LOCK_EX)
                self._put_back()
            yield
        finally:
            os.close(lock)


def _beside(file: Path, ending: str) -> Path:
    file = file.resolve()
    return file.with_name(f".{file.name}{ending}")


def _keep_old(file: Path, old: Path) -> None:
    """Have the old content of ``file`` under another name too, which takes no room where the disk can do that."""
    old.unlink(missing_ok=True)
    try:
        os.link(file, old)
    except OSError as error:
        if error.errno in _FULL:
            raise
        with old.open("wb") as written:
            written.write(file.read_bytes())
            written.flush()
            os.fsync(written.fileno())


def _wait_for(lock: int, how: int) -> None:
    until = time.monotonic() + _WAIT
    while True:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise TrainingRefusal(
                    "the lock on the training files was not free",
                    staff="En anden er i gang med at gemme. Prøv igen om lidt.",
                    code="busy",
                ) from error
            time.sleep(0.01)
        else:
            return


def _refusal(error: OSError) -> TrainingRefusal:
    if error.errno in _FULL:
        return TrainingRefusal(
            "the disk is full",
            staff="Der er ikke mere plads på disken. Din ændring er ikke gemt, og alt er, som det var. "
            "Bed it-afdelingen om at gøre plads.",
            code="disk_full",
        )
    return TrainingRefusal(
        f"the training files can't be written: {errno.errorcode.get(error.errno or 0, 'unknown')}",
        staff="Din ændring kunne ikke gemmes, og alt er, som det var. "
        "Bed it-afdelingen om at give adgang til at skrive i mappen med træningsdata.",
        code="cant_write",
    )
