"""A meeting is agreed with what the citizen wishes for it, and with nothing they did not ask for."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.widget.cards import BOOK, BOOKED, meeting
from tests.widget.conftest import IN_ONE_LOOP, open_chat, write
from tests.widget.peer import Peer

pytestmark = IN_ONE_LOOP

YES = "Ja, book mødet"


async def held(page: Page, peer: Peer, **more: Any) -> Locator:
    """Open the chat with a time that is held; gives the card."""
    await open_chat(page)
    await peer.says("Jeg holder tiden til dig.", card=meeting(**more), choices=BOOK)
    card = page.locator(".card.meeting")
    await card.wait_for()
    return card


async def kept(page: Page, number: int = 1) -> None:
    """Wait until the citizen's own messages of this page are kept."""
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(number)


async def test_the_card_says_when_where_what_about_and_what_to_bring(page: Page, peer: Peer) -> None:
    """Everything one needs to come stands there, and until when the time is held."""
    card = await held(page, peer, held_until="2099-11-24T13:20:00+00:00", companion="Min søster", interpreter="Arabisk")
    await expect(card.get_by_role("heading")).to_have_text("Møde med Ydelse")
    await expect(card.locator(".badge")).to_have_text("Holdt til dig")
    await expect(card.locator(".row")).to_have_text(
        [
            "Hvornårtirsdag den 24. november kl. 10-10.30",
            "HvorDu kommer til os på RådhusetRådhuspladsen 1, 1. sal",
            "Det taler vi omHvorfor det trækker udHvad der sker nu",
            "Tag medDin lægeerklæring",
            "Kommer medMin søster",
            "TolkArabisk",
        ]
    )
    await expect(card.locator(".hint").first).to_have_text("Vi holder tiden til kl. 14.20.")
    await expect(card.get_by_role("button")).to_have_count(0)


async def test_nothing_is_asked_for_beforehand(page: Page, peer: Peer) -> None:
    """No box is ticked and no field stands open; without wishes the plain choice books."""
    card = await held(page, peer)
    for box in await card.get_by_role("checkbox").all():
        await expect(box).not_to_be_checked()
    await expect(card.get_by_role("textbox")).to_have_count(1)  # the name
    await page.get_by_role("button", name=YES).click()
    await kept(page)
    assert peer.heard("choose") == [{"choice": "6.0"}]
    assert peer.heard("meeting") == []


async def test_what_the_municipality_can_not_send_is_not_asked_about(page: Page, peer: Peer) -> None:
    """Without mail there is no box for it; without text messages a number is still worth having, to call."""
    card = await held(page, peer, offers={"mail": False, "sms": False})
    await expect(card.get_by_label("Send mig indkaldelsen på mail")).to_have_count(0)
    await expect(card.get_by_label("Mind mig om mødet på sms")).to_have_count(0)
    await card.get_by_label("Skriv et nummer, vi kan ringe på").check()
    await card.get_by_label("Dit telefonnummer").fill("12 34 56 78")
    await page.get_by_role("button", name=YES).click()
    await kept(page)
    assert peer.heard("meeting") == [{"meeting": 5, "do": "book", "details": {"phone": "12 34 56 78"}}]


async def test_wishes_go_along_with_the_booking(page: Page, peer: Peer) -> None:
    """What was ticked and filled in goes with »Ja, book mødet«, what was ticked off again does not."""
    card = await held(page, peer)
    await card.get_by_label("Send mig indkaldelsen på mail").check()
    await card.get_by_label("Din mailadresse").fill("anna@noerreaa.example")
    await card.get_by_label("Mind mig om mødet på sms").check()
    await card.get_by_label("Dit telefonnummer").fill("12 34 56 78")
    await card.get_by_label("Mind mig om mødet på sms").uncheck()
    await card.get_by_label("Jeg har brug for tolk").check()
    await card.get_by_label("Hvilket sprog?").fill("Arabisk")
    await page.get_by_role("button", name=YES).click()
    await kept(page)
    assert peer.heard("meeting") == [
        {
            "meeting": 5,
            "do": "book",
            "details": {"mail": True, "email": "anna@noerreaa.example", "interpreter": "Arabisk"},
        }
    ]
    assert peer.heard("choose") == []
    assert "anna@" not in await page.evaluate("JSON.stringify([sessionStorage, localStorage])")


