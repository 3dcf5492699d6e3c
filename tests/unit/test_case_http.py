"""What an answer's status means, and whether something may have been done when there is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.cases.failures import CaseSystemBusy, CaseSystemUnsure, ConnectionCut
from bot.cases.http import Answer, Http
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense
from tests.services import free_port


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        (CaseSystemNonsense, (400, 403, 404, 405, 409, 410, 413, 415, 422)),
        (CaseSystemDown, (302, 401, 408, 425, 500, 501)),
        (CaseSystemBusy, (429, 502, 503, 504)),
    ],
)
def test_a_refusal_of_what_was_asked_is_no_sign_that_the_system_is_down(
    kind: type[CaseSystemError], statuses: tuple[int, ...]
) -> None:
    """It answers others: only who we are, when we come, and its own failures are of the whole system."""
    for status in statuses:
        answer = Answer("SBSYS", status, CIMultiDictProxy(CIMultiDict()), b"1403481236")
        with pytest.raises(CaseSystemError) as caught:
            answer.must_be(200)
        assert (type(caught.value), caught.value.log) == (kind, f"SBSYS answered {status}")
        assert answer.must_be(status) is answer


@asynccontextmanager
async def cutting(after: bytes) -> AsyncIterator[str]:
    """The address of one who reads the question, says ``after`` and breaks off."""

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(after)
        if after:
            writer.close()
        else:
            writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    server.close()


@pytest.mark.parametrize("after", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"], ids=["nothing", "a part"])
async def test_what_was_asked_may_have_been_done_when_the_connection_was_cut(after: bytes) -> None:
    """The question was sent; nobody knows what became of it."""
    http = Http(system="SBSYS", timeout=30)
    async with cutting(after) as url:
        with pytest.raises(ConnectionCut):
            await http.ask("POST", url, json={})
    await http.close()


async def test_nothing_was_done_where_nobody_listens() -> None:
    """A connection that is refused has carried no question, and may be tried again soon."""
    http = Http(system="SBSYS", timeout=30)
    with pytest.raises(CaseSystemDown) as caught:
        await http.ask("POST", f"http://127.0.0.1:{free_port()}/", json={})
    assert not isinstance(caught.value, CaseSystemUnsure)
    await http.close()
