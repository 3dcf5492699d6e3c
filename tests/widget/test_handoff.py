"""The citizen reads what goes to a person, puts it right, sends it, and always knows where they stand."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.widget.cards import CONSENT, CONSENT_CHOICES, HANDOFF, OFFER, QUEUE, standing
from tests.widget.conftest import IN_ONE_LOOP, open_chat, texts, write
from tests.widget.peer import Peer

pytestmark = IN_ONE_LOOP

SEND = "Send til en medarbejder"


async def offer(page: Page, peer: Peer, **more: Any) -> Locator:
    """Open the chat with the summary on offer; gives the card."""
    await open_chat(page)
    await peer.says("Her er det, jeg sender.", card=HANDOFF | more, choices=OFFER)
    await peer.stands("bot", standing(send_at=HANDOFF["send_at"]))
    card = page.locator(".card.handoff")
    await card.wait_for()
    return card


async def correct(page: Page, heading: str, value: str) -> None:
    """Put a field right in place."""
    row = page.locator(".handoff .row", has=page.locator("dt", has_text=heading))
    await row.get_by_role("button", name="Ret").click()
    await row.get_by_label(heading).fill(value)
    await row.get_by_role("button", name="Færdig").click()


async def test_the_summary_is_read_before_it_is_sent(page: Page, peer: Peer) -> None:
    """Headings and values, several facts as lines of one field, and »Ret« only where the citizen may put it right."""
    card = await offer(page, peer)
    await expect(card.locator("dt")).to_have_text(
        ["Det handler om", "Det spørger du om", "Telefon", "Form på mødet", "Det har du fortalt"]
    )
    await expect(card.locator(".row").last.locator(".value p")).to_have_text(
        ["Jeg blev syg den 3. november", "Jeg arbejder i en børnehave"]
    )
    await expect(card.get_by_role("button", name="Ret", exact=False)).to_have_count(4)
    await expect(card.locator(".hint")).to_have_text(
        "Vi sender det om lidt, hvis du ikke gør noget. Du kan stadig rette."
    )
    await expect(page.locator(".line")).to_be_hidden()


async def test_what_goes_by_itself_does_not_tick(page: Page, peer: Peer) -> None:
    """Nothing in the card changes by itself while it waits, so no screen reader counts down."""
    card = await offer(page, peer)
    await card.evaluate(
        "card => { window.moved = 0; new MutationObserver((all) => { window.moved += all.length; })"
        ".observe(card, { subtree: true, childList: true, characterData: true, attributes: true }); }"
    )
    await page.wait_for_timeout(1200)
    assert await page.evaluate("window.moved") == 0
    await peer.stands("bot", standing(send_at=None))
    await expect(card.locator(".hint")).to_be_hidden()


async def test_unchanged_it_is_the_choice_that_sends_it(page: Page, peer: Peer) -> None:
    """Nothing was put right: the plain choice goes, and no form."""
    await offer(page, peer)
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator(".citizen .bubble")).to_have_text([SEND])
    assert peer.heard("choose") == [{"choice": "9.0"}]
    assert peer.heard("handoff") == []


async def test_only_what_was_put_right_goes_along(page: Page, peer: Peer) -> None:
    """»Send« takes the changed fields and what was added, and nothing else; the citizen's words come back masked."""
    card = await offer(page, peer)
    await correct(page, "Telefon", "12 99 88 77")
    await card.locator(".row").nth(3).get_by_role("button", name="Ret").click()
    await card.get_by_label("Form på mødet").select_option("video")
    await card.get_by_role("button", name="Tilføj noget").click()
    await card.get_by_label("Vil du tilføje noget?").fill("Mit nummer er 010203-1234")
    await expect(card.locator(".hint")).to_contain_text(f"kommer med, når du trykker »{SEND}«")
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator('.citizen[data-status="kept"] .bubble')).to_contain_text("[CPR-nummer]")
    assert peer.heard("handoff") == [
        {
            "handoff": 12,
            "do": "send",
            "fields": {"phone": "12 99 88 77", "form": "video"},
            "add": "Mit nummer er 010203-1234",
        }
    ]
    assert peer.heard("choose") == []
    kept = await page.evaluate("JSON.stringify([sessionStorage, localStorage])")
    assert "010203" not in kept
    assert "12 99" not in kept


