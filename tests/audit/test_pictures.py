"""The auditor's page can be read and used by everybody, narrow and wide, in light and in dark."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, expect
from sqlalchemy import update

from bot.audit.trail import Doing, Trail
from bot.store.audit_tables import audit_trail
from bot.store.engine import writing
from tests.audit.conftest import IN_ONE_LOOP, logged_in
from tests.audit.sample import BO, by_staff, by_worker, entry
from tests.desk.test_real_server import AtAPort
from tests.training.looks import EVERY_LOOK, Look

pytestmark = IN_ONE_LOOP

LONG = "Anne-Margrethe Elisabeth Bjerregaard-Christoffersen"


@EVERY_LOOK
async def test_every_state_has_no_violation_and_fits(
    browser: Browser, web: AtAPort, trail: Trail, width: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it: lines of every kind, none, refused, a broken chain, menu and dialog."""
    for number in range(52):
        trail.write(entry(actor=f"login-{number}"))
    for doing in Doing:
        trail.write(by_staff(doing=doing, outcome="part_slow", systems=("sbsys", "sf1470", "sql")))
    trail.write(by_staff(LONG, why="et.meget.langt.ord." * 4, cases=tuple(f"27.36.04-G01-{n}-26" for n in range(12))))
    trail.write(by_staff("Lars Østergaard", subject=BO, outcome="down", cases=()))
    trail.write(by_worker(outcome="nonsense"))
    context = await logged_in(
        browser,
        web,
        "Inge Bach",
        "auditor",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; the page fixture holds the policy everywhere else
    )
    page = await context.new_page()
    look = Look(page, f"{width}-{scheme}")
    await page.goto(f"{web.base}/revision")
    await expect(page.locator(".audit-row")).to_have_count(50)
    await expect(page.locator(".chain-words")).to_be_visible()
    await look.holds("audit")
    await page.get_by_text("Sammenlign med loggen").click()
    await page.get_by_role("button", name="Vis alt om samme borger som linje 60").click()
    await expect(page.locator(".audit-row")).to_have_count(1)
    await look.holds("audit-same")
    await page.get_by_label("CPR-nummer").fill("12")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Skriv et CPR-nummer med ti cifre.")).to_be_visible()
    await look.holds("audit-no-cpr")
    await page.get_by_label("CPR-nummer").fill("0101010101")
    await page.get_by_label("Til").fill("2026-01-01")
    await page.get_by_label("Fra").fill("2026-02-01")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("Fra-datoen skal ligge før til-datoen.")
    await look.holds("audit-refused")
    await page.get_by_label("Fra").fill("")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Ingen linjer passer til det, du har valgt.")).to_be_visible()
    await look.holds("audit-none")
    with writing(web.desk.engine) as connection:
        connection.execute(update(audit_trail).where(audit_trail.c.id == 12).values(why="x"))
    await page.get_by_role("button", name="Efterprøv igen").click()
    await expect(page.locator(".chain-words")).to_have_text("Linje 12 er ændret eller mangler.")
    await look.holds("audit-broken")
    if width <= 640:
        await page.get_by_role("button", name="Menu").click()
        await look.holds("audit-menu")
    await page.get_by_role("button", name="Genveje").click()
    await look.holds("audit-dialog")
    await context.close()
