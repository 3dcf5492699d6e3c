"""web in this process on a real database, with a peer that stands for Rasa; it can be killed and started again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from bot.settings import Settings
from bot.store.crypto import Vault
from bot.web.app import init_app
from tests.integration.chat_client import Citizen
from tests.integration.rasa_peer import RasaPeer
from tests.services import free_port


class Installation:
    """Settings, the peer and web. ``changes`` are settings that differ."""

    def __init__(self, database_url: str, tmp_path: Path, **changes: Any) -> None:
        self.peer = RasaPeer()
        self.key = Vault.new_key()
        self._database_url = database_url
        self._cases_url = f"sqlite:///{tmp_path / 'sager.db'}"
        self._changes = changes
        self.client: TestClient[Any, Any]

    async def __aenter__(self) -> Installation:
        await self.peer.start()
        environ = {
            "BORGERKONTAKT_ENV": "development",
            "SECRET_KEYS": self.key,
            "DATABASE_URL": self._database_url,
            "CASES_DATABASE_URL": self._cases_url,
            "RASA_URLS": self.peer.url,
            "RASA_TOKEN": "rasa-token",
            "ACTIONS_URL": self.peer.url,
            "OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
            "OIDC_CLIENT_ID": "borgerkontakt",
            "TURN_TIMEOUT": "20",
        }
        self.settings = replace(Settings.read(environ, dotenv=Path("/nonexistent")), **self._changes)
        await self.start_web()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.peer.hold is not None:
            self.peer.hold.set()
        await self.client.close()
        await self.peer.stop()

    async def start_web(self) -> None:
        """A new web on the same database."""
        self.client = TestClient(TestServer(await init_app(self.settings)))
        await self.client.start_server()

    async def stop_web(self) -> None:
        """web stops, in the middle of whatever it does."""
        await self.client.server.close()

    async def begin(self) -> Citizen:
        """A new conversation in which the assistant has said hello."""
        citizen = await Citizen.begin(self.client)
        await citizen.from_("assistant")
        return citizen