async def test_a_call_takes_the_new_number_along(page: Page, peer: Peer) -> None:
    """»Ring til mig« sends what was put right too; a field that was emptied goes as empty."""
    await offer(page, peer)
    await correct(page, "Telefon", "12 00 00 01")
    await correct(page, "Det har du fortalt", "")
    await expect(page.locator(".tag:visible")).to_have_text(["Rettet", "Fjernet"])
    await page.get_by_role("button", name="Ring til mig").click()
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(1)
    assert peer.heard("handoff") == [{"handoff": 12, "do": "call", "fields": {"phone": "12 00 00 01", "fact": ""}}]


async def test_a_correction_can_be_taken_back_and_no_thanks_forgets_it(page: Page, peer: Peer) -> None:
    """»Fortryd« puts back what stood there; »Nej tak« is a plain choice and leaves nothing in the browser."""
    card = await offer(page, peer)
    await correct(page, "Telefon", "12 00 00 01")
    row = card.locator(".row").nth(2)
    await row.get_by_role("button", name="Ret").click()
    await row.get_by_role("button", name="Fortryd").click()
    await expect(row.locator(".value")).to_have_text("12 34 56 78")
    await expect(row.get_by_role("button", name="Ret")).to_be_focused()
    await correct(page, "Telefon", "12 00 00 02")
    await page.get_by_role("button", name="Nej tak").click()
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(1)
    assert peer.heard("choose") == [{"choice": "9.3"}]
    assert "12 00 00" not in await page.evaluate("JSON.stringify(sessionStorage)")


async def test_what_was_typed_stands_after_a_reload(page: Page, peer: Peer) -> None:
    """Half a correction and half an addition survive a reload; the offer stands although something newer was said."""
    card = await offer(page, peer)
    await card.locator(".row").nth(2).get_by_role("button", name="Ret").click()
    await card.get_by_label("Telefon").fill("12 77")
    await card.get_by_role("button", name="Tilføj noget").click()
    await card.get_by_label("Vil du tilføje noget?").fill("Jeg er hjemme om")
    await write(page, "Hvad er jeres åbningstid?")
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(1)
    await peer.says("Vi har åbent kl. 9-15.")
    await page.reload()
    await card.wait_for()
    await expect(card.locator(".row").nth(2).locator(".value")).to_have_text("12 77")
    await expect(card.get_by_label("Vil du tilføje noget?")).to_have_value("Jeg er hjemme om")
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(1)
    assert peer.heard("handoff")[0]["fields"] == {"phone": "12 77"}


async def test_sent_by_itself_while_the_citizen_writes_takes_nothing_from_them(page: Page, peer: Peer) -> None:
    """The time runs out in the middle of a word: the field, the words and the focus stay, and then they can be sent."""
    card = await offer(page, peer)
    await card.locator(".row").nth(2).get_by_role("button", name="Ret").click()
    phone = card.get_by_label("Telefon")
    await phone.fill("12 77")
    await peer.says("Jeg har sendt det videre for dig.", card=HANDOFF | {"send_at": None}, choices=QUEUE)
    await peer.stands("queued", standing("waiting"), position=1)
    await expect(page.locator(".line")).to_be_visible()
    await expect(phone.first).to_be_focused()
    await page.keyboard.type(" 66 55")
    await expect(phone.first).to_have_value("12 77 66 55")
    await card.first.get_by_role("button", name="Send rettelserne").click()
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(1)
    assert peer.heard("handoff") == [{"handoff": 12, "do": "correct", "fields": {"phone": "12 77 66 55"}}]
    await expect(card.first).to_contain_text("Der er en nyere udgave længere nede.")
    await expect(card.first.get_by_role("button")).to_have_count(0)
    await expect(card.last.get_by_role("button", name="Ret eller tilføj")).to_be_visible()


