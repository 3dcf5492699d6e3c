"""Text messages, through a gateway that takes them over HTTP."""

from __future__ import annotations

import asyncio

import aiohttp

from bot.sending.ports import Letter, Never, NotNow
from bot.settings import Sms

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_BUSY = frozenset({408, 425, 429})
_OURS = frozenset({401, 402, 403})  # token or account: mended at our end, and then it can go


class HttpSmsGateway:
    """A gateway behind ``POST {"to", "text", "id", "from"}`` with a bearer token.

    ``id`` is the same each time a message is sent, so that a gateway which keeps it sends it once. Any answer from
    200 to 299 is "taken over".
    """

    def __init__(self, http: aiohttp.ClientSession, settings: Sms) -> None:
        self._http = http
        self._settings = settings

    async def send(self, letter: Letter) -> None:
        """See `bot.sending.ports.Carrier`."""
        body = {"to": letter.to, "text": letter.text, "id": letter.name, "from": self._settings.sender}
        headers = {"Authorization": f"Bearer {self._settings.token}"}
        failure = ""
        try:
            # A redirect would take the token, and the message, to somebody the settings do not name.
            async with self._http.post(
                self._settings.url, json=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            failure = type(error).__name__
        if failure:
            raise NotNow(f"the gateway can't be reached: {failure}")
        if 200 <= status < 300:
            return
        if status in _BUSY or status in _OURS or not 400 <= status < 500:
            raise NotNow(f"the gateway answered {status}")
        raise Never(f"the gateway refused the message: {status}")
