"""A browser, a page of a strict host, and the peer at the other end."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.conftest import skip_without
from tests.widget.peer import Peer

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    found = shutil.which("chromium")
    if found is None:
        skip_without("Chromium", "apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """The other end, listening."""
    peer = Peer(greeting={"from": "assistant", "text": "Hej. Jeg er en robot."})
    await peer.start()
    yield peer
    await peer.stop()


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A citizen's browser at 1280 px, in Danish."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="da-DK", timezone_id="Europe/Copenhagen"
    )
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest.fixture
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
    await page.locator("textarea").fill(text)
    await page.keyboard.press("Enter")


async def texts(page: Page, who: str = "") -> list[str]:
    """What stands in the transcript, in order; ``who`` is "citizen", "assistant", "staff" or "system"."""
    return await page.locator(f".message{'.' + who if who else ''} .bubble").all_inner_texts()
