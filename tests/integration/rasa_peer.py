"""A process that stands for Rasa and the action server: their REST shapes, and every way to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

Reply = list[dict[str, Any]]


class RasaPeer:
    """Answers as ``reply`` says, and remembers what it was asked. ``mode``: well, empty, error, nonsense or silent."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.forgotten: list[str] = []
        self.mode = "well"
        self.hold: asyncio.Event | None = None
        self.reply: Callable[[dict[str, Any]], Reply] = echo
        self.actions_well = True
        self.pings = 0
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._news = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[str]:
        """What citizens asked, without the greeting that opens."""
        return [body["message"] for body in self.asked if not body["metadata"]["opening"]]

    async def asked_times(self, times: int) -> None:
        """Return when citizens have asked so many times."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.messages) >= times)

    async def start(self) -> None:
        """Listen; the second time on the same port, as a process that is started again."""
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self._webhook)
        app.router.add_put("/conversations/{id}/tracker/events", self._replace)
        app.router.add_get("/status", self._status)
        app.router.add_get("/health", self._health)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Be dead: nothing listens."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert request.query["token"] == "rasa-token"
        async with self._news:
            self.asked.append(body)
            self._news.notify_all()
        if self.hold is not None:
            await self.hold.wait()
        if self.mode == "silent":
            await asyncio.sleep(30)
        if self.mode == "error":
            return web.Response(status=500)
        if self.mode == "empty":
            return web.json_response([])
        if self.mode == "nonsense":
            return web.json_response({"text": "hej"})
        return web.json_response(self.reply(body))

    async def _replace(self, request: web.Request) -> web.Response:
        if await request.json() == []:
            self.forgotten.append(request.match_info["id"])
        return web.json_response({})

    async def _status(self, request: web.Request) -> web.Response:
        self.pings += 1
        return web.json_response({"model_file": "model.tar.gz", "model_id": "1", "num_active_training_jobs": 0})

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"}, status=200 if self.actions_well else 503)


def echo(body: dict[str, Any]) -> Reply:
    """A greeting for the opening; for anything else what was asked."""
    text = "Hej, jeg er en robot." if body["metadata"]["opening"] else f"Svar på: {body['message']}"
    return [{"recipient_id": body["sender"], "text": text}]
