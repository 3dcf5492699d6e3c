"""Asking a case system over HTTP: never longer than the time set, and never taking in more than can be held."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from multidict import CIMultiDictProxy

from bot.cases.failures import CaseSystemBusy, ConnectionCut
from bot.cases.tls import Tls
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense, CaseSystemSlow, SettingsError

_CHUNK: Final = 64 * 1024
# 429 is RFC 6585, section 4; the others RFC 9110, section 15.6.
_BUSY: Final = frozenset({429, 502, 503, 504})
# Of the refusals those that say nothing of what was asked: who we are (401), and when we came (408, 425).
_NOT_OF_THIS: Final = frozenset({401, 408, 425})


@dataclass(frozen=True)
class Answer:
    """An answer, whole, whatever its status."""

    system: str
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = field(repr=False)

    def must_be(self, *statuses: int) -> Answer:
        """The answer itself, when its status is one of ``statuses``.

        Raises CaseSystemBusy when it asks for patience (429, 502, 503, 504); CaseSystemNonsense when it refuses just
        what was asked (any other 4xx but 401, 408 and 425), for it answers others; CaseSystemDown otherwise.
        """
        if self.status in statuses:
            return self
        told = f"{self.system} answered {self.status}"
        if self.status in _BUSY:
            raise CaseSystemBusy(told, after=_seconds(self.headers.get("Retry-After", "")))
        if 400 <= self.status < 500 and self.status not in _NOT_OF_THIS:
            raise CaseSystemNonsense(told)
        raise CaseSystemDown(told)

    def json(self) -> Any:
        """What the JSON says (RFC 8259: UTF-8). Raises CaseSystemNonsense when it is something else."""
        kind, _, rest = self.headers.get("Content-Type", "").partition(";")
        if not (kind.strip().lower() == "application/json" or kind.strip().lower().endswith("+json")):
            raise CaseSystemNonsense(f"{self.system} gave {_known(kind)} where JSON belongs")
        charset = rest.lower().replace(" ", "").partition("charset=")[2].partition(";")[0].strip('"')
        if charset not in ("", "utf-8", "utf8"):
            raise CaseSystemNonsense(f"{self.system} gave JSON in another character set than UTF-8")
        try:
            return json.loads(self.body.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once_each)
        except (ValueError, RecursionError):
            raise CaseSystemNonsense(f"{self.system} gave what is no JSON") from None  # the failure quotes the answer


class Http:
    """Connections to one system. The TLS files are read when it is first asked.

    ``timeout`` is in seconds, from asking to the last byte; ``most_bytes`` bounds an answer.
    """

    def __init__(
        self,
        *,
        system: str,
        timeout: float = 3.0,
        most_bytes: int = 8 * 2**20,
        tls: Tls | None = None,
        connections: int = 20,
    ) -> None:
        self.system = system
        self._timeout = timeout
        self._most = most_bytes
        self._tls = tls
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """The answer, whatever its status; a redirect is an answer too and is not followed.

        At most one of ``json``, ``form`` and ``body`` is sent. Raises CaseSystemDown when nobody answers or the
        connection can't be trusted, ConnectionCut when it ends too soon, CaseSystemSlow when time runs out, and
        CaseSystemNonsense for an answer that is no HTTP or is too long. No error says what was asked.
        """
        failure: CaseSystemError
        try:
            return await asyncio.wait_for(
                self._ask(method, url, headers=headers, json=json, data=body if body is not None else form),
                self._timeout if timeout is None else timeout,
            )
        except CaseSystemError as error:
            failure = error
        except (asyncio.TimeoutError, TimeoutError):
            failure = CaseSystemSlow(f"{self.system} did not answer in time")
        except SettingsError as error:
            failure = CaseSystemDown(f"{self.system} can't be asked with these certificates", staff=str(error))
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, ConnectionResetError) as error:
            failure = ConnectionCut(f"{self.system} broke off: {type(error).__name__}")
        except aiohttp.ClientResponseError as error:
            failure = CaseSystemNonsense(f"{self.system} gave what is no HTTP: {type(error).__name__}")
        except aiohttp.ClientConnectorError as error:  # before anything was sent
            failure = CaseSystemDown(f"{self.system} can't be reached: {type(error).__name__}")
        except (aiohttp.ClientError, OSError) as error:
            failure = ConnectionCut(f"{self.system} broke off: {type(error).__name__}")
        except (ValueError, UnicodeError) as error:
            failure = CaseSystemNonsense(f"{self.system} gave what can't be read: {type(error).__name__}")
        # The first failure's text may hold the address with what was asked, so no log is to show it.
        raise failure from None

    async def close(self) -> None:
        """Let go of the connections; asking again is CaseSystemDown."""
        self._closed = True
        if self._session:
            await self._session.close()

    async def _ask(self, method: str, url: str, *, headers: Mapping[str, str] | None, json: Any, data: Any) -> Answer:
        if self._closed:
            raise CaseSystemDown(f"{self.system} is closed")
        async with self._open().request(
            method, url, headers=headers, json=json, data=data, allow_redirects=False
        ) as answer:
            whole = bytearray()
            async for some in answer.content.iter_chunked(_CHUNK):
                whole += some
                if len(whole) > self._most:
                    raise CaseSystemNonsense(f"{self.system} gave more than {self._most} bytes")
            return Answer(self.system, answer.status, answer.headers, bytes(whole))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=self._connections, ssl=self._tls.context() if self._tls else True, keepalive_timeout=30
            )
            # The one time limit is ours, so that it holds from the first wait to the last byte.
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept-Encoding": "identity"},  # what is small on the wire and large here is not wanted
            )
        return self._session


def _seconds(retry_after: str) -> float | None:
    """RFC 9110, section 10.2.3, of its two forms the one in seconds: a date is further off than we wait."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None


def _known(kind: str) -> str:
    kind = kind.strip().lower()
    return kind if kind in ("text/html", "text/plain", "text/xml", "application/xml") else "something"


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")  # which of them is meant can't be told (RFC 8259, section 4)
    return made
