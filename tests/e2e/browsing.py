"""A citizen's browser on the municipality's front page: writing, logging in, and looking whether all is well."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import axe_violations
from tests.e2e.stack import Stack

PICTURES = os.environ.get("PICTURES")  # a folder to leave screenshots in; the README's picture is then made anew
PATIENCE = 60_000  # milliseconds that an answer may take on a busy machine


async def new_citizen(browser: Browser, width: int = 1280, height: int = 900, scheme: Any = "light") -> BrowserContext:
    """A citizen's own browser: nothing kept from anybody else."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; tests/widget holds the policy
    )
    context.set_default_timeout(PATIENCE)
    return context


async def new_page(context: BrowserContext, stack: Stack) -> Page:
    """The municipality's front page; a script error fails the test."""
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(stack.url)
    await page.locator(".launcher").wait_for()
    return page


async def picture(page: Page, name: str) -> None:
    """Leave a screenshot where somebody wants to look at it."""
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def look(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing to scroll sideways, and a picture of it."""
    await picture(page, name)
    assert await axe_violations(page) == [], name
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert await page.evaluate(
        """() => {
          const log = document.querySelector("borgerkontakt-chat").shadowRoot.querySelector(".log");
          return log.scrollWidth <= log.clientWidth;
        }"""
    ), name


async def write(page: Page, text: str) -> Locator:
    """Write a message, wait until it stands in the conversation with one more answer after it, and give that."""
    await expect(page.locator(".message.assistant").first).to_be_visible(timeout=PATIENCE)
    answers = await page.locator(".message.assistant").count()
    await page.get_by_placeholder("Skriv din besked").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.citizen .bubble").last).to_have_text(text)
    await expect(page.locator(".message.assistant")).to_have_count(answers + 1, timeout=PATIENCE)
    return page.locator(".message.assistant").last


async def log_in(page: Page, name: str) -> None:
    """From the card in the chat to the provider and back."""
    await page.get_by_role("button", name="Log ind med MitID").click()
    await page.get_by_role("button", name=name).click()
    await expect(page.locator(".login-name span")).to_have_text(f"Logget ind som {name}", timeout=PATIENCE)
