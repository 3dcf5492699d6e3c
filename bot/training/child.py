"""Runs one process for a training: reads what it says, and ends it with all that belongs to it when asked to."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot.errors import BorgerkontaktError
from bot.running.model import ERROR, NO_ROOM, PLACE, QUIET, telling
from bot.settings import ROOT

NICENESS = 10  # of every process that trains, checks or tries: citizens' turns come first
_LAST = 40  # lines


class ChildFailed(BorgerkontaktError):
    """The process ended with an error; ``lines`` are the last it wrote.

    ``no_room`` is whether it could not write what it had to.
    """

    def __init__(self, code: int, lines: Sequence[str]) -> None:
        super().__init__(f"a process of the training ended with {code}")
        self.code = code
        self.lines = tuple(lines)
        self.no_room = any(sign in line for line in lines for sign in NO_ROOM)

    @property
    def kind(self) -> str:
        """The whole name of the error that Python ended it with; empty where it was none."""
        named = [found.group(1) for line in self.lines if (found := ERROR.match(line))]
        return named[-1] if named else ""

    @property
    def places(self) -> list[str]:
        """Where in the code that was: the one thing that may be logged of what the process wrote."""
        found = (PLACE.match(line) for line in self.lines)
        return [f"{Path(each.group(1)).name}:{each.group(2)}" for each in found if each]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line that a process wrote: to its standard output, or to its standard error (``aside``)."""

    text: str = field(repr=False)
    aside: bool


def run_child(
    argv: Sequence[str],
    *,
    look: Callable[[], None],
    given: str = "",
    environ: Mapping[str, str] | None = None,
    log: Path | None = None,
    every: float = 0.5,
) -> Iterator[Line]:
    """Each line that the process writes, as it comes.

    ``look`` is called every ``every`` seconds and with each line; whatever it raises ends the process. ``given`` is one
    line for its standard input, which stays open for as long as this process lives; ``environ`` is added to the
    environment. What `telling` makes of what it writes aside is added to ``log``, where one is named. Raises
    ChildFailed when it ends with another code than 0.
    """
    process = subprocess.Popen(
        argv,
        cwd=ROOT,
        env={**os.environ, **QUIET, **(environ or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # so that it can be ended with whatever it started
        encoding="utf-8",
        errors="replace",
    )
    last: deque[str] = deque(maxlen=_LAST)
    try:
        for line in _said(process, look, given, every):
            if line.aside:
                last.append(line.text)
                if log is not None and (told := telling(line.text)):
                    _note(log, told)
            yield line
        code = process.wait()
    finally:
        _end(process)
    if code != 0:
        raise ChildFailed(code, last)


def _said(process: subprocess.Popen[str], look: Callable[[], None], given: str, every: float) -> Iterator[Line]:
    lines: queue.Queue[Line | None] = queue.Queue()

    def hear(stream: IO[str] | None, aside: bool) -> None:
        for line in stream or ():
            lines.put(Line(text=line.rstrip("\n"), aside=aside))
        lines.put(None)

    def tell(stream: IO[str] | None) -> None:
        with contextlib.suppress(OSError, ValueError):  # it ended already: its code says so
            if stream is not None:
                stream.write(given + "\n")
                stream.flush()

    for job, arguments in ((hear, (process.stdout, False)), (hear, (process.stderr, True)), (tell, (process.stdin,))):
        threading.Thread(target=job, args=arguments, daemon=True).start()
    open_ends = 2
    while open_ends:
        look()
        try:
            line = lines.get(timeout=every)
        except queue.Empty:
            continue
        if line is None:
            open_ends -= 1
        else:
            yield line


def _note(log: Path, text: str) -> None:
    with contextlib.suppress(OSError):  # a full disk is told of by whoever has something to keep
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as written:
            written.write(text + "\n")


def _end(process: subprocess.Popen[str]) -> None:
    """With all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    with contextlib.suppress(OSError, ValueError):
        if process.stdin is not None:
            process.stdin.close()
