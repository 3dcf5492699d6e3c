"""Answers: read, rewritten with what a citizen will see beside it, their links tried, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.training import sample
from tests.training.conftest import IN_ONE_LOOP, focused, until
from tests.training.looks import EVERY_LOOK, looked_at
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def go(page: Page, peer: Peer, query: str = "") -> None:
    """Open the page and wait for its answers."""
    await page.goto(f"{peer.base}/training/svar{query}")
    await page.locator(".answer-row").first.wait_for()


async def edit(page: Page, name: str) -> Locator:
    """Open an answer and give its editor."""
    await page.get_by_role("button", name=f"Ret svaret »{name}«").click()
    editor = page.locator(".answer-editor")
    await editor.wait_for()
    return editor


async def test_every_answer_says_what_it_is_for_and_how_it_reads(page: Page, peer: Peer) -> None:
    """Its words, where it is used, its LIX and length, and what is wrong with it."""
    await go(page, peer)
    one = page.locator(".answer-row").filter(has_text="åbningstider")
    await expect(one).to_contain_text("Bruges til: Hvornår har I åbent?")
    await expect(one).to_contain_text("Lixtal 24 · 14 ord")
    old = page.locator(".answer-row").filter(has_text="gammel")
    await expect(old).to_contain_text("Svaret er svært at læse (LIX 71). Det må højst være 35.")
    await expect(old).to_contain_text("Bliver ikke brugt direkte af en hensigt")


async def test_answers_are_found_by_their_words_and_by_what_they_are_for(page: Page, peer: Peer) -> None:
    """While one types; how many there are is said."""
    await go(page, peer)
    await page.get_by_label("Søg i svarene").fill("rådhuset")
    await expect(page.locator(".answer-row")).to_have_count(1)
    await page.get_by_label("Søg i svarene").fill("siger hej")
    await expect(page.locator(".answer-row h3")).to_have_text("hilsen")
    await page.get_by_label("Søg i svarene").fill("xyz")
    await expect(page.get_by_text("Ingen svar passer.")).to_be_visible()


async def test_an_answer_is_shown_as_a_citizen_sees_it_while_it_is_written(page: Page, peer: Peer) -> None:
    """With what the robot fills in, how hard it is to read and how long; too long is said at once."""
    await go(page, peer)
    editor = await edit(page, "hilsen")
    assert await focused(page) == "Udgave 1"
    first = editor.locator(".bubble").first
    await expect(first).to_have_text("Hej. Jeg er Nørre, en robot fra Nørreå Kommune. Hvad kan jeg hjælpe med?")
    await editor.get_by_role("textbox", name="Udgave 1").fill("Dav. Jeg er {navn}.")
    await expect(first).to_have_text("Dav. Jeg er Nørre.")
    await expect(editor.get_by_text("Svaret er let at læse og har en god længde.")).to_be_visible()
    await editor.get_by_role("textbox", name="Udgave 1").fill("ord " * 61)
    await expect(editor.locator(".meter")).to_contain_text("For langt: 61 ord. Højst 60.")
    await expect(editor.get_by_role("status").filter(has_text="Svaret er på 61 ord.")).to_be_visible()
    await expect(editor.locator(".preview-buttons")).to_contain_text("Tale med et menneske")


async def test_what_the_robot_fills_in_is_explained_and_put_in_with_a_button(page: Page, peer: Peer) -> None:
    """Each place with its meaning; the button writes it where the cursor stands."""
    peer.examples.answers["utter_hilsen"]["texts"] = ["Hej. Ring på {phone}."]
    await go(page, peer)
    editor = await edit(page, "hilsen")
    await expect(editor.locator(".places")).to_contain_text("{phone} telefonnummeret")
    box = editor.get_by_role("textbox", name="Svarets tekst")
    await box.fill("Vores nummer er .")
    await page.keyboard.press("ArrowLeft")
    await editor.get_by_role("button", name="Sæt {phone} ind: telefonnummeret").click()
    await expect(box).to_have_value("Vores nummer er {phone}.")


async def test_an_answer_is_saved_and_taken_back(page: Page, peer: Peer) -> None:
    """All its versions go at once; the row says the new words, and the focus is where one was."""
    await go(page, peer)
    editor = await edit(page, "hilsen")
    await editor.get_by_role("textbox", name="Udgave 1").fill("Dav. Hvad kan jeg hjælpe med?")
    await editor.get_by_role("button", name="Fjern udgave 2").click()
    await editor.get_by_role("button", name="Skriv en udgave mere").click()
    await page.keyboard.type("Hej med dig.")
    await page.get_by_role("button", name="Gem", exact=True).click()
    await expect(editor).to_have_count(0)
    await expect(page.locator(".answer-row").first).to_contain_text("Dav. Hvad kan jeg hjælpe med?")
    assert peer.sent("/utter_hilsen")[0]["texts"] == ["Dav. Hvad kan jeg hjælpe med?", "Hej med dig."]
    assert await focused(page) == "Ret svaret »hilsen«"
    await expect(page.locator(".done")).to_contain_text("Svaret er gemt.")
    await page.keyboard.press("f")
    await until(page, lambda: peer.examples.answers["utter_hilsen"]["texts"] == sample.ANSWERS[0]["texts"])
    await expect(page.locator(".answer-row").first).to_contain_text("Hej. Jeg er {navn}")


async def test_an_empty_answer_is_not_saved(page: Page, peer: Peer) -> None:
    """It is said at the field, and nothing is sent."""
    await go(page, peer)
    editor = await edit(page, "hilsen")
    await editor.get_by_role("textbox", name="Udgave 2").fill("  ")
    await page.get_by_role("button", name="Gem", exact=True).click()
    await expect(editor).to_contain_text("Skriv, hvad robotten skal sige.")
    assert await focused(page) == "Udgave 2"
    assert peer.sent("/utter_hilsen") == []


async def test_somebody_else_s_words_are_shown_and_one_s_own_stay(page: Page, peer: Peer) -> None:
    """409 changed: both stand there; saving again means one's own."""
    await go(page, peer)
    editor = await edit(page, "hilsen")
    await editor.get_by_role("textbox", name="Udgave 1").fill("Min tekst.")
    peer.examples.answers["utter_hilsen"]["texts"] = ["Idas tekst."]
    await page.get_by_role("button", name="Gem", exact=True).click()
    await expect(editor.get_by_role("alert")).to_contain_text("Ida Skov har rettet svaret imens.")
    await editor.get_by_text("Se, hvad der står nu").click()
    await expect(editor.locator("details .bubble")).to_have_text("Idas tekst.")
    await expect(editor.get_by_role("textbox", name="Udgave 1")).to_have_value("Min tekst.")
    await page.get_by_role("button", name="Gem", exact=True).click()
    await expect(page.locator(".answer-row").first).to_contain_text("Min tekst.")


