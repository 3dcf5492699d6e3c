"""A citizen's app as the widget is: it comes back by itself, and sends again what was not acknowledged."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp

from bot.web.staff_session import COOKIE, CSRF_HEADER

Frame = dict[str, Any]
_PATIENCE = 60.0  # seconds that anything may take, a dead web and its successor among it


class Citizen:
    """One conversation. ``messages`` are those received, in the order in which they came, each as often as it came."""

    def __init__(self, url: str, http: aiohttp.ClientSession, token: str) -> None:
        self.url = url
        self.token = token
        self.messages: list[Frame] = []
        self.standing: Frame = {}
        self.errors: list[Frame] = []
        self.conversation = ""
        self._http = http
        self._unacked: dict[str, Frame] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._news = asyncio.Condition()
        self._running: asyncio.Task[None] | None = None

    @classmethod
    async def begin(cls, url: str, http: aiohttp.ClientSession) -> Citizen:
        """A new conversation, in which the assistant has said hello."""
        async with http.post(f"{url}/chat/sessions", json={}) as answer:
            assert answer.status == 201, await answer.text()
            citizen = cls(url, http, (await answer.json())["token"])
        citizen._running = asyncio.create_task(citizen._run())
        await citizen.until(lambda: len(citizen.messages) == 1)
        return citizen

    async def close(self) -> None:
        """Leave."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    @property
    def newest(self) -> Frame:
        """The last message that came."""
        return self.messages[-1]

    async def send(self, type: str, **frame: Any) -> None:
        """Send something under an id of its own; done when web has said that it is kept."""
        id = str(uuid.uuid4())
        self._unacked[id] = {"type": type, "id": id, **frame}
        await self._send(self._unacked[id])
        await self.until(lambda: id not in self._unacked)

    async def press(self, do: str) -> None:
        """Press the newest button that does ``do``, as "handoff:send"."""
        choice = next(
            each["id"]
            for message in reversed(self.messages)
            for each in message.get("choices", ())
            if each.get("do") == do
        )
        await self.send("choose", choice=choice)

    async def until(self, is_so: Callable[[], object]) -> None:
        """Return when something holds of what came."""

        async def holds() -> None:
            async with self._news:
                await self._news.wait_for(is_so)

        try:
            await asyncio.wait_for(holds(), _PATIENCE)
        except asyncio.TimeoutError:
            shown = [(each["seq"], each["from"], each["text"]) for each in self.messages]
            raise AssertionError(f"in vain; messages {shown}, {self.standing}, errors {self.errors}") from None

    async def hears(self, card: str) -> Frame:
        """The newest message, once it bears a card of this type; the card."""
        await self.until(lambda: self.newest.get("card", {}).get("type") == card)
        found: Frame = self.newest["card"]
        return found

    async def _run(self) -> None:
        while True:
            with suppress(aiohttp.ClientError, ConnectionError, asyncio.TimeoutError):
                await self._talk()
            self._socket = None
            await asyncio.sleep(0.05)

    async def _talk(self) -> None:
        since = self.messages[-1]["seq"] if self.messages else 0
        async with self._http.ws_connect(f"{self.url}/chat/socket") as socket:
            await socket.send_json({"type": "hello", "token": self.token, "since": since})
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                frame: Frame = message.json()
                if frame["type"] == "welcome":
                    self.conversation = frame["conversation"]
                    self._socket = socket
                    for unacked in list(self._unacked.values()):
                        await self._send(unacked)
                async with self._news:
                    self._take(frame)
                    self._news.notify_all()

    def _take(self, frame: Frame) -> None:
        if frame["type"] == "message":
            self.messages.append(frame)
        elif frame["type"] in ("welcome", "state"):
            self.standing = frame
        elif frame["type"] == "ack":
            self._unacked.pop(frame["id"], None)
        elif frame["type"] == "error":
            self.errors.append(frame)

    async def _send(self, frame: Frame) -> None:
        socket = self._socket
        if socket is not None and not socket.closed:
            with suppress(ConnectionError):  # it is sent again after the next welcome
                await socket.send_json(frame)


class AtTheDesk:
    """Mette Holm at the desk, who does as her page does: where no answer comes she looks what became of it."""

    def __init__(self, url: str, http: aiohttp.ClientSession, secret: str, csrf: str) -> None:
        self._api = f"{url}/desk/api"
        self._http = http
        self._headers = {"Cookie": f"{COOKIE}={secret}", CSRF_HEADER: csrf, "Origin": url}

    async def see(self, path: str, **query: str) -> Any:
        """What is there now, as soon as web answers."""
        for _ in range(600):
            try:
                async with self._http.get(self._api + path, params=query, headers=self._headers) as answer:
                    assert answer.status == 200, await answer.text()
                    return await answer.json()
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
        raise AssertionError("web does not come back")

    async def do(self, handoff: int, what: str, *, done: Callable[[Frame], object], **body: Any) -> None:
        """Do something about a handoff, once: again only where ``done`` says that the handoff does not show it."""
        path = f"/handoffs/{handoff}"
        for _ in range(5):
            try:
                async with self._http.post(f"{self._api}{path}/{what}", json=body, headers=self._headers) as answer:
                    assert answer.status == 200, await answer.text()
                    return
            except aiohttp.ClientError:
                if done(await self.see(path)):
                    return
        raise AssertionError(f"{what} never goes through")
