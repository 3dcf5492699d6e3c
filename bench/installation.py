"""web on data of its own, with somebody of the staff logged in, and how long it takes over what they ask."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.command import prepare
from bot.identity.staff import StaffSessions
from bot.identity.staff_claims import StaffClaims
from bot.running.parts import Ports, development_environment
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine
from bot.web.app import init_app
from bot.web.staff_session import COOKIE, CSRF_HEADER
from tests.services import free_port

Questions = Mapping[str, Callable[[], Awaitable[Any]]]


class Installation:
    """Databases in ``folder``, and a session of ``name`` with ``role``; ``environ`` is set beside what is usual.

    Whoever fills the ``engine``'s database disposes of it.
    """

    def __init__(self, folder: Path, *, name: str, role: str, environ: Mapping[str, str] | None = None) -> None:
        usual = development_environment(folder, Ports(web=free_port()), environ=os.environ)
        self.settings = Settings.read({**usual, **(environ or {})}, dotenv=Path(os.devnull))
        prepare(self.settings)
        self.vault = Vault(self.settings.secret_keys)
        self.engine = make_engine(self.settings.database_url)
        claims = StaffClaims(
            issuer=self.settings.staff.issuer if self.settings.staff else "",
            sub=name,
            name=name,
            email="",
            roles=(role,),
            departments=(),
            id_token="",
        )
        self._secret, self._csrf, _ = StaffSessions(self.engine, self.vault).begin(claims)

    @asynccontextmanager
    async def asked(self) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
        """web runs; gives what asks it: a method, a path and a JSON body, and returns the JSON of the answer."""
        runner = web.AppRunner(await init_app(self.settings))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.settings.port).start()
        origin = self.settings.public_url
        headers = {"Cookie": f"{COOKIE}={self._secret}", CSRF_HEADER: self._csrf, "Origin": origin}
        async with aiohttp.ClientSession(headers=headers) as http:

            async def ask(method: str, path: str, body: Any = None) -> Any:
                async with http.request(method, origin + path, json=body) as answer:
                    told = await answer.json()
                    assert answer.status in (200, 201), (path, told)
                    return told

            yield ask
        await runner.cleanup()


async def milliseconds(questions: Questions, *, times: int) -> dict[str, float]:
    """Of each question, the median of so many times after one that warms up."""
    found = {}
    for name, question in questions.items():
        took = []
        for _ in range(times + 1):
            began = time.perf_counter()
            await question()
            took.append((time.perf_counter() - began) * 1000)
        found[name] = statistics.median(took[1:])
    return found


def show(sizes: tuple[str, str], small: Mapping[str, float], large: Mapping[str, float]) -> None:
    """Print both beside each other, with their ratio."""
    print(f"{'ms':28}{sizes[0]:>14}{sizes[1]:>16}{'ratio':>9}")
    for name in small:
        print(f"{name:28}{small[name]:>14.1f}{large[name]:>16.1f}{large[name] / small[name]:>9.2f}")
