"""A member of staff who logs in through the real provider without a browser, and asks as the desk's page does.

mette = await staff_session(stack.url, "Mette Holm")
status, body = await mette.get("/desk/api/queue")
status, body = await mette.post("/desk/api/handoffs/7/claim", {"note": "..."})
async with mette.socket("/desk/socket") as socket: ...
await mette.close()
"""

from __future__ import annotations

from typing import Any

import aiohttp
from yarl import URL

from bot.web.staff_session import COOKIE, CSRF_HEADER


class StaffClient:
    """One person at the desk of the installation at ``url``. It keeps cookies as a browser does, and to itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.me: dict[str, Any] = {}
        # Browsers hold loopback to be secure, so they take Secure cookies there.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=[URL(url)])
        self._http = aiohttp.ClientSession(cookie_jar=jar)

    async def log_in(self, sub: str, *, me: str = "/desk/api/me") -> None:
        """Log in as ``sub``: start, pick, return; ``self.me`` is what ``me`` says then, the CSRF token in it."""
        async with self._http.get(f"{self.url}/desk/login", allow_redirects=False) as away:
            assert away.status == 302, await away.text()
        picked = {"sub": sub}
        async with self._http.post(
            URL(away.headers["Location"], encoded=True), data=picked, allow_redirects=False
        ) as sent:
            assert sent.status in (302, 303), await sent.text()
        async with self._http.get(URL(sent.headers["Location"], encoded=True), allow_redirects=False) as back:
            assert back.status == 303, await back.text()
        status, self.me = await self.get(me)
        assert status == 200, self.me

    @property
    def csrf(self) -> str:
        """The token that every change shows."""
        return str(self.me["csrf"])

    @property
    def cookie(self) -> str:
        """The session's secret, for a real browser to go on with (``context.add_cookies``)."""
        return self._http.cookie_jar.filter_cookies(URL(self.url))[COOKIE].value

    async def get(self, path: str, **query: str) -> tuple[int, Any]:
        """The status, and the JSON of an answer that is JSON, else its text."""
        async with self._http.get(self.url + path, params=query, allow_redirects=False) as answer:
            return answer.status, await _content(answer)

    async def post(self, path: str, body: Any = None, *, method: str = "POST") -> tuple[int, Any]:
        """Change something: from our own page, with its token."""
        headers = {CSRF_HEADER: self.csrf, "Origin": self.url}
        async with self._http.request(method, self.url + path, json=body, headers=headers) as answer:
            return answer.status, await _content(answer)

    def socket(self, path: str) -> Any:
        """A websocket, as an async context manager: the cookie goes along, and our own origin."""
        return self._http.ws_connect(self.url + path, origin=self.url)

    async def log_out(self) -> None:
        """The session ends."""
        status, body = await self.post("/desk/logout")
        assert status == 200, body

    async def close(self) -> None:
        """Let go of the connections; the session stays."""
        await self._http.close()


async def staff_session(url: str, sub: str) -> StaffClient:
    """``sub`` (see bot/identity/sample_staff.json), logged in."""
    client = StaffClient(url)
    try:
        await client.log_in(sub)
    except BaseException:
        await client.close()
        raise
    return client


async def _content(answer: aiohttp.ClientResponse) -> Any:
    return await answer.json() if answer.content_type == "application/json" else await answer.text()
