"""Every state of the cards can be read and used by everybody: axe finds nothing, nothing runs over the edge."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser import axe_violations
from tests.widget.cards import BOOK, BOOKED, CONSENT, CONSENT_CHOICES, HANDOFF, OFFER, QUEUE, SURVEY, meeting, standing
from tests.widget.conftest import IN_ONE_LOOP, open_chat, write
from tests.widget.peer import Peer

pytestmark = IN_ONE_LOOP

SIDEWAYS = """() => {
  const { shadowRoot } = document.querySelector("borgerkontakt-chat");
  const all = [...shadowRoot.querySelectorAll(".panel, .log, .card, .card *")];
  const wide = (e) => e.clientWidth && getComputedStyle(e).display !== "inline" && e.scrollWidth > e.clientWidth + 1;
  return all.filter((e) => !e.matches(".spoken") && wide(e)).map((e) => e.outerHTML.slice(0, 200));
}"""


@pytest.mark.parametrize(
    ("width", "height", "scheme", "size"),
    [
        (1280, 800, "light", "100%"),
        pytest.param(640, 360, "dark", "200%", marks=pytest.mark.long),
        pytest.param(360, 740, "light", "200%", marks=pytest.mark.long),
        (360, 740, "dark", "100%"),
        (320, 256, "light", "100%"),
    ],
)
async def test_every_state_of_the_cards_has_no_axe_violation_and_fits(
    browser: Browser, peer: Peer, width: int, height: int, scheme: Any, size: str
) -> None:
    """WCAG 2.2 AA as far as a machine sees it, at 360 and 1280 px, zoomed, with text twice as large, light and dark."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; the page fixture holds the policy everywhere else
    )
    page = await context.new_page()
    pictures = os.environ.get("PICTURES")

    async def check(state: str) -> None:
        if pictures:
            name = f"widget-{state.replace(' ', '-')}-{width}-{scheme}-{size.removesuffix('%')}.png"
            await page.screenshot(path=Path(pictures) / name)
        assert await axe_violations(page) == [], state
        assert await page.evaluate(SIDEWAYS) == [], f"{state}: something must be scrolled sideways"

    async def top(selector: str) -> None:
        await page.locator(selector).last.evaluate("e => e.scrollIntoView({ block: 'start' })")

    if size == "200%":  # the browser's own setting for text
        session = await context.new_cdp_session(page)
        await session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    await page.goto(peer.base)
    await page.locator(".launcher").wait_for()
    await open_chat(page)
    await write(page, "jeg er træt af at vente, jeg vil have et møde med en rigtig person")
    await peer.says(
        "Det forstår jeg godt. Der sidder en medarbejder klar her i chatten.\n\n"
        "Det her får medarbejderen at se. Ret det, hvis noget er forkert.",
        card=HANDOFF,
        choices=OFFER,
    )
    await peer.stands("bot", standing(send_at=HANDOFF["send_at"]))
    card = page.locator(".card.handoff")
    await expect(card.locator(".hint")).to_be_visible()
    await check("offer")
    await top(".card.handoff")
    await check("offer summary")
    await card.get_by_role("button", name="Ret Telefon").click()
    await card.get_by_label("Telefon").fill("12 99 88 77")
    await check("offer correcting")
    await card.get_by_role("button", name="Færdig").click()
    await card.get_by_role("button", name="Ret Det har du fortalt").click()
    await card.get_by_role("button", name="Tilføj noget").click()
    await top(".card.handoff .row")
    await check("offer adding")
    await card.get_by_label("Vil du tilføje noget?").fill("Jeg har fri om fredagen")
    await page.get_by_role("button", name="Send til en medarbejder").click()
    await peer.says("Tak. Nu er det sendt. Du er nummer to i køen.", choices=QUEUE)
    await peer.stands("queued", standing("waiting", due="i dag kl. 14.30"), position=2, wait_minutes=10)
    await expect(page.locator(".line")).to_be_visible()
    await check("queue")
    await top(".card.handoff")
    await check("sent")
    await card.get_by_role("button", name="Ret eller tilføj").click()
    await check("sent correcting")
    await peer.stands("human", standing("claimed", staff="Mette Holm"))
    await peer.says("Mette Holm fra Nørreå Kommune er her nu. Du kan skrive løs.", author="system")
    await peer.says("Hej, jeg hedder Mette. Det ser vi på.", author="staff", name="Mette Holm")
    await write(page, "Tak, fordi du tager dig tid")
    await peer.frame({"type": "seen", "from": "staff", "seq": len(peer.talk.log)})
    await peer.frame({"type": "typing", "from": "staff"})
    await expect(page.locator(".typing")).to_be_visible()
    await check("human")
    await peer.says("Jeg har brug for et ja.", author="staff", name="Mette Holm", card=CONSENT, choices=CONSENT_CHOICES)
    await page.locator(".card.consent").wait_for()
    await check("consent")
    await peer.says("Jeg holder tiden til dig. Passer det?", card=meeting(), choices=BOOK)
    await page.locator(".card.meeting").wait_for()
    await top(".card.meeting")
    await check("meeting held")
    await page.get_by_label("Send mig indkaldelsen på mail").check()
    await page.get_by_label("Mind mig om mødet på sms").check()
    await page.get_by_role("button", name="Ja, book mødet").click()
    await expect(page.locator(".problem:visible")).to_have_count(2)
    await check("meeting wrong")
    for wish in ("Send mig indkaldelsen på mail", "Mind mig om mødet på sms"):
        await page.get_by_label(wish).uncheck()
    await page.locator("#write").focus()
    await peer.says("Mødet er aftalt.", card=meeting("booked", companion="Min bror"), choices=BOOKED)
    await page.locator(".card.meeting").last.get_by_role("button", name="Hent til din kalender").wait_for()
    await top(".card.meeting")
    await check("meeting booked")
    await page.get_by_role("button", name="Ret dine ønsker").click()
    await check("meeting changing")
    await peer.says("Mødet er aflyst.", card=meeting("cancelled"))
    await page.locator('.badge[data-state="cancelled"]').wait_for()
    await check("meeting cancelled")
    await peer.stands("bot", None)
    await peer.says("Må vi spørge, hvordan det var? Det er fire korte spørgsmål.", card=SURVEY)
    survey = page.locator(".card.survey")
    await survey.wait_for()
    await survey.get_by_label("I høj grad").first.check()
    await survey.get_by_label("Nogenlunde").nth(1).check()
    await top(".card.survey")
    await check("survey")
    await survey.get_by_role("button", name="Nej tak").click()
    await check("survey over")
    await context.close()
