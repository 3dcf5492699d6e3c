"""The queue shows what waits and why, stays where it is while it changes, and is used with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.desk import sample
from tests.desk.conftest import IN_ONE_LOOP, focused, open_talk, until
from tests.desk.peer import Peer

pytestmark = IN_ONE_LOOP


async def ids(page: Page) -> list[int]:
    """The conversations in the queue, in order."""
    return await page.locator(".row-link").evaluate_all("all => all.map((one) => Number(one.dataset.id))")


async def test_a_row_says_in_words_why_and_how_long(page: Page) -> None:
    """Priority, lateness and unread stand as words, beside the citizen's own; colour only repeats them."""
    row = page.locator('.row-link[data-id="12"]')
    for words in ("Sygedagpenge", "36 min.", "»jeg er træt af at vente", "Haster", "1 ny besked", "Ydelsescentret"):
        await expect(row).to_contain_text(words)
    await expect(page.locator('.row-link[data-id="13"]')).to_contain_text("Forsinket")
    await expect(page.locator('.row-link[data-id="15"]')).to_contain_text("Akut")
    await expect(page.get_by_role("button", name="Venter 3")).to_have_attribute("aria-pressed", "true")
    await expect(page).to_have_title("(3) Kø – Skranken")


async def test_waiting_times_go_on_by_themselves(context: BrowserContext, peer: Peer) -> None:
    """Each minute the time that somebody has waited is a minute more, without asking the server."""
    page = await context.new_page()
    await page.clock.install(time=sample.now())
    await page.goto(f"{peer.base}/desk")
    age = page.locator('.row-link[data-id="12"] .age')
    await expect(age).to_have_text("36 min.")
    asked = len(peer.requests)
    await page.clock.run_for(61_000)
    await expect(age).to_have_text("37 min.")
    assert len(peer.requests) == asked


async def test_filters_and_order_are_the_servers(page: Page, peer: Peer) -> None:
    """Choosing asks the server; what is chosen is said also when the filters are folded; nothing found is said."""
    assert await ids(page) == [15, 12, 13]
    await page.locator(".filters summary").click()
    await page.get_by_label("Rækkefølge").select_option("Ventet længst")
    await expect(page.locator(".row-link").first).to_have_attribute("data-id", "15")
    await page.get_by_label("Afdeling").select_option("Borgerservice")
    await expect(page.locator(".row")).to_have_count(1)
    await expect(page.locator(".filters summary")).to_have_text("Viser kun: Borgerservice")
    await page.get_by_label("Årsag").select_option("Akut")
    await expect(page.get_by_text("Der er ingen her med det, du har valgt.")).to_be_visible()
    await page.get_by_role("button", name="Opkald 1").click()
    await page.get_by_label("Årsag").select_option("Alle årsager")
    await page.get_by_label("Afdeling").select_option("Alle afdelinger")
    await expect(page.locator(".row")).to_have_count(1)
    await expect(page.locator(".row")).to_contain_text("Opkald")


async def test_a_thousand_waiting_come_fifty_at_a_time(page: Page, peer: Peer) -> None:
    """Fifty rows, »Vis flere« for the next; a flurry of news is one question, and rows that stay are not made anew."""
    peer.handoffs.update({id: sample.whole(sample.row(id)) for id in range(100, 1097)})
    await page.reload()
    await expect(page.locator(".row")).to_have_count(50)
    await page.get_by_role("button", name="Vis flere").click()
    await expect(page.locator(".row")).to_have_count(100)
    assert await focused(page) != "body"
    await page.evaluate(
        """() => {
          window.made = 0;
          for (const row of document.querySelectorAll(".row")) row.kept = true;
          new MutationObserver((all) => { for (const one of all) window.made += one.addedNodes.length; })
            .observe(document.querySelector(".rows"), { childList: true, subtree: true });
        }"""
    )
    peer.requests.clear()
    gone, changed = (await ids(page))[3], (await ids(page))[5]
    del peer.handoffs[gone]
    peer.changed(changed, unread=4)
    for _ in range(40):
        await peer.frame({"type": "queue"})
    await expect(page.locator(f'.row-link[data-id="{changed}"]')).to_contain_text("4 nye beskeder")
    await expect(page.locator(f'.row-link[data-id="{gone}"]')).to_have_count(0)
    assert await page.locator(".row").evaluate_all("all => all.filter((row) => row.kept).length") == 99
    assert await page.evaluate("window.made") < 10
    asked = [one for one in peer.requests if one == "GET /queue"]
    assert len(asked) <= 4  # two pages of this view, and one's own


