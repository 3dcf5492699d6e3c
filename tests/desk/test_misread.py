"""»Robotten misforstod«: said of what the citizen wrote to the assistant, by whoever reads it at the desk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser import axe_violations
from tests.desk import sample
from tests.desk.conftest import IN_ONE_LOOP, open_talk
from tests.desk.peer import No, Peer

pytestmark = IN_ONE_LOOP


def button(page: Page) -> Locator:
    """The button, of all messages the only one."""
    return page.get_by_role("button", name="Robotten misforstod")


async def test_it_is_said_of_what_the_assistant_has_read(page: Page, peer: Peer) -> None:
    """Beside that message alone; said, it stands there as said, also for who comes later, and has the focus."""
    await open_talk(page, 12)
    await expect(button(page)).to_have_count(1)
    message = page.locator('.message[data-seq="2"]')
    await expect(message.get_by_role("button", name=f"Robotten misforstod: {sample.TALK[1][1][:20]}")).to_be_visible()
    await button(page).click()
    await expect(message).to_contain_text("Markeret som misforstået")
    await expect(message.get_by_text("Markeret som misforstået")).to_be_focused()
    await expect(page.locator("#announcer")).to_contain_text("hos dem, der træner robotten")
    assert peer.sent("/misread") == [{"seq": 2}]
    await page.reload()
    await expect(message).to_contain_text("Markeret som misforstået")
    await expect(button(page)).to_have_count(0)


async def test_by_keyboard_and_again_when_it_did_not_go(page: Page, peer: Peer) -> None:
    """Refused, the reason stands beside it and the button is still there to be pressed."""
    await open_talk(page, 12)
    peer.refuse = No(503, "unavailable", "Det kan ikke lade sig gøre lige nu.")
    await button(page).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator('.message[data-seq="2"]')).to_contain_text("Det kan ikke lade sig gøre lige nu.")
    await expect(button(page)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator('.message[data-seq="2"]')).to_contain_text("Markeret som misforstået")


async def test_an_auditor_sees_what_was_said_and_says_nothing(page: Page, peer: Peer) -> None:
    """Who only reads has no button."""
    peer.me["roles"] = ["auditor"]
    peer.handoffs[13]["log"][1]["misread"] = True
    await page.reload()
    await open_talk(page, 12)
    await expect(button(page)).to_have_count(0)
    await page.goto(f"{peer.base}/desk/samtale/13")
    await expect(page.locator('.message[data-seq="2"]')).to_contain_text("Markeret som misforstået")


@pytest.mark.parametrize("width", [360, 1280])
async def test_it_can_be_read_and_hit(browser: Browser, peer: Peer, width: int) -> None:
    """No violation before and after, and large enough for a finger (WCAG 2.5.8)."""
    context = await browser.new_context(viewport={"width": width, "height": 800}, locale="da-DK", bypass_csp=True)
    context.set_default_timeout(60_000)
    page = await context.new_page()
    await page.goto(f"{peer.base}/desk/samtale/12")
    await button(page).scroll_into_view_if_needed()
    box = await button(page).bounding_box()
    assert box is not None and box["height"] >= 24 and box["width"] >= 24
    assert await axe_violations(page) == []
    if os.environ.get("PICTURES"):
        await page.screenshot(path=Path(os.environ["PICTURES"]) / f"misforstod-{width}.png")
    await button(page).click()
    await page.get_by_text("Markeret som misforstået").wait_for()
    assert await axe_violations(page) == []
    await context.close()
