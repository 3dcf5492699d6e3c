"""The training pages against the server they are made for: what one sends is what the other expects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from bot.store.training_tables import inbox, understood
from bot.web.staff_session import COOKIE
from tests.desk.test_real_server import AtAPort
from tests.integration.training_client import TrainingInstallation
from tests.training.conftest import IN_ONE_LOOP, fixture

pytestmark = IN_ONE_LOOP

NEW = "hvor finder man lige planen for plejehjemmet på Bakkevej"
PERSONAL = "ring til Peter Hansen på 12 34 56 78"


class TrainingAtAPort(AtAPort, TrainingInstallation):
    """web with data of its own, where a browser finds it."""

    def waits(self, text: str, guess: str | None, *, minutes: float = 0) -> None:
        """A message lies in the inbox, the only one."""
        at = self.desk.clock() - timedelta(minutes=minutes)
        row = {"id": 1, "likeness": text, "status": "waiting", "reasons": "fallback", "n": 1, "version": 1}
        made = {"guess": guess, "confidence": 0.42}
        self.desk.write(inbox, **row, **made, sealed=self.desk.vault.seal(text), first_at=at, last_at=at)
        said = {"conversation_id": self.desk.conversation(text), "seq": 1}
        self.desk.write(understood, **said, outcome="fallback", intent=guess, at=at, inbox_id=1)

    def examples(self) -> str:
        """Every file of examples as it stands."""
        return "\n".join(path.read_text(encoding="utf-8") for path in sorted(self.assistant.glob("data/nlu/*.yml")))


@fixture
async def web(tmp_path: Path) -> AsyncIterator[TrainingAtAPort]:
    """The real server, embedded."""
    async with TrainingAtAPort(f"sqlite:///{tmp_path / 'training.db'}", tmp_path) as web:
        yield web


async def staff_page(browser: Browser, web: TrainingAtAPort, path: str, name: str, *roles: str) -> Page:
    """The page of somebody who has logged in."""
    context = await browser.new_context(locale="da-DK", timezone_id="Europe/Copenhagen")
    context.set_default_timeout(60_000)
    secret = web.desk.session(name, *roles)[0]
    # As the login sets it: for https, and browsers count their own machine as that.
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": "https://127.0.0.1"}])
    page = await context.new_page()
    await page.goto(f"{web.base}{path}")
    return page


async def test_a_trainer_lands_on_their_own_pages(browser: Browser, web: TrainingAtAPort) -> None:
    """Login leads to the desk; whoever only trains comes from there to the training pages, and sees what awaits."""
    web.waits(NEW, "find_afdeling")
    page = await staff_page(browser, web, "/desk", "Karen Friis", "trainer")
    await expect(page.locator("main")).to_contain_text("1 besked venter på, at nogen ser på den.")
    assert page.url == f"{web.base}/training"
    await page.context.close()


async def test_the_desk_and_the_training_pages_lead_to_each_other(browser: Browser, web: TrainingAtAPort) -> None:
    """For one who has both."""
    page = await staff_page(browser, web, "/desk", "Ida Skov", "administrator")
    await page.get_by_role("link", name="Træning").click()
    await expect(page.locator(".card").first).to_be_visible()
    await page.get_by_role("link", name="Skranken").click()
    await expect(page.locator(".queue")).to_be_visible()
    await page.context.close()


async def test_a_message_becomes_an_example_and_is_taken_back(browser: Browser, web: TrainingAtAPort) -> None:
    """B writes it where the intent's examples stand, F takes it out again to the letter."""
    before = web.examples()
    web.waits(NEW, "find_afdeling", minutes=5)
    page = await staff_page(browser, web, "/training/indbakke", "Karen Friis", "trainer")
    await page.locator(".row").first.wait_for()
    await page.keyboard.press("j")
    await page.keyboard.press("b")
    await expect(page.locator(".happened")).to_contain_text("Lagt i »Finde den rette afdeling«.")
    assert f"      - {NEW}\n" in web.examples() and NEW not in before
    await page.keyboard.press("f")
    await expect(page.locator(".happened")).to_contain_text("Beskeden ligger i indbakken igen.")
    assert web.examples() == before
    await page.context.close()


async def test_personal_details_are_refused_by_the_server_too(browser: Browser, web: TrainingAtAPort) -> None:
    """What is typed in afterwards is found by the server, shown with its places, and nothing is written."""
    before = web.examples()
    web.waits(NEW, "find_afdeling")
    page = await staff_page(browser, web, "/training/indbakke", "Karen Friis", "trainer")
    await page.locator(".row-link").first.click()
    await page.get_by_label("Sådan kommer eksemplet til at stå").fill(PERSONAL)
    await page.get_by_role("button", name="Brug »").click()
    await expect(page.locator(".group")).to_contain_text("telefonnummer (12 34 56 78)")
    assert web.examples() == before
    await page.context.close()


async def test_a_text_that_stands_elsewhere_is_told_with_its_place(browser: Browser, web: TrainingAtAPort) -> None:
    """The link leads to the intent that has it."""
    web.waits(NEW, "find_afdeling")
    page = await staff_page(browser, web, "/training/indbakke", "Karen Friis", "trainer")
    await page.locator(".row-link").first.click()
    await page.get_by_label("Sådan kommer eksemplet til at stå").fill("skal en klage være skriftlig")
    await page.get_by_role("button", name="Brug »").click()
    link = page.get_by_role("alert").get_by_role("link")
    await expect(link).to_have_attribute("href", "/training/hensigter/klage")
    await page.context.close()
