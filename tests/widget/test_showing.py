"""What was just said is what is seen, and it is shown whole and as it is."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.widget.conftest import IN_ONE_LOOP, open_chat, write
from tests.widget.peer import Peer
from tests.widget.test_reading import CASE

pytestmark = IN_ONE_LOOP


async def test_a_long_answer_is_shown_from_its_beginning_and_logging_out_shows_that_it_is_done(
    page: Page, peer: Peer
) -> None:
    """Neither an answer longer than the panel nor the notice that comes with logout hides what was just said."""
    await open_chat(page)
    await peer.frame({"type": "state", "state": "bot", "login": {"name": "Anna", "expires_at": None}})
    await write(page, "Hvad er status?")
    await peer.says("Først det vigtigste.\n\n" + "Og så en hel del mere. " * 120)
    long = page.locator(".assistant").last
    await expect(long.locator("p", has_text="Først det vigtigste.")).to_be_in_viewport()
    await expect(long.locator("p").last).not_to_be_in_viewport(ratio=1)
    await page.locator(".login-name").get_by_role("button", name="Log ud").click()
    await expect(page.get_by_role("link", name="Log også ud af MitID")).to_be_visible()
    await peer.says("Du er logget ud.", author="system")
    await expect(page.get_by_text("Du er logget ud.")).to_be_in_viewport()


async def test_a_case_is_no_landmark_and_its_number_and_dates_stay_whole(page: Page, peer: Peer) -> None:
    """The same case may be shown twice; a phone number, a date and a case number are never broken over lines."""
    await page.set_viewport_size({"width": 320, "height": 640})
    await open_chat(page)
    for _ in range(2):
        await peer.says("Ring på 12 34 56 32 senest den 3. december 2026, og helst mandag kl. 9-12.", card=CASE)
    await expect(page.locator(".card.case")).to_have_count(2)
    assert await page.get_by_role("region").count() == 0
    whole = page.locator('.assistant a[href^="tel:"], .assistant .whole')
    assert await whole.count() >= 10
    assert await whole.evaluate_all("all => all.filter((e) => e.getClientRects().length !== 1).length") == 0


async def test_what_deleting_means_is_said_as_it_is(page: Page, peer: Peer) -> None:
    """Logging out is named only to who is logged in, and a call that was asked for still comes."""
    await open_chat(page)
    for login, said in [({"name": "Anna", "expires_at": None}, True), (None, False)]:
        await peer.frame({"type": "state", "state": "bot", "login": login})
        await expect(page.locator(".login-name")).to_be_visible(visible=said)
        await page.get_by_role("button", name="Muligheder").click()
        await page.get_by_role("button", name="Slet og afslut samtalen").click()
        words = await page.locator(".confirm p").inner_text()
        assert ("logger dig ud" in words) is said
        assert "Nørreå Kommune" in words
        assert "ringer vi stadig" in words
        await page.get_by_role("button", name="Fortryd").click()


async def test_a_phone_s_reload_opens_what_was_open(page: Page, peer: Peer) -> None:
    """Loaded anew, the panel stands as it stood; on another page it does not cover what one went there for."""
    await page.set_viewport_size({"width": 360, "height": 740})
    await open_chat(page)
    await page.reload()
    await expect(page.locator(".panel")).to_be_visible()
    await expect(page.get_by_text("Jeg er en robot")).to_be_visible()
    await page.goto(peer.base + "/?side=2")
    await expect(page.locator(".launcher")).to_be_visible()
    await expect(page.locator(".panel")).to_be_hidden()
