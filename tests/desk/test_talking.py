"""Nothing that is said is lost, doubled, or said to the wrong one."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.desk import sample
from tests.desk.conftest import IN_ONE_LOOP, open_talk, take, until
from tests.desk.peer import Peer

pytestmark = IN_ONE_LOOP


async def words(page: Page, who: str = "") -> list[str]:
    """What stands in the transcript, in order."""
    return await page.locator(f".message{'.' + who if who else ''} .words").all_inner_texts()


async def reply(page: Page, text: str) -> None:
    """Write a reply and send it with Enter."""
    await page.locator(".composer textarea").fill(text)
    await page.keyboard.press("Enter")


async def test_a_reply_goes_to_the_citizen_and_stands_once(page: Page, peer: Peer) -> None:
    """Shown at once, kept once, and its own copy from the log takes its place."""
    await take(page, 12)
    await reply(page, "Hej Anna. Jeg hedder Mette.")
    await expect(page.locator(".message.own .words")).to_have_text(["Hej Anna. Jeg hedder Mette."])
    await expect(page.locator(".pending")).to_have_count(0)
    assert [body["text"] for body in peer.sent("/reply")] == ["Hej Anna. Jeg hedder Mette."]
    await expect(page.locator(".composer textarea")).to_have_value("")
    await expect(page.locator(".composer textarea")).to_be_focused()


async def test_a_reply_whose_answer_is_lost_is_not_doubled(page: Page, peer: Peer) -> None:
    """»Prøv igen« sends the same id: the server keeps one, and the page shows one, before and after the log's copy."""
    await take(page, 12)
    peer.drop, peer.mute = 1, True
    await reply(page, "Jeg ringer til dig.")
    await page.get_by_role("button", name="Prøv igen").click()
    await expect(page.locator(".pending .status")).to_be_empty()
    assert (await words(page)).count("Jeg ringer til dig.") == 1
    await peer.cut()
    await expect(page.locator(".pending")).to_have_count(0)
    assert (await words(page)).count("Jeg ringer til dig.") == 1
    sent = peer.sent("/reply")
    assert len(sent) == 2
    assert sent[0]["id"] == sent[1]["id"]
    assert [frame["text"] for frame in peer.handoffs[12]["log"]].count("Jeg ringer til dig.") == 1


async def test_a_reply_that_was_kept_is_not_called_unsent(page: Page, peer: Peer) -> None:
    """Its answer is lost, and then it comes back as what was said: it stands once, with nothing to try again."""
    await take(page, 12)
    peer.drop = 1
    await reply(page, "Jeg ringer til dig.")
    await expect(page.locator(".message.own")).to_have_count(1)
    await until(page, lambda: not peer.drop)
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.get_by_role("button", name="Prøv igen")).to_have_count(0)
    assert (await words(page)).count("Jeg ringer til dig.") == 1


async def test_a_reply_that_could_not_be_sent_outlives_a_reload(page: Page, peer: Peer) -> None:
    """What failed stands there with »Prøv igen« after a reload too, and so does the draft in the box."""
    await take(page, 12)
    await page.route("**/reply", lambda route: route.abort())
    await reply(page, "Vigtigt svar")
    await page.get_by_role("button", name="Prøv igen").wait_for()
    await page.locator(".composer textarea").fill("en kladde")
    await page.reload()
    await expect(page.locator(".pending .words")).to_have_text("Vigtigt svar")
    await expect(page.locator(".composer textarea")).to_have_value("en kladde")
    await page.unroute("**/reply")
    await page.get_by_role("button", name="Prøv igen").click()
    await expect(page.locator(".pending")).to_have_count(0)
    assert (await words(page)).count("Vigtigt svar") == 1


async def test_what_was_said_while_the_line_was_down_comes_once(page: Page, peer: Peer) -> None:
    """Down is said; what came meanwhile is replayed after the last one seen, in order, once; back is said."""
    await open_talk(page, 12)
    await until(page, lambda: [f for f in peer.frames if f["type"] == "open"])
    before = len(await words(page))
    peer.away = True
    await peer.cut()
    await expect(page.locator("#notices").get_by_text("Forbindelsen er afbrudt")).to_be_visible()
    for number in range(3):
        peer.keep(12, f"Imens {number}")
    peer.away = False
    await expect(page.locator("#notices").get_by_text("Forbindelsen er afbrudt")).to_be_hidden()
    await expect(page.locator(".message").last).to_contain_text("Imens 2")
    assert (await words(page))[before:] == ["Imens 0", "Imens 1", "Imens 2"]
    await peer.cut()
    await until(page, lambda: peer.sockets)
    await peer.says(12, "Efter")
    await expect(page.locator(".message").last).to_contain_text("Efter")
    assert (await words(page))[before:] == ["Imens 0", "Imens 1", "Imens 2", "Efter"]
    assert [f["since"] for f in peer.frames if f["type"] == "open"] == [before, before, before + 3]


