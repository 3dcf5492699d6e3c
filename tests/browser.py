"""Debian's Chromium under Playwright, and axe-core in the page."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.conftest import skip_without

# How long an expectation may take to hold, in milliseconds: the browser tests run beside all the others.
expect.set_options(timeout=60_000)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser for the length of the block."""
    program = shutil.which("chromium")
    if program is None:
        skip_without("Chromium", "apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        await browser.close()


async def axe_violations(page: Page) -> list[str]:
    """What axe-core finds in the page and its shadow trees, a line each; the page must be made with bypass_csp."""
    if not await page.evaluate("Boolean(window.axe)"):
        await page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    # What it passed is told of one element alone, which spares most of the time it takes.
    found = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']} at {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
