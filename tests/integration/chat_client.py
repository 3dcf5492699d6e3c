"""A citizen's client for tests of web in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.test_utils import TestClient

Frame = dict[str, Any]


class Citizen:
    """One socket of one conversation; ``frames`` are all it was sent."""

    def __init__(self, client: TestClient[Any, Any], token: str) -> None:
        self.client = client
        self.token = token
        self.frames: list[Frame] = []
        self.conversation = ""
        self.socket: aiohttp.ClientWebSocketResponse

    @classmethod
    async def begin(cls, client: TestClient[Any, Any]) -> Citizen:
        """A new conversation, connected."""
        answer = await client.post("/chat/sessions", json={})
        assert answer.status == 201, await answer.text()
        citizen = cls(client, (await answer.json())["token"])
        await citizen.connect()
        return citizen

    async def connect(self, since: int = 0) -> Frame:
        """Say hello; the welcome."""
        self.socket = await self.client.ws_connect("/chat/socket")
        await self.send({"type": "hello", "token": self.token, "since": since})
        welcome = await self.until(lambda frame: frame["type"] == "welcome")
        self.conversation = welcome["conversation"]
        return welcome

    async def send(self, frame: Frame) -> None:
        await self.socket.send_json(frame)

    async def say(self, id: str, text: str) -> int:
        """Say something and wait until it is kept; its seq."""
        await self.send({"type": "say", "id": id, "text": text})
        return (await self.until(lambda frame: frame["type"] == "ack" and frame["id"] == id))["seq"]

    async def until(self, wanted: Callable[[Frame], bool], seconds: float = 60) -> Frame:
        """Read until a frame is wanted."""
        while True:  # time runs for each frame, so that a stream of them is no failure
            message = await self.socket.receive(timeout=seconds)
            assert message.type is aiohttp.WSMsgType.TEXT, message
            frame: Frame = message.json()
            self.frames.append(frame)
            if wanted(frame):
                return frame

    async def from_(self, sender: str, seconds: float = 60) -> Frame:
        """The next message of a sender."""
        return await self.until(lambda frame: frame["type"] == "message" and frame["from"] == sender, seconds)

    async def error(self) -> Frame:
        """The next error."""
        return await self.until(lambda frame: frame["type"] == "error")

    async def quiet(self, seconds: float = 0.3) -> list[Frame]:
        """What comes until nothing has come for a while."""
        came: list[Frame] = []
        while True:
            try:
                message = await self.socket.receive(timeout=seconds)
            except asyncio.TimeoutError:
                return came
            if message.type is not aiohttp.WSMsgType.TEXT:
                return came
            came.append(message.json())
            self.frames.append(came[-1])

    def messages(self) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == "message"]
