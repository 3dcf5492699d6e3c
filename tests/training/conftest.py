"""A browser, the training pages in it, and the peer at the other end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.training.peer import Peer

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
    """The other end, listening; whatever it found wrong with what the page sent fails the test."""
    peer = Peer()
    await peer.start()
    yield peer
    await peer.stop()
    assert not peer.wrong


@fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser at 1280 px, in Danish."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="da-DK", timezone_id="Europe/Copenhagen"
    )
    context.set_default_timeout(60_000)
    yield context
    await context.close()


@fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """An empty page of that browser; a script error or a breach of the pages' policy fails the test.

    A test goes to its own address: ``await page.goto(f"{peer.base}/training/indbakke")``.
    """
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert not wrong


async def until(page: Page, true: Callable[[], object]) -> None:
    """Wait for a condition of the peer's."""
    for _ in range(400):
        if true():
            return
        await page.wait_for_timeout(25)
    raise AssertionError("it never came true")


async def focused(page: Page) -> str:
    """The words of what has the focus."""
    return await page.evaluate(
        """() => {
          const at = document.activeElement;
          const called = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.dataset.focus;
          return called || at.innerText?.trim() || at.localName;
        }"""
    )
