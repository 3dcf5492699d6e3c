"""What the tests of staff's login share: a house with staff's doors and a small desk, and a browser that goes there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from sqlalchemy.engine import Engine
from yarl import URL

from bot.chat.limits import Limits, Proxies
from bot.settings import Oidc, Settings, StaffOidc
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.web.keys import SETTINGS
from bot.web.middlewares import add_headers, in_words, page_policy
from bot.web.staff_routes import add_staff_routes
from bot.web.staff_session import STAFF, StaffDoor, require_csrf, require_own_origin, staff_of, told
from tests.databases import migrated
from tests.identity_setup import Answer, HandClock
from tests.oidc_peer import CLIENT_ID, CLIENT_SECRET
from tests.services import free_port


@dataclass
class StaffHouse:
    """A web application with staff's login, and a few routes as the desk has them."""

    url: str
    engine: Engine
    settings: Settings
    app: web.Application

    @property
    def door(self) -> StaffDoor:
        """What the login works with."""
        return self.app[STAFF]


class StaffBrowser:
    """One person's browser: it has cookies, and follows links one at a time."""

    def __init__(self, url: str) -> None:
        self.url = url
        secure = [URL(url)]  # as real browsers hold loopback to be
        self.session = ClientSession(cookie_jar=CookieJar(unsafe=True, treat_as_secure_origin=secure))

    async def get(self, url: str, **headers: str) -> Answer:
        """Follow one link; a path is one of ours."""
        full = url if "://" in url else self.url + url
        async with self.session.get(URL(full, encoded=True), allow_redirects=False, headers=headers) as answer:
            text = unescape(await answer.text())
            return Answer(answer.status, answer.headers.get("Location", ""), text, answer.headers)

    async def follow(self, url: str) -> Answer:
        """Follow links until there are no more."""
        answer = await self.get(url)
        while answer.location:
            answer = await self.get(answer.location)
        return answer

    async def pick(self, sub: str, to: str = "/desk") -> Answer:
        """Log in through a pick-list: what the way back, which sets the session, answers."""
        away = await self.get(f"/desk/login?to={to}")
        async with self.session.post(
            URL(away.location, encoded=True), data={"sub": sub}, allow_redirects=False
        ) as sent:
            assert sent.status in (302, 303), await sent.text()
            return await self.get(sent.headers["Location"])

    async def me(self) -> dict[str, Any]:
        """Who the desk says is logged in."""
        async with self.session.get(f"{self.url}/desk/api/me") as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())

    async def post(self, path: str, **headers: str) -> tuple[int, Any]:
        """Change something, as a page's script does."""
        async with self.session.post(self.url + path, headers=headers) as answer:
            return answer.status, await answer.json()

    def cookie(self, name: str) -> str | None:
        """The value of a cookie it holds for us."""
        found = self.session.cookie_jar.filter_cookies(URL(self.url)).get(name)
        return found.value if found is not None else None


@asynccontextmanager
async def running_staff_house(
    database_url: str,
    vault: Vault,
    *,
    issuer: str | None,
    limits: Limits | None = None,
    clock: HandClock | None = None,
    **oidc: Any,
) -> AsyncIterator[StaffHouse]:
    """The application on loopback, in development, asking the provider at ``issuer``."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    staff = StaffOidc(issuer=issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET) if issuer else None
    settings = Settings(
        secret_keys=(),
        database_url=database_url,
        cases_database_url="",
        public_url=url,
        rasa_urls=(),
        rasa_token="",
        actions_url="",
        oidc=Oidc(issuer="https://login.example", client_id="x"),
        staff=replace(staff, **oidc) if staff else None,
        allowed_origins=("https://www.noerreaa.example",),
        development=True,
    )
    engine = await asyncio.to_thread(migrated, database_url)
    blocking = Blocking(4)
    app = web.Application(middlewares=[in_words])
    app[SETTINGS] = settings
    app.on_response_prepare.append(add_headers)
    add_staff_routes(
        app,
        settings=settings,
        engine=engine,
        vault=vault,
        blocking=blocking,
        # `or` would not do: limits that have counted nothing yet are empty, and so false.
        limits=limits if limits is not None else Limits(messages_per_minute=1000, sessions_per_hour=1000),
        proxies=Proxies(()),
        municipality="Nørreå Kommune",
        **({"clock": clock} if clock is not None else {}),
        provider_timeout=5.0,
    )
    _add_a_desk(app)
    server = TestServer(app, host="127.0.0.1", port=port)
    await server.start_server()
    try:
        yield StaffHouse(url, engine, settings, app)
    finally:
        await server.close()
        blocking.close()
        engine.dispose()


def _add_a_desk(app: web.Application) -> None:
    """The least of a desk: a page, a page for administrators, an API that reads and one that changes, a socket."""

    async def page(request: web.Request) -> web.Response:
        name = (await staff_of(request)).staff.name
        policy = {"Content-Security-Policy": page_policy(request.app[SETTINGS])}
        return web.Response(text=f"Hej {name}", content_type="text/html", headers=policy)

    async def training(request: web.Request) -> web.Response:
        session = await staff_of(request, "trainer", "administrator")
        return web.Response(text=f"Hej {session.staff.name}")

    async def me(request: web.Request) -> web.Response:
        return web.json_response(told(await staff_of(request)))

    async def watched(request: web.Request) -> web.Response:
        return web.json_response(told(await staff_of(request, used=False)))

    async def change(request: web.Request) -> web.Response:
        session = await staff_of(request, "agent")
        await require_csrf(request, session)
        return web.json_response({"changed": True})

    async def socket(request: web.Request) -> web.WebSocketResponse:
        session = await staff_of(request)
        require_own_origin(request)
        opened = web.WebSocketResponse()
        await opened.prepare(request)
        await opened.send_json({"name": session.staff.name})
        await opened.close()
        return opened

    app.router.add_get("/desk", page)
    app.router.add_get("/desk/samtaler", page)
    app.router.add_get("/training", training)
    app.router.add_get("/desk/api/me", me)
    app.router.add_get("/desk/api/watched", watched)
    app.router.add_post("/desk/api/change", change)
    app.router.add_get("/desk/socket", socket)