async def test_sent_it_is_only_read_until_the_citizen_puts_it_right(page: Page, peer: Peer) -> None:
    """»Ret eller tilføj« while it waits and when somebody has it; not when it is over."""
    card = await offer(page, peer)
    await peer.stands("queued", standing("waiting"), position=2)
    await expect(card.locator(".done")).to_have_text("Sendt til en medarbejder.")
    await expect(card.get_by_role("button", name="Ret Telefon")).to_be_hidden()
    await expect(page.get_by_role("button", name=SEND)).to_have_attribute("aria-disabled", "true")
    await card.get_by_role("button", name="Ret eller tilføj").click()
    await expect(card.locator(".row").nth(1).get_by_role("button", name="Ret")).to_be_focused()
    await card.get_by_role("button", name="Fortryd").last.click()
    await expect(card.get_by_role("button", name="Ret eller tilføj")).to_be_focused()
    await page.keyboard.press("Enter")
    await card.get_by_role("button", name="Send rettelserne").click()
    await expect(card.locator(".hint")).to_have_text("Du har ikke rettet noget endnu.")
    await card.get_by_role("button", name="Tilføj noget").click()
    await card.get_by_label("Vil du tilføje noget?").fill("Jeg har fri om fredagen")
    await card.get_by_role("button", name="Send rettelserne").click()
    await expect(card.locator(".hint")).to_have_text("Dine rettelser er sendt. De står i din egen besked.")
    assert peer.heard("handoff") == [{"handoff": 12, "do": "correct", "fields": {}, "add": "Jeg har fri om fredagen"}]
    await peer.stands("human", standing("claimed", staff="Mette Holm"))
    await expect(card.locator(".done")).to_have_text("Mette Holm har taget imod det.")
    await expect(card.get_by_role("button", name="Ret eller tilføj")).to_be_visible()
    await peer.stands("bot", None)
    await expect(card.get_by_role("button")).to_have_count(0)


async def test_a_form_is_sent_until_it_is_kept_and_kept_once(page: Page, peer: Peer) -> None:
    """The line breaks after the server kept it: the same id again, one message, and the draft is gone afterwards."""
    await offer(page, peer)
    await correct(page, "Telefon", "12 00 00 03")
    peer.mute = 1
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "sending")
    await page.get_by_role("button", name=SEND).click(force=True)
    await peer.has_kept("[send]")
    await page.reload()
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "kept")
    ids = [frame["id"] for frame in peer.received if frame["type"] == "handoff"]
    assert len(ids) >= 2
    assert len(set(ids)) == 1
    assert await texts(page, "citizen") == ["[send]\nphone: 12 00 00 03"]
    assert "12 00 00" not in await page.evaluate("JSON.stringify(sessionStorage)")


async def test_a_refused_form_says_why_and_keeps_the_words(page: Page, peer: Peer) -> None:
    """Refused, the reason stands at the message; »Ret det« leads back to the card, with everything that was typed."""
    card = await offer(page, peer)
    await correct(page, "Telefon", "12 00 00 04")
    peer.refuse = {"code": "refused", "text": "Det nummer kan ikke bruges."}
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator(".sending .problem")).to_have_text("Det nummer kan ikke bruges.")
    await expect(card.get_by_role("button", name="Ret Telefon")).to_be_hidden()
    await page.get_by_role("button", name="Ret det", exact=True).click()
    await expect(card.get_by_role("heading")).to_be_focused()
    await expect(card.get_by_role("button", name="Ret Telefon")).to_be_visible()
    await expect(card.locator(".row").nth(2).locator(".value")).to_have_text("12 00 00 04")


async def test_the_card_is_used_by_keyboard_alone(page: Page, peer: Peer) -> None:
    """Enter opens a field with the focus in it, Escape and Enter leave it for its button, and the chat stays open."""
    card = await offer(page, peer)
    edit = card.locator(".row").nth(2).get_by_role("button", name="Ret")
    phone = card.get_by_label("Telefon")
    for leave in ("Escape", "Enter"):
        await edit.focus()
        await page.keyboard.press("Enter")
        await expect(phone).to_be_focused()
        await page.keyboard.press("End")
        await page.keyboard.type("9")
        await peer.says("Imens kommer der noget.")
        await expect(page.get_by_text("Imens kommer der noget.").last).to_be_visible()
        await expect(phone).to_be_focused()
        await page.keyboard.press(leave)
        await expect(edit).to_be_focused()
    await expect(card.locator(".row").nth(2).locator(".value")).to_have_text("12 34 56 7899")
    await page.keyboard.press("Escape")
    await expect(page.locator(".panel")).to_be_hidden()


