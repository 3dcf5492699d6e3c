"""No message of the citizen is lost, and none comes twice."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Page, expect

from tests.widget.conftest import IN_ONE_LOOP, open_chat, texts, write
from tests.widget.peer import Peer

pytestmark = IN_ONE_LOOP


async def test_what_is_sent_stands_once_and_as_the_log_holds_it(page: Page, peer: Peer) -> None:
    """The optimistic copy becomes the kept message: masked, and not beside it."""
    await open_chat(page)
    await write(page, "Mit nummer er 010203-1234")
    await expect(page.locator(".citizen .bubble")).to_have_text(["Mit nummer er [CPR-nummer]"])
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "kept")
    assert "010203" not in await page.evaluate("JSON.stringify([sessionStorage, localStorage])")


async def test_what_was_said_while_away_comes_in_order_and_once(page: Page, peer: Peer) -> None:
    """After a broken line the server replays from the last number seen; nothing is doubled."""
    await open_chat(page)
    peer.away = True
    await peer.cut()
    await expect(page.locator(".notice")).to_have_text("Forbindelsen er afbrudt. Vi prøver selv igen.")
    await peer.says("Et")
    await peer.says("To")
    peer.away = False
    await expect(page.locator(".notice")).to_have_text("Forbindelsen er tilbage.")
    await expect(page.locator(".assistant .bubble")).to_have_text(["Hej. Jeg er en robot.", "Et", "To"])
    hellos = [frame["since"] for frame in peer.received if frame["type"] == "hello"]
    assert hellos == [0, 1]


async def test_words_written_without_a_line_are_sent_when_it_is_back(page: Page, peer: Peer) -> None:
    """Writing while the line is down loses nothing, keeps the order and says what happens."""
    await open_chat(page)
    peer.away = True
    await peer.cut()
    await write(page, "første")
    await write(page, "anden")
    await expect(page.locator(".citizen .sending").first).to_have_text(
        "Ikke sendt endnu. Vi sender den, når der er forbindelse."
    )
    peer.away = False
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(2)
    assert [m["text"] for m in peer.talk.log if m["from"] == "citizen"] == ["første", "anden"]
    assert await texts(page, "citizen") == ["første", "anden"]


async def test_a_message_whose_answer_was_lost_is_not_kept_twice(page: Page, peer: Peer) -> None:
    """Kept but not acknowledged: the widget sends the same id again, and shows it once."""
    await open_chat(page)
    peer.mute = 1
    await write(page, "kun én gang")
    await peer.has_kept("kun én gang")
    await peer.cut()
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "kept")
    sent = [frame["id"] for frame in peer.received if frame["type"] == "say"]
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert await texts(page, "citizen") == ["kun én gang"]


async def test_a_reload_in_the_middle_loses_nothing_and_doubles_nothing(page: Page, peer: Peer) -> None:
    """One message kept without an ack and one never sent, then a reload: each stands once, in order."""
    await open_chat(page)
    peer.mute = 1
    await write(page, "nåede frem")
    await expect(page.locator(".citizen")).to_have_count(1)
    await peer.has_kept("nåede frem")
    peer.away = True
    await peer.cut()
    await write(page, "nåede ikke frem")
    await page.locator("textarea").fill("halvt skrev")
    await page.reload()
    await expect(page.locator(".citizen .bubble")).to_have_text(["nåede frem", "nåede ikke frem"])
    peer.away = False
    await expect(page.locator('.citizen[data-status="kept"]')).to_have_count(2)
    assert [m["text"] for m in peer.talk.log if m["from"] == "citizen"] == ["nåede frem", "nåede ikke frem"]
    assert await texts(page) == ["Hej. Jeg er en robot.", "nåede frem", "nåede ikke frem"]
    await expect(page.locator("textarea")).to_have_value("halvt skrev")


async def test_a_refused_message_says_why_and_can_be_sent_again(page: Page, peer: Peer) -> None:
    """An error with the message's id never costs the words: "Prøv igen" sends the same message."""
    await open_chat(page)
    peer.refuse = {"code": "too_fast", "text": "Det går lidt hurtigt. Prøv igen om 5 sekunder.", "retry_after": 5}
    await write(page, "Er I der?")
    await expect(page.locator(".sending .problem")).to_have_text("Det går lidt hurtigt. Prøv igen om 5 sekunder.")
    await page.get_by_role("button", name="Prøv igen").click()
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "kept")
    assert await texts(page, "citizen") == ["Er I der?"]
    assert len({frame["id"] for frame in peer.received if frame["type"] == "say"}) == 1


