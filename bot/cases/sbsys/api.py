"""Asking SBSYS's REST API, with a token that is renewed once when it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from bot.cases.failures import CaseSystemUnsure
from bot.cases.http import Answer, Http
from bot.cases.sbsys.access import Sbsys
from bot.cases.sbsys.token import Token
from bot.errors import CaseSystemReadOnly

T = TypeVar("T")

_AT_ONCE: Final = 8  # requests of one look-up
_CLOSED_CASE: Final = (
    "SBSYS tager ikke imod noget i den sag; den er måske afsluttet. Kopiér teksten, og sæt den ind i sagssystemet selv."
)
_NOT_ALLOWED: Final = (
    "SBSYS afviser at tage imod det i den sag; vores bruger må måske ikke åbne sagen. "
    "Kopiér teksten, og sæt den ind i sagssystemet selv."
)
# Refusals that say nothing of what was asked: who we are, when we came, and how often.
_NOT_OF_THIS: Final = frozenset({401, 408, 425, 429})


class Api:
    """The API of one installation. Everything raises what `Http.ask`, `Answer.must_be` and `Answer.json` raise."""

    def __init__(self, access: Sbsys, http: Http) -> None:
        self.system = http.system
        self._access = access
        self._http = http
        self._token = Token(access, http)

    async def get(self, path: str) -> Any:
        """What the JSON at ``path`` ("/api/...") says."""
        return (await self._ask("GET", path)).must_be(200).json()

    async def get_open(self, path: str) -> Any | None:
        """As `get`; None when it can't be seen by our user (403), or is not there for them (404)."""
        answer = await self._ask("GET", path)
        return None if answer.status in (403, 404) else answer.must_be(200).json()

    async def get_before_writing(self, path: str) -> Any:
        """As `get`; raises CaseSystemReadOnly when our user may not see it: then nothing can be written there."""
        found = await self.get_open(path)
        if found is None:
            raise CaseSystemReadOnly(f"{self.system} does not let us see what is written there", staff=_NOT_ALLOWED)
        return found

    async def search(self, path: str, body: Any) -> Any:
        """What the JSON says that answers a search: a POST that changes nothing."""
        return (await self._ask("POST", path, body)).must_be(200).json()

    async def create(self, path: str, body: Any) -> None:
        """Make something, once. What is answered is not read: Aarhus' client tells of answers that are no JSON.

        Raises CaseSystemReadOnly when it is refused: the case takes nothing (409, as Aarhus' client has it for a
        closed case), we may not, or what we send is wrong; to come again would not help. CaseSystemUnsure where it
        failed over there (5xx): it may have been made.
        """
        answer = await self._ask("POST", path, body)
        told = f"{self.system} answered {answer.status}"
        if 400 <= answer.status < 500 and answer.status not in _NOT_OF_THIS:
            raise CaseSystemReadOnly(told, staff=_CLOSED_CASE if answer.status == 409 else _NOT_ALLOWED)
        if answer.status >= 500:
            raise CaseSystemUnsure(told)
        answer.must_be(200, 201, 204)

    async def close(self) -> None:
        """Let go of the connections; asking again is CaseSystemDown."""
        self._token.close()
        await self._http.close()

    async def _ask(self, method: str, path: str, body: Any = None) -> Answer:
        token = await self._token.get()
        answer = await self._send(method, path, body, token)
        if answer.status == 401:  # nothing was done, so that a create may be sent again too
            token = await self._token.get(instead_of=token)
            answer = await self._send(method, path, body, token)
        return answer

    async def _send(self, method: str, path: str, body: Any, token: str) -> Answer:
        return await self._http.ask(
            method,
            self._access.address(path),
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            json=body,
        )


async def together(asks: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """What all of ``asks`` give, some at a time. Where one fails, none of the others is left running."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(ask: Callable[[], Awaitable[T]]) -> T:
        async with turns:
            return await ask()

    tasks = [asyncio.ensure_future(in_turn(ask)) for ask in asks]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
