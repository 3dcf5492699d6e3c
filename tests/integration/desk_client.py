"""A member of staff in a browser, without the browser: the cookie, the token of the page, and where it comes from."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.identity.staff import Staff
from bot.settings import StaffOidc
from bot.store.crypto import Vault
from bot.store.engine import make_engine
from bot.web.staff_session import COOKIE
from tests.integration.desk_setup import Desk
from tests.integration.installation import Installation


class Page:
    """The desk's page of one member of staff."""

    def __init__(self, web: Installation, secret: str, csrf: str, staff: Staff) -> None:
        self._web = web
        self.staff = staff
        self.headers = {"Cookie": f"{COOKIE}={secret}", "X-CSRF-Token": csrf, "Origin": web.settings.origins[0]}

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """Status and JSON of what was answered; ``more`` may replace the headers."""
        headers = more.pop("headers", self.headers)
        async with self._web.client.request(
            method, f"/desk/api{path}", json=body, headers=headers, allow_redirects=False, **more
        ) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **query: Any) -> Any:
        """What a question is answered with; it must be."""
        status, said = await self.ask("GET", path, params={key: str(value) for key, value in query.items()})
        assert status == 200, said
        return said

    async def post(self, path: str, **body: Any) -> Any:
        """What a change is answered with; it must be made."""
        status, said = await self.ask("POST", path, body)
        assert status == 200, said
        return said


class DeskInstallation(Installation):
    """web with a desk, and the same database from the inside."""

    def __init__(self, database_url: str, tmp_path: Path, **changes: Any) -> None:
        staff = StaffOidc(issuer="http://127.0.0.1:9", client_id="skranke")
        super().__init__(database_url, tmp_path, staff=staff, **changes)
        self._engine = make_engine(database_url)

    async def __aenter__(self) -> DeskInstallation:
        await super().__aenter__()
        self.desk = Desk(self._engine, Vault([self.key]))
        self.desk.clock.now = datetime.now(timezone.utc)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        self._engine.dispose()

    def page(self, name: str, *roles: str) -> Page:
        """The page of somebody who has logged in, an agent where nothing else is said."""
        return Page(self, *self.desk.session(name, *roles))