async def test_news_leave_the_focus_where_it_is(page: Page, peer: Peer) -> None:
    """A row that moves keeps the focus; when it goes away, the next row has it."""
    await page.locator('.row-link[data-id="12"]').focus()
    peer.changed(12, priority=9)
    await peer.frame({"type": "queue"})
    await expect(page.locator(".row-link").last).to_have_attribute("data-id", "12")
    await expect(page.locator('.row-link[data-id="12"]')).to_be_focused()
    await page.locator('.row-link[data-id="15"]').focus()
    peer.changed(15, status="claimed", claimed_by={"id": "s-sofie", "name": "Sofie Lund"})
    await peer.frame({"type": "queue"})
    await expect(page.locator('.row-link[data-id="15"]')).to_have_count(0)
    await expect(page.locator('.row-link[data-id="13"]')).to_be_focused()


async def test_one_is_told_of_what_is_new(context: BrowserContext, peer: Peer) -> None:
    """Away from the page: a tone and a notification for a new handoff and for words in one's own conversation,
    which name the department and nobody's business; permission is asked by the button alone."""
    await context.grant_permissions([])
    page = await context.new_page()
    await page.add_init_script(
        """window.told = []; window.asked = 0; window.tones = 0;
        window.Notification = class extends EventTarget {
          static permission = "default";
          static async requestPermission() { window.asked += 1; return (this.permission = "granted"); }
          constructor(title, more) { super(); window.told.push(title + JSON.stringify(more)); }
          close() {}
        };
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) { window.tones += 1; return start.call(this, at); };
        document.hasFocus = () => !window.elsewhere;"""
    )
    peer.changed(16, claimed_by={"id": "s-mette", "name": "Mette Holm"})
    await page.goto(f"{peer.base}/desk")
    await page.locator(".row").first.wait_for()
    assert await page.evaluate("window.asked") == 0
    await page.get_by_role("button", name="Vis besked på skærmen").click()
    await expect(page.get_by_role("button", name="Vis besked på skærmen")).to_have_count(0)
    row = sample.row(30, department_name="Jobcentret", first="Noget meget privat")
    await peer.frame({"type": "new", "row": row})
    await until_true(page, "window.tones >= 2")
    assert await page.evaluate("window.told") == []
    await page.evaluate("window.elsewhere = true")
    await peer.frame({"type": "new", "row": row})
    await until_true(page, "window.told.length === 1")
    peer.changed(16, unread=1)
    await peer.frame({"type": "queue"})
    await until_true(page, "window.told.length === 2")
    told = await page.evaluate("window.told.join()")
    assert "Ny i køen: Jobcentret" in told
    assert "Ny besked i din samtale" in told
    assert "privat" not in told
    await page.get_by_role("button", name="Lyd").click()
    await page.reload()
    await expect(page.get_by_role("button", name="Lyd")).to_have_attribute("aria-pressed", "false")
    await page.get_by_role("button", name="Genveje").click()
    await peer.frame({"type": "new", "row": row})
    await page.wait_for_timeout(300)
    assert await page.evaluate("window.tones") == 0


async def until_true(page: Page, words: str) -> None:
    """Wait until an expression is true in the page, whose policy lets no words become a script."""
    for _ in range(400):
        if await page.evaluate(words):
            return
        await page.wait_for_timeout(25)
    raise AssertionError(words)


