"""The desk's page against the server it is made for: what one sends is what the other expects."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page, expect

from bot.web.app import init_app
from bot.web.staff_session import COOKIE
from tests.desk.conftest import IN_ONE_LOOP, fixture
from tests.integration.desk_client import DeskInstallation
from tests.integration.desk_setup import field_of
from tests.services import free_port

pytestmark = IN_ONE_LOOP


class AtAPort(DeskInstallation):
    """web where a browser finds it: the page's own origin is part of what lets it in."""

    def __init__(self, database_url: str, tmp_path: Path) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        super().__init__(database_url, tmp_path, public_url=self.base)

    async def start_web(self) -> None:
        """On the port that the settings tell of."""
        self.client = TestClient(TestServer(await init_app(self.settings), port=self.port))
        await self.client.start_server()


@fixture
async def web(tmp_path: Path) -> AsyncIterator[AtAPort]:
    """The real server, embedded."""
    async with AtAPort(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path) as web:
        yield web


async def staff_page(browser: Browser, web: AtAPort, name: str, *roles: str) -> Page:
    """The page of somebody who has logged in."""
    context = await browser.new_context(locale="da-DK", timezone_id="Europe/Copenhagen")
    context.set_default_timeout(60_000)
    secret = web.desk.session(name, *roles)[0]
    # As the login sets it: for https, and browsers count their own machine as that.
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": "https://127.0.0.1"}])
    page = await context.new_page()
    await page.goto(f"{web.base}/desk")
    return page


async def test_the_whole_way_with_the_real_server(browser: Browser, web: AtAPort) -> None:
    """Queue, take, reply, template, note, consent, meeting, draft, close; a colleague sees who is there."""
    desk = web.desk
    words = "jeg vil have et møde med en rigtig person"
    handoff = desk.waiting(words, fields=[field_of("first_request", words), field_of("fact", words)])
    late = desk.waiting("Hallo?", due_at=desk.clock() - timedelta(minutes=5))
    page = await staff_page(browser, web, "Mette Holm")
    await expect(page.locator(".row")).to_have_count(2)
    await expect(page.locator(f'.row-link[data-id="{late.id}"]')).to_contain_text("Forsinket")
    await page.locator(f'.row-link[data-id="{handoff.id}"]').click()
    await page.get_by_role("button", name="Tag samtalen").click()
    box = page.locator(".composer textarea")
    await box.fill("Hej. Jeg hedder Mette.")
    await box.press("Enter")
    await expect(page.locator(".message.own .words")).to_have_text(["Hej. Jeg hedder Mette."])
    await expect(page.locator(".pending")).to_have_count(0)
    await box.press_sequentially("/")
    await page.locator(".canned [role=option]").first.wait_for()
    await box.press("Escape")
    await box.fill("")
    await page.locator(".summary-field.first_request button").click()
    await expect(page.locator("mark")).to_have_text(words)
    await page.get_by_role("tab", name="Noter").click()
    await page.get_by_label("Intern note").fill("Hun har ventet længe.")
    await page.get_by_role("button", name="Gem intern note").click()
    await expect(page.locator(".event.internal")).to_contain_text("Hun har ventet længe.")
    await page.get_by_role("button", name="Bed om samtykke").click()
    await page.get_by_label("Det spørger du om").fill("Må vi tale med din læge?")
    await page.get_by_role("dialog").get_by_role("button", name="Bed om samtykke").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("tab", name="Møder").click()
    await page.get_by_role("button", name="Book møde").click()
    await page.locator(".slot label").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="Book møde").click()
    await expect(page.locator(".meeting.booked")).to_have_count(1)
    await page.get_by_role("button", name="Ret", exact=True).click()
    await page.get_by_role("button", name="Tilføj punkt").click()
    await page.keyboard.type("Hvad nu?")
    await page.get_by_role("dialog").get_by_role("button", name="Gem").click()
    await expect(page.locator(".meeting.booked")).to_contain_text("Hvad nu?")
    await page.get_by_role("tab", name="Til sagen").click()
    await page.locator(".filing textarea").first.fill("Borgeren vil have et møde.")
    await page.get_by_role("button", name="Gem kladde").first.click()
    await expect(page.get_by_text("Kladden er gemt.").first).to_be_visible()
    sofie = await staff_page(browser, web, "Sofie Lund", "administrator")
    await sofie.get_by_role("button", name="Hos andre").click()
    await sofie.locator(f'.row-link[data-id="{handoff.id}"]').click()
    await expect(sofie.locator(".present")).to_have_text("Mette Holm har også samtalen åben")
    await expect(page.locator(".present")).to_have_text("Sofie Lund har også samtalen åben")
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=Path(folder) / "real-server.png")
    await page.get_by_role("button", name="Afslut").click()
    await page.get_by_label("Der er aftalt et møde").check()
    await page.get_by_label("Note om, hvad der er aftalt").fill("Møde aftalt.")
    await page.get_by_role("dialog").get_by_role("button", name="Afslut").click()
    await expect(page.locator(".banner")).to_contain_text("Møde aftalt.")
    await expect(sofie.locator(".banner")).to_contain_text("Møde aftalt.")
    await page.get_by_role("link", name="Historik").click()
    await expect(page.locator(".results .row")).to_have_count(1)
    await page.get_by_role("link", name="Tal", exact=True).click()
    await expect(page.get_by_role("heading", name="Lovet og holdt")).to_be_visible()
    for one in (page, sofie):
        await one.context.close()
