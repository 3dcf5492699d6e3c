"""Starts the parts, waits until all are well, watches them, and ends them all together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import aiohttp

from bot.errors import BorgerkontaktError
from bot.running.parts import Part
from bot.settings import ROOT

_GRACE = 10.0  # seconds a part has to end by itself


class PartError(BorgerkontaktError):
    """A part ended, or did not get well in time; ``staff`` says which, with its last lines."""


class Running:
    """A part that was started."""

    def __init__(self, part: Part, process: asyncio.subprocess.Process) -> None:
        self.part = part
        self.process = process

    @classmethod
    async def start(cls, part: Part) -> Running:
        """Start the process in a session of its own, so that Ctrl-C reaches only us and we choose the order."""
        part.log.parent.mkdir(parents=True, exist_ok=True)
        with part.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *part.argv, cwd=ROOT, env=dict(part.environ), stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        return cls(part, process)

    async def until_well(self, client: aiohttp.ClientSession) -> None:
        """Return when the part's health address answers 200. Raises PartError when it ends first or takes too long."""
        deadline = time.monotonic() + self.part.patience
        while time.monotonic() < deadline:
            if self.process.returncode is not None:
                raise self.failure(f"stoppede med kode {self.process.returncode}, før den var klar")
            try:
                async with client.get(self.part.health, timeout=aiohttp.ClientTimeout(total=3)) as answer:
                    if answer.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError, asyncio.TimeoutError):
                pass
            await asyncio.sleep(0.2)
        raise self.failure(f"blev ikke klar på {self.part.patience:.0f} sekunder")

    async def until_ended(self) -> None:
        """Return never by itself: raises PartError when the process ends."""
        code = await self.process.wait()
        raise self.failure(f"stoppede med kode {code}")

    def failure(self, what: str) -> PartError:
        """The error that says what happened to this part, with its last lines."""
        lines = "\n".join(f"    {line}" for line in last_lines(self.part.log))
        text = f"{self.part.name} {what}. De sidste linjer i {self.part.log}:\n{lines}"
        return PartError(f"part {self.part.name} failed", staff=text)

    async def stop(self) -> None:
        """End the process and what it started: asked first, made to after ten seconds."""
        if self.process.returncode is None:
            self._signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), _GRACE)
            except asyncio.TimeoutError:
                self._signal(signal.SIGKILL)
                await self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def last_lines(log: Path, count: int = 15) -> list[str]:
    """The last lines of a log file; none when there is no file."""
    if not log.exists():
        return []
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]


async def run_together(parts: Sequence[Part], *, ready: Callable[[], None], tell: Callable[[str], None]) -> None:
    """Start ``parts``, call ``ready`` once all are well, and go on until stopped or until one part ends.

    Ctrl-C, SIGTERM and SIGHUP stop everything and return. Raises PartError when a part ends;
    the others are stopped first.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    running: list[Running] = []
    watch: list[asyncio.Task[object]] = []
    waiting: dict[asyncio.Task[object], str] = {}
    try:
        for part in parts:
            running.append(await Running.start(part))
        watch = [asyncio.create_task(each.until_ended()) for each in running]
        stop = asyncio.create_task(stopped.wait())
        watch.append(stop)
        async with aiohttp.ClientSession() as client:
            for each in running:
                waiting[asyncio.create_task(each.until_well(client))] = each.part.name
            while waiting and not stop.done():
                done, _ = await asyncio.wait([*waiting, *watch], return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                    if task in waiting:
                        tell(f"{waiting.pop(task)} er klar")
        if not stop.done():
            ready()
            done, _ = await asyncio.wait(watch, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in (*watch, *waiting):
            task.cancel()
        await asyncio.gather(*watch, *waiting, return_exceptions=True)  # what else they met is not news any more
        for each in reversed(running):
            await each.stop()