async def test_a_wish_that_cannot_be_right_is_put_right_first(page: Page, peer: Peer) -> None:
    """Mail without an address and sms to half a number: said at the field, the focus there, and nothing is sent."""
    card = await held(page, peer)
    await card.get_by_label("Send mig indkaldelsen på mail").check()
    await card.get_by_label("Mind mig om mødet på sms").check()
    await card.get_by_label("Dit telefonnummer").fill("12 34")
    await page.get_by_role("button", name=YES).click()
    mail = card.get_by_label("Din mailadresse")
    await expect(mail).to_be_focused()
    await expect(mail).to_have_attribute("aria-invalid", "true")
    await expect(card.locator(".problem:visible")).to_have_text(
        ["Skriv en mailadresse, der ligner navn@eksempel.dk.", "Skriv et telefonnummer med otte cifre."]
    )
    await mail.fill("anna@noerreaa.example")
    await card.get_by_label("Mind mig om mødet på sms").uncheck()
    await page.get_by_role("button", name=YES).click()
    await kept(page)
    assert [f["details"] for f in peer.heard("meeting")] == [{"mail": True, "email": "anna@noerreaa.example"}]


async def test_half_filled_in_it_stands_after_a_reload(page: Page, peer: Peer) -> None:
    """The boxes and words are back, and the meeting can be booked although something else was said in between."""
    card = await held(page, peer)
    await card.get_by_label("Jeg tager en med til mødet").check()
    await card.get_by_label("Hvem kommer med?").fill("Min bro")
    await write(page, "Hvor kan man parkere?")
    await kept(page)  # one that is still on its way would be sent again after the reload
    await peer.says("Bag rådhuset.")
    await page.reload()
    await expect(card.get_by_label("Hvem kommer med?")).to_have_value("Min bro")
    await card.get_by_label("Hvem kommer med?").fill("Min bror")
    await page.get_by_role("button", name=YES).click()
    await kept(page)
    assert peer.heard("meeting")[0]["details"] == {"companion": "Min bror"}


async def test_a_time_that_is_not_held_any_more_says_so(page: Page, peer: Peer) -> None:
    """When the time has run out, it is said by itself; »Nej« forgets what was filled in."""
    soon = (datetime.now(timezone.utc) + timedelta(seconds=3)).isoformat()
    card = await held(page, peer, held_until=soon)
    await expect(card.locator(".hint").first).to_contain_text("Vi holder tiden til kl.")
    await expect(card.locator(".hint").first).to_have_text(
        "Vi holder ikke længere tiden. Du kan stadig prøve at booke den."
    )
    await card.get_by_label("Jeg har brug for tolk").check()
    await card.get_by_label("Hvilket sprog?").fill("Urdu")
    await page.get_by_role("button", name="Nej, slip tiden").click()
    await kept(page)
    assert peer.heard("choose") == [{"choice": "6.1"}]
    assert "Urdu" not in await page.evaluate("JSON.stringify(sessionStorage)")


async def test_the_newest_card_counts(page: Page, peer: Peer) -> None:
    """Booked, the card of the time that was held is only history: no form, no choice that works, and it says so."""
    card = await held(page, peer)
    await peer.says("Mødet er aftalt.", card=meeting("booked"), choices=BOOKED)
    await expect(card).to_have_count(2)
    await expect(card.first.locator(".hint").first).to_have_text("Der er en nyere udgave længere nede.")
    await expect(card.first.get_by_role("checkbox")).to_have_count(0)
    await expect(page.get_by_role("button", name=YES)).to_have_attribute("aria-disabled", "true")
    await write(page, "Tak")
    await peer.says("Selv tak.")
    move = page.get_by_role("button", name="Flyt mødet")
    await expect(move).to_have_attribute("aria-disabled", "false")
    await peer.says("Mødet er aflyst.", card=meeting("cancelled"))
    await expect(card.last.locator(".badge")).to_have_text("Aflyst")
    await expect(move).to_have_attribute("aria-disabled", "true")
    await expect(card.get_by_role("button")).to_have_count(0)


