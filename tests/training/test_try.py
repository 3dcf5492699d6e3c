"""Trying: one text, two versions beside each other."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.training.conftest import IN_ONE_LOOP
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def trying(page: Page, peer: Peer, query: str = "") -> None:
    """Go to the page and wait for its form."""
    await page.goto(f"{peer.base}/training/proev{query}")
    await page.get_by_label("Besked fra en borger").wait_for()


async def test_the_running_version_and_the_newest_stand_beside_each_other(page: Page, peer: Peer) -> None:
    """Enter asks both; each says what it heard, how sure it is, what it found, which rule fired, what it would say."""
    await trying(page, peer)
    await page.get_by_label("Besked fra en borger").fill("hvornår får min mor plejebolig")
    await page.keyboard.press("Enter")
    cards = page.locator(".tried .card")
    await expect(cards).to_have_count(2)
    assert peer.sent("/try") == [{"text": "hvornår får min mor plejebolig", "versions": [3, 4]}]
    await expect(cards.nth(0)).to_contain_text("Version 3Kører nu")
    await expect(cards.nth(0)).to_contain_text("Hvornår får jeg svar?, 52 % sikker")
    await expect(cards.nth(0)).to_contain_text("Den spørger tilbage")
    await expect(cards.nth(0)).to_contain_text("Hvornår får jeg svar?, Hvor langt er min sag?")
    await expect(cards.nth(0)).to_contain_text("Ingen regel passede")
    await expect(cards.nth(1)).to_contain_text("emne: plejebolig")
    await expect(cards.nth(1)).to_contain_text("Regel, der greb ind")
    await expect(cards.nth(1)).to_contain_text("Vi svarer inden for 8 uger.")
    await expect(page.get_by_text("De to versioner er ikke enige.")).to_be_visible()
    await expect(cards.nth(1).get_by_role("row")).to_have_count(6)


async def test_one_version_is_tried_alone(page: Page, peer: Peer) -> None:
    """With nobody on the right, one is asked; the choice stands when one comes back to the page."""
    await trying(page, peer)
    await page.get_by_label("Den anden version").select_option("")
    await page.get_by_label("Besked fra en borger").fill("hej")
    await page.get_by_role("button", name="Prøv", exact=True).click()
    await expect(page.locator(".tried .card")).to_have_count(1)
    assert peer.sent("/try")[0]["versions"] == [3]
    await page.get_by_role("link", name="Overblik").click()
    await page.get_by_role("link", name="Prøv", exact=True).click()
    await expect(page.get_by_label("Den anden version")).to_have_value("")
    await expect(page.locator(".tried")).to_have_count(1)


async def test_a_version_without_a_file_can_not_be_chosen(page: Page, peer: Peer) -> None:
    """Only those that are whole stand in the lists; an address may name the one to try."""
    await trying(page, peer, "?version=1")
    options = page.get_by_label("Den ene version").locator("option")
    values = await options.evaluate_all("all => all.map((one) => one.value)")
    assert values == ["4", "3", "1"]
    await expect(page.get_by_label("Den anden version")).to_have_value("1")


async def test_nothing_is_sent_without_a_text(page: Page, peer: Peer) -> None:
    """The field says what is missing."""
    await trying(page, peer)
    await page.get_by_role("button", name="Prøv", exact=True).click()
    await expect(page.get_by_text("Skriv en besked først.")).to_be_visible()
    assert not peer.bodies


async def test_what_goes_wrong_is_said_and_the_text_stays(page: Page, peer: Peer) -> None:
    """A version that can't be started: the server's words."""
    await trying(page, peer)
    peer.refuse = No(503, "unavailable", "Versionen kunne ikke startes.")
    await page.get_by_label("Besked fra en borger").fill("hej")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("Versionen kunne ikke startes.")
    await expect(page.get_by_label("Besked fra en borger")).to_have_value("hej")


async def test_an_auditor_may_try(page: Page, peer: Peer) -> None:
    """Trying changes nothing."""
    peer.auditor()
    await trying(page, peer)
    await page.get_by_label("Besked fra en borger").fill("hej")
    await page.keyboard.press("Enter")
    await expect(page.locator(".tried .card")).to_have_count(2)
