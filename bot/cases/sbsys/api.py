"""Asking SBSYS's REST API, with a token that is renewed once when it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from bot.cases.http import Answer, Http
from bot.cases.sbsys.access import Sbsys
from bot.cases.sbsys.token import Token
from bot.errors import CaseSystemReadOnly

T = TypeVar("T")

_AT_ONCE: Final = 8  # requests of one look-up
_CLOSED_CASE: Final = (
    "SBSYS tager ikke imod noget i den sag; den er måske afsluttet. Kopiér teksten, og sæt den ind i sagssystemet selv."
)


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

    async def search(self, path: str, body: Any) -> Any:
        """What the JSON says that answers a search: a POST that changes nothing."""
        return (await self._ask("POST", path, body)).must_be(200).json()

    async def create(self, path: str, body: Any) -> None:
        """Make something, once. What is answered is not read: Aarhus' client tells of answers that are no JSON.

        Raises CaseSystemReadOnly when the case takes nothing (409, as Aarhus' client has it for a closed case).
        """
        answer = await self._ask("POST", path, body)
        if answer.status == 409:
            raise CaseSystemReadOnly(f"{self.system} answered 409", staff=_CLOSED_CASE)
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
