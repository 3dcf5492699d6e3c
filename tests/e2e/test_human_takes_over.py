"""A human takes over, in two real browsers through all real parts: the desk sees the summary, both write, they meet."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.settings import ROOT
from tests.browser import axe_violations, chromium
from tests.e2e.stack import Stack
from tests.mail_peer import MailPeer

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANNA, METTE = "Anna Bjerregaard", "Mette Holm"
WISH = "jeg er træt af at vente, jeg vil have et møde med en rigtig person"
PICTURES = os.environ.get("PICTURES")  # a folder to leave screenshots in; those of the guide are then made anew
GUIDE = ROOT / "docs" / "skranken"
PATIENCE = 60_000  # milliseconds


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; the citizen and the member of staff each have their own in it."""
    async with chromium() as browser:
        yield browser


async def person(browser: Browser, *, width: int = 1280, height: int = 900) -> BrowserContext:
    """A browser of somebody's own: nothing kept from anybody else."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; tests/desk and tests/widget hold the policy
    )
    context.set_default_timeout(PATIENCE)
    return context


async def watched(context: BrowserContext) -> Page:
    """A page in which a script error fails the test."""
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


async def picture(page: Page, name: str, *, guide: bool = False) -> None:
    """Leave a screenshot where somebody wants to look at it; with few colours for the guide."""
    if not PICTURES:
        return
    shot = await page.screenshot(path=Path(PICTURES) / f"{name}.png")
    if guide:
        GUIDE.mkdir(parents=True, exist_ok=True)
        few = Image.open(io.BytesIO(shot)).convert("RGB")
        few = few.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(GUIDE / f"{name}.png", optimize=True)


async def look(page: Page, name: str, *, guide: bool = False) -> None:
    """Nothing that axe finds, nothing to scroll sideways, and a picture of it."""
    await picture(page, name, guide=guide)
    assert await axe_violations(page) == [], name
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


async def say(page: Page, text: str) -> None:
    """The citizen writes, and it stands in the conversation."""
    await page.get_by_placeholder("Skriv din besked").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.citizen .bubble").last).to_have_text(text)


async def to_the_desk(page: Page, stack: Stack, name: str) -> None:
    """Staff log in through the municipality's identity provider and are at the desk."""
    await page.goto(f"{stack.url}/desk")
    await page.get_by_role("button", name=re.compile(name)).click()
    await expect(page.get_by_text(f"Logget ind som {name}")).to_be_visible(timeout=PATIENCE)
    ready = page.get_by_label("Jeg er klar til samtaler")
    if not await ready.is_checked():
        await ready.check()


async def test_a_citizen_is_tired_of_waiting_and_meets_a_person(browser: Browser, stack: Stack, mail: MailPeer) -> None:
    """From the first angry word to the meeting in the calendar and the note, and the assistant is back after it."""
    desk = await watched(await person(browser))
    await to_the_desk(desk, stack, METTE)
    anna = await watched(await person(browser, width=420, height=860))
    await anna.goto(stack.url)
    await anna.locator(".launcher").click()
    await expect(anna.locator(".message.assistant").first).to_be_visible(timeout=PATIENCE)

    # The assistant hears it, and shows what a human will see.
    await say(anna, WISH)
    card = anna.locator(".card.handoff").last
    await expect(card).to_contain_text(WISH, timeout=PATIENCE)
    await look(anna, "resume-hos-borgeren", guide=True)
    await anna.get_by_role("button", name="Send til en medarbejder").click()
    await expect(anna.locator(".message.assistant .bubble").last).to_contain_text(
        re.compile("du er den næste", re.IGNORECASE), timeout=PATIENCE
    )

    # The desk has it, with the summary; Mette takes it.
    row = desk.get_by_text(WISH).first
    await expect(row).to_be_visible(timeout=PATIENCE)
    await look(desk, "koeen", guide=True)
    await row.click()
    await expect(desk.get_by_role("heading", name="Opsummering")).to_be_visible()
    await desk.get_by_role("button", name="Tag samtalen").click()
    await expect(anna.get_by_text(f"Du skriver nu med {METTE} fra kommunen.").first).to_be_visible(timeout=PATIENCE)

    # Both write; each sees it at once.
    reply = desk.get_by_label("Svar til borgeren")
    await reply.fill("Hej, jeg hedder Mette. Det er jeg ked af at høre. Skal vi finde en tid til et møde?")
    await reply.press("Enter")
    await expect(anna.locator(".message.staff .bubble").last).to_contain_text("Skal vi finde en tid", timeout=PATIENCE)
    await say(anna, "ja tak, helst om formiddagen. min mail er anna@example.com")
    await expect(desk.get_by_text("ja tak, helst om formiddagen").first).to_be_visible(timeout=PATIENCE)
    await look(desk, "samtalen", guide=True)

    # A meeting is booked, and the invitation arrives.
    await desk.get_by_role("tab", name="Møder").click()
    await desk.get_by_role("button", name="Book møde").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_role("radio").first.wait_for()
    await look(desk, "book-moede", guide=True)
    await dialog.get_by_role("radio").first.check()
    await dialog.get_by_label("Mail", exact=True).fill("anna@example.com")
    await dialog.get_by_label("Send invitation og påmindelse på mail").check()
    await dialog.get_by_role("button", name="Book møde").click()
    await expect(anna.locator(".card.meeting").last).to_contain_text("Aftalt", timeout=PATIENCE)
    for _ in range(300):
        if mail.received:
            break
        await asyncio.sleep(0.1)
    letter = mail.received[0]
    calendar = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    assert "METHOD:REQUEST" in calendar.get_content() and letter["To"] == "anna@example.com"
    await look(anna, "moedet-hos-borgeren")

    # Closed with a note; the citizen is asked how it was, and the assistant answers again.
    await desk.get_by_role("button", name="Afslut").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("Der er aftalt et møde").check()
    await dialog.get_by_label("Note om, hvad der er aftalt").fill("Anna kommer til møde om ventetiden.")
    await look(desk, "afslut", guide=True)
    await dialog.get_by_role("button", name="Afslut").click()
    await expect(anna.get_by_text("Hvordan var det?").last).to_be_visible(timeout=PATIENCE)
    answers = await anna.locator(".message.assistant").count()
    await say(anna, "hvornår har borgerservice åbent")
    await expect(anna.locator(".message.assistant")).to_have_count(answers + 1, timeout=PATIENCE)
    await expect(anna.locator(".message.assistant .bubble").last).to_contain_text("Borgerservice har åbent")