async def test_what_is_not_saved_is_there_again(page: Page, peer: Peer) -> None:
    """Without a connection, after a reload, or gone to another answer: the draft waits, and the list says so."""
    await go(page, peer)
    editor = await edit(page, "hilsen")
    await editor.get_by_role("textbox", name="Udgave 1").fill("Skrevet uden net.")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Gem", exact=True).click()
    await expect(editor.get_by_role("alert")).to_contain_text("Der er ingen forbindelse lige nu.")
    await page.context.set_offline(False)
    await page.reload()
    row = page.locator(".answer-row").first
    await expect(row).to_contain_text("Det er en kladde, du ikke har gemt.")
    editor = await edit(page, "hilsen")
    await expect(editor.get_by_role("textbox", name="Udgave 1")).to_have_value("Skrevet uden net.")
    await edit(page, "åbningstider")
    await expect(row).to_contain_text("Det er en kladde, du ikke har gemt.")
    editor = await edit(page, "hilsen")
    await editor.get_by_role("button", name="Luk uden at gemme").click()
    await expect(row).not_to_contain_text("kladde")


async def test_links_are_tried(page: Page, peer: Peer) -> None:
    """Those that stand in the words now, each with whether it works."""
    await go(page, peer)
    editor = await edit(page, "åbningstider")
    await editor.get_by_role("textbox", name="Svarets tekst").fill(
        "Se https://noerreaa.example/tid og https://findes-ikke.example/x"
    )
    links = editor.locator(".link-part")
    await expect(links).to_contain_text("https://findes-ikke.example/x")
    await links.get_by_role("button", name="Tjek links").click()
    await expect(links.get_by_role("listitem")).to_have_text(
        [
            "https://noerreaa.example/tid Linket virker.",
            "https://findes-ikke.example/x Siden findes ikke.",
        ]
    )


