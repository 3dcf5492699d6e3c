"""A real HTTP gateway for text messages in tests, that keeps what it is sent and can be told to be difficult."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


class SmsPeer:
    """A gateway on loopback. ``answers`` are statuses still to be given, 0 for hanging up; then 202.

    It keeps ids as a good gateway does: ``sent`` holds each message once, ``asked`` every request.
    """

    def __init__(self, token: str = "sms-token") -> None:
        self.token = token
        self.answers: list[int] = []
        self.asked: list[dict[str, Any]] = []
        self.sent: dict[str, dict[str, Any]] = {}
        self.slow = 0.0
        app = web.Application()
        app.router.add_post("/send", self._send)
        self._server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self._server.make_url("/send"))

    async def start(self) -> None:
        await self._server.start_server()

    async def stop(self) -> None:
        await self._server.close()

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        await asyncio.sleep(self.slow)
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401)
        status = self.answers.pop(0) if self.answers else 202
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        if 200 <= status < 300:
            self.sent.setdefault(body["id"], body)
        return web.Response(status=status)
