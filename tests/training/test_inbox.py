"""The inbox: what was not understood is gone through with one key at a time, and nothing personal slips through."""

from __future__ import annotations

from playwright.async_api import Locator, Page, Route, expect

from tests.training import sample
from tests.training.conftest import IN_ONE_LOOP, focused, until
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def inbox(page: Page, peer: Peer, query: str = "") -> None:
    """Go to the inbox and wait for its rows."""
    await page.goto(f"{peer.base}/training/indbakke{query}")
    await page.locator(".row").first.wait_for()


def said(page: Page) -> Locator:
    """Where the page says what happened."""
    return page.locator(".happened")


async def test_a_guess_is_accepted_with_one_key(page: Page, peer: Peer) -> None:
    """J marks the first row, B puts it where the assistant guessed, and the next row is at hand for the next B."""
    await inbox(page, peer)
    await page.keyboard.press("j")
    await page.keyboard.press("b")
    await expect(said(page)).to_contain_text("Lagt i »Hvornår får jeg svar?«.")
    body = peer.sent("/inbox/1/use")[0]
    text = "hvornår hører jeg fra jer om min mors plejebolig?"
    assert body == {"version": 1, "intent": "svartid", "text": text, "confirmed": False}
    await expect(page.locator(".row")).to_have_count(5)
    assert "Peter Hansen" in await focused(page), "the next one"
    await expect(page.get_by_role("button", name="Venter")).to_contain_text("5")


async def test_many_are_gone_through_without_the_mouse(page: Page, peer: Peer) -> None:
    """S, then K and J: each key does one thing to the row that has the focus."""
    await inbox(page, peer)
    for key in ("j", "j", "j", "s"):
        await page.keyboard.press(key)
    await until(page, lambda: peer.groups[3]["status"] == "dropped")
    await expect(said(page)).to_contain_text("Smidt væk.")
    await expect(page.locator(".row")).to_have_count(5)
    assert "I svarer jo slet ikke" in await focused(page)
    await page.keyboard.press("k")
    assert "Peter Hansen" in await focused(page)


async def test_personal_details_are_shown_before_anything_is_kept(page: Page, peer: Peer) -> None:
    """B on a message with a name and a number opens it, points at them, and sends nothing; edited, it is taken."""
    await inbox(page, peer)
    await page.locator('[data-id="2"]').focus()
    await page.keyboard.press("b")
    group = page.locator(".group")
    await expect(group.locator("mark")).to_have_text(["navn: Peter Hansen", "telefonnummer: 12 34 56 78"])
    await expect(group).to_contain_text("navn (Peter Hansen) og telefonnummer (12 34 56 78)")
    box = page.get_by_label("Sådan kommer eksemplet til at stå")
    await expect(box).to_be_focused()
    assert peer.sent("/inbox/2/use") == []
    await box.fill("ring til mig om pasningen")
    await page.get_by_role("button", name="Brug »Blive ringet op«").click()
    await expect(said(page)).to_contain_text("Lagt i »Blive ringet op«.")
    assert peer.sent("/inbox/2/use")[0]["text"] == "ring til mig om pasningen"
    assert peer.sent("/inbox/2/use")[0]["confirmed"] is False


async def test_a_text_is_edited_and_kept_without_the_mouse(page: Page, peer: Peer) -> None:
    """R goes into the field, Esc out of it, and B takes what was written."""
    await inbox(page, peer)
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    await expect(page.get_by_label("Sådan kommer eksemplet til at stå")).to_be_focused()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("hvornår hører vi om plejeboligen, b")
    await page.keyboard.press("Escape")
    await page.keyboard.press("b")
    await expect(said(page)).to_contain_text("Lagt i »Hvornår får jeg svar?«.")
    assert peer.sent("/inbox/1/use")[0]["text"] == "hvornår hører vi om plejeboligen, b"


