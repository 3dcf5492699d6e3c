"""A process that stands for Rasa where only the model it runs matters: loads, refuses, or dies in the middle."""

from __future__ import annotations

import asyncio
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from bot.training.rasas import model_id


def model_file(path: Path, number: str) -> Path:
    """A file that has the shape of a model of Rasa's, with this id."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"model_id": number, "domain": {}}).encode()
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return path


class ModelsPeer:
    """Runs ``file`` and, asked to, another one. ``refuses`` says which it can't use; ``on_load`` is called before."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.loaded: list[str] = []
        self.refuses: Callable[[Path], bool] = lambda path: False
        self.lies = False
        self.hold: asyncio.Event | None = None
        self.asked = asyncio.Event()
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def start(self) -> ModelsPeer:
        """Listen; the second time on the same port."""
        app = web.Application()
        app.router.add_put("/model", self._load)
        app.router.add_get("/status", self._status)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self

    async def stop(self) -> None:
        """Be dead: nothing listens."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _load(self, request: web.Request) -> web.Response:
        path = Path((await request.json())["model_file"])
        self.asked.set()
        if self.hold is not None:
            await self.hold.wait()
        if request.query["token"] != "secret" or self.refuses(path) or model_id(path) is None:
            return web.json_response({"reason": "no"}, status=400)
        self.loaded.append(path.name)
        if not self.lies:
            self.file = path
        return web.Response(status=204)

    async def _status(self, _: web.Request) -> web.Response:
        return web.json_response({"model_file": self.file.name, "model_id": model_id(self.file)})