async def test_a_link_leads_to_one_answer(page: Page, peer: Peer) -> None:
    """From a check, or from its hensigt: it is open and has the focus."""
    await go(page, peer, "?navn=utter_gammel")
    await expect(page.locator(".answer-editor")).to_contain_text("Ret svaret »gammel«")
    assert await focused(page) == "Svarets tekst"
    await go(page, peer, "?navn=utter_findes_ikke")
    await expect(page.get_by_text("Det svar findes ikke.")).to_be_visible()


async def test_a_long_list_comes_fifty_at_a_time(page: Page, peer: Peer) -> None:
    """»Vis flere« adds the rest and puts the focus on it."""
    for n in range(80):
        peer.examples.answers[f"utter_x{n}"] = {**sample.ANSWERS[2], "name": f"utter_x{n}"}
    await go(page, peer)
    await expect(page.locator(".answer-row")).to_have_count(50)
    await page.get_by_role("button", name="Vis flere").click()
    await expect(page.locator(".answer-row")).to_have_count(84)
    focus = page.locator(".answer-row").nth(50).locator(":focus")
    await expect(focus).to_have_count(1)


async def test_an_auditor_reads_the_whole_answer(page: Page, peer: Peer) -> None:
    """Every version of it, and no button."""
    peer.auditor()
    await go(page, peer, "?navn=utter_hilsen")
    await expect(page.locator(".answer-row").first).to_contain_text("Goddag. Hvad kan jeg hjælpe med?")
    await expect(page.locator("main").get_by_role("button")).to_have_count(0)


async def test_a_preview_that_fails_does_not_stop_the_writing(page: Page, peer: Peer) -> None:
    """It is said, and the next letters try again."""
    await go(page, peer)
    peer.refuse = No(503, "unavailable", "Det kan ikke vises lige nu.")
    editor = await edit(page, "hilsen")
    await expect(editor.get_by_text("Det kan ikke vises lige nu.")).to_be_visible()
    await editor.get_by_role("textbox", name="Udgave 1").fill("Dav.")
    await expect(editor.locator(".bubble").first).to_have_text("Dav.")
    await expect(editor.get_by_text("Det kan ikke vises lige nu.")).to_have_count(0)


@EVERY_LOOK
async def test_every_state_can_be_read_and_used_by_everybody(
    browser: Browser, peer: Peer, width: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it: the list, an answer being written, refused, its links tried."""
    async with looked_at(browser, width, scheme) as look:
        page = look.page
        peer.examples.answers["utter_hilsen"]["texts"][1] = f"{sample.HOSTILE} {{phone}} https://findes-ikke.example/x"
        await go(page, peer)
        await look.holds("answers")
        editor = await edit(page, "hilsen")
        await editor.get_by_role("textbox", name="Udgave 1").fill("ord " * 61)
        await editor.get_by_text("For langt").wait_for()
        await editor.get_by_role("button", name="Tjek links").click()
        await editor.get_by_text("Siden findes ikke.").wait_for()
        peer.examples.answers["utter_hilsen"]["texts"] = ["Idas tekst."]
        await editor.get_by_role("button", name="Gem", exact=True).click()
        await editor.get_by_text("Se, hvad der står nu").click()
        await look.holds("answer")
        await editor.get_by_role("button", name="Gem", exact=True).click()
        await page.locator(".done button").wait_for()
        await look.holds("answer-saved")