async def test_the_calendar_file_is_fetched_with_the_key_and_saved(page: Page, peer: Peer) -> None:
    """»Hent til din kalender« saves the file; the key is in no address; a failure is said and can be tried again."""
    await open_chat(page)
    await peer.says("Mødet er aftalt.", card=meeting("booked"), choices=BOOKED)
    button = page.get_by_role("button", name="Hent til din kalender")
    peer.calendar = None
    await button.click()
    await expect(page.locator(".told")).to_have_text("Vi kunne ikke hente filen lige nu. Prøv igen om lidt.")
    peer.calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Møde\r\nEND:VCALENDAR\r\n"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with page.expect_download() as coming:
        await button.click()
    download = await coming.value
    assert download.suggested_filename == "moede-5.ics"
    file = Path(await download.path())
    assert await asyncio.to_thread(file.read_bytes) == peer.calendar.encode()
    assert peer.talk.token not in "".join(asked)
    await expect(page.locator(".told")).to_contain_text("Filen er hentet.")
    await expect(button).to_be_focused()


async def test_wishes_can_be_changed_once_it_is_booked(page: Page, peer: Peer) -> None:
    """»Ret dine ønsker« opens the form as it is; »Gem« sends only what differs; »Fortryd« sends nothing."""
    details = {"name": "Anna", "email": "anna@noerreaa.example", "phone": "", "mail": True, "sms": False}
    await open_chat(page)
    await peer.says("Mødet er aftalt.", card=meeting("booked", details=details, interpreter="Arabisk"), choices=BOOKED)
    card = page.locator(".card.meeting")
    change = card.get_by_role("button", name="Ret dine ønsker")
    await expect(card.get_by_role("checkbox")).to_have_count(0)
    await change.click()
    await expect(card.get_by_label("Dit navn")).to_be_focused()
    await expect(card.get_by_label("Send mig indkaldelsen på mail")).to_be_checked()
    await expect(card.get_by_label("Hvilket sprog?")).to_have_value("Arabisk")
    await card.get_by_role("button", name="Fortryd").click()
    await expect(change).to_be_focused()
    await change.click()
    await card.get_by_label("Send mig indkaldelsen på mail").uncheck()
    await card.get_by_label("Jeg har brug for tolk").uncheck()
    await card.get_by_role("button", name="Gem ønskerne").click()
    await kept(page)
    await expect(card.get_by_role("heading")).to_be_focused()
    await expect(change).to_be_visible()
    assert peer.heard("meeting") == [{"meeting": 5, "do": "change", "details": {"mail": False, "interpreter": ""}}]


async def test_a_new_card_does_not_take_the_form_out_of_the_citizen_s_hands(page: Page, peer: Peer) -> None:
    """Staff change the agenda while the citizen writes: the words and the focus stay, and go on in the newest card."""
    card = await held(page, peer)
    await card.get_by_label("Jeg har brug for tolk").check()
    language = card.get_by_label("Hvilket sprog?")
    await language.press_sequentially("Ara")
    await peer.says("Dagsordenen er ændret.", author="system", card=meeting(agenda=["Noget nyt"]), choices=BOOK)
    await expect(card).to_have_count(2)
    await expect(language.first).to_be_focused()
    await page.keyboard.type("bisk")
    await page.locator("#write").focus()
    await expect(card.last.get_by_label("Hvilket sprog?")).to_have_value("Arabisk")
    await expect(card.first.get_by_role("checkbox")).to_have_count(0)
    await page.get_by_role("button", name=YES).last.click()
    await kept(page)
    assert peer.heard("meeting")[0]["details"] == {"interpreter": "Arabisk"}


async def test_the_copy_holds_the_meeting_and_the_summary(page: Page, peer: Peer) -> None:
    """What a citizen takes home has when, where and what to bring."""
    await held(page, peer)
    await page.get_by_role("button", name="Muligheder").click()
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Hent samtalen som tekst").click()
    file = Path(await (await coming.value).path())
    text = (await asyncio.to_thread(file.read_bytes)).decode("utf-8-sig")
    assert "Møde med Ydelse\nStatus: Holdt til dig\nHvornår: tirsdag den 24. november kl. 10-10.30\n" in text
    assert "Tag med: Din lægeerklæring" in text