@pytest.mark.parametrize("width", [1280, 360])
async def test_a_day_s_work_with_the_keyboard_alone(context: BrowserContext, peer: Peer, width: int) -> None:
    """Queue, take, reply, template, note, meeting, close and back to the queue, without a mouse, wide and narrow."""
    page = await context.new_page()
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{peer.base}/desk")
    await page.locator(".row").first.wait_for()
    keys = page.keyboard
    await keys.press("Tab")
    assert await focused(page) == "Gå til indholdet"
    await keys.press("Enter")
    await keys.press("j")
    await keys.press("j")
    await expect(page.locator('.row-link[data-id="12"]')).to_be_focused()
    await keys.press("Enter")
    await page.locator(".message").first.wait_for()
    await expect(page.locator("h2.talk-title")).to_be_focused()
    await keys.press("t")
    await page.locator(".composer").wait_for()
    await keys.press("r")
    assert await focused(page) == "Svar til borgeren"
    await keys.type("Hej Anna, jkrtnma? ")  # while one types, the letters are letters
    await keys.press("Enter")
    await expect(page.locator(".message.own")).to_have_count(1)
    await keys.type("/tak")
    await page.locator(".canned [role=option]").wait_for()
    await keys.press("Enter")
    await keys.press("Enter")
    await expect(page.locator(".message.own")).to_have_count(2)
    await page.locator(".scroller").focus()
    await keys.press("n")
    assert await focused(page) == "Intern note"
    await keys.type("Husk lægeerklæringen.")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(page.locator(".event.internal").first).to_contain_text("Husk lægeerklæringen.")
    await keys.press("m")
    await keys.press("Tab")
    await keys.press("Tab")
    assert await focused(page) == "book"
    await keys.press("Enter")
    await page.locator(".slot input").first.wait_for()
    assert await focused(page) == "Afdeling"
    for _ in range(2):
        await keys.press("Tab")
    await keys.press("Space")
    await keys.press("ArrowRight")
    for _ in range(2):
        await keys.press("Tab")
    assert await focused(page) == "Borgerens navn"
    await keys.press("Enter")
    await expect(page.locator(".meeting")).to_have_count(1)
    await expect(page.locator("dialog")).to_have_count(0)
    assert await focused(page) == "book"
    await keys.press("a")
    await page.locator("dialog").wait_for()
    await keys.press("ArrowDown")
    await keys.press("Tab")
    assert await focused(page) == "Note om, hvad der er aftalt"
    await keys.type("Møde aftalt.")
    await keys.press("Tab")
    await keys.press("Enter")
    await page.locator(".banner").wait_for()
    assert peer.sent("/close") == [{"outcome": "meeting", "note": "Møde aftalt."}]
    await keys.press("g")
    await keys.press("q")
    await expect(page.get_by_role("button", name="Venter")).to_be_focused()
    assert page.url == f"{peer.base}/desk"
    await keys.press("g")
    await keys.press("h")
    await expect(page.get_by_role("heading", name="Søg i afsluttede samtaler")).to_be_focused()
    await keys.press("g")
    await keys.press("t")
    await expect(page.get_by_role("heading", name="Løfter og oplevelser")).to_be_focused()
    await keys.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Genveje på tastaturet")
    await keys.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_shortcuts_of_one_key_can_be_switched_off(page: Page) -> None:
    """WCAG 2.1.4: off is remembered, and no letter does anything then."""
    await page.keyboard.press("?")
    await page.get_by_label("Brug genveje med én tast").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.locator(".row").first.wait_for()
    await page.keyboard.press("j")
    await page.keyboard.press("?")
    assert await focused(page) != "15"
    await expect(page.locator(".row-link:focus")).to_have_count(0)
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_being_available_is_told_anew_at_each_connection(page: Page, peer: Peer) -> None:
    """It lasts as long as the socket: after a break, and after a reload, the server hears it again."""
    await until(page, lambda: {"type": "available", "value": True} in peer.frames)
    await page.get_by_label("Jeg er klar til samtaler").uncheck()
    await until(page, lambda: {"type": "available", "value": False} in peer.frames)
    peer.frames.clear()
    await peer.cut()
    await until(page, lambda: {"type": "available", "value": False} in peer.frames)
    await page.reload()
    await expect(page.get_by_label("Jeg er klar til samtaler")).not_to_be_checked()


async def test_the_address_is_the_place(page: Page, peer: Peer) -> None:
    """Back and forward go where one was; a conversation's address opens it; old ones are found and only read."""
    await open_talk(page, 12)
    assert page.url == f"{peer.base}/desk/samtale/12"
    await expect(page).to_have_title("(3) Anna Bjerregaard: Sygedagpenge – Skranken")
    await open_talk(page, 13)
    await page.go_back()
    await expect(page.locator("h2.talk-title")).to_have_text("Anna Bjerregaard: Sygedagpenge")
    await page.get_by_role("link", name="Historik").click()
    await page.get_by_label("Ord, sagsnummer eller medarbejder").fill("bil")
    await page.keyboard.press("Enter")
    await expect(page.locator(".results .row")).to_have_count(1)
    await page.locator(".results a").click()
    await expect(page.locator(".banner")).to_contain_text("Borgeren har fået svar")
    await expect(page.locator(".actions .button")).to_have_count(0)
    await expect(page.get_by_text("Samtalen er afsluttet.")).to_be_visible()
    await expect(page.get_by_role("button", name="Book møde")).to_have_count(0)
