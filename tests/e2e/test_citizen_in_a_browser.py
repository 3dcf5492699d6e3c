"""The main job in a real browser, through all real parts: ask, log in, get the answer; by mouse and by keyboard."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser import axe_violations, chromium
from tests.e2e.stack import Stack

ANNA = "Anna Bjerregaard"
PICTURES = os.environ.get("PICTURES")  # a folder to leave screenshots in


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with chromium() as browser:
        yield browser


async def new_page(browser: Browser, stack: Stack, width: int = 1280, height: int = 900) -> Page:
    """The municipality's front page in a browser of its own; a script error fails the test."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; tests/widget holds the policy
    )
    context.set_default_timeout(30_000)
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(stack.url)
    return page


async def picture(page: Page, name: str) -> None:
    """Leave a screenshot where somebody wants to look at it."""
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def write(page: Page, text: str) -> None:
    """Write a message and wait until it stands in the conversation with one more answer after it."""
    answers = await page.locator(".message.assistant").count()
    await page.get_by_placeholder("Skriv din besked").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.citizen .bubble").last).to_have_text(text)
    await expect(page.locator(".message.assistant")).to_have_count(answers + 1)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 740)])
async def test_a_citizen_asks_logs_in_and_gets_every_answer(
    stack: Stack, browser: Browser, width: int, height: int
) -> None:
    """Asked before login, the answer comes by itself after it; each has state, what to do, next date and contact."""
    page = await new_page(browser, stack, width, height)
    await page.get_by_role("button", name="Skriv med os").first.click()
    greeting = page.locator(".message.assistant").first
    await expect(greeting).to_contain_text("robot")
    await expect(greeting).to_contain_text("menneske")
    assert await axe_violations(page) == []
    await picture(page, f"welcome-{width}")

    await write(page, "hvem er min sagsbehandler")
    await picture(page, f"login-offered-{width}")
    assert await axe_violations(page) == []
    await page.get_by_role("button", name="Log ind med MitID").click()
    await page.get_by_role("button", name=ANNA).click()

    # By itself: nothing is written after login.
    answer = page.locator(".message.assistant").last
    for word in ("Mette Holm", "Pleje og Omsorg", "12 34 56 41", "mandag-torsdag kl. 9-12"):
        await expect(answer).to_contain_text(word)
    assert "borgerkontakt-login" not in page.url
    await picture(page, f"answer-{width}")
    assert await axe_violations(page) == []

    for question in ("hvad er status", "hvornår får jeg svar", "mangler I noget fra mig"):
        await write(page, question)
        answer = page.locator(".message.assistant").last
        for word in ("Vi arbejder på sagen", "Send os listen over den medicin", "Mette Holm", "12 34 56 41"):
            await expect(answer).to_contain_text(word)
        await expect(answer).to_contain_text("senest")
        await picture(page, f"{question.split()[0]}-{question.split()[-1]}-{width}")
    assert await axe_violations(page) == []

    before = await page.locator(".message").count()
    await page.reload()
    await expect(page.locator(".message")).to_have_count(before)
    await page.get_by_role("button", name="Log ud").click()
    await expect(page.locator(".message.system").last).to_contain_text("logget ud")
    await page.context.close()


async def test_the_same_conversation_by_keyboard_alone(stack: Stack, browser: Browser) -> None:
    """From the top of the page to the answer and out again, with Tab, Enter and Escape."""
    page = await new_page(browser, stack)

    async def tab_to(name: str, most: int = 60) -> None:
        for _ in range(most):
            await page.keyboard.press("Tab")
            focused = await page.evaluate(
                """() => {
                  let at = document.activeElement;
                  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                  // A region that scrolls takes focus too, and holds everybody's words.
                  return at.matches("a, button") ? at.textContent.trim() : "";
                }"""
            )
            if name in focused:
                return
        pytest.fail(f"Tab never came to {name}")

    await tab_to("Skriv med os")
    await page.keyboard.press("Enter")
    await expect(page.get_by_placeholder("Skriv din besked")).to_be_focused()
    await page.keyboard.type("hvem er min sagsbehandler")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Log ind med MitID")).to_be_visible()
    await tab_to("Log ind med MitID")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=ANNA).wait_for()
    await tab_to(ANNA)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.assistant").last).to_contain_text("Mette Holm")
    await page.keyboard.press("Escape")
    await expect(page.locator(".panel")).to_be_hidden()
    await page.context.close()


async def test_a_login_that_does_not_count_is_explained_in_the_chat(stack: Stack, browser: Browser) -> None:
    """A level too low: the citizen is told what to do, nothing is shown, and the question can be asked again."""
    page = await new_page(browser, stack)
    await page.get_by_role("button", name="Skriv med os").first.click()
    await write(page, "hvad er status på min sag")
    await page.get_by_role("button", name="Log ind med MitID").click()
    await page.get_by_role("button", name="Lau Bisgaard (lavt niveau)").click()
    await expect(page.locator(".message.system").last).to_contain_text("MitID")
    await expect(page.get_by_role("button", name="Log ud")).to_have_count(0)
    await page.context.close()
