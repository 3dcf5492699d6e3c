"""Asks every part whether it is well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

Ping = Callable[[], Awaitable[object]]  # returns when the part is well, raises when it is not

_TIMEOUT = 2.5  # seconds a part has to answer
_REMEMBERED = 1.0  # seconds an answer holds: asking often must not load the parts


@dataclass(frozen=True)
class Report:
    """How the parts are: each `ok` or `down`."""

    parts: Mapping[str, str]

    @property
    def is_well(self) -> bool:
        """Whether every part is."""
        return all(state == "ok" for state in self.parts.values())

    def to_json(self) -> dict[str, object]:
        """As plain JSON."""
        return {"status": "ok" if self.is_well else "down", "parts": dict(self.parts)}


class Health:
    """The parts, asked side by side. Those in ``seldom`` are others': well, they are asked again after so many seconds.

    Anybody may ask for our health as often as they like, and must not load somebody else's service by it.
    """

    def __init__(self, pings: Mapping[str, Ping], *, seldom: Mapping[str, float] | None = None) -> None:
        self._pings = dict(pings)
        self._seldom = dict(seldom or {})
        self._well_until: dict[str, float] = {}
        self._last: tuple[float, Report] | None = None
        self._asking = asyncio.Lock()

    async def report(self) -> Report:
        """How every part is now."""
        async with self._asking:
            if self._last is None or time.monotonic() - self._last[0] > _REMEMBERED:
                states = await asyncio.gather(*(self._state(name, ping) for name, ping in self._pings.items()))
                parts = {"web": "ok", **dict(zip(self._pings, states, strict=True))}
                self._last = time.monotonic(), Report(parts)
            return self._last[1]

    async def _state(self, name: str, ping: Ping) -> str:
        if time.monotonic() < self._well_until.get(name, 0.0):
            return "ok"
        try:
            await asyncio.wait_for(ping(), _TIMEOUT)
        except Exception as error:  # whatever is wrong with a part, the others are still asked
            log.warning("part.down", part=name, kind=type(error).__name__)
            return "down"
        self._well_until[name] = time.monotonic() + self._seldom.get(name, 0.0)
        return "ok"
