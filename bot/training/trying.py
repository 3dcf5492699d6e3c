"""Tries messages on versions that do not run: each version in a process of its own, for as long as somebody tries.

TrialFailed   the version can't be tried: its process does not start, answer or understand
WrongMoment   as many versions as there is room for are answering somebody else
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from bot.errors import BorgerkontaktError
from bot.privacy.masking import mask
from bot.running.model import QUIET
from bot.settings import ROOT
from bot.training.refusals import WrongMoment

IDLE = 300.0  # seconds
_MOST = 2  # processes, of some 600 MB each
_TO_LOAD = 120.0  # seconds, on a busy machine
_TO_ANSWER = 30.0
_LONGEST_LINE = 4 * 1024 * 1024  # bytes of an answer
_ARGV = (sys.executable, "-m", "bot.training.trying_rasa")
_ALL_BUSY = "Andre prøver versioner lige nu. Vent lidt, og prøv igen."
# Parts of names in the environment that a model which somebody tries has no need to know.
_SECRET = ("SECRET", "TOKEN", "PASSWORD", "DATABASE_URL")

log = structlog.get_logger(__name__)


class TrialFailed(BorgerkontaktError):
    """The version can't be tried."""

    staff = "Versionen kunne ikke prøves. Prøv igen om lidt. Bliver det ved, så træn den igen."


class Trials:
    """Holds the processes. To be closed; ``tidy`` is to be called now and then. ``clock`` gives seconds.

    ``argv`` is what tries a model, given as the last argument.
    """

    def __init__(
        self,
        *,
        idle: float = IDLE,
        clock: Callable[[], float] = time.monotonic,
        argv: Sequence[str] = _ARGV,
    ) -> None:
        self._idle = idle
        self._clock = clock
        self._argv = argv
        self._running: OrderedDict[Path, _Trial] = OrderedDict()  # the longest unused first
        self._opening = asyncio.Lock()

    async def tried(self, model: Path, text: str) -> dict[str, Any]:
        """What ``model`` makes of ``text``, as `bot.training.trying_rasa.made_of` gives it.

        The first time takes some seconds, afterwards some milliseconds. Raises TrialFailed, and WrongMoment when
        every place is taken by a version that is answering.
        """
        trial = await self._trial(model)
        try:
            return await trial.asked(mask(text))
        except TrialFailed:
            if trial.ended and self._running.get(model) is trial:
                del self._running[model]
            raise
        finally:
            trial.waiting -= 1

    async def tidy(self) -> None:
        """End what nobody has used for a while."""
        oldest = self._clock() - self._idle
        for model, trial in tuple(self._running.items()):
            if trial.ended or (trial.used < oldest and not trial.waiting):
                del self._running[model]
                await trial.close()

    async def close(self) -> None:
        """End all of them."""
        while self._running:
            await self._running.popitem()[1].close()

    @property
    def models(self) -> tuple[Path, ...]:
        """What is being tried, the longest unused first."""
        return tuple(self._running)

    async def _trial(self, model: Path) -> _Trial:
        async with self._opening:
            await self.tidy()
            trial = self._running.get(model)
            if trial is None:
                while len(self._running) >= _MOST:
                    await self._running.pop(self._idle_one()).close()
                trial = self._running[model] = await _Trial.opened(self._argv, model, self._clock)
            self._running.move_to_end(model)
            trial.used = self._clock()
            trial.waiting += 1
            return trial

    def _idle_one(self) -> Path:
        """What nobody waits for, the longest unused of it. Raises WrongMoment."""
        for model, trial in self._running.items():
            if not trial.waiting:
                return model
        raise WrongMoment("every trial is busy", staff=_ALL_BUSY)


class _Trial:
    """One process; questions are asked one after the other."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        stdin: asyncio.StreamWriter,
        stdout: asyncio.StreamReader,
        clock: Callable[[], float],
    ) -> None:
        self._process = process
        self._stdin = stdin
        self._stdout = stdout
        self._clock = clock
        self._turn = asyncio.Lock()
        self._ready = False
        self.used = clock()
        self.waiting = 0  # who wait for an answer

    @classmethod
    async def opened(cls, argv: Sequence[str], model: Path, clock: Callable[[], float]) -> _Trial:
        environ = {name: value for name, value in os.environ.items() if not any(each in name for each in _SECRET)}
        process = await asyncio.create_subprocess_exec(
            *(*argv, str(model)),
            cwd=ROOT,
            env={**environ, **QUIET},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a library may quote what it can't read
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without the pipes it was asked for")
        log.info("trial.opened", model=model.name)
        return cls(process, process.stdin, process.stdout, clock)

    @property
    def ended(self) -> bool:
        """Whether its process is gone."""
        return self._process.returncode is not None

    async def asked(self, text: str) -> dict[str, Any]:
        """The answer to a text. Raises TrialFailed."""
        async with self._turn:
            if self.ended:  # whoever was before us in line had it closed
                raise TrialFailed("a trial that ended meanwhile")
            try:
                if not self._ready:
                    await self._answer(_TO_LOAD)
                    self._ready = True
                self._stdin.write(json.dumps({"text": text}).encode() + b"\n")
                await self._stdin.drain()
                answer = await self._answer(_TO_ANSWER)
            except (OSError, ValueError, asyncio.TimeoutError) as error:
                await self.close()
                raise TrialFailed(f"no answer of a trial: {type(error).__name__}") from error
            except asyncio.CancelledError:
                await self.close()  # its answer would be taken for the next one's
                raise
            self.used = self._clock()
            return answer

    async def _answer(self, patience: float) -> dict[str, Any]:
        line = await asyncio.wait_for(self._stdout.readline(), patience)
        if not line:
            raise ConnectionResetError("the process ended")
        told: Mapping[str, Any] = json.loads(line)
        if "failed" in told:
            if not self._ready:
                await self.close()
            raise TrialFailed(f"a trial failed: {told['failed']}")
        return dict(told)

    async def close(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
