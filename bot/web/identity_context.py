"""What the routes of login work with, and the house they keep: nothing personal lies longer than it must."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiohttp import web

from bot.chat.limits import Limits, Proxies
from bot.errors import IdentityError
from bot.identity.attempts import Attempts
from bot.identity.id_token import Claims
from bot.identity.logins import Login, Logins
from bot.identity.oidc import Provider
from bot.identity.refusals import ProviderDown
from bot.settings import Settings

LOGIN = "/identity/login"
CALLBACK = "/identity/callback"
GOODBYE = "/identity/goodbye"
PURGE_EVERY = 30.0  # seconds; how much longer than a login sealed personal data may lie

log = structlog.get_logger(__name__)


class ConversationDoor(Protocol):
    """What login needs of the conversations."""

    async def open_token(self, token: str) -> str | None:
        """The conversation that a secret token opens, or None."""
        ...

    async def login_completed(self, conversation_id: str, login: Login) -> None:
        """The citizen of a conversation has logged in: what was asked before may be answered now."""
        ...

    async def login_ended(self, conversation_id: str) -> None:
        """The citizen has logged out."""
        ...

    async def login_failed(self, conversation_id: str, text: str) -> None:
        """A login of a conversation did not go through, and ``text`` says why."""
        ...


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the routes work with. ``phone`` is the municipality's, as it is shown."""

    settings: Settings
    logins: Logins
    attempts: Attempts
    provider: Provider[Claims]
    door: ConversationDoor
    limits: Limits
    proxies: Proxies
    municipality: str
    phone: str

    def words(self, error: IdentityError) -> str:
        """What the citizen is told; where trying again may not help, there is a phone number as well."""
        if isinstance(error, ProviderDown):
            return f"{error.citizen} Du kan også ringe til os på {self.phone}."
        return error.citizen

    def wait(self, request: web.Request) -> float | None:
        """None, or the seconds that the address ``request`` comes from must wait for the next step."""
        return self.limits.login(self.proxies.address(request.remote, request.headers.getall("X-Forwarded-For", [])))


IDENTITY = web.AppKey("identity", Identity)


def purging(*purges: Callable[[], int]) -> Callable[[web.Application], AsyncIterator[None]]:
    """Purge for as long as the application runs; each of ``purges`` blocks while the database works."""

    async def context(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_purge_for_ever(purges))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return context


async def _purge_for_ever(purges: Sequence[Callable[[], int]]) -> None:
    while True:
        try:
            for purge in purges:
                await asyncio.to_thread(purge)
        except Exception as error:  # the database may be away for a while; the next round comes
            log.error("login.purge_failed", kind=type(error).__name__)
        await asyncio.sleep(PURGE_EVERY)
