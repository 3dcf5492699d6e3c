"""The pages for hensigter, answers, checks, versions and history against the server they are made for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.training.conftest import IN_ONE_LOOP, fixture
from tests.training.looks import picture
from tests.training.test_real_server import TrainingAtAPort, staff_page

pytestmark = IN_ONE_LOOP

NEW = "hvor finder man lige planen for plejehjemmet på Bakkevej"


@fixture
async def web(tmp_path: Path) -> AsyncIterator[TrainingAtAPort]:
    """The real server, embedded."""
    async with TrainingAtAPort(f"sqlite:///{tmp_path / 'training.db'}", tmp_path) as web:
        yield web


async def trainer(browser: Browser, web: TrainingAtAPort, path: str) -> Page:
    """A page of one who trains; a script error there fails the test at its end."""
    return await staff_page(browser, web, path, "Karen Friis", "trainer")


async def test_examples_are_added_changed_deleted_and_all_taken_back(browser: Browser, web: TrainingAtAPort) -> None:
    """Each change is in the file as soon as it is said to be, and taken back it leaves no trace."""
    before = web.examples()
    page = await trainer(browser, web, "/training/hensigter/klage")
    await page.locator(".example-row").first.wait_for()
    await picture(page, "real-intent")
    await page.get_by_label("Nye eksempler").fill(f"{NEW}\njeg vil klage")
    await page.get_by_role("button", name="Læg til").click()
    await expect(page.locator(".done")).to_contain_text("1 eksempel lagt til.")
    await expect(page.locator(".refused")).to_contain_text("jeg vil klage")
    assert NEW in web.examples()
    await page.get_by_role("button", name="Fortryd", exact=True).click()
    await expect(page.locator(".done")).to_contain_text("Det er fortrudt.")
    assert web.examples() == before
    row = page.locator(".example-row").first
    await row.get_by_role("button", name="Ret »").click()
    await page.get_by_label("Ret eksemplet").fill(NEW)
    await page.keyboard.press("Enter")
    await expect(page.locator(".done")).to_contain_text("Eksemplet er gemt.")
    await page.get_by_role("button", name="Slet »" + NEW).click()
    await expect(page.locator(".done")).to_contain_text("1 eksempel slettet.")
    assert NEW not in web.examples()
    await page.goto(f"{web.base}/training/historik?emne=klage")
    await expect(page.locator(".edit-row")).to_have_count(4)
    await picture(page, "real-history")
    await page.get_by_role("button", name="Fortryd: Slettede 1 eksempel").click()
    await expect(page.locator(".edit-row")).to_have_count(5)
    await page.get_by_role("button", name="Fortryd: Rettede et eksempel").click()
    await expect(page.locator(".edit-row")).to_have_count(6)
    assert web.examples() == before
    await page.context.close()


async def test_a_new_hensigt_stands_in_the_data_with_its_answer(browser: Browser, web: TrainingAtAPort) -> None:
    """Its name, its answer and its examples are written at once; the answer can be found and put right."""
    page = await trainer(browser, web, "/training/hensigter")
    await page.locator(".intent-row").first.wait_for()
    await picture(page, "real-intents")
    await page.get_by_role("button", name="Ny hensigt").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Hvad skal den hedde?").fill("Søge om parkering")
    await dialog.get_by_label("Hvad vil borgeren?").fill("Borgeren vil have et parkeringskort.")
    await dialog.get_by_label("Hvad skal robotten svare?").fill("Du kan søge om et parkeringskort i Borgerservice.")
    await expect(dialog.locator(".bubble")).to_be_visible()
    await dialog.get_by_label("Hvordan siger borgere det?").fill("må min bil holde her\nhvordan får jeg lov at parkere")
    await dialog.get_by_role("button", name="Lav hensigten").click()
    await expect(page.locator("main h2")).to_have_text("Søge om parkering", timeout=60_000)
    await expect(page.locator(".example-row")).to_have_count(2)
    assert "hvordan får jeg lov at parkere" in web.examples()
    await page.get_by_role("link", name="Se og ret svaret").click()
    editor = page.locator(".answer-editor")
    await editor.get_by_role("textbox", name="Svarets tekst").fill("Du søger hos os. Borgerservice hjælper dig i gang.")
    await expect(editor.locator(".bubble").first).to_have_text("Du søger hos os. Borgerservice hjælper dig i gang.")
    await picture(page, "real-answer")
    await page.get_by_role("button", name="Gem", exact=True).click()
    await expect(page.locator(".done")).to_contain_text("Svaret er gemt.")
    assert "Borgerservice hjælper dig i gang" in (web.assistant / "domain.yml").read_text(encoding="utf-8")
    await page.context.close()


async def test_the_versions_the_checks_and_a_file_are_there(browser: Browser, web: TrainingAtAPort) -> None:
    """Each page gets from the server what it needs to be drawn; a file is looked through and not read in."""
    page = await trainer(browser, web, "/training/versioner")
    await expect(page.get_by_label("Hvorfor?")).to_be_visible()
    await expect(page.get_by_text("Henter …")).to_have_count(0)
    await picture(page, "real-versions")
    await page.goto(f"{web.base}/training/tjek")
    await expect(page.get_by_text("Der er ikke kørt et tjek endnu.")).to_be_visible()
    await page.goto(f"{web.base}/training/svar")
    await page.locator(".answer-row").first.wait_for()
    await picture(page, "real-answers")
    await page.goto(f"{web.base}/training/hensigter")
    await page.get_by_text("Eksempler som filer").click()
    file = f"hensigt;eksempel\nklage;{NEW}\n".encode("windows-1252")
    await page.get_by_label("Vælg fil").set_input_files({"name": "e.csv", "mimeType": "text/csv", "buffer": file})
    await expect(page.locator(".import-state")).to_contain_text("1 nyt eksempel bliver lagt til")
    assert NEW not in web.examples()
    await page.get_by_role("button", name="Læs ind").click()
    await expect(page.locator(".done")).to_contain_text("1 nyt eksempel er læst ind.", timeout=60_000)
    assert NEW in web.examples()
    await page.context.close()
