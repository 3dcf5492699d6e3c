"""The main job in a real browser, through all real parts: ask, log in, get the answer; by mouse and by keyboard."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from bot.settings import ROOT
from tests.browser import chromium
from tests.e2e.browsing import PATIENCE, PICTURES, log_in, look, new_citizen, new_page, write
from tests.e2e.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANNA = "Anna Bjerregaard"
README_PICTURE = ROOT / "docs" / "chat.png"
DAY = r"\d{1,2}\. [a-z]+ 20\d\d"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, one for these tests; each test opens a citizen's own browser in it."""
    async with chromium() as browser:
        yield browser


async def picture_for_the_readme(page: Page) -> None:
    """Few colours, so that the file stays small in the history of the project."""
    if PICTURES:
        shot = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
        README_PICTURE.parent.mkdir(exist_ok=True)
        shot.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(README_PICTURE, optimize=True)


async def expect_the_case(answer: Locator) -> None:
    """The four things every answer about a case has: its state, what to do, the next date, and a contact."""
    card = answer.locator(".card.case")
    await expect(card.locator(".badge")).to_contain_text("Behandles", timeout=PATIENCE)
    await expect(card).to_contain_text("Vi arbejder på sagen")
    todo = card.locator(".row", has_text="Det skal du gøre")
    await expect(todo).to_contain_text("Send os listen over den medicin")
    await expect(todo).to_contain_text(re.compile("senest " + DAY))
    await expect(card.locator(".row", has_text="Næste skridt")).to_contain_text(re.compile(DAY))
    contact = card.locator(".row", has_text="Sagsbehandler")
    for words in ("Mette Holm", "Pleje og Omsorg", "12 34 56 41", "mandag-torsdag kl. 9-12"):
        await expect(contact).to_contain_text(words)
    await expect(contact.get_by_role("link", name="12 34 56 41")).to_have_attribute("href", "tel:12345641")


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 900, "light"), (360, 740, "dark")])
async def test_a_citizen_asks_logs_in_and_gets_every_answer(
    stack: Stack, browser: Browser, width: int, height: int, scheme: str
) -> None:
    """Asked before login, the answer comes by itself after it; each has state, what to do, next date and contact."""
    context = await new_citizen(browser, width, height, scheme)
    page = await new_page(context, stack)
    seen = f"{width}-{scheme}"
    await look(page, f"closed-{seen}")
    await page.get_by_role("button", name="Skriv med os").first.click()
    await expect(page.locator(".panel h2")).to_have_text("Nørre")
    await expect(page.locator(".panel .robot")).to_have_text("digital assistent (robot)")
    greeting = page.locator(".message.assistant").first
    await expect(greeting).to_contain_text("robot")
    await expect(greeting).to_contain_text("menneske")
    await look(page, f"welcome-{seen}")

    answer = await write(page, "hvem er min sagsbehandler")
    await expect(answer).not_to_contain_text("Mette")
    await look(page, f"login-offered-{seen}")
    await log_in(page, ANNA)

    # By itself: nothing is written after login.
    answer = page.locator(".message.assistant").last
    await expect(answer.locator(".bubble")).to_contain_text("Mette Holm", timeout=PATIENCE)
    await expect(answer.locator(".bubble")).to_contain_text("12 34 56 41")
    await expect_the_case(answer)
    assert "borgerkontakt-login" not in page.url
    await look(page, f"answer-{seen}")
    if seen == "1280-light":
        await picture_for_the_readme(page)

    for question, words in (
        ("hvad er status", "Vi arbejder på sagen"),
        ("hvornår får jeg svar", "Vi regner med, at du får svar senest"),
        ("mangler I noget fra mig", "Send os listen over den medicin"),
    ):
        answer = await write(page, question)
        await expect(answer.locator(".bubble")).to_contain_text(words)
        await expect_the_case(answer)
        # However long the answer is, it is read from its beginning.
        await expect(answer.locator(".bubble > *").first).to_be_in_viewport(ratio=1)
        await look(page, f"{question.split()[0]}-{question.split()[-1]}-{seen}")

    await page.get_by_role("button", name="Muligheder").click()
    await look(page, f"options-{seen}")
    await page.keyboard.press("Escape")
    before = await page.locator(".message").all_inner_texts()
    await page.reload()
    await expect(page.locator(".message")).to_have_count(len(before))
    assert await page.locator(".message").all_inner_texts() == before
    await look(page, f"reloaded-{seen}")
    await page.get_by_role("button", name="Log ud").click()
    await expect(page.locator(".message.system").last).to_contain_text("logget ud")
    await expect(page.locator(".message.system").last).to_be_in_viewport()
    await look(page, f"logged-out-{seen}")

    await page.get_by_role("button", name="Muligheder").click()
    await page.get_by_role("button", name="Slet og afslut samtalen").click()
    await look(page, f"confirm-{seen}")
    await page.get_by_role("button", name="Slet og afslut", exact=True).click()
    await expect(page.get_by_text("Samtalen er slettet.")).to_be_visible()
    await look(page, f"deleted-{seen}")
    await page.get_by_role("button", name="Start en ny samtale").click()
    await expect(page.locator(".message")).to_have_count(1)
    await context.close()


