"""What the tests of login share: a clock set by hand, a door written by hand, a browser without a window."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from sqlalchemy import insert
from sqlalchemy.engine import Engine
from yarl import URL

from bot.chat.limits import Limits, Proxies
from bot.identity.logins import Login
from bot.settings import Oidc, Settings
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.tables import conversations
from bot.web.identity_context import Identity
from bot.web.identity_routes import add_identity_routes
from tests.databases import migrated
from tests.oidc_peer import CLIENT_ID, CLIENT_SECRET
from tests.services import free_port

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
WIDGET_PAGE = "https://www.noerreaa.example/borger?side=2"


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        """The time it was set to."""
        return self.time

    def forward(self, **units: float) -> None:
        """Move it on."""
        self.time += timedelta(**units)


def new_conversation(engine: Engine, conversation_id: str) -> str:
    """A conversation in the database; gives its id. Its token is ``token-<id>``."""
    with writing(engine) as connection:
        connection.execute(
            insert(conversations).values(
                id=conversation_id,
                token_hash=hashlib.sha256(f"token-{conversation_id}".encode()).hexdigest(),
                created_at=NOON,
                expires_at=NOON + timedelta(days=30),
            )
        )
    return conversation_id


@dataclass
class HandDoor:
    """The conversations as login needs them, kept in lists."""

    known: set[str] = field(default_factory=set)
    completed: list[tuple[str, Login]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)

    async def open_token(self, token: str) -> str | None:
        """The token of conversation x is ``token-x``."""
        conversation = token.removeprefix("token-")
        return conversation if conversation in self.known else None

    async def login_completed(self, conversation_id: str, login: Login) -> None:
        """Remember it."""
        self.completed.append((conversation_id, login))

    async def login_ended(self, conversation_id: str) -> None:
        """Remember it."""
        self.ended.append(conversation_id)

    async def login_failed(self, conversation_id: str, text: str) -> None:
        """Remember it."""
        self.said.append((conversation_id, text))


@dataclass(frozen=True)
class Answer:
    """What a request brought back."""

    status: int
    location: str
    text: str
    headers: Any

    @property
    def fragment(self) -> dict[str, str]:
        """What stands after # where the browser is sent."""
        name, _, value = urlsplit(self.location).fragment.partition("=")
        return {name: value} if name else {}


class Browser:
    """One person's browser: it has cookies, and follows links one at a time."""

    def __init__(self, house: House) -> None:
        self.house = house
        secure = [URL(house.url)]  # as real browsers hold loopback to be
        self.session = ClientSession(cookie_jar=CookieJar(unsafe=True, treat_as_secure_origin=secure))

    async def get(self, url: str) -> Answer:
        """Follow one link."""
        async with self.session.get(URL(url, encoded=True), allow_redirects=False) as answer:
            return Answer(
                answer.status, answer.headers.get("Location", ""), unescape(await answer.text()), answer.headers
            )

    async def follow(self, url: str) -> Answer:
        """Follow links while they lead between the provider and this service; the page where it ends."""
        answer = await self.get(url)
        while answer.location and not answer.location.startswith("https://"):
            answer = await self.get(answer.location)
        return answer

    async def post(self, path: str, conversation: str | None, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Ask as the widget does."""
        if conversation is not None:
            headers["Authorization"] = f"Bearer token-{conversation}"
        async with self.session.post(self.house.url + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def start(self, conversation: str, return_url: str = WIDGET_PAGE) -> str:
        """The link to log in by."""
        status, body = await self.post("/identity/start", conversation, {"return_url": return_url})
        assert status == 200, body
        return str(body["url"])

    async def log_in(self, conversation: str) -> Answer:
        """The whole way to the provider and back; the redirect to the widget's page."""
        return await self.follow(await self.start(conversation))


@dataclass
class House:
    """A web application with login and nothing else."""

    url: str
    engine: Engine
    vault: Vault
    door: HandDoor
    identity: Identity
    settings: Settings

    def conversation(self, name: str) -> str:
        """A conversation with a token of its own."""
        self.door.known.add(name)
        return new_conversation(self.engine, name)


@asynccontextmanager
async def running_house(
    database_url: str, vault: Vault, *, issuer: str, timeout: float = 5.0, limits: Limits | None = None, **oidc: Any
) -> AsyncIterator[House]:
    """The application on loopback, in development, asking the provider at ``issuer``."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        secret_keys=(),
        database_url=database_url,
        cases_database_url="",
        public_url=url,
        rasa_urls=(),
        rasa_token="",
        actions_url="",
        oidc=replace(Oidc(issuer=issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET), **oidc),
        allowed_origins=("https://www.noerreaa.example",),
        development=True,
    )
    engine = await asyncio.to_thread(migrated, database_url)
    door = HandDoor()
    app = web.Application()
    identity = add_identity_routes(
        app,
        settings=settings,
        engine=engine,
        vault=vault,
        door=door,
        limits=limits or Limits(messages_per_minute=1000, sessions_per_hour=1000),
        proxies=Proxies(()),
        municipality="Nørreå Kommune",
        phone="12 34 56 00",
        provider_timeout=timeout,
    )
    server = TestServer(app, host="127.0.0.1", port=port)
    await server.start_server()
    try:
        yield House(url, engine, vault, door, identity, settings)
    finally:
        await server.close()
        engine.dispose()
