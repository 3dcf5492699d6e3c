"""The check before a training: what is wrong, the worst first, and each with the way to it."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.training import sample
from tests.training.conftest import IN_ONE_LOOP, focused
from tests.training.looks import EVERY_LOOK, looked_at
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def checked(page: Page, peer: Peer) -> None:
    """Run the check and wait for what it found."""
    await page.goto(f"{peer.base}/training/tjek")
    await page.get_by_role("button", name="Kør tjek").click()
    await page.locator(".check-row").first.wait_for()


async def test_what_is_wrong_stands_by_how_bad_it_is(page: Page, peer: Peer) -> None:
    """First what must be put right, then what should be looked at, then advice; the whole is said once."""
    await page.goto(f"{peer.base}/training/tjek")
    await expect(page.get_by_text("Der er ikke kørt et tjek endnu.")).to_be_visible()
    await checked(page, peer)
    await expect(page.locator(".checks-of h3")).to_have_text(["Skal rettes (2)", "Bør ses på (1)", "Gode råd (1)"])
    await expect(page.locator("#announcer")).to_have_text("2 skal rettes, 1 bør ses på, 1 godt råd")
    await expect(page.get_by_role("button", name="Kør tjek igen")).to_be_visible()


async def test_a_button_leads_to_where_it_is_put_right(page: Page, peer: Peer) -> None:
    """To the example itself, or to the answer, open to be written in."""
    await checked(page, peer)
    await page.get_by_role("link", name="Gå til hensigten: »hvor langt er min sag« står både").click()
    await expect(page.locator(".example-row.pointed")).to_contain_text("hvor langt er min sag")
    assert await focused(page) == "Vælg »hvor langt er min sag«"
    await page.go_back()
    await page.get_by_role("link", name="Gå til svaret").click()
    await expect(page.locator(".answer-editor")).to_contain_text("Ret svaret »gammel«")
    assert await focused(page) == "Svarets tekst"


async def test_a_rule_is_passed_on_to_those_who_can_change_it(page: Page, peer: Peer) -> None:
    """Rules are not written here: it is said, and the words can be copied."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await checked(page, peer)
    row = page.locator(".check-row").filter(has_text="Reglerne »Hilsen«")
    await expect(row).to_contain_text("Reglerne kan du ikke rette her.")
    await row.get_by_role("button", name="Kopiér teksten").click()
    await expect(page.locator("#announcer")).to_have_text("Teksten er kopieret.")
    assert (await page.evaluate("navigator.clipboard.readText()")).startswith("Reglerne »Hilsen«")


async def test_a_check_that_takes_its_time_is_waited_for(page: Page, peer: Peer) -> None:
    """It goes on in the server: a page loaded anew waits too, and says when it is over."""
    peer.examples.checking = True
    await page.goto(f"{peer.base}/training/tjek")
    await page.get_by_role("button", name="Kør tjek").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await page.reload()
    await expect(page.locator(".check-state")).to_contain_text("Ser det hele efter")
    await expect(page.get_by_role("button", name="Kør tjek")).to_have_attribute("aria-disabled", "true")
    peer.examples.checking = False
    await expect(page.locator(".check-row")).to_have_count(4)
    await expect(page.get_by_role("progressbar")).to_be_hidden()


async def test_nothing_wrong_is_good_news(page: Page, peer: Peer) -> None:
    """It is said, and not left for one to guess from an empty page."""
    peer.examples.checks = []
    await page.goto(f"{peer.base}/training/tjek")
    await page.get_by_role("button", name="Kør tjek").click()
    await expect(page.locator(".check-state")).to_contain_text("Der er ingenting at rette. Du kan roligt træne.")


async def test_thousands_of_rows_come_fifty_at_a_time(page: Page, peer: Peer) -> None:
    """Each kind by itself, with a way to the next fifty."""
    one = sample.CHECKS[1]
    peer.examples.checks = [{**one, "text": f"Række {n}"} for n in range(120)]
    await checked(page, peer)
    await expect(page.locator(".checks-of h3")).to_have_text("Bør ses på (120)")
    await expect(page.locator(".check-row")).to_have_count(50)
    await page.get_by_role("button", name="Vis flere").click()
    await expect(page.locator(".check-row")).to_have_count(100)
    assert await focused(page) == "Gå til hensigten: Række 50"


async def test_a_check_that_can_t_begin_says_why(page: Page, peer: Peer) -> None:
    """And the button works again."""
    await page.goto(f"{peer.base}/training/tjek")
    await page.get_by_text("Der er ikke kørt et tjek endnu.").wait_for()
    peer.refuse = No(409, "wrong_moment", "Et tjek er allerede i gang.")
    await page.get_by_role("button", name="Kør tjek").click()
    await expect(page.get_by_role("alert")).to_have_text("Et tjek er allerede i gang.")
    await page.get_by_role("button", name="Kør tjek").click()
    await expect(page.locator(".check-row")).to_have_count(4)


async def test_an_auditor_reads_what_was_found(page: Page, peer: Peer) -> None:
    """Without a button to run it."""
    peer.auditor()
    peer.examples.checked = "done"
    await page.goto(f"{peer.base}/training/tjek")
    await expect(page.locator(".check-row")).to_have_count(4)
    await expect(page.get_by_role("button", name="Kør tjek")).to_have_count(0)


@EVERY_LOOK
async def test_every_state_can_be_read_and_used_by_everybody(
    browser: Browser, peer: Peer, width: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it: before, while it goes on, and what it found."""
    async with looked_at(browser, width, scheme) as look:
        page = look.page
        peer.examples.checks[0] = {**peer.examples.checks[0], "text": sample.HOSTILE}
        peer.examples.checking = True
        await page.goto(f"{peer.base}/training/tjek")
        await page.get_by_role("button", name="Kør tjek").click()
        await page.locator(".check-state").get_by_text("Ser det hele efter").wait_for()
        await look.holds("checking")
        peer.examples.checking = False
        await page.locator(".check-row").first.wait_for()
        await look.holds("checked")