async def test_personal_details_are_seen_before_a_hensigt_is_chosen(page: Page, peer: Peer) -> None:
    """V and N on a message with a name open it first: nobody chooses, or makes a whole new one, for nothing."""
    await inbox(page, peer)
    for key in ("v", "n"):
        await page.locator('[data-id="2"]').focus()
        await page.keyboard.press(key)
        await expect(page.get_by_label("Sådan kommer eksemplet til at stå")).to_be_focused()
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_new_hensigt_is_made_and_takes_the_message(page: Page, peer: Peer) -> None:
    """N asks for all that it needs; then the message is its next example."""
    await inbox(page, peer)
    for key in ("j", "j", "j", "n"):
        await page.keyboard.press(key)
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("parkeringen ved torvet")
    boxes = dialog.get_by_role("textbox")
    words = [
        "Parkering",
        "Hvor og hvornår man må parkere.",
        "Du må parkere gratis ved torvet i to timer.",
        "må man parkere\nhvad koster parkering",
    ]
    await expect(boxes).to_have_count(len(words))
    for box, text in zip(await boxes.all(), words, strict=True):
        await box.fill(text)
    await dialog.locator("button[type=submit]").click()
    await expect(said(page)).to_contain_text("Lagt i »Parkering«.")
    assert peer.sent("/inbox/3/use")[0]["intent"] == "parkering"


async def test_what_is_not_personal_is_said_so_by_a_person(page: Page, peer: Peer) -> None:
    """The tick sends it as it is, confirmed."""
    await inbox(page, peer, "?id=2")
    await page.get_by_label("Det er ikke personlige oplysninger").check()
    await page.get_by_role("button", name="Brug »Blive ringet op«").click()
    await expect(said(page)).to_contain_text("Lagt i")
    assert peer.sent("/inbox/2/use")[0] | {"version": 1} == {
        "version": 1, "intent": "ring_mig_op", "text": sample.PHONE, "confirmed": True
    }  # fmt: skip


async def test_the_servers_eye_is_sharper_than_the_pages(page: Page, peer: Peer) -> None:
    """Details that were typed in afterwards are refused with their places, and asked about."""
    await inbox(page, peer, "?id=1")
    await page.get_by_label("Sådan kommer eksemplet til at stå").fill("min mor bor på Bøgevej 12")
    await page.get_by_role("button", name="Brug »").click()
    await expect(page.locator(".group")).to_contain_text("adresse (Bøgevej 12)")
    await page.get_by_label("Det er ikke personlige oplysninger").check()
    await page.get_by_role("button", name="Brug »").click()
    await expect(said(page)).to_contain_text("Lagt i")
    assert [body["confirmed"] for body in peer.sent("/inbox/1/use")] == [False, True]


async def test_another_intent_is_found_by_a_few_letters(page: Page, peer: Peer) -> None:
    """V, some letters, Enter: the guesses stand on top, the list is filtered as one types, the choice is used."""
    await inbox(page, peer)
    await page.keyboard.press("j")
    await page.keyboard.press("v")
    dialog = page.get_by_role("dialog", name="Vælg en hensigt")
    options = dialog.get_by_role("option")
    await expect(options.nth(0)).to_contain_text("Hvornår får jeg svar?")
    await expect(options.nth(1)).to_contain_text("Hvor langt er min sag?")
    await expect(options).to_have_count(13)
    await page.keyboard.type("møde")
    await expect(options).to_have_count(4)  # the block »Mennesker og møder« has three; and a new one
    await page.keyboard.type(" aftale")
    await expect(options).to_have_count(2)
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(said(page)).to_contain_text("Lagt i »Aftale et møde«.")
    assert peer.sent("/inbox/1/use")[0]["intent"] == "book_moede"


async def test_choosing_is_left_again_with_escape(page: Page, peer: Peer) -> None:
    """Nothing is sent, and the focus is where it was."""
    await inbox(page, peer)
    await page.keyboard.press("j")
    await page.keyboard.press("v")
    await page.get_by_role("dialog").wait_for()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert "plejebolig" in await focused(page)
    assert not peer.bodies


async def test_what_was_done_is_undone(page: Page, peer: Peer) -> None:
    """F takes the example out of the data again, and the message lies in the inbox; twice undoes both."""
    await inbox(page, peer)
    for key in ("j", "b"):
        await page.keyboard.press(key)
    await expect(said(page)).to_contain_text("Lagt i")
    await page.keyboard.press("k")
    await page.locator('[data-id="3"]').focus()
    await page.keyboard.press("s")
    await expect(said(page)).to_contain_text("Smidt væk.")
    await page.keyboard.press("f")
    await until(page, lambda: peer.groups[3]["status"] == "waiting")
    await expect(said(page)).to_contain_text("Beskeden ligger i indbakken igen.")
    await page.get_by_role("heading", name="parkeringen ved torvet").wait_for()
    await page.keyboard.press("f")
    await until(page, lambda: peer.groups[1]["status"] == "waiting")
    assert peer.edits[-1]["undoes"] == peer.edits[-2]["id"]
    await expect(page.locator(".row")).to_have_count(6)