async def test_one_knows_where_one_stands(page: Page, peer: Peer) -> None:
    """Place and waiting time only where the server gave them, what is promised, and who it is."""
    await open_chat(page)
    line = page.locator(".line")
    told = [
        (("queued", standing("waiting"), {}), "Du står i kø til en medarbejder."),
        (
            ("queued", standing("waiting", due="i dag kl. 14.30"), {"position": 2, "wait_minutes": 10}),
            "Du er nummer 2 i køen til en medarbejder. Du kan regne med at vente cirka 10 minutter. "
            "Du får svar senest i dag kl. 14.30.",
        ),
        (("bot", standing("waiting"), {"position": 1}), "Du er nummer 1 i køen til en medarbejder."),
        (
            ("bot", standing("waiting", way="call", due="i morgen kl. 12"), {}),
            "Vi ringer til dig senest i morgen kl. 12.",
        ),
        (("bot", standing("waiting", way="meeting"), {}), "Du hører fra os om et møde."),
        (("human", standing("claimed", staff="Mette Holm"), {}), "Du skriver nu med Mette Holm fra kommunen."),
        (("human", None, {}), "Du skriver nu med en medarbejder."),
    ]
    for (state, handoff, more), words in told:
        await peer.stands(state, handoff, **more)
        await expect(line).to_have_text(words)
    await page.reload()
    await expect(line).to_have_text("Du skriver nu med en medarbejder.")
    await peer.stands("bot", None)
    await expect(line).to_be_hidden()


async def test_a_new_place_is_said_now_and_then_and_a_new_person_at_once(context: BrowserContext, peer: Peer) -> None:
    """A screen reader hears of the queue at once, of places in it at most once a minute, the newest only."""
    page = await context.new_page()
    await page.clock.install()
    await page.goto(peer.base)
    await open_chat(page)
    aloud = page.locator(".line + .spoken")
    place = "Du er nummer {} i køen til en medarbejder."
    await peer.stands("queued", standing("waiting"), position=5)
    await expect(aloud).to_have_text(place.format(5))
    for number in (4, 3):
        await peer.stands("queued", standing("waiting"), position=number)
        await expect(page.locator(".line")).to_have_text(place.format(number))
    await expect(aloud).to_have_text(place.format(5))
    await page.clock.fast_forward(61_000)
    await expect(aloud).to_have_text(place.format(3))
    await peer.stands("human", standing("claimed", staff="Mette Holm"))
    await expect(aloud).to_have_text("Du skriver nu med Mette Holm fra kommunen.")


async def test_a_person_writes_reads_and_is_told_that_the_citizen_types(page: Page, peer: Peer) -> None:
    """Her name on what she writes and while she types, »Set« under what she has read, and a change of speaker said."""
    await open_chat(page)
    await page.locator("#write").press_sequentially("a")
    await peer.stands("human", standing("claimed", staff="Mette Holm"))
    await expect(page.locator(".line")).to_be_visible()
    await peer.frame({"type": "typing", "from": "staff"})
    await expect(page.locator(".typing")).to_have_text("Mette Holm skriver …")
    await peer.says("Hej, jeg hedder Mette.", author="staff", name="Mette Holm")
    await peer.says("Hvad kan jeg gøre?", author="staff", name="Mette Holm")
    await peer.says("Nu er jeg her igen.")
    said = page.locator(".message .meta > .spoken")
    await expect(said).to_have_text(
        [
            "Assistenten svarede",
            "Nu svarer Mette Holm fra kommunen",
            "Mette Holm svarede",
            "Nu svarer assistenten igen",
        ]
    )
    await expect(page.locator(".staff .who").first).to_have_text("Mette Holm")
    assert peer.heard("typing") == []
    await page.locator("#write").press_sequentially("bc")
    while not peer.heard("typing"):
        await page.wait_for_timeout(20)
    await page.keyboard.press("Enter")
    await write(page, "og lidt til")
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(2)
    await peer.frame({"type": "seen", "from": "staff", "seq": 5})
    await expect(page.locator(".receipt:visible")).to_have_count(1)
    await peer.frame({"type": "seen", "from": "staff", "seq": 6})
    await expect(page.locator(".citizen").last.locator(".receipt")).to_have_text("Set")
    await expect(page.locator(".receipt:visible")).to_have_count(1)


async def test_in_the_queue_typing_is_told_and_choices_last(page: Page, peer: Peer) -> None:
    """Who waits may write and still ask the assistant or leave the queue with the same buttons."""
    await open_chat(page)
    await peer.says("Tak. Nu er det sendt.", choices=QUEUE)
    await peer.stands("queued", standing("waiting"), position=1)
    await write(page, "Jeg er her stadig")
    await peer.says("Godt.", author="system")
    while not peer.heard("typing"):
        await page.locator("#write").press_sequentially("x")
        await page.wait_for_timeout(20)
    meanwhile = page.get_by_role("button", name="Spørg robotten imens")
    await expect(meanwhile).to_have_attribute("aria-disabled", "false")
    await peer.stands("human", standing("claimed"))
    await expect(meanwhile).to_have_attribute("aria-disabled", "true")


