"""»Forkert svar?«: one quiet button below the newest answer, said once, thanked for, with the way to a human."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser import axe_violations
from tests.widget.conftest import IN_ONE_LOOP, open_chat, texts, write
from tests.widget.peer import Peer

pytestmark = IN_ONE_LOOP


def button(page: Page) -> Locator:
    """The button, wherever it stands."""
    return page.get_by_role("button", name="Forkert svar?")


async def answered(page: Page, peer: Peer, question: str, answer: str, **more: object) -> dict[str, object]:
    """The citizen asks and is answered; the answer's frame."""
    await write(page, question)
    await peer.has_kept(question)
    return await peer.says(answer, answers=len(peer.talk.log), **more)


async def test_it_stands_below_the_newest_answer_and_nothing_else(page: Page, peer: Peer) -> None:
    """Not below the greeting, a question back, a card to fill in or what a person writes."""
    await open_chat(page)
    await expect(button(page)).to_have_count(0)
    await answered(page, peer, "Hvad koster et pas?", "Et pas koster 893 kr.")
    await expect(button(page)).to_have_count(1)
    second = await answered(page, peer, "Og et kørekort?", "Et kørekort koster 280 kr.")
    await expect(button(page)).to_have_count(1)
    await expect(page.locator(".assistant").last.get_by_role("button", name="Forkert svar?")).to_be_visible()
    await write(page, "flurbel")
    await expect(button(page)).to_be_visible()  # it may still be said of what was answered
    await peer.has_kept("flurbel")
    await peer.says("Mener du …?", choices=[{"id": "9.0", "title": "Noget andet"}])
    await expect(button(page)).to_have_count(0)
    assert peer.heard("wrong") == [] and second["seq"]


async def test_it_is_said_once_and_thanked_for(page: Page, peer: Peer) -> None:
    """Also after a reload; the way to a human stands with the thanks, and what comes next is written."""
    await open_chat(page)
    answer = await answered(page, peer, "Hvad koster et pas?", "Hullet i vejen er meldt.")
    await button(page).dblclick()
    await expect(page.get_by_role("button", name="Tal med et menneske")).to_be_visible()
    await expect(button(page)).to_have_count(0)
    await expect(page.locator("#write")).to_be_focused()
    assert peer.heard("wrong") == [{"seq": answer["seq"]}]
    assert (await texts(page, "system"))[-1] == "Tak, fordi du siger det."
    assert await texts(page, "citizen") == ["Hvad koster et pas?"]
    await page.reload()
    await expect(page.get_by_role("button", name="Tal med et menneske")).to_be_visible()
    await expect(button(page)).to_have_count(0)


async def test_it_is_reached_and_pressed_by_keyboard(page: Page, peer: Peer) -> None:
    """One step back from where one writes."""
    await open_chat(page)
    await answered(page, peer, "Hvad koster et pas?", "Et pas koster 893 kr.")
    await button(page).wait_for()
    await page.locator("#write").focus()
    await page.keyboard.press("Shift+Tab")
    await expect(button(page)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#write")).to_be_focused()
    assert len(peer.heard("wrong")) == 1


async def test_what_could_not_be_said_can_be_said_again(page: Page, peer: Peer) -> None:
    """Without a connection, or refused: the citizen is told why, and the button is still there."""
    await open_chat(page)
    await answered(page, peer, "Hvad koster et pas?", "Et pas koster 893 kr.")
    await button(page).wait_for()
    peer.refuse = {"code": "too_fast", "text": "Det går lidt hurtigt."}
    await button(page).click()
    await expect(page.get_by_text("Det går lidt hurtigt.")).to_be_visible()
    peer.away = True
    await peer.cut()
    await expect(page.get_by_text("Forbindelsen er afbrudt.")).to_be_visible()
    await button(page).click()
    await expect(page.get_by_text("Vi kunne ikke sende det lige nu.")).to_be_visible()
    peer.away = False
    await page.reload()
    await button(page).click()
    await expect(page.get_by_text("Tak, fordi du siger det.")).to_be_visible()
    assert len(peer.heard("wrong")) == 2


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_can_be_read_and_hit_and_stays_quiet(browser: Browser, peer: Peer, width: int, scheme: str) -> None:
    """No violation, large enough for a finger (WCAG 2.5.8), and not read aloud with each answer."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800},
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,
    )
    context.set_default_timeout(60_000)
    page = await context.new_page()
    await page.goto(peer.base)
    await open_chat(page)
    choices = [{"id": "3.0", "title": "Hvornår får jeg svar?"}, {"id": "3.1", "title": "Hvem har min sag?"}]
    await answered(page, peer, "Hvad koster et pas?", "Et pas koster 893 kr. Du bestiller tid hos Borgerservice.")
    await answered(page, peer, "Hvor langt er min sag?", "Din sag er i gang. Den ligger hos Byg.", choices=choices)
    await button(page).wait_for()
    assert await axe_violations(page) == []
    box = await button(page).bounding_box()
    assert box is not None and box["height"] >= 24 and box["width"] >= 24
    assert await page.locator(".wrong").last.get_attribute("aria-live") == "off"
    if os.environ.get("PICTURES"):
        folder = Path(os.environ["PICTURES"])
        await page.screenshot(path=folder / f"forkert-svar-{width}-{scheme}.png")
    await button(page).click()
    await page.get_by_role("button", name="Tal med et menneske").wait_for()
    assert await axe_violations(page) == []
    if os.environ.get("PICTURES"):
        await page.screenshot(path=folder / f"forkert-svar-tak-{width}-{scheme}.png")
    await context.close()
