"""A page looked at as everybody may see it: narrow and wide, light and dark, by axe and by eye."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser import axe_violations

# Colours hang on the scheme and places on the width: each of both once says what every pair would.
EVERY_LOOK = pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(640, "light", marks=pytest.mark.long), (360, "dark")]
)


@dataclass(frozen=True)
class Look:
    """A page of one width in one scheme."""

    page: Page
    name: str

    async def holds(self, state: str) -> None:
        """No violation, nothing to scroll sideways; a picture when PICTURES names a folder."""
        await picture(self.page, f"{state}-{self.name}")
        found = await axe_violations(self.page)
        assert not found, f"{state}: {found}"
        wide = await self.page.evaluate(
            """() => [...document.querySelectorAll("html, main, .dialog, .card, .paged, table")]
              .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.localName)"""
        )
        assert wide == [], f"{state}: something must be scrolled sideways"


async def picture(page: Page, name: str) -> None:
    """A picture of all of the page, or of its dialog, when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        inside = await page.locator("dialog[open]").count() > 0
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=not inside)


@asynccontextmanager
async def looked_at(browser: Browser, width: int, scheme: Any) -> AsyncIterator[Look]:
    """A browser's page of that width, light or dark."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; the page fixture holds the policy everywhere else
    )
    context.set_default_timeout(60_000)
    yield Look(await context.new_page(), f"{width}-{scheme}")
    await context.close()
