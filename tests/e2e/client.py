"""A citizen's app that speaks the chat's protocol itself, and logs in through the real provider without a browser."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

import aiohttp

Frame = dict[str, Any]


class ChatClient:
    """One conversation over one websocket. Keeps every frame it was ever sent, in ``frames``."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.http = http
        self.token = ""
        self.conversation = ""
        self.frames: list[Frame] = []
        self.seq = 0
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def begin(self) -> None:
        """Start a conversation and wait for the assistant's first message."""
        async with self.http.post(f"{self.url}/chat/sessions", headers={"Origin": self.url}) as answer:
            assert answer.status == 201, await answer.text()
            made = await answer.json()
        self.token, self.conversation = made["token"], made["conversation"]
        await self.connect()
        await self.until_message("assistant")

    async def connect(self) -> None:
        """Open the websocket and say hello since the last seq seen."""
        address = self.url.replace("http", "ws", 1) + "/chat/socket"
        self._socket = await self.http.ws_connect(address, origin=self.url)
        await self._socket.send_json({"type": "hello", "token": self.token, "since": self.seq})

    async def reconnect(self, seconds: float = 60) -> None:
        """Connect anew, as often as it takes."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                await self.connect()
                await self.until(lambda frame: frame["type"] == "welcome", seconds=5)
                return
            except (aiohttp.ClientError, ConnectionError, TimeoutError, asyncio.TimeoutError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.2)

    async def send(self, frame: Frame) -> None:
        """Send a frame as it is."""
        assert self._socket is not None
        await self._socket.send_json(frame)

    async def say(self, text: str, *, id: str | None = None) -> str:
        """Say something; the id under which it was said."""
        id = id or str(uuid.uuid4())
        await self.send({"type": "say", "id": id, "text": text})
        return id

    async def ask(self, text: str, *, seconds: float = 60) -> Frame:
        """Say something and return the assistant's answer to it."""
        await self.say(text)
        return await self.until_message("assistant", seconds=seconds)

    async def choose(self, choice: str) -> Frame:
        """Take a choice and return the assistant's answer."""
        await self.send({"type": "choose", "id": str(uuid.uuid4()), "choice": choice})
        return await self.until_message("assistant")

    async def until(self, wanted: Any, *, seconds: float = 60) -> Frame:
        """Read frames until one is wanted, and return it."""
        deadline = time.monotonic() + seconds
        assert self._socket is not None
        while (left := deadline - time.monotonic()) > 0:
            message = await self._socket.receive(timeout=left)
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise ConnectionError(f"the socket closed: {message.type.name} {message.data}")
            frame = message.json()
            self.frames.append(frame)
            if frame["type"] == "message":
                self.seq = max(self.seq, frame["seq"])
            if wanted(frame):
                return frame
        raise TimeoutError("no such frame came")

    async def until_message(self, sender: str, *, seconds: float = 60) -> Frame:
        """The next message from ``sender``."""
        return await self.until(lambda frame: frame["type"] == "message" and frame["from"] == sender, seconds=seconds)

    async def log_in(self, sub: str) -> None:
        """Log in as ``sub`` through the real provider: start, pick, return, finish. The answer is left to be read."""
        bearer = {"Authorization": f"Bearer {self.token}", "Origin": self.url}
        started = await self.http.post(
            f"{self.url}/identity/start", json={"return_url": f"{self.url}/"}, headers=bearer
        )
        assert started.status == 200, await started.text()
        # A browser of its own: no cookie but its own, and no address followed unseen.
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            sent = await browser.get((await started.json())["url"], allow_redirects=False)
            cookie = sent.headers["Set-Cookie"].split(";", 1)[0]
            page = await browser.post(sent.headers["Location"], data={"sub": sub}, allow_redirects=False)
            assert page.status in (302, 303), await page.text()
            back = await browser.get(page.headers["Location"], headers={"Cookie": cookie}, allow_redirects=False)
            assert back.status in (302, 303), await back.text()
        found = re.search(r"borgerkontakt-login=([^&]+)$", urlsplit(back.headers["Location"]).fragment)
        assert found, back.headers["Location"]
        finished = await self.http.post(f"{self.url}/identity/finish", json={"code": found.group(1)}, headers=bearer)
        assert finished.status == 200, await finished.text()

    def messages(self) -> list[Frame]:
        """Every message frame received, in order of seq, each seq once."""
        return [frame for _, frame in sorted({f["seq"]: f for f in self.frames if f["type"] == "message"}.items())]

    async def close(self) -> None:
        """Close the websocket."""
        if self._socket is not None:
            await self._socket.close()
