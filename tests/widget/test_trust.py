"""What is said is text, login leaves nothing behind, and the next person at the computer finds nothing."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timezone
from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from tests.widget.conftest import IN_ONE_LOOP, open_chat, texts, write
from tests.widget.peer import Peer

pytestmark = IN_ONE_LOOP

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> javascript:alert(1) data:text/html,x http://ond.example'


async def test_hostile_words_are_shown_as_words(page: Page, peer: Peer) -> None:
    """Markup and addresses of other kinds than https, tel and mailto stay text, wherever they come from."""
    await open_chat(page)
    await write(page, HOSTILE)
    await peer.says(
        HOSTILE,
        choices=[{"id": "x", "title": HOSTILE}],
        card={
            "type": "case",
            "title": HOSTILE,
            "state": HOSTILE,
            "todos": [{"text": HOSTILE, "due": HOSTILE}],
            "contact": {"name": HOSTILE, "phone": "javascript:alert(1)", "email": 'x"onclick="y'},
        },
    )
    await peer.says("x", author="staff", name=HOSTILE)
    await page.locator(".staff").wait_for()
    assert (await texts(page, "assistant"))[-1] == HOSTILE
    assert await page.evaluate("window.hit") is None
    root = page.locator(".root")
    assert await root.locator("img, script, iframe, [onclick], [onerror]").count() == 0
    links = await root.locator("a").evaluate_all("all => all.map((a) => a.protocol)")
    assert set(links) <= {"https:", "tel:", "mailto:"}


async def test_addresses_and_numbers_become_links_and_case_numbers_do_not(page: Page, peer: Peer) -> None:
    """A phone number can be tapped, a sentence's full stop is no part of an address, house number 112 is no alarm."""
    await open_chat(page)
    await peer.says(
        "Ring 112 eller 70 201 201. Se https://borger.dk/a?b=c. Skriv til a.b@noerreaa.example, eller læs "
        "borger.dk/syg. Vi bor på Vestergade 112. Sag 27.36.04-G01-12-26. Ring på 12 34 56 00!"
    )
    await page.get_by_text("Vestergade").wait_for()
    links = (
        await page.locator(".assistant")
        .last.locator("a")
        .evaluate_all("all => all.map((a) => [a.textContent, a.href])")
    )
    assert links == [
        ["112", "tel:112"],
        ["70 201 201", "tel:70201201"],
        ["https://borger.dk/a?b=c", "https://borger.dk/a?b=c"],
        ["a.b@noerreaa.example", "mailto:a.b@noerreaa.example"],
        ["borger.dk/syg", "https://borger.dk/syg"],
        ["12 34 56 00", "tel:12345600"],
    ]


async def test_after_login_the_conversation_goes_on_and_the_code_is_gone(page: Page, peer: Peer) -> None:
    """Back from the login the panel is open, the code is out of the address, and who is logged in is said."""
    await open_chat(page)
    await write(page, "Hvem er min sagsbehandler?")
    await peer.says("Log ind.", card={"type": "login", "title": "Log ind", "text": "Så svarer jeg."})
    await page.get_by_role("button", name="Log ind med MitID").click()
    await expect(page.locator(".login-name span")).to_have_text("Logget ind som Anna Mølgaard")
    assert page.url == peer.base + "/"
    await expect(page.locator(".citizen .bubble")).to_have_text(["Hvem er min sagsbehandler?"])
    await expect(page.get_by_role("button", name="Log ind med MitID")).to_be_hidden()
    await page.locator(".login-name").get_by_role("button", name="Log ud").click()
    await expect(page.locator(".login-name")).to_be_hidden()
    await expect(page.get_by_role("link", name="Log også ud af MitID")).to_be_visible()
    assert peer.logouts == 1


async def test_a_failed_login_opens_the_conversation_that_says_why(page: Page, peer: Peer) -> None:
    """The fragment of a failed login is taken away too, and the reason stands in the conversation."""
    await open_chat(page)
    await peer.says("Du blev ikke logget ind.", author="system")
    await page.keyboard.press("Escape")
    await page.goto("about:blank")
    await page.goto(peer.base + "/#borgerkontakt-login-error=1")
    await expect(page.get_by_text("Du blev ikke logget ind.")).to_be_visible()
    assert page.url == peer.base + "/"


async def test_ending_leaves_nothing_for_the_next_person(page: Page, peer: Peer, context: BrowserContext) -> None:
    """Asked first; then logged out, deleted at the server, and gone from the page, the storage and other windows."""
    await open_chat(page)
    await write(page, "Noget meget privat")
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "kept")
    await page.locator("textarea").fill("en kladde")
    await peer.frame({"type": "state", "state": "bot", "login": {"name": "Anna", "expires_at": None}})
    other = await context.new_page()
    await other.goto(peer.base)
    await other.locator(".launcher").click()
    await expect(other.get_by_text("Noget meget privat")).to_be_visible()
    await page.bring_to_front()
    await page.get_by_role("button", name="Muligheder").click()
    await page.get_by_role("button", name="Slet og afslut samtalen").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("textarea")).to_have_value("en kladde")
    await page.get_by_role("button", name="Muligheder").click()
    await page.get_by_role("button", name="Slet og afslut samtalen").click()
    await page.get_by_role("button", name="Slet og afslut", exact=True).click()
    await expect(page.get_by_text("Samtalen er slettet.")).to_be_visible()
    assert peer.talks == {}
    assert peer.logouts == 1
    kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "private" not in kept
    assert "token" not in kept
    assert "kladde" not in kept
    assert await texts(page) == []
    await expect(other.get_by_text("Noget meget privat")).to_have_count(0)
    await page.get_by_role("button", name="Start en ny samtale").click()
    await page.get_by_text("Jeg er en robot").wait_for()
    assert len(peer.talks) == 1


async def test_the_conversation_can_be_taken_home(page: Page, peer: Peer) -> None:
    """The text file holds who said what, cards too; the print holds the conversation and nothing of the page."""
    await open_chat(page)
    await write(page, "Hvad er status?")
    await peer.says(
        "Sagen behandles.", card={"type": "case", "number": "02.34.02-G01-7-26", "title": "Byggetilladelse"}
    )
    await page.locator(".card.case").wait_for()
    await page.get_by_role("button", name="Muligheder").click()
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Hent samtalen som tekst").click()
    file = Path(await (await coming.value).path())
    text = (await asyncio.to_thread(file.read_bytes)).decode("utf-8-sig")
    assert text.startswith("Samtale med Nørreå Kommune\n")
    year = datetime.now(timezone.utc).year
    assert re.search(rf"^Du, \d{{1,2}}\. [a-z]+ {year} kl\. \d\d\.\d\d$", text, re.MULTILINE)
    assert re.search(rf"^Nora, \d{{1,2}}\. [a-z]+ {year} kl\. \d\d\.\d\d$", text, re.MULTILINE)
    assert "Byggetilladelse\nSagsnummer: 02.34.02-G01-7-26" in text
    await page.get_by_role("button", name="Muligheder").click()
    await page.get_by_role("button", name="Udskriv samtalen").click()
    paper = page.frames[-1]
    printed = await paper.locator("body").inner_text() if len(page.frames) > 1 else ""
    assert "Samtale med Nørreå Kommune" in printed
    assert "Sagsnummer: 02.34.02-G01-7-26" in printed
    assert "En hjemmeside" not in printed