async def test_several_cases_are_a_choice_that_is_remembered(stack: Stack, browser: Browser) -> None:
    """Two cases: the citizen picks one by its title, gets its answer, and may ask for the other in plain words."""
    context = await new_citizen(browser, 360, 740)
    page = await new_page(context, stack)
    await page.get_by_role("button", name="Skriv med os").first.click()
    await write(page, "hvem er min sagsbehandler")
    await log_in(page, "Bo Vestergaard")
    await look(page, "choice-of-cases")
    await page.get_by_role("button", name="Sygedagpenge").click()
    await expect(page.locator(".card.case h3")).to_have_text(["Sygedagpenge"])
    await look(page, "case-chosen")
    await write(page, "og hvad med den anden?")
    await expect(page.locator(".card.case h3")).to_have_text(["Sygedagpenge", "Byggetilladelse til carport"])
    await look(page, "other-case")
    await context.close()


async def test_a_reload_in_the_middle_and_a_second_tab_show_one_conversation(stack: Stack, browser: Browser) -> None:
    """Loaded anew before the answer is there, and open in two tabs: everything stands once, in both."""
    context = await new_citizen(browser)
    page = await new_page(context, stack)
    await page.get_by_role("button", name="Skriv med os").first.click()
    await expect(page.locator(".message.assistant")).to_have_count(1, timeout=PATIENCE)
    await page.get_by_placeholder("Skriv din besked").fill("hvem er min sagsbehandler")
    await page.keyboard.press("Enter")
    await page.reload()
    await expect(page.locator(".message.citizen .bubble")).to_have_text(["hvem er min sagsbehandler"])
    await expect(page.locator(".message.assistant")).to_have_count(2, timeout=PATIENCE)

    other = await new_page(context, stack)
    if not await other.locator(".panel").is_visible():
        await other.locator(".launcher").click()
    await expect(other.locator(".message")).to_have_count(3)
    await log_in(page, ANNA)
    await expect_the_case(page.locator(".message.assistant").last)
    await expect(other.locator(".login-name span")).to_have_text(f"Logget ind som {ANNA}")
    await expect_the_case(other.locator(".message.assistant").last)
    await other.bring_to_front()
    await write(other, "hvad er status")
    await expect_the_case(page.locator(".message.assistant").last)
    said = await other.locator(".message .bubble").all_inner_texts()
    await expect(page.locator(".message .bubble")).to_have_count(len(said))
    assert await page.locator(".message .bubble").all_inner_texts() == said
    assert said.count("hvem er min sagsbehandler") == said.count("hvad er status") == 1
    await context.close()


async def test_the_same_conversation_by_keyboard_alone(stack: Stack, browser: Browser) -> None:
    """From the top of the page to the answer and out again, with Tab, Enter and Escape."""
    context = await new_citizen(browser)
    page = await new_page(context, stack)

    async def tab_to(name: str, most: int = 60) -> None:
        for _ in range(most):
            await page.keyboard.press("Tab")
            focused = await page.evaluate(
                """() => {
                  let at = document.activeElement;
                  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                  // A region that scrolls takes focus too, and holds everybody's words.
                  return at.matches("a, button") ? at.textContent.trim() : "";
                }"""
            )
            if name in focused:
                return
        pytest.fail(f"Tab never came to {name}")

    await tab_to("Skriv med os")
    await page.keyboard.press("Enter")
    await expect(page.get_by_placeholder("Skriv din besked")).to_be_focused()
    await page.keyboard.type("hvem er min sagsbehandler")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Log ind med MitID")).to_be_visible()
    await tab_to("Log ind med MitID")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=ANNA).wait_for()
    await tab_to(ANNA)
    await page.keyboard.press("Enter")
    await expect_the_case(page.locator(".message.assistant").last)
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.get_by_placeholder("Skriv din besked").evaluate("field => field.matches(':focus')"):
            break
    await page.keyboard.type("mangler I noget fra mig")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.assistant")).to_have_count(4, timeout=PATIENCE)
    await expect_the_case(page.locator(".message.assistant").last)
    await page.keyboard.press("Escape")
    await expect(page.locator(".panel")).to_be_hidden()
    await context.close()


async def test_a_login_that_does_not_count_is_explained_in_the_chat(stack: Stack, browser: Browser) -> None:
    """A level too low: the citizen is told what to do, nothing is shown, and the question can be asked again."""
    context = await new_citizen(browser)
    page = await new_page(context, stack)
    await page.get_by_role("button", name="Skriv med os").first.click()
    await write(page, "hvad er status på min sag")
    await page.get_by_role("button", name="Log ind med MitID").click()
    await page.get_by_role("button", name="Lau Bisgaard (lavt niveau)").click()
    await expect(page.locator(".message.system").last).to_contain_text("MitID", timeout=PATIENCE)
    await expect(page.get_by_role("button", name="Log ud")).to_have_count(0)
    await context.close()
