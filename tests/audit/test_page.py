"""The auditor's page in a browser, with the server it is made for."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.async_api import Browser, Page, expect
from sqlalchemy import update

from bot.audit.trail import Trail
from bot.store.audit_tables import audit_trail
from bot.store.engine import writing
from tests.audit.conftest import IN_ONE_LOOP, logged_in
from tests.audit.sample import ANNA, BO, by_staff, by_worker, entry
from tests.desk.test_real_server import AtAPort

pytestmark = IN_ONE_LOOP


def four(trail: Trail) -> None:
    """A citizen, two of the staff and a worker; about two citizens."""
    trail.write(entry())
    trail.write(by_staff("Mette Holm", why="desk.claim"))
    trail.write(by_staff("Lars Østergaard", subject=BO, outcome="down", cases=()))
    trail.write(by_worker(subject=BO))


async def test_an_auditor_reads_who_saw_what(page: Page, web: AtAPort, trail: Trail) -> None:
    """The verdict and the lines, each a sentence, with the way to the conversation."""
    four(trail)
    await page.goto(f"{web.base}/revision")
    await expect(page.locator(".chain-words")).to_contain_text("Kæden er ubrudt:")
    rows = page.locator(".audit-row")
    await expect(rows).to_have_count(4)
    await expect(rows.nth(2)).to_contain_text("Linje 2 · ")
    await expect(rows.nth(2)).to_contain_text(
        "Mette Holm (medarbejder) så borgerens sager, fordi samtale 12 blev taget."
    )
    await expect(rows.nth(2)).to_contain_text("Sager: 02.34.02-G01-7-26")
    await expect(rows.nth(2).get_by_role("link")).to_have_attribute("href", "/desk/samtale/12")
    await expect(page).to_have_title("Revisionsspor – Revision")


async def test_a_line_that_was_changed_is_named(page: Page, web: AtAPort, trail: Trail) -> None:
    """At once, and again when it is asked for; what to do stands beside it."""
    four(trail)
    with writing(web.desk.engine) as connection:
        connection.execute(update(audit_trail).where(audit_trail.c.id == 3).values(outcome="ok"))
    await page.goto(f"{web.base}/revision")
    words = page.locator(".chain-words")
    await expect(words).to_have_text("Linje 3 er ændret eller mangler.")
    await expect(page.locator(".chain-state")).to_contain_text("Regnet fra begyndelsen hænger 2 linjer sammen.")
    with writing(web.desk.engine) as connection:
        connection.execute(update(audit_trail).where(audit_trail.c.id == 3).values(outcome="down"))
    await page.get_by_role("button", name="Efterprøv igen").click()
    await expect(words).to_contain_text("Kæden er ubrudt:")


async def test_lines_are_chosen_and_no_number_stands_in_an_address(page: Page, web: AtAPort, trail: Trail) -> None:
    """By CPR number, by who and by what; everything that was asked for was posted."""
    four(trail)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    await page.goto(f"{web.base}/revision")
    rows = page.locator(".audit-row")
    await expect(rows).to_have_count(4)
    await page.get_by_label("CPR-nummer").fill("0708")
    await page.get_by_role("button", name="Vis", exact=True).click()
    await expect(page.get_by_text("Skriv et CPR-nummer med ti cifre.")).to_be_visible()
    await expect(page.get_by_label("CPR-nummer")).to_be_focused()
    await page.get_by_label("CPR-nummer").fill(f"{ANNA[:6]}-{ANNA[6:]}")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(2)
    await page.get_by_label("Hvem").select_option("Mette Holm")
    await page.keyboard.press("Tab")
    await page.get_by_role("button", name="Vis", exact=True).click()
    await expect(rows).to_have_count(1)
    await page.get_by_label("Hvad").select_option("Oprettede en opgave")
    await page.get_by_role("button", name="Vis", exact=True).click()
    await expect(page.get_by_text("Ingen linjer passer til det, du har valgt.")).to_be_visible()
    await page.get_by_role("button", name="Ryd").click()
    await expect(rows.first).to_contain_text("Inge Bach (medarbejder) læste i revisionssporet")
    await expect(page.get_by_label("CPR-nummer")).to_have_value("")
    assert not [address for address in [*addresses, page.url] if ANNA[:6] in address or "?" in address]


async def test_all_about_the_same_citizen_is_one_press_away(page: Page, web: AtAPort, trail: Trail) -> None:
    """Without anybody knowing the number; the focus goes to the list, and back to all by a button."""
    four(trail)
    await page.goto(f"{web.base}/revision")
    await page.get_by_role("button", name="Vis alt om samme borger som linje 2").click()
    rows = page.locator(".audit-row")
    await expect(rows).to_have_count(2)
    await expect(page.get_by_text("Du ser kun linjer om samme borger som linje 2.").first).to_be_visible()
    await expect(page.get_by_role("heading", name="Linjer, de nyeste først")).to_be_focused()
    await page.get_by_role("button", name="Vis alle borgere").click()
    await expect(rows).to_have_count(6)


async def test_more_lines_come_below_and_get_the_focus(page: Page, web: AtAPort, trail: Trail) -> None:
    """Fifty at a time, by keyboard alone."""
    for number in range(70):
        trail.write(entry(actor=f"login-{number}"))
    await page.goto(f"{web.base}/revision")
    rows = page.locator(".audit-row")
    await expect(rows).to_have_count(50)
    await expect(page.get_by_text("Viser 50 linjer. Der er flere.")).to_be_visible()
    await page.get_by_role("button", name="Vis flere").focus()
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(70)
    await expect(rows.nth(50).get_by_role("button")).to_be_focused()
    await expect(page.get_by_role("button", name="Vis flere")).to_be_hidden()
    await page.keyboard.press("f")
    await expect(page.get_by_label("Fra")).to_be_focused()
    await page.locator("body").press("Escape")
    await page.get_by_role("heading", name="Revisionsspor").click()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Genveje på tastaturet")).to_be_visible()


async def test_the_file_is_saved_by_the_browser(page: Page, web: AtAPort, trail: Trail, tmp_path: Path) -> None:
    """With what was chosen, under a name with the day; the page says so."""
    four(trail)
    await page.goto(f"{web.base}/revision")
    await page.get_by_label("CPR-nummer").fill(BO)
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Hent som CSV").click()
    download = await coming.value
    assert download.suggested_filename.startswith("revisionsspor-20")
    await download.save_as(tmp_path / "file.csv")
    text = (tmp_path / "file.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    assert [row[0] for row in rows] == ["Linje", "4", "3"]
    await expect(page.get_by_text("Filen er hentet.")).to_be_visible()


async def test_a_login_that_is_over_leads_back(page: Page, web: AtAPort, trail: Trail) -> None:
    """Whatever one pressed: the dialog leads to log in, and back to this page."""
    await page.goto(f"{web.base}/revision")
    await expect(page.locator(".chain-words")).to_be_visible()
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Hent som CSV").click()
    link = page.get_by_role("dialog").get_by_role("link", name="Log ind igen")
    await expect(link).to_have_attribute("href", "/desk/login?to=%2Frevision")


async def test_who_has_another_role_is_told_so(browser: Browser, web: AtAPort, trail: Trail) -> None:
    """An administrator comes to the page that says it, and finds no link to the trail at the desk."""
    context = await logged_in(browser, web, "Ida Skov", "administrator")
    page = await context.new_page()
    await page.goto(f"{web.base}/revision")
    await expect(page.get_by_role("heading")).to_have_text("Du har ikke adgang til den side")
    await page.goto(f"{web.base}/desk")
    await expect(page.get_by_role("link", name="Træning")).to_be_visible()
    assert await page.get_by_role("link", name="Revision").count() == 0
    await context.close()


async def test_an_auditor_finds_the_trail_from_the_other_pages(page: Page, web: AtAPort, trail: Trail) -> None:
    """From the desk and from the training pages, and back again."""
    await page.goto(f"{web.base}/desk")
    await page.get_by_role("link", name="Revision").click()
    await expect(page.locator(".chain-words")).to_be_visible()
    await page.get_by_role("link", name="Træning").click()
    await page.get_by_role("link", name="Revision").click()
    await page.get_by_role("link", name="Skranken").click()
    await expect(page).to_have_url(f"{web.base}/desk")