async def test_a_message_nobody_answers_ends_as_not_sent(context: BrowserContext, peer: Peer) -> None:
    """Sent again once by itself over a new line; then the citizen decides, and may also give it up."""
    page = await context.new_page()
    await page.clock.install()
    await page.goto(peer.base)
    await open_chat(page)
    peer.deaf = 2
    await write(page, "Hallo?")
    await page.clock.fast_forward(9_000)
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "sending")
    while len([f for f in peer.received if f["type"] == "say"]) < 2:
        await page.wait_for_timeout(20)
    await page.clock.fast_forward(9_000)
    await expect(page.locator(".sending .problem")).to_have_text("Ikke sendt.")
    await page.get_by_role("button", name="Prøv igen").click()
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "kept")
    peer.refuse = {"code": "empty", "text": "Nej."}
    await write(page, "Væk")
    await page.get_by_role("button", name="Slet beskeden").click()
    assert await texts(page, "citizen") == ["Hallo?"]
    await expect(page.locator("textarea")).to_be_focused()


async def test_an_expired_conversation_begins_anew_and_carries_the_unsent_words(page: Page, peer: Peer) -> None:
    """A bad token is forgotten, the citizen told kindly, and what was not sent goes into the new conversation."""
    await open_chat(page)
    peer.away = True
    await peer.cut()
    await write(page, "Tag den med")
    peer.talks.clear()
    peer.away = False
    await expect(page.locator(".notice")).to_have_text("Din tidligere samtale er udløbet, så vi har startet en ny.")
    await expect(page.locator(".message .bubble")).to_have_text(["Hej. Jeg er en robot.", "Tag den med"])
    assert [m["text"] for m in peer.talk.log] == ["Hej. Jeg er en robot.", "Tag den med"]
    assert peer.talk.token in await page.evaluate("Object.values(localStorage).join()")


async def test_without_storage_the_chat_works_and_login_says_what_is_in_its_way(
    context: BrowserContext, peer: Peer
) -> None:
    """A browser that forbids storage still gets answers; login would lose the conversation, and says so."""
    await context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page = await context.new_page()
    await page.goto(peer.base)
    await open_chat(page)
    await write(page, "Virker det?")
    await expect(page.locator(".citizen")).to_have_attribute("data-status", "kept")
    await peer.says("Log ind.", card={"type": "login", "title": "Log ind", "text": "Så ser vi efter."})
    await page.get_by_role("button", name="Log ind med MitID").click()
    await expect(page.locator(".card .problem")).to_contain_text("eller ring til os på 12 34 56 00")


async def test_a_refused_start_says_why_and_can_be_tried_again(page: Page, peer: Peer) -> None:
    """Too many conversations from one address: the server's words are shown, and a button tries again."""
    peer.refuse_session = {"code": "too_many", "text": "Der er startet mange samtaler herfra.", "retry_after": 60}
    await page.locator(".launcher").click()
    await expect(page.locator(".notice p")).to_have_text("Der er startet mange samtaler herfra.")
    await page.locator(".notice").get_by_role("button", name="Prøv igen").click()
    await page.get_by_text("Jeg er en robot").wait_for()
    await expect(page.locator(".notice")).to_be_empty()
