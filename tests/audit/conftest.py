"""A browser, the real server at a port, and an auditor who has logged in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from bot.audit.trail import Trail
from bot.web.staff_session import COOKIE
from tests.browser import chromium
from tests.desk.test_real_server import AtAPort

# One browser for all tests: it belongs to one event loop, so whatever uses it runs in that loop too.
IN_ONE_LOOP = pytest.mark.asyncio(loop_scope="session")
fixture = pytest_asyncio.fixture(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    async with chromium() as browser:
        yield browser


@fixture
async def web(tmp_path: Path) -> AsyncIterator[AtAPort]:
    """The real server, embedded."""
    async with AtAPort(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path) as web:
        yield web


@fixture
async def trail(web: AtAPort) -> Trail:
    """The trail in that server's database."""
    return Trail(web.desk.engine, web.desk.vault)


async def logged_in(browser: Browser, web: AtAPort, name: str, *roles: str, **look: Any) -> BrowserContext:
    """The browser of somebody who has logged in."""
    context = await browser.new_context(
        **{"viewport": {"width": 1280, "height": 800}, "locale": "da-DK", "timezone_id": "Europe/Copenhagen", **look}
    )
    context.set_default_timeout(60_000)
    secret = web.desk.session(name, *roles)[0]
    # As the login sets it: for https, and browsers count their own machine as that.
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": "https://127.0.0.1"}])
    return context


@fixture
async def page(browser: Browser, web: AtAPort) -> AsyncIterator[Page]:
    """An auditor's empty page; a script error or a breach of the page's policy fails the test."""
    context = await logged_in(browser, web, "Inge Bach", "auditor")
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    await context.close()
    assert not wrong
