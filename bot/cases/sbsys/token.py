"""The token we show SBSYS: asked for once, kept until shortly before it runs out, and renewed once for all who wait."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any, Final

from bot.cases.http import Http
from bot.cases.sbsys.access import Sbsys
from bot.errors import CaseSystemDown, CaseSystemNonsense

# What may stand after "Bearer " (RFC 6750, section 2.1); anything else could not be sent as it is.
_SENDABLE: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*\Z")
_UNTOLD: Final = 300.0  # seconds; how long a token lasts may be left out (RFC 6749, section 5.1)
_EARLY: Final = 30.0  # seconds before its end a token is renewed, or a fifth of its life where that is less
_REFUSED: Final = "SBSYS afviser vores login. Tjek klient-id, klienthemmelighed, bruger og adgangskode."


class Token:
    """A bearer token from the password grant (RFC 6749, section 4.3).

    Known: client id and secret go in the form, the answer is Keycloak's, with ``expires_in`` in seconds.
    """

    def __init__(self, access: Sbsys, http: Http, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._http = http
        self._timer = timer
        self._value: str | None = None
        self._until = 0.0
        self._renewal: asyncio.Task[str] | None = None

    async def get(self, *, instead_of: str | None = None) -> str:
        """A token that has not run out; a new one when the one we have is ``instead_of``, which was refused.

        Whoever comes while it is renewed waits for that one renewal and shares its failure; the next tries anew.
        Raises CaseSystemDown when the login is refused, and what `Http.ask` and `Answer.json` raise.
        """
        if self._value is not None and self._value != instead_of and self._timer() < self._until:
            return self._value
        if self._renewal is None:
            self._renewal = asyncio.ensure_future(self._renew())
            self._renewal.add_done_callback(self._renewed)
        renewal = self._renewal
        try:
            # Shielded: one who gives up must not take the token from all the others.
            return await asyncio.shield(renewal)
        except asyncio.CancelledError:
            if not renewal.cancelled():
                raise
        raise CaseSystemDown(f"{self._http.system} is closed")

    def close(self) -> None:
        """Wait for no token any more; whoever does is told that it is closed."""
        if self._renewal is not None:
            self._renewal.cancel()

    def _renewed(self, renewal: asyncio.Task[str]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # looked at, for there may be nobody left who waits

    async def _renew(self) -> str:
        asked_at = self._timer()
        answer = await self._http.ask(
            "POST",
            self._access.token_url,
            form={
                "grant_type": "password",
                "client_id": self._access.client_id,
                "client_secret": self._access.client_secret,
                "username": self._access.user,
                "password": self._access.password,
            },
            headers={"Accept": "application/json"},
        )
        if answer.status in (400, 401, 403):
            raise CaseSystemDown(f"{self._http.system} refused our login: answered {answer.status}", staff=_REFUSED)
        told = answer.must_be(200).json()
        value, lasts = self._read(told)
        self._value = value
        self._until = asked_at + lasts - min(_EARLY, lasts / 5)
        return value

    def _read(self, told: Any) -> tuple[str, float]:
        value = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(value, str) or not _SENDABLE.match(value):
            raise CaseSystemNonsense(f"{self._http.system} gave no token")
        if str(told.get("token_type", "bearer")).lower() != "bearer":
            raise CaseSystemNonsense(f"{self._http.system} gave a token of an unknown kind")
        lasts = told.get("expires_in", _UNTOLD)
        try:
            # One that lasts for no time at all is used for what is asked now, and no more.
            return value, max(0.0, float(lasts))
        except (TypeError, ValueError):
            return value, 0.0
