"""The history: who changed what, how it was before and after, and taking it back."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.training import sample
from tests.training.conftest import IN_ONE_LOOP
from tests.training.looks import EVERY_LOOK, looked_at
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def go(page: Page, peer: Peer, query: str = "") -> None:
    """Open the history and wait for its rows."""
    await page.goto(f"{peer.base}/training/historik{query}")
    await page.locator(".edit-row").first.wait_for()


async def test_each_change_says_who_when_and_what(page: Page, peer: Peer) -> None:
    """The newest first, with the lines before and after; hostile lines are only text."""
    await go(page, peer)
    rows = page.locator(".edit-row")
    await expect(rows.nth(0)).to_contain_text("1 eksempel slettet")
    await expect(rows.nth(1)).to_contain_text("Ida Skov, ")
    await rows.nth(1).get_by_text("Se før og efter (1 linje)").click()
    await expect(rows.nth(1).locator("del")).to_have_text("jeg klager")
    await expect(rows.nth(1).locator("ins")).to_have_text("jeg vil klage")
    await rows.nth(0).get_by_text("Se før og efter").click()
    await expect(rows.nth(0).locator("del")).to_have_text(sample.HOSTILE)
    await expect(rows.nth(0)).to_contain_text("Ingenting")
    assert await page.evaluate("window.hit") is None


async def test_a_change_is_taken_back(page: Page, peer: Peer) -> None:
    """That is a change too: it stands on top, and the old one can't be taken back twice."""
    await go(page, peer)
    await page.get_by_role("button", name="Fortryd: 1 eksempel rettet").click()
    first = page.locator(".edit-row").first
    await expect(first).to_contain_text("Fortrudt: 1 eksempel rettet")
    await expect(first).to_contain_text("Den her ændring fortrød en anden.")
    await expect(page.get_by_role("button", name="Fortryd: 1 eksempel rettet")).to_have_count(0)
    await expect(page.locator("#announcer")).to_have_text("Det er fortrudt. Det står øverst i historikken.")


async def test_what_others_changed_since_is_not_taken_back(page: Page, peer: Peer) -> None:
    """It is said at the change, and everything stays."""
    await go(page, peer)
    peer.refuse = No(409, "changed", "Ida Skov har ændret det siden. Ret det selv.", by="Ida Skov")
    await page.get_by_role("button", name="Fortryd: 1 eksempel lagt til").click()
    row = page.locator(".edit-row").filter(has_text="1 eksempel lagt til")
    await expect(row.get_by_role("alert")).to_have_text("Ida Skov har ændret det siden. Ret det selv.")
    assert len(peer.edits) == 3


async def test_the_changes_of_one_hensigt_can_be_seen_alone(page: Page, peer: Peer) -> None:
    """By the list, or by a link from the hensigt; an answer too."""
    await go(page, peer)
    await page.get_by_label("Vis ændringer i").select_option(label="Klage over en afgørelse")
    await expect(page.locator(".edit-row")).to_have_count(1)
    await expect(page).to_have_url(f"{peer.base}/training/historik?emne=klage")
    await page.get_by_role("link", name="Klage over en afgørelse").click()
    await page.get_by_role("link", name="Se alle ændringer").click()
    await expect(page.locator(".edit-row")).to_have_count(1)
    peer.edited("answer", "utter_hilsen", "Rettede et svar")
    await go(page, peer, "?emne=utter_hilsen")
    await expect(page.get_by_label("Vis ændringer i").locator("option:checked")).to_have_text("Svaret »hilsen«")
    await page.goto(f"{peer.base}/training/historik?emne=svar_uden")
    await expect(page.get_by_text("Der er ingen ændringer i det, du har valgt.")).to_be_visible()


async def test_a_long_history_comes_fifty_at_a_time(page: Page, peer: Peer) -> None:
    """»Vis flere« adds older ones below."""
    for n in range(70):
        peer.edited("added", "hilsen", f"Ændring {n}")
    await go(page, peer)
    await expect(page.locator(".edit-row")).to_have_count(50)
    await page.get_by_role("button", name="Vis flere").click()
    await expect(page.locator(".edit-row")).to_have_count(73)
    await expect(page.get_by_role("button", name="Vis flere")).to_be_hidden()


async def test_an_auditor_sees_the_history_and_takes_nothing_back(page: Page, peer: Peer) -> None:
    """All of it, without the button."""
    peer.auditor()
    await go(page, peer)
    await expect(page.locator(".edit-row")).to_have_count(3)
    await expect(page.locator("main").get_by_role("button")).to_have_count(0)


@EVERY_LOOK
async def test_every_state_can_be_read_and_used_by_everybody(
    browser: Browser, peer: Peer, width: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it: with the lines open, one refused and one taken back."""
    async with looked_at(browser, width, scheme) as look:
        page = look.page
        await go(page, peer)
        await page.get_by_role("button", name="Fortryd: 1 eksempel rettet").click()
        await page.locator(".edit-row").nth(3).wait_for()
        peer.refuse = No(409, "changed", "Ida Skov har ændret det siden. Ret det selv.", by="Ida Skov")
        await page.get_by_role("button", name="Fortryd: 1 eksempel lagt til").click()
        await page.get_by_role("alert").wait_for()
        for summary in await page.get_by_text("Se før og efter").all():
            await summary.click()
        await look.holds("history")
