"""web as the process it is, which ends itself with SIGKILL at a given point: when a named function begins or is done.

The product knows nothing of it: before web is put together, that one function is wrapped by one that does the same,
and dies. Processes are forked from one that has web imported and nothing begun, so that each starts in a moment.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Point:
    """Where web dies: in ``step`` of a walk, when ``place`` (module:qualified.name) is entered or has returned.

    A function of a module is named where it is called from. ``entered``: False when it has returned (not raised).
    ``time``: for which time since the step began.
    """

    step: str
    place: str
    entered: bool
    time: int = 1

    def __str__(self) -> str:
        name = self.place.partition(":")[2]
        what = "entered" if self.entered else "returned"
        return f"{self.step}-{name}-{what}-{self.time}".replace(" ", "_")


def start_web(environ: Mapping[str, str], log: Path, point: Point | None, armed: Path) -> BaseProcess:
    """web with these settings, writing to ``log``; it dies at ``point``, counted from when the file ``armed`` is."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.takeover.warm", "tests.takeover.mortal_web", "pytest"])
    process = context.Process(target=_web, args=(dict(environ), str(log), point, str(armed)), daemon=True)
    process.start()
    return process


def _web(environ: dict[str, str], log: str, point: Point | None, armed: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(environ)
    from bot.web.__main__ import main

    if point is not None:
        _dies_at(point, armed)
    main()


def _dies_at(point: Point, armed: str) -> None:
    module, name = point.place.split(":")
    *path, last = name.split(".")
    owner: Any = importlib.import_module(module)
    for part in path:
        owner = getattr(owner, part)
    function: Callable[..., Any] = getattr(owner, last)  # one that is gone ends web, and so fails the test
    seen = 0

    def pass_by(*, entered: bool) -> None:
        nonlocal seen
        if entered is point.entered and Path(armed).exists():
            seen += 1
            if seen == point.time:
                os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(function)
    def mortal(*args: Any, **kwargs: Any) -> Any:
        pass_by(entered=True)
        result = function(*args, **kwargs)
        pass_by(entered=False)
        return result

    @functools.wraps(function)
    async def mortal_coroutine(*args: Any, **kwargs: Any) -> Any:
        pass_by(entered=True)
        result = await function(*args, **kwargs)
        pass_by(entered=False)
        return result

    setattr(owner, last, mortal_coroutine if inspect.iscoroutinefunction(function) else mortal)
