"""The wire to a system, where things go wrong: what comes in is passed on, until a fault is set.

`HttpWire` understands HTTP and can answer in the system's place; `TcpWire` is for what speaks something else.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final

import aiohttp
from aiohttp import web

_HOP: Final = {"connection", "transfer-encoding", "content-length", "keep-alive", "host", "accept-encoding"}

XML_BOMB: Final = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><svar>&j;</svar>"
)


def entity_of(file: str) -> str:
    """XML that wants what stands in ``file`` put into it."""
    return f'<?xml version="1.0"?><!DOCTYPE svar [<!ENTITY x SYSTEM "file://{file}">]><svar>&x;</svar>'


class HttpWire:
    """In front of ``target``. ``fault`` is None or one of `FAULTS`; ``spared`` says which paths are never harmed.

    ``first`` is how many times the fault happens; None: always. ``harmed`` counts.
    """

    def __init__(self, target: str, *, spared: Callable[[str], bool] = lambda path: False) -> None:
        self.target = target.rstrip("/")
        self.spared = spared
        self.fault: str | None = None
        self.first: int | None = None
        self.secret_file = "/etc/hostname"
        self.harmed = 0
        self._over = asyncio.Event()
        self.url = ""

    async def __aenter__(self) -> HttpWire:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._session = aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._session.close()

    async def stop(self) -> None:
        """Listen no more: whoever connects is refused."""
        self._over.set()
        await self._runner.cleanup()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        fault = self.fault
        if self.spared(request.path) or (self.first is not None and self.harmed >= self.first):
            fault = None
        if fault is None:
            status, headers, answer = await self._answer(request, body)
            return web.Response(status=status, headers=headers, body=answer)
        self.harmed += 1
        return await FAULTS[fault](self, request, body)

    async def _answer(self, request: web.Request, body: bytes) -> tuple[int, dict[str, str], bytes]:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        async with self._session.request(
            request.method, f"{self.target}{request.rel_url}", data=body, headers=headers, allow_redirects=False
        ) as answer:
            told = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP}
            return answer.status, told, await answer.read()

    async def _cut(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """Half of the answer, then a reset."""
        status, headers, answer = await self._answer(request, body)
        half = web.StreamResponse(status=status, headers={**headers, "Content-Length": str(len(answer))})
        await half.prepare(request)
        await half.write(answer[: len(answer) // 2])
        assert request.transport is not None
        request.transport.abort()
        return half

    async def _silent(self, seconds: float, request: web.Request, body: bytes) -> web.StreamResponse:
        with suppress(asyncio.TimeoutError, TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)
        status, headers, answer = await self._answer(request, body)
        return web.Response(status=status, headers=headers, body=answer)

    async def _half(self, request: web.Request, body: bytes) -> web.StreamResponse:
        status, headers, answer = await self._answer(request, body)
        return web.Response(status=status, headers=headers, body=answer[: len(answer) // 2])

    async def _charset(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """The true answer in another character set than it says."""
        status, headers, answer = await self._answer(request, body)
        # XML may say itself what it is in, and JSON may write its æ, ø and å in ASCII.
        other = "latin-1" if answer.startswith(b"<") else "utf-16-le"
        return web.Response(status=status, headers=headers, body=answer.decode("utf-8").encode(other))

    async def _flood(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """An answer without an end."""
        _, headers, _ = await self._answer(request, body)
        endless = web.StreamResponse(headers=headers)
        await endless.prepare(request)
        try:
            while not self._over.is_set():
                await endless.write(b" " * 2**20)
        except ConnectionError:
            pass
        return endless


def _told(status: int, text: str, kind: str, **headers: str) -> Callable[..., object]:
    async def answer(wire: HttpWire, request: web.Request, body: bytes) -> web.Response:
        return web.Response(
            status=status,
            body=text.encode(),
            headers={"Content-Type": kind, **headers},
        )

    return answer


async def _entity(wire: HttpWire, request: web.Request, body: bytes) -> web.Response:
    return web.Response(body=entity_of(wire.secret_file).encode(), headers={"Content-Type": request.content_type})


async def _bomb(wire: HttpWire, request: web.Request, body: bytes) -> web.Response:
    return web.Response(body=XML_BOMB.encode(), headers={"Content-Type": request.content_type})


_PAGE = "<!doctype html><html lang=da><title>Log ind</title><h1>Log ind</h1></html>"
FAULTS: Final[dict[str, Callable[..., object]]] = {
    "reset in the middle": HttpWire._cut,
    "3 s of silence": lambda wire, *asked: wire._silent(3, *asked),
    "30 s of silence": lambda wire, *asked: wire._silent(30, *asked),
    "401": _told(401, "", "text/plain"),
    "403": _told(403, _PAGE, "text/html"),
    "429": _told(429, "", "text/plain", **{"Retry-After": "30"}),
    "500": _told(500, "Traceback: Anna 0101901234", "text/plain"),
    "503": _told(503, "", "text/plain"),
    "HTML instead": _told(200, _PAGE, "text/html"),
    "another address": _told(302, "", "text/plain", Location="http://127.0.0.1:9/"),
    "half an answer": HttpWire._half,
    "another character set": HttpWire._charset,
    "an answer without an end": HttpWire._flood,
    "an XML bomb": _bomb,
    "an external entity": _entity,
}


class TcpWire:
    """In front of a port on loopback. ``fault``: None, "silent" (nothing is passed on), "cut" (a reset midway)."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.fault: str | None = None
        self.port = 0

    async def __aenter__(self) -> TcpWire:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._open: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to = await asyncio.open_connection("127.0.0.1", self.target)
        for source, sink, back in ((reader, to, False), (there, writer, True)):
            task = asyncio.create_task(self._flow(source, sink, back=back, client=writer))
            self._open.add(task)
            task.add_done_callback(self._open.discard)

    async def _flow(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, back: bool, client: asyncio.StreamWriter
    ) -> None:
        try:
            while some := await source.read(65536):
                if self.fault == "silent":
                    await asyncio.Event().wait()
                if self.fault == "cut" and back:
                    client.write(some[: len(some) // 2])
                    ours = client.get_extra_info("socket")
                    ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                    client.transport.abort()
                    return
                sink.write(some)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()