async def test_consent_waits_for_an_answer_and_takes_one(page: Page, peer: Peer) -> None:
    """The question stands with its two answers whatever is written meanwhile, until one of them is given."""
    await open_chat(page)
    await peer.stands("human", standing("claimed", staff="Mette Holm"))
    await peer.says("Jeg har brug for et ja.", author="staff", name="Mette Holm", card=CONSENT, choices=CONSENT_CHOICES)
    await write(page, "Hvorfor?")
    await peer.says("For at få det hele med.", author="staff", name="Mette Holm")
    await expect(page.locator(".card.consent")).to_contain_text("Må jeg tale med din læge")
    await page.get_by_role("button", name="Ja, det må I gerne").click()
    await expect(page.locator(".choice.chosen")).to_have_text("Ja, det må I gerne (valgt)")
    await expect(page.locator('.choice[aria-disabled="true"]')).to_have_count(2)
    assert peer.heard("choose") == [{"choice": "7.0"}]


async def test_cards_with_parts_missing_and_unknown_cards_break_nothing(page: Page, peer: Peer) -> None:
    """Whatever a card lacks or holds too much of, the message is shown and the conversation goes on."""
    await open_chat(page)
    odd: list[Any] = [
        {"type": "handoff"},
        {"type": "handoff", "id": 12, "fields": "nej"},
        {"type": "handoff", "id": 12, "fields": [None, 7, {"kind": "phone"}, {"value": 4}, {"value": "kun en værdi"}]},
        {"type": "meeting"},
        {"type": "meeting", "id": None, "status": "constructor", "agenda": "x", "details": None, "documents": [{}, 3]},
        {"type": "meeting", "id": 1, "status": "held", "held_until": "i morgen", "details": {"mail": "ja"}},
        {"type": "survey"},
        {"type": "survey", "handoff": 1, "questions": [None, {"key": 3}, {"text": "Uden nøgle"}]},
        {"type": "consent"},
        {"type": "toString"},
        {"type": "regnbue", "id": 3},
        [],
        "kort",
    ]
    for number, card in enumerate(odd):
        await peer.says(f"Besked {number}", card=card, choices=[None, {"id": f"x{number}"}])
    await peer.stands("queued", {"status": "waiting"})
    await peer.says("Den sidste")
    await page.get_by_text("Den sidste").wait_for()
    await expect(page.locator(".assistant")).to_have_count(len(odd) + 2)
    assert "[object" not in await page.locator(".log").inner_text()


async def test_hostile_cards_are_words(page: Page, peer: Peer) -> None:
    """Markup in every field of every card is shown as what it is."""
    hostile = '<img src=x onerror="window.hit=1">javascript:alert(1)'
    await open_chat(page)
    handoff = deepcopy(HANDOFF) | {"add_heading": hostile}
    for one in handoff["fields"]:
        one.update(heading=hostile, value=hostile)
    details = dict.fromkeys(("name", "email", "phone", "interpreter", "companion"), hostile)
    words = dict.fromkeys(("title", "when", "form_words", "place", "companion", "interpreter"), hostile)
    cards: list[dict[str, Any]] = [
        handoff,
        {"type": "meeting", "id": 5, "status": "held", **words, "agenda": [hostile], "documents": [hostile]}
        | {"details": details | {"mail": True, "sms": True}},
        {"type": "survey", "handoff": 12, "questions": [{"key": hostile, "text": hostile}]},
        {"type": "consent", "handoff": 12, "text": hostile},
    ]
    for card in cards:
        await peer.says(hostile, author="staff", name=hostile, card=card, choices=[{"id": "x", "title": hostile}])
    await peer.stands("human", standing("claimed", staff=hostile, due=hostile))
    await expect(page.locator(".line")).to_contain_text("<img")
    await expect(page.locator(".card")).to_have_count(4)
    assert await page.evaluate("window.hit") is None
    root = page.locator(".root")
    assert await root.locator("img, script, iframe, [onclick], [onerror]").count() == 0
    assert await root.locator("a").evaluate_all("all => all.filter((a) => a.protocol === 'javascript:').length") == 0
