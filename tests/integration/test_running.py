"""Rules of starting and ending the parts, held with real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.running.parts import Part
from bot.running.supervise import PartError, run_together
from tests.services import free_port


def serving(name: str, folder: Path, *, script: str = "") -> Part:
    """A part that serves HTTP on a free port, and runs ``script`` first."""
    port = free_port()
    code = (
        f"{script}\nimport http.server; "
        f"http.server.HTTPServer(('127.0.0.1', {port}), http.server.SimpleHTTPRequestHandler).serve_forever()"
    )
    return Part(
        name=name,
        argv=(sys.executable, "-c", code),
        environ=dict(os.environ),
        health=f"http://127.0.0.1:{port}/",
        log=folder / f"{name}.log",
        patience=20,
    )


def alive(pid: int) -> bool:
    """True while a process with this id runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pid_script(file: Path) -> str:
    """Code that writes its process id to ``file``."""
    return f"import os, pathlib; pathlib.Path({str(file)!r}).write_text(str(os.getpid()))"


async def test_all_are_ended_when_one_dies_and_it_is_named_with_its_last_lines(tmp_path: Path) -> None:
    """A part that dies is said plainly, and nothing is left running."""
    pid_file = tmp_path / "pid"
    good = serving("good", tmp_path, script=pid_script(pid_file))
    dies = "import threading, os; threading.Timer(1.5, lambda: (print('out of cheese'), os._exit(3))).start()"
    bad = serving("bad", tmp_path, script=f"import sys; sys.stdout.reconfigure(line_buffering=True)\n{dies}")
    ready: list[bool] = []
    with pytest.raises(PartError) as caught:
        await run_together([good, bad], ready=lambda: ready.append(True), tell=lambda line: None)
    assert ready == [True]
    assert "bad stoppede med kode 3" in caught.value.staff
    assert "out of cheese" in caught.value.staff
    assert not alive(int(pid_file.read_text()))


async def test_a_part_that_never_starts_is_told_before_anything_is_said_to_be_ready(tmp_path: Path) -> None:
    """Addresses are printed only when they answer."""
    ready: list[bool] = []
    broken = serving("broken", tmp_path, script="raise SystemExit('no such model')")
    with pytest.raises(PartError, match="broken"):
        await run_together(
            [serving("good", tmp_path), broken], ready=lambda: ready.append(True), tell=lambda line: None
        )
    assert ready == []


async def test_a_signal_ends_everything_quietly(tmp_path: Path) -> None:
    """Ctrl-C is no failure: every process is gone, and no error is raised."""
    pid_file = tmp_path / "pid"
    part = serving("good", tmp_path, script=pid_script(pid_file))
    loop = asyncio.get_running_loop()
    await run_together(
        [part], ready=lambda: loop.call_later(0.2, os.kill, os.getpid(), signal.SIGINT), tell=lambda line: None
    )  # fmt: skip
    assert not alive(int(pid_file.read_text()))
