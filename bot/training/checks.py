"""The check before a training: started on demand in a process of its own, and what it found the last time."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from bot.identity.clock import Clock, utc_now
from bot.training.child import ChildFailed, run_child
from bot.training.files import Files, Texts

FILE = "checks.json"
_LONGEST = 300.0  # seconds a check may take on a busy machine
_STEP = 0.5  # seconds between looks at whether it is to end

log = structlog.get_logger(__name__)


class State(Enum):
    """How far the check is."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the newest check found, ``at`` when it ended (or began, while it runs).

    ``rows`` are as the API gives them (`bot.training.checking.Found`); while a check runs, those of the one before.
    ``stale``: the files have changed since.
    """

    state: State
    at: datetime | None
    stale: bool
    rows: tuple[Mapping[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "state": self.state.value,
            "at": self.at.isoformat() if self.at else None,
            "stale": self.stale,
            "rows": list(self.rows),
        }


class _Stop(Exception):
    """The check is to end now."""


class Checks:
    """The check of one assistant's folder; what it found is kept in ``models``, for all processes of web.

    Methods block while the disk works. ``argv`` is what checks a folder, given as the last argument.
    """

    def __init__(
        self,
        files: Files,
        folder: Path,
        models: Path,
        *,
        logs: Path,
        clock: Clock = utc_now,
        argv: tuple[str, ...] = (sys.executable, "-m", "bot.training.checking_rasa"),
        longest: float = _LONGEST,
    ) -> None:
        self._files = files
        self._folder = folder
        self._kept = models / FILE
        self._logs = logs
        self._clock = clock
        self._argv = argv
        self._longest = longest
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._running = False
        self._me = _name(os.getpid())
        self._stop = threading.Event()

    def report(self) -> Report:
        """The newest check."""
        kept = self._read()
        if kept is None:
            return Report(state=State.NONE, at=None, stale=False, rows=())
        at, state = datetime.fromisoformat(kept["at"]), State(kept["state"])
        late = (self._clock() - at).total_seconds() > self._longest
        if state is State.RUNNING and (late or self._ended(kept["by"])):
            state = State.FAILED
        stale = state is not State.RUNNING and kept["digest"] != digest_of(self._files.read())
        return Report(state=state, at=at, stale=stale, rows=tuple(kept["rows"]))

    def start(self) -> Report:
        """Start a check unless one runs."""
        with self._turn:
            before = self.report()
            if before.state is not State.RUNNING:
                texts = self._files.read()
                self._stop.clear()
                self._running = True
                self._settle(State.RUNNING, texts, before.rows)
                self._thread = threading.Thread(target=self._run, args=(texts, before.rows), daemon=True)
                self._thread.start()
        return self.report()

    def close(self) -> None:
        """End a check that runs; it counts as failed."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self, texts: Texts, before: tuple[Mapping[str, Any], ...]) -> None:
        try:
            rows = self._found(texts)
        except Exception as error:  # whatever it is, the page is told that it failed
            log.warning("checks.failed", kind=type(error).__name__)
            self._ended_with(State.FAILED, texts, before)
        else:
            self._ended_with(State.DONE, texts, rows)
        finally:
            self._running = False

    def _ended(self, by: str) -> bool:
        """Whether the process that runs a check is known to be gone, or to have forgotten it."""
        if by == self._me:
            return not self._running
        host, _, number = by.rpartition(":")
        return host == socket.gethostname() and not Path(f"/proc/{number}").exists()

    def _found(self, texts: Texts) -> tuple[Mapping[str, Any], ...]:
        until = time.monotonic() + self._longest

        def look() -> None:
            if self._stop.is_set() or time.monotonic() > until:
                raise _Stop

        rows: list[Mapping[str, Any]] = []
        done = False
        noted = self._logs / "checks.log"  # of the newest check alone
        with suppress(OSError):
            noted.unlink()
        with TemporaryDirectory(prefix="borgerkontakt-") as name:
            folder = Path(name)
            for path, text in texts.items():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode())
            (folder / "config.yml").write_bytes((self._folder / "config.yml").read_bytes())
            environ = {"LOG_LEVEL": "ERROR"}  # without it Rasa draws how far it is
            for line in run_child((*self._argv, str(folder)), log=noted, look=look, environ=environ, every=_STEP):
                row = _row(line.text) if not line.aside else None
                if row is not None and row.get("done"):
                    done = True
                elif row is not None:
                    rows.append(row)
        if not done:
            raise ChildFailed(0, ())
        return tuple(rows)

    def _ended_with(self, state: State, texts: Texts, rows: tuple[Mapping[str, Any], ...]) -> None:
        if self._kept.exists():  # else an example was forgotten meanwhile, which these rows may quote
            self._settle(state, texts, rows)

    def _settle(self, state: State, texts: Texts, rows: tuple[Mapping[str, Any], ...]) -> None:
        with suppress(OSError):  # a full disk: then it counts as one that was cut short
            self._keep(state, texts, rows)

    def _keep(self, state: State, texts: Texts, rows: tuple[Mapping[str, Any], ...]) -> None:
        told = {"state": state.value, "at": self._clock().isoformat(), "digest": digest_of(texts), "rows": list(rows)}
        told["by"] = self._me
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        new = self._kept.with_name(f".{self._kept.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            new.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
            new.replace(self._kept)
        finally:
            new.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any] | None:
        try:
            told = json.loads(self._kept.read_text(encoding="utf-8"))
            known = isinstance(told, dict) and {"state", "at", "digest", "rows", "by"} <= told.keys()
        except (OSError, ValueError):
            return None
        return told if known else None


def _name(process: int | str) -> str:
    """What a process is called among all machines."""
    return f"{socket.gethostname()}:{process}"


def digest_of(texts: Texts) -> str:
    """Another one when anything in the files is."""
    digest = hashlib.sha256()
    for path, text in sorted(texts.items()):
        digest.update(f"{path}\0{len(text)}\0".encode() + text.encode())
    return digest.hexdigest()


def _row(line: str) -> dict[str, Any] | None:
    """What the process says on one line; None for what others print there."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