async def test_half_an_undo_is_done_the_rest_of_when_one_is_online_again(page: Page, peer: Peer) -> None:
    """Whichever answer gets lost on the way, the next F goes on from there, and the message waits in the end."""
    await inbox(page, peer)
    for key in ("j", "b"):
        await page.keyboard.press(key)
    await expect(said(page)).to_contain_text("Lagt i")

    async def done_but_lost(route: Route) -> None:
        await route.fetch()
        await route.abort()

    for lost, does in (("**/undo", done_but_lost), ("**/restore", lambda route: route.abort())):
        await page.route(lost, does)
        await page.keyboard.press("f")
        await expect(said(page).get_by_role("alert")).to_be_visible()
        assert peer.groups[1]["status"] == "used"
        await page.unroute(lost)
        await said(page).evaluate("said => said.replaceChildren()")
    await page.keyboard.press("f")
    await until(page, lambda: peer.groups[1]["status"] == "waiting")
    assert [edit["undoes"] for edit in peer.edits].count(peer.edits[-2]["id"]) == 1


async def test_the_talk_around_a_message_is_shown(page: Page, peer: Peer) -> None:
    """What was said before and after, and what the assistant took it for."""
    await inbox(page, peer)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    assert "plejebolig" in await focused(page)
    talk = page.locator(".talks details").first
    await expect(talk.locator("li")).to_have_count(4)
    await expect(talk.locator("[aria-current]")).to_contain_text("plejebolig")
    await expect(talk).to_contain_text("Forstod ikke: »Hvor langt er min sag?«")
    await page.keyboard.press("j")
    await expect(page.locator(".group .said")).to_contain_text("Peter Hansen")
    assert page.url.endswith("?id=2")
    await page.go_back()
    await expect(page.locator(".group .said")).to_contain_text("plejebolig")


async def test_two_who_work_at_once_are_told(page: Page, peer: Peer) -> None:
    """Somebody was first: the page says who, shows the list as it is, and what was done stands."""
    await inbox(page, peer, "?id=4")
    peer.groups[4].update(status="used", intent="klage", by="Ida Skov", version=2)
    await page.get_by_role("button", name="Smid væk").click()
    await expect(said(page)).to_contain_text("Ida Skov har brugt beskeden imens.")
    await expect(page.locator(".group")).to_contain_text("Lagt i »Klage over en afgørelse« af Ida Skov.")
    await expect(page.locator(".row")).to_have_count(5)
    assert peer.groups[4]["status"] == "used"


async def test_one_key_on_a_row_that_is_used_leads_to_the_next(page: Page, peer: Peer) -> None:
    """Used from the list by two at once: the second is told, the row leaves, and the next one has the focus."""
    await inbox(page, peer)
    await page.keyboard.press("j")
    peer.groups[1].update(status="used", intent="klage", by="Ida Skov", version=2)
    await page.keyboard.press("b")
    await expect(said(page)).to_contain_text("Ida Skov har brugt beskeden imens.")
    await expect(page.locator('.row-link[data-id="2"]')).to_be_focused()
    await expect(page.locator('[data-id="1"]')).to_have_count(0)
    await expect(page.locator('[data-focus="waiting"]')).to_contain_text("5")


async def test_nothing_waits_again_when_the_conversation_was_deleted(page: Page, peer: Peer) -> None:
    """The example is taken back, and the page says why the message is not there again."""
    await inbox(page, peer)
    for key in ("j", "b"):
        await page.keyboard.press(key)
    await expect(said(page)).to_contain_text("Lagt i")
    peer.groups[1]["n"] = 0
    await page.keyboard.press("f")
    await expect(said(page)).to_contain_text("Samtalen er slettet imens, så beskeden kommer ikke tilbage i indbakken.")
    await expect(page.locator(".row")).to_have_count(5)
    assert peer.edits[-1]["undoes"] == peer.edits[-2]["id"] and 1 not in peer.groups


async def test_a_text_that_stands_elsewhere_leads_there(page: Page, peer: Peer) -> None:
    """The words say where, with a link; the message stays in the inbox."""
    await inbox(page, peer, "?id=1")
    await page.get_by_label("Sådan kommer eksemplet til at stå").fill("jeg vil klage")
    await page.get_by_role("button", name="Brug »").click()
    await expect(page.get_by_role("alert")).to_contain_text(
        "»jeg vil klage« står allerede under »Klage over en afgørelse«."
    )
    await expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "/training/hensigter/klage")
    assert peer.groups[1]["status"] == "waiting"