async def test_both_see_that_the_other_types_and_has_read(page: Page, peer: Peer) -> None:
    """The citizen's typing and reading are shown; one's own are told, reading only of what one has and looks at."""
    await open_talk(page, 12)
    await page.wait_for_timeout(100)
    assert not [f for f in peer.frames if f["type"] == "seen"]
    await page.get_by_role("button", name="Tag samtalen").click()
    await page.locator(".composer textarea").press_sequentially("Hej")
    await until(page, lambda: {"type": "typing", "handoff": 12} in peer.frames)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.own")).to_have_count(1)
    await peer.frame({"type": "typing", "handoff": 12, "from": "citizen"})
    await expect(page.locator(".typing")).to_have_text("Borgeren skriver …")
    await peer.frame({"type": "seen", "handoff": 12, "from": "citizen", "seq": 6})
    await expect(page.locator(".receipt")).to_have_text(re.compile(r"^Set af borgeren kl\. \d{1,2}(\.\d\d)?$"))
    await peer.says(12, "Tak for hurtigt svar")
    await expect(page.locator(".receipt")).to_be_hidden()
    await expect(page.locator("#announcer")).to_have_text("Borgeren skrev: Tak for hurtigt svar")
    await until(page, lambda: {"type": "seen", "handoff": 12, "seq": 7} in peer.frames)


async def test_colleagues_see_each_other(page: Page, peer: Peer) -> None:
    """Who else has the conversation open is said, and that they type; oneself is not counted."""
    await open_talk(page, 12)
    await peer.frame({"type": "present", "handoff": 12, "staff": sample.STAFF[:1]})
    await expect(page.locator(".present")).to_have_text("")
    await peer.frame({"type": "present", "handoff": 12, "staff": sample.STAFF})
    await expect(page.locator(".present")).to_have_text("Sofie Lund og Per Iversen har også samtalen åben")
    await peer.frame({"type": "typing", "handoff": 12, "from": "staff", "name": "Sofie Lund"})
    await expect(page.locator(".typing")).to_have_text("Sofie Lund skriver …")
    await peer.frame({"type": "present", "handoff": 12, "staff": []})
    await expect(page.locator(".present")).to_have_text("")


