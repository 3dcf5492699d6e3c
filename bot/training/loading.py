"""Has every Rasa run a version, gives each back what it ran when that comes to nothing, and puts right who lags."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import structlog

from bot.store.blocking import Blocking
from bot.training.rasas import Rasas, RasaSilent, RasaUnwilling, model_id

_NOT_AGAIN_FOR = 600.0  # seconds after which a Rasa that could not take the live version is asked once more

log = structlog.get_logger(__name__)


class Loading:
    """``models`` is the folder of models; ``clock`` gives seconds. A version is told by its id and its file."""

    def __init__(self, rasas: Rasas, models: Path, *, blocking: Blocking, clock: Callable[[], float]) -> None:
        self._rasas = rasas
        self._models = models
        self._blocking = blocking
        self._clock = clock
        self._failed: dict[tuple[str, int], float] = {}

    @contextlib.asynccontextmanager
    async def loaded(
        self, version_id: int, model: Path, *, live: Path | None, but_silent: bool = False
    ) -> AsyncIterator[int]:
        """Within, every Rasa runs ``model``; where that ends in an error, what it ran. Gives how many are away.

        ``but_silent``: those that are away are left out, as long as one is there. A Rasa that was started with a model
        from elsewhere is given ``live`` back. Raises RasaUnwilling.
        """
        before = await self._ran(version_id, but_silent=but_silent)
        if live is not None:
            before = {url: path if path.is_file() else live for url, path in before.items()}
        touched: list[str] = []
        loaded = 0
        try:
            for url in before:
                touched.append(url)
                try:
                    await self._rasas.load(url, model)
                    loaded += 1
                except RasaSilent as error:
                    if not but_silent:
                        raise
                    self._left_out(url, version_id, error)
            if not loaded:
                raise RasaSilent("none of them is there")
            yield len(self._rasas.urls) - loaded
        except BaseException:
            log.warning("live.undone", version=version_id)
            for url in touched:
                await self._give_back(url, before[url])
            raise

    async def put_right(self, version_id: int, model: Path) -> None:
        """Have every Rasa that runs something else run ``model``; what can't be done is logged."""
        wanted = await self._blocking(model_id, model)
        for number, url in enumerate(self._rasas.urls):
            if self._clock() < self._failed.get((url, version_id), float("-inf")):
                continue
            try:
                if await self._rasas.running(url) == wanted:
                    continue
            except RasaUnwilling:
                continue  # it is gone, or starts: the next time, then
            try:
                await self._rasas.load(url, model)
                log.warning("live.rasa_put_right", rasa=number, version=version_id)
            except RasaUnwilling as error:
                self._failed[url, version_id] = self._clock() + _NOT_AGAIN_FOR
                log.error("live.rasa_not_put_right", rasa=number, version=version_id, reason=error.log)

    async def _ran(self, version_id: int, *, but_silent: bool) -> dict[str, Path]:
        """What each Rasa was loaded from, before it gets the version; without the silent ones where that will do."""
        files = {}
        for url in self._rasas.urls:
            try:
                files[url] = self._models / await self._rasas.file(url)
            except RasaSilent as error:
                if not but_silent:
                    raise
                self._left_out(url, version_id, error)
        return files

    def _left_out(self, url: str, version_id: int, error: RasaSilent) -> None:
        log.warning("live.rasa_not_there", rasa=self._rasas.urls.index(url), version=version_id, reason=error.log)

    async def _give_back(self, url: str, model: Path) -> None:
        """Have a Rasa run what it ran; one that is gone starts with what the pointer names."""
        try:
            if await self._rasas.running(url) != await self._blocking(model_id, model):
                await self._rasas.load(url, model)
        except RasaUnwilling as error:
            log.error("live.not_given_back", reason=error.log)
