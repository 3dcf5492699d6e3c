"""The frame, first page, inbox and trying can be read and used by everybody, at every width, in light and in dark."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import axe_violations
from tests.training import sample
from tests.training.conftest import IN_ONE_LOOP
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def check(page: Page, state: str, name: str) -> None:
    """No violation, nothing to scroll sideways; a picture when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}-{state}.png")
    assert await axe_violations(page) == [], state
    wide = await page.evaluate(
        """() => [...document.querySelectorAll("html, main, .dialog, .listed, .opened, .options")]
          .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.localName)"""
    )
    assert wide == [], f"{state}: something must be scrolled sideways"


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1280, 800, "light"), (360, 740, "dark"), pytest.param(640, 400, "light", marks=pytest.mark.long)],
)
async def test_every_page_and_dialog_has_no_violation_and_fits(
    browser: Browser, peer: Peer, width: int, height: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it: each page and dialog at 1280 and 360 px, at 200 %, light and dark."""
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
    peer.administrator()
    peer.versions.current = sample.training(7, step=2, doing="Træner")
    await page.goto(f"{peer.base}/training")
    await page.locator(".card").first.wait_for()
    await check(page, "overview", name)
    if width <= 640:
        await page.get_by_role("button", name="Menu").click()
        await check(page, "menu", name)
    await page.get_by_role("button", name="Genveje").click()
    await check(page, "dialog-shortcuts", name)
    await page.get_by_role("button", name="Luk").click()
    peer.versions.ends("failed", "Der er ikke plads på disken.")
    peer.versions.rows.clear()
    await page.reload()
    await page.get_by_text("Der er ikke plads på disken.").wait_for()
    await check(page, "overview-failed", name)
    peer.versions.rows = sample.versions()

    await page.goto(f"{peer.base}/training/indbakke")
    await page.locator(".row").first.wait_for()
    await check(page, "inbox", name)
    await page.locator('[data-id="2"]').click()
    await page.locator(".talks li").first.wait_for()
    await check(page, "inbox-personal", name)
    await page.keyboard.press("v")  # points at what is personal instead
    await expect(page.get_by_label("Sådan kommer eksemplet til at stå")).to_be_focused()
    await page.get_by_label("Det er ikke personlige oplysninger").check()
    await page.keyboard.press("v")
    await page.get_by_role("dialog").wait_for()
    await check(page, "dialog-choose", name)
    await page.keyboard.type("xyz")
    await check(page, "dialog-choose-none", name)
    await page.keyboard.press("Escape")
    peer.refuse = No(409, "elsewhere", "»x« står allerede under »Klage over en afgørelse«.", intent="klage")
    await page.get_by_role("button", name="Brug »").click()
    await page.get_by_role("alert").wait_for()
    await check(page, "inbox-refused", name)
    await page.get_by_role("button", name="Smid væk").click()
    await expect(page.locator(".happened")).to_contain_text("Smidt væk")
    await check(page, "inbox-dropped", name)
    await page.goto(f"{peer.base}/training/indbakke")
    await page.get_by_role("button", name="Brugt").click()
    await page.locator('[data-id="7"]').click()
    await page.locator(".talks li").first.wait_for()
    await check(page, "inbox-used", name)
    await page.goto(f"{peer.base}/training/indbakke?id=999")
    await page.get_by_role("alert").wait_for()
    await check(page, "inbox-unknown", name)
    peer.groups.clear()
    await page.goto(f"{peer.base}/training/indbakke")
    await page.get_by_text("Der venter ingen beskeder.").first.wait_for()
    await check(page, "inbox-empty", name)

    await page.goto(f"{peer.base}/training/proev")
    await page.get_by_label("Besked fra en borger").fill("hvornår får min mor plejebolig")
    await check(page, "try", name)
    await page.keyboard.press("Enter")
    await page.locator(".tried").wait_for()
    await check(page, "tried", name)
    peer.expired = True
    await page.get_by_role("button", name="Prøv", exact=True).click()
    await page.locator("dialog.expired").wait_for()
    await check(page, "dialog-expired", name)
    await context.close()
