"""One whole installation for the tests that only talk to it; tests that kill parts start their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import pytest_asyncio

from tests.e2e.client import ChatClient
from tests.e2e.stack import Stack
from tests.mail_peer import MailPeer


@pytest.fixture(scope="session")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailPeer]:
    """The SMTP server that the installation sends by."""
    made = MailPeer(tmp_path_factory.mktemp("mail"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, mail: MailPeer) -> Iterator[Stack]:
    """Every part running, with the sample cases and a mail server."""
    made = Stack(
        tmp_path_factory.mktemp("installation"),
        SMTP_HOST="127.0.0.1",
        SMTP_PORT=str(mail.port),
        SMTP_TLS="no",
        MAIL_FROM="Nørreå Kommune <svar-ikke@noerreaa.example>",
    )
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client with no cookies of its own."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest_asyncio.fixture
async def client(stack: Stack, http: aiohttp.ClientSession) -> AsyncIterator[ChatClient]:
    """A conversation that has begun."""
    made = ChatClient(stack.url, http)
    await made.begin()
    yield made
    await made.close()
