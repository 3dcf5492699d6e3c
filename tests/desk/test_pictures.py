"""Every page and dialog of the desk can be read and used by everybody, at every width, in light and in dark."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import axe_violations
from tests.desk import sample
from tests.desk.conftest import IN_ONE_LOOP
from tests.desk.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def check(page: Page, state: str, name: str) -> None:
    """No violation, nothing to scroll sideways; a picture when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}-{state}.png")
    assert await axe_violations(page) == [], state
    wide = await page.evaluate(
        """() => [...document.querySelectorAll("html, main, .scroller, .panel, .dialog, .rows-scroller")]
          .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.localName)"""
    )
    assert wide == [], f"{state}: something must be scrolled sideways"


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [
        (1280, 800, "light"),
        (360, 740, "dark"),
        pytest.param(640, 400, "light", marks=pytest.mark.long),
        pytest.param(1000, 700, "dark", marks=pytest.mark.long),
    ],
)
async def test_every_view_and_dialog_has_no_violation_and_fits(
    browser: Browser, peer: Peer, width: int, height: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it: each view and dialog at 1280 and 360 px, at 200 %, light and dark."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; the page fixture holds the policy everywhere else
    )
    context.set_default_timeout(60_000)
    page = await context.new_page()
    name = f"{width}-{scheme}"
    one = peer.handoffs[12]["detail"]
    one["meetings"].append(sample.meeting(77, "2026-11-24T09:00:00+00:00", "fremmoede", {"name": "Anna", "mail": True}))

    async def dialog(button: str, state: str) -> None:
        await page.get_by_role("button", name=button, exact=True).click()
        await expect(page.locator("dialog[open]")).to_be_visible()
        await expect(page.get_by_text("Henter …")).to_have_count(0)
        await check(page, state, name)
        await page.get_by_role("button", name="Fortryd").click()
        await expect(page.locator("dialog")).to_have_count(0)

    await page.goto(f"{peer.base}/desk")
    await page.locator(".row").first.wait_for()
    await check(page, "queue", name)
    await page.locator(".filters summary").click()
    await check(page, "filters", name)
    await page.locator(".filters summary").click()
    await page.locator('.row-link[data-id="12"]').click()
    await page.locator(".messages .message").first.wait_for()
    await check(page, "waiting", name)
    await page.get_by_role("button", name="Tag samtalen").click()
    await page.locator(".composer").wait_for()
    await page.locator(".case").wait_for()
    await peer.frame({"type": "present", "handoff": 12, "staff": [*sample.STAFF[:2]]})
    await peer.says(12, "Er der nogen?")
    await peer.frame({"type": "typing", "handoff": 12, "from": "citizen"})
    await expect(page.locator(".typing")).to_be_visible()
    await check(page, "talk", name)
    await page.get_by_role("button", name="Vis i samtalen").filter(has_text="huslejen").click()
    await page.locator("mark").wait_for()
    await check(page, "source", name)
    await page.get_by_role("button", name="Skabeloner").click()
    await page.locator(".canned").wait_for(state="visible")
    await check(page, "canned", name)
    await page.keyboard.press("Escape")
    peer.refuse = No(503, "unavailable", "Det kan ikke lade sig gøre lige nu.")
    await page.locator(".composer textarea").fill("Hej Anna. Jeg hedder Mette.")
    await page.get_by_role("button", name="Send til borgeren").click()
    await page.get_by_role("button", name="Prøv igen").wait_for()
    await check(page, "failed", name)
    await page.get_by_role("button", name="Prøv igen").click()
    await expect(page.locator(".pending")).to_have_count(0)
    await page.get_by_role("tab", name="Noter").click()
    await check(page, "notes", name)
    await page.get_by_role("tab", name="Møder").click()
    await check(page, "meetings", name)
    await dialog("Book møde", "dialog-book")
    await dialog("Ret", "dialog-edit")
    await dialog("Flyt", "dialog-move")
    await dialog("Aflys", "dialog-cancel")
    await page.get_by_role("tab", name="Til sagen").click()
    await check(page, "filings", name)
    await dialog("Underskriv og journalisér", "dialog-sign")
    await dialog("Opret opgave om opkald", "dialog-task")
    await dialog("Giv videre", "dialog-transfer")
    await dialog("Læg tilbage", "dialog-release")
    await dialog("Bed om samtykke", "dialog-consent")
    await dialog("Lad assistenten svare", "dialog-assistant")
    await page.get_by_role("button", name="Afslut").click()
    await page.locator("dialog").get_by_role("button", name="Afslut").click()
    await check(page, "dialog-end", name)
    await page.get_by_role("button", name="Fortryd").click()
    if width <= 640:
        await page.get_by_role("button", name="Menu").click()
        await check(page, "menu", name)
    await page.get_by_role("button", name="Genveje").click()
    await check(page, "dialog-shortcuts", name)
    await page.get_by_role("button", name="Luk").click()
    peer.away = True
    await peer.cut()
    await expect(page.locator("#notices").get_by_text("Forbindelsen er afbrudt")).to_be_visible()
    await check(page, "down", name)
    peer.away = False
    await page.goto(f"{peer.base}/desk/samtale/17")
    await page.locator(".banner").wait_for()
    await page.get_by_role("tab", name="Noter").click()
    await check(page, "closed", name)
    await page.goto(f"{peer.base}/desk/samtale/999")
    await page.get_by_text("Samtalen findes ikke").wait_for()
    await check(page, "unknown", name)
    await page.goto(f"{peer.base}/desk/historik")
    await page.locator(".results .row").wait_for()
    await check(page, "history", name)
    await page.goto(f"{peer.base}/desk/tal")
    await page.locator("table").first.wait_for()
    await check(page, "figures", name)
    peer.expired = True
    await page.get_by_role("button", name="Vis", exact=True).click()
    await page.locator("dialog.expired").wait_for()
    await check(page, "dialog-expired", name)
    await context.close()
