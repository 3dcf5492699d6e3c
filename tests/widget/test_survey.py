"""After the conversation: four questions that may each be left out, once, and nobody is nagged."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.widget.cards import SURVEY
from tests.widget.conftest import IN_ONE_LOOP, open_chat, texts
from tests.widget.peer import Peer

pytestmark = IN_ONE_LOOP


async def asked(page: Page, peer: Peer) -> Locator:
    """Open the chat with the questions; gives the card."""
    await open_chat(page)
    await peer.says("Må vi spørge, hvordan det var?", card=SURVEY)
    card = page.locator(".card.survey")
    await card.wait_for()
    return card


async def test_a_question_may_be_left_out_and_the_answers_go_once(page: Page, peer: Peer) -> None:
    """Steps in words, one of five; what is not answered goes as nothing; thanked after, also after a reload."""
    card = await asked(page, peer)
    await expect(card.get_by_role("group")).to_have_count(4)
    heard = card.get_by_role("group", name="Blev du hørt?")
    await expect(heard.get_by_role("radio")).to_have_count(5)
    await heard.get_by_label("I høj grad").check()
    await card.get_by_role("group", name="respekt").get_by_label("Slet ikke").check()
    await card.get_by_label("Vil du skrive noget til os?").fill("Mette var god")
    await card.get_by_role("button", name="Send").click()
    await expect(card).to_have_text("Dine svar er sendt. Tak.")
    assert peer.heard("survey") == [
        {"handoff": 12, "heard": 5, "neutral": None, "trust": None, "respect": 1, "comment": "Mette var god"}
    ]
    assert (await texts(page))[-1] == "Tak, fordi du svarede."
    assert await texts(page, "citizen") == []
    await page.reload()
    await expect(card).to_have_text("Dine svar er sendt. Tak.")
    assert "Mette" not in await page.evaluate("JSON.stringify([sessionStorage, localStorage])")


async def test_no_thanks_is_taken_for_an_answer(page: Page, peer: Peer) -> None:
    """»Nej tak« sends nothing and the questions do not come back."""
    card = await asked(page, peer)
    await card.get_by_role("button", name="Nej tak").click()
    await expect(card).to_have_text("Helt i orden.")
    await expect(card.locator(".told")).to_be_focused()
    await page.reload()
    await expect(page.get_by_text("Må vi spørge")).to_be_visible()
    await expect(card).to_be_hidden()
    assert peer.heard("survey") == []


async def test_an_answer_can_be_taken_back(page: Page, peer: Peer) -> None:
    """A question that was answered by mistake can be left out again; nothing at all is not sent."""
    card = await asked(page, peer)
    trust = card.get_by_role("group", name="tillid")
    await trust.get_by_label("Kun lidt").check()
    await trust.get_by_role("button", name="Slet svaret").click()
    await expect(trust.get_by_label("Slet ikke")).to_be_focused()
    await expect(trust.get_by_label("Kun lidt")).not_to_be_checked()
    await card.get_by_role("button", name="Send").click()
    await expect(card.locator(".problem")).to_have_text("Svar på mindst ét spørgsmål, eller tryk »Nej tak«.")
    assert peer.heard("survey") == []


async def test_by_keyboard_and_across_a_reload(page: Page, peer: Peer) -> None:
    """Tab goes from question to question, arrows choose, and half an answer is there after a reload."""
    card = await asked(page, peer)
    first = card.get_by_role("group", name="Blev du hørt?")
    await first.get_by_label("Slet ikke").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(first.get_by_label("Nogenlunde")).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(card.get_by_role("group", name="fair").get_by_label("Slet ikke")).to_be_focused()
    await page.reload()
    await expect(first.get_by_label("Nogenlunde")).to_be_checked()
    await page.reload()
    await first.get_by_label("Nogenlunde").wait_for()
    await card.get_by_role("button", name="Send").press("Enter")
    await expect(card).to_have_text("Dine svar er sendt. Tak.")
    assert peer.heard("survey")[0]["heard"] == 3


async def test_answers_that_are_refused_are_not_lost(page: Page, peer: Peer) -> None:
    """Too fast, it is said and can be tried again; the questions stay away meanwhile."""
    card = await asked(page, peer)
    await card.get_by_label("I høj grad").first.check()
    peer.refuse = {"code": "too_fast", "text": "Det går lidt hurtigt."}
    await card.get_by_role("button", name="Send").click()
    await expect(page.locator(".sending .problem")).to_have_text("Det går lidt hurtigt.")
    await expect(card).to_be_hidden()
    await page.get_by_role("button", name="Ret det", exact=True).click()
    await expect(card.get_by_label("I høj grad").first).to_be_checked()
    await card.get_by_role("button", name="Send").click()
    await expect(card).to_have_text("Dine svar er sendt. Tak.")
    assert len({frame["id"] for frame in peer.received if frame["type"] == "survey"}) == 2


async def test_nothing_a_form_holds_is_written_to_the_console(page: Page, peer: Peer) -> None:
    """The widget logs nothing, so no words of a citizen either."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    card = await asked(page, peer)
    await card.get_by_label("Vil du skrive noget til os?").fill("hemmeligt")
    await card.get_by_role("button", name="Send").click()
    await expect(card).to_have_text("Dine svar er sendt. Tak.")
    assert said == []