async def test_a_note_never_goes_to_the_citizen(page: Page, peer: Peer) -> None:
    """The note's box knows only the way to the notes: nothing of it is sent as a reply, by button or by keys."""
    await take(page, 12)
    await page.get_by_role("tab", name="Noter").click()
    box = page.get_by_label("Intern note")
    await box.fill("Hun virker presset.")
    await page.keyboard.press("Enter")
    assert peer.sent("/note") == []
    await box.fill("Hun virker presset.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".event.internal").first).to_contain_text("Hun virker presset.")
    await expect(box).to_have_value("")
    await box.fill("Ring til hende i morgen.")
    await page.get_by_role("button", name="Gem intern note").click()
    await expect(page.locator(".event.internal").first).to_contain_text("Ring til hende i morgen.")
    assert [body["text"] for body in peer.sent("/note")] == ["Hun virker presset.", "Ring til hende i morgen."]
    assert peer.sent("/reply") == []
    assert not [f for f in peer.frames if f["type"] == "say"]
    assert "Hun virker presset." not in await words(page)
    reply_colour, note_colour = [
        await page.locator(place).evaluate("e => getComputedStyle(e).backgroundColor")
        for place in (".reply", ".note-form")
    ]
    assert reply_colour != note_colour


async def test_a_canned_reply_is_put_in_and_never_sent_by_itself(page: Page, peer: Peer) -> None:
    """»/« filters as one types; arrows and Enter choose; it stands in the box until it is sent."""
    await take(page, 12)
    box = page.locator(".composer textarea")
    await box.press_sequentially("Hej. /")
    await expect(page.locator(".canned [role=option]")).to_have_count(3)
    await box.press_sequentially("v")
    await expect(page.locator(".canned [role=option]")).to_have_count(2)  # /vent, and »Hvornår …« by its title
    await page.keyboard.press("Escape")
    await expect(page.locator(".canned")).to_be_hidden()
    await box.press_sequentially("e")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("Hej. Jeg slår det op. Det tager et par minutter.")
    assert peer.sent("/reply") == []
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.own")).to_have_count(1)


async def test_a_variable_that_is_missing_is_filled_before_it_is_sent(page: Page, peer: Peer) -> None:
    """The cursor stands on what is missing, and the reply does not go while it does."""
    await take(page, 12)
    box = page.locator(".composer textarea")
    await box.press_sequentially("/frist")
    await expect(page.locator(".canned [role=option]")).to_have_count(1)
    await page.keyboard.press("Enter")
    chosen = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert await box.evaluate(chosen) == "[dato]"
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Udfyld dato, før du sender.").first).to_be_visible()
    assert peer.sent("/reply") == []
    assert await box.evaluate(chosen) == "[dato]"
    await page.keyboard.insert_text("fredag")
    await page.keyboard.press("Enter")
    await until(page, lambda: peer.sent("/reply"))
    assert peer.sent("/reply")[0]["text"] == "Hej Anna. Du får svar senest fredag. Du skal ikke gøre mere."


async def test_a_field_of_the_summary_leads_to_where_it_was_said(page: Page, peer: Peer) -> None:
    """The words are marked exactly, counted in characters: a picture in the text before them moves nothing."""
    await open_talk(page, 12)
    await page.locator(".summary-field.urgency button").click()
    mark = page.locator("mark")
    await expect(mark).to_have_text("Det haster, for huslejen skal betales på fredag")
    await expect(mark).to_be_in_viewport()
    await expect(page.locator('.message[data-seq="4"]')).to_be_focused()
    await page.locator(".summary-field.form button").click()
    await expect(mark).to_have_text("30.")
    await expect(page.locator('[data-path="number"] mark')).to_have_count(1)


async def test_five_hundred_messages_open_a_hundred_at_a_time(page: Page, peer: Peer) -> None:
    """The last hundred are asked for and drawn; older ones come above without moving what one reads; a source
    further up is fetched."""
    log = peer.handoffs[12]["log"]
    while len(log) < 500:
        peer.keep(12, f"Besked {len(log) + 1} " + "med lidt tekst " * (len(log) % 9))
    await page.reload()
    peer.requests.clear()
    await open_talk(page, 12)
    await expect(page.locator(".message")).to_have_count(100)
    assert peer.requests.count("GET /handoffs/12/messages") == 1
    assert peer.requests.count("GET /handoffs/12") == 1
    await expect(page.get_by_text("Besked 500 ")).to_be_in_viewport()
    place = page.locator('.message[data-seq="401"]')
    await place.scroll_into_view_if_needed()
    await expect(page.locator(".message")).to_have_count(200)
    top = (await place.bounding_box() or {})["y"]
    await page.wait_for_timeout(100)
    assert abs((await place.bounding_box() or {})["y"] - top) < 2
    await expect(place).to_be_in_viewport()
    await page.locator(".summary-field.first_request button").click()
    await expect(page.locator("mark")).to_be_in_viewport()
    await expect(page.locator(".message")).to_have_count(500)
    seqs = await page.locator(".message").evaluate_all("all => all.map((one) => Number(one.dataset.seq))")
    assert seqs == list(range(1, 501))


async def test_who_reads_further_up_stays_there(page: Page, peer: Peer) -> None:
    """A new message moves nothing for whoever has scrolled up; »Nye beskeder« leads to it."""
    for number in range(30):
        peer.keep(12, f"Besked {number} " + "med noget tekst i " * 6)
    await open_talk(page, 12)
    scroller = page.locator(".scroller")
    await scroller.evaluate("e => { e.scrollTop = 100; }")
    await page.wait_for_timeout(100)
    await peer.says(12, "Den nyeste")
    await expect(page.get_by_role("button", name="Nye beskeder")).to_be_visible()
    assert await scroller.evaluate("e => e.scrollTop") == 100
    await page.get_by_role("button", name="Nye beskeder").click()
    await expect(page.locator(".message").last).to_be_in_viewport()
