"""The frame around the training pages: where one may go, who one is, and what is said when something goes wrong."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.training import sample
from tests.training.conftest import IN_ONE_LOOP
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def test_the_first_page_says_what_waits_and_what_runs(page: Page, peer: Peer) -> None:
    """Inbox, changes, live version, figures and the weakest hensigter, each with a link to where it is dealt with."""
    await page.goto(f"{peer.base}/training")
    main = page.locator("main")
    await expect(main).to_contain_text("6 beskeder venter på, at nogen ser på dem.")
    await expect(main).to_contain_text("3 ændringer siden")
    await expect(main).to_contain_text("Version 3")
    await expect(main).to_contain_text("af Karen Friis")
    await expect(main.get_by_role("row").nth(1)).to_contain_text("61 %")
    await main.get_by_role("link", name="Klage over en afgørelse").click()
    assert page.url.endswith("/training/hensigter/klage")


async def test_a_training_that_goes_on_is_followed(page: Page, peer: Peer) -> None:
    """Its step and what it does are looked at again by itself, without counting as somebody who is there."""
    peer.versions.current = sample.training(7)
    await page.goto(f"{peer.base}/training")
    await expect(page.get_by_text("Trin 1 af 5: Lægger eksemplerne til side")).to_be_visible()
    peer.versions.goes_on(3, "Måler på prøverne")
    await expect(page.get_by_text("Trin 3 af 5: Måler på prøverne")).to_be_visible()
    peer.versions.ends("failed", "Der er ikke plads på disken.")
    await expect(page.get_by_text("Der er ikke plads på disken.")).to_be_visible()


async def test_trainers_see_their_pages_and_no_desk(page: Page, peer: Peer) -> None:
    """A trainer has no desk to go to; an administrator and an auditor have."""
    await page.goto(f"{peer.base}/training")
    nav = page.get_by_role("navigation", name="Sider")
    names = ["Overblik", "Indbakke", "Hensigter", "Svar", "Tjek", "Versioner", "Prøv", "Tal", "Historik"]
    await expect(nav.get_by_role("link")).to_have_text(names)
    await expect(nav.get_by_role("link", name="Overblik")).to_have_attribute("aria-current", "page")
    peer.administrator()
    await page.reload()
    await expect(nav.get_by_role("link", name="Skranken")).to_have_attribute("href", "/desk")


async def test_an_auditor_is_told_that_they_only_read(page: Page, peer: Peer) -> None:
    """It is said above every page."""
    peer.auditor()
    await page.goto(f"{peer.base}/training")
    await expect(page.locator("#notices")).to_have_text("Du kan se alt her, men ikke ændre noget.")


async def test_a_login_that_ends_leads_back_to_where_one_was(page: Page, peer: Peer) -> None:
    """The dialog's link goes to log in, and comes back to the same address with its query."""
    await page.goto(f"{peer.base}/training/indbakke?id=2")
    await page.locator(".row").first.wait_for()
    peer.expired = True
    await page.get_by_role("link", name="Overblik").click()
    dialog = page.get_by_role("dialog", name="Du er logget ud")
    await expect(dialog).to_be_visible()
    link = dialog.get_by_role("link", name="Log ind igen")
    await expect(link).to_have_attribute("href", "/desk/login?to=%2Ftraining")
    await link.click()
    await expect(page.locator("main")).to_contain_text("6 beskeder venter")


async def test_a_page_that_can_not_be_loaded_is_said_in_words(page: Page, peer: Peer) -> None:
    """The server's own words, and the rest of the frame is still there."""
    peer.fail = No(503, "unavailable", "Det kan ikke lade sig gøre lige nu. Prøv igen om lidt.")
    await page.goto(f"{peer.base}/training")
    await expect(page.get_by_role("alert")).to_have_text("Det kan ikke lade sig gøre lige nu. Prøv igen om lidt.")
    await page.get_by_role("link", name="Indbakke", exact=True).click()
    await expect(page.locator(".row").first).to_be_visible()


async def test_pages_are_gone_to_by_keyboard(page: Page, peer: Peer) -> None:
    """G and a letter; the page's heading gets the focus, and the window its title."""
    await page.goto(f"{peer.base}/training")
    await page.locator(".card").first.wait_for()
    await page.keyboard.press("g")
    await page.keyboard.press("i")
    await expect(page).to_have_title("Indbakke – Træning")
    await expect(page.get_by_role("heading", name="Indbakke", exact=True)).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Genveje på tastaturet")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_are_folded_away_on_a_narrow_screen(page: Page, peer: Peer, scheme: str) -> None:
    """Nine links would fill a telephone: they come with the button, and go when one has chosen."""
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"{peer.base}/training")
    link = page.get_by_role("link", name="Prøv", exact=True)
    await expect(link).to_be_hidden()
    await page.get_by_role("button", name="Menu").click()
    await link.click()
    await expect(link).to_be_hidden()
    assert page.url.endswith("/training/proev")
