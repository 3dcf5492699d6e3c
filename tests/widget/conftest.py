"""A browser, a page of a strict host, and the peer at the other end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.widget.peer import Peer

# One browser for all tests: it belongs to one event loop, so whatever uses it runs in that loop too.
IN_ONE_LOOP = pytest.mark.asyncio(loop_scope="session")
fixture = pytest_asyncio.fixture(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    async with chromium() as browser:
        yield browser


@fixture
async def peer() -> AsyncIterator[Peer]:
    """The other end, listening."""
    peer = Peer(greeting={"from": "assistant", "text": "Hej. Jeg er en robot."})
    await peer.start()
    yield peer
    await peer.stop()
    assert peer.faults == []


@fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A citizen's browser at 1280 px, in Danish."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="da-DK", timezone_id="Europe/Copenhagen"
    )
    context.set_default_timeout(60_000)
    yield context
    await context.close()


@fixture
async def page(context: BrowserContext, peer: Peer) -> AsyncIterator[Page]:
    """The host page with the launcher on it; a script error or a breach of its policy fails the test."""
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    await page.goto(peer.base)
    await page.locator(".launcher").wait_for()
    yield page
    assert not wrong


async def open_chat(page: Page) -> None:
    """Open the panel and wait for the greeting."""
    await page.locator(".launcher").click()
    await page.get_by_text("Jeg er en robot").wait_for()


async def write(page: Page, text: str) -> None:
    """Write a message and send it with Enter."""
    await page.locator("#write").fill(text)
    await page.keyboard.press("Enter")


async def texts(page: Page, who: str = "") -> list[str]:
    """What stands in the transcript, in order; ``who`` is "citizen", "assistant", "staff" or "system"."""
    return await page.locator(f".message{'.' + who if who else ''} .bubble").all_inner_texts()