async def test_what_is_written_waits_through_a_login(page: Page, peer: Peer) -> None:
    """A text that was edited is there again when one comes back."""
    await inbox(page, peer, "?id=1")
    await page.get_by_label("Sådan kommer eksemplet til at stå").fill("hvornår hører vi om plejeboligen")
    peer.expired = True
    await page.get_by_role("button", name="Brug »").click()
    await page.get_by_role("dialog", name="Du er logget ud").get_by_role("link").click()
    await expect(page.get_by_label("Sådan kommer eksemplet til at stå")).to_have_value(
        "hvornår hører vi om plejeboligen"
    )
    assert page.url.endswith("?id=1")


async def test_views_reasons_and_search_show_what_they_say(page: Page, peer: Peer) -> None:
    """Used and thrown away have their own lists; what was thrown away can be laid back."""
    await inbox(page, peer)
    await page.get_by_label("Grund").select_option("citizen")
    await expect(page.locator(".row")).to_have_count(1)
    await page.get_by_label("Grund").select_option("")
    await page.get_by_label("Søg efter ord i teksten").fill("torvet")
    await page.keyboard.press("Enter")
    await expect(page.locator(".row")).to_have_count(1)
    await page.get_by_label("Søg efter ord i teksten").fill("")
    await page.get_by_role("button", name="Smidt væk").click()
    await page.locator('[data-id="8"]').click()
    await page.get_by_role("button", name="Læg tilbage i indbakken").click()
    await until(page, lambda: peer.groups[8]["status"] == "waiting")
    await expect(page.get_by_text("Ingen beskeder er smidt væk.")).to_be_visible()


async def test_a_full_inbox_comes_a_page_at_a_time(page: Page, peer: Peer) -> None:
    """Of 5,000 messages fifty are fetched; the next fifty when asked for, and the focus goes on with them."""
    peer.groups = {id: sample.group(id, f"besked nummer {id}") for id in range(1, 5001)}
    await inbox(page, peer)
    await expect(page.locator(".row")).to_have_count(50)
    await expect(page.get_by_role("button", name="Venter")).to_contain_text("5.000")
    await page.get_by_role("button", name="Vis flere").click()
    await expect(page.locator(".row")).to_have_count(100)
    assert "besked nummer 51" in await focused(page)


async def test_the_list_is_as_it_is_when_one_comes_back(page: Page, peer: Peer) -> None:
    """What came meanwhile is there, and nothing is open."""
    await inbox(page, peer, "?id=1")
    await page.get_by_role("link", name="Overblik").click()
    await page.locator(".card").first.wait_for()
    peer.groups[9] = sample.group(9, "hvor er mit affaldskort")
    await page.get_by_role("link", name="Indbakke", exact=True).click()
    await expect(page.locator(".row")).to_have_count(7)
    await expect(page.get_by_text("Vælg en besked i listen.")).to_be_visible()


async def test_an_auditor_looks_and_changes_nothing(page: Page, peer: Peer) -> None:
    """No buttons, and the keys do nothing."""
    peer.auditor()
    await inbox(page, peer, "?id=1")
    await page.locator(".talks li").first.wait_for()
    await expect(page.locator(".group").get_by_role("button")).to_have_count(0)
    for key in ("b", "v", "s", "n", "f"):
        await page.keyboard.press(key)
    assert not peer.bodies


async def test_words_are_shown_as_words(page: Page, peer: Peer) -> None:
    """Markup in what a citizen wrote is text, in the list, the message and the talk around it."""
    await inbox(page, peer, "?id=5")
    await page.locator(".talks li").first.wait_for()
    await expect(page.locator(".group .said")).to_contain_text("<script>")
    assert await page.evaluate("window.hit") is None


async def test_a_message_that_is_gone_is_said_to_be(page: Page, peer: Peer) -> None:
    """An address that leads nowhere says so, with the list beside it."""
    await inbox(page, peer, "?id=999")
    await expect(page.get_by_role("alert")).to_have_text("Beskeden findes ikke længere.")


async def test_a_server_that_is_away_loses_nothing(page: Page, peer: Peer) -> None:
    """The row stays, the text stays, and the words say what happened."""
    await inbox(page, peer, "?id=1")
    peer.refuse = No(503, "unavailable", "Det kan ikke lade sig gøre lige nu. Prøv igen om lidt.")
    await page.get_by_role("button", name="Brug »").click()
    await expect(page.get_by_role("alert")).to_contain_text("Prøv igen om lidt.")
    await expect(page.locator(".row")).to_have_count(6)
