"""Hensigter and their examples: found, added, changed, moved, deleted, taken back, and nothing typed is ever lost."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.training import sample
from tests.training.conftest import IN_ONE_LOOP, focused, until
from tests.training.looks import EVERY_LOOK, looked_at
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP

NEW = "Nye eksempler"


async def go(page: Page, peer: Peer, intent: str = "sagsstatus", query: str = "") -> None:
    """Open a hensigt and wait for its examples."""
    await page.goto(f"{peer.base}/training/hensigter/{intent}{query}")
    await page.locator(".example-row").first.wait_for()


def row(page: Page, text: str) -> Locator:
    """The row of an example."""
    return page.locator(".example-row").filter(has_text=text)


async def test_the_list_says_how_many_examples_and_how_well_it_goes(page: Page, peer: Peer) -> None:
    """Counts, both shares in words and as a bar, what it is taken for, what is wrong, and which are guarded."""
    await page.goto(f"{peer.base}/training/hensigter")
    one = page.locator(".intent-row").filter(has_text="Hvornår får jeg svar?")
    await expect(one.first).to_contain_text("3 eksempler")
    await expect(one.first).to_contain_text("Rigtige, når den svarer")
    await expect(one.first).to_contain_text("Fundet af dem, der skulle findes")
    await expect(one.first).to_contain_text("Bliver taget for Hvor langt er min sag? (3 gange)")
    await expect(page.locator(".intent-row").filter(has_text="Siger hej")).to_contain_text("Kun 2 eksempler.")
    await expect(page.locator(".intent-row").filter(has_text="Vogtet")).to_have_count(len(sample.GUARDED))
    await expect(page.get_by_text("Tallene er fra version 3.")).to_be_visible()


async def test_one_field_finds_hensigter_and_examples_of_all(page: Page, peer: Peer) -> None:
    """While one types, the list is sifted, and examples of every hensigt are found; a hit leads to its place."""
    await page.goto(f"{peer.base}/training/hensigter")
    await page.locator(".intent-row").first.wait_for()
    await page.get_by_label("Søg i hensigter og eksempler").fill("boligstøtte")
    found = page.locator(".found")
    await expect(found.get_by_role("heading")).to_have_text("2 eksempler med »boligstøtte«")
    await expect(page.locator("#announcer")).to_have_text("2 eksempler med »boligstøtte«")
    await expect(page.locator(".intent-row")).to_have_count(0)
    await expect(page.get_by_text("Ingen hensigt hedder noget med det.")).to_be_visible()
    await found.get_by_role("link", name="hvem skal jeg spørge om boligstøtte").click()
    await expect(page.locator("main h2")).to_have_text("Finde den rette afdeling")
    await expect(page.locator(".example-row.pointed")).to_contain_text("hvem skal jeg spørge om boligstøtte")


async def test_the_list_is_put_in_the_order_one_wants(page: Page, peer: Peer) -> None:
    """By subject first, as it comes; by name, or with the fewest examples first, when that is chosen."""
    peer.examples.texts["klage"].extend(f"klage {n}" for n in range(9))
    await page.goto(f"{peer.base}/training/hensigter")
    titles = page.locator(".intent-title")
    await expect(titles.first).to_have_text("Hvor langt er min sag?")
    await page.get_by_label("Rækkefølge").select_option(label="Efter navn")
    await expect(titles.first).to_have_text("Aftale et møde")
    await page.get_by_label("Rækkefølge").select_option(label="Færrest eksempler først")
    await expect(titles.last).to_have_text("Klage over en afgørelse")


async def test_several_examples_are_added_at_once_and_what_is_refused_stays(page: Page, peer: Peer) -> None:
    """One a line; those refused stay in the field with why, the others are in the list and can be taken back."""
    await go(page, peer)
    box = page.get_by_label(NEW)
    await box.fill("er der nyt i min sag\n\n  hvad sker der nu  \njeg vil klage\n")
    await page.get_by_role("button", name="Læg til").click()
    await expect(row(page, "hvad sker der nu")).to_be_visible()
    await expect(box).to_have_value("jeg vil klage")
    await expect(page.locator(".refused")).to_contain_text("står allerede under »Klage over en afgørelse«")
    assert peer.sent("/examples")[0]["texts"] == ["er der nyt i min sag", "hvad sker der nu", "jeg vil klage"]
    await expect(page.locator(".done")).to_contain_text("2 eksempler lagt til.")
    await page.get_by_role("button", name="Fortryd", exact=True).click()
    await expect(row(page, "hvad sker der nu")).to_have_count(0)
    assert peer.examples.texts["sagsstatus"] == sample.TEXTS["sagsstatus"]


async def test_an_example_with_a_person_in_it_is_only_taken_when_somebody_vouches(page: Page, peer: Peer) -> None:
    """It stays in the field; only with a tick is it sent again as read through."""
    await go(page, peer)
    await page.get_by_label(NEW).fill(sample.PHONE)
    await page.get_by_role("button", name="Læg til").click()
    vouch = page.get_by_label("Jeg har læst det igennem. Der er ingen rigtige personer i det.")
    await vouch.check()
    await page.get_by_role("button", name="Læg til").click()
    await expect(row(page, sample.PHONE)).to_be_visible()
    assert [body["confirmed"] for body in peer.sent("/examples")] == [False, True]
    await expect(vouch).to_be_hidden()


async def test_an_example_is_changed_where_it_stands(page: Page, peer: Peer) -> None:
    """Enter saves and Esc does not; the focus comes back to the row."""
    await go(page, peer)
    await row(page, "er min sag i gang").get_by_role("button", name="Ret »").click()
    assert await focused(page) == "Ret eksemplet"
    await page.keyboard.type("er min sag begyndt?")
    await page.keyboard.press("Escape")
    await expect(row(page, "er min sag i gang")).to_be_visible()
    assert await focused(page) == "Ret »er min sag i gang«"
    await page.keyboard.press("Enter")
    await page.keyboard.type("er min sag begyndt?")
    await page.keyboard.press("Enter")
    await expect(row(page, "er min sag begyndt?")).to_be_visible()
    await until(page, lambda: "er min sag begyndt?" in peer.examples.texts["sagsstatus"])
    assert await focused(page) == "Ret »er min sag begyndt?«"
    await expect(page.locator("#announcer")).to_contain_text("Eksemplet er gemt.")


async def test_somebody_else_s_change_costs_nothing_that_was_typed(page: Page, peer: Peer) -> None:
    """409 changed: what is new is shown, what was written stands there still, and the next try goes through."""
    await go(page, peer)
    await page.get_by_label(NEW).fill("noget helt nyt")
    await row(page, "er min sag i gang").get_by_role("button", name="Ret »").click()
    await page.keyboard.type("min egen tekst")
    peer.examples.texts["sagsstatus"].append("lagt til af Ida")
    await page.keyboard.press("Enter")
    edited = page.locator(".example-form")
    await expect(edited.get_by_role("alert")).to_contain_text("Ida Skov har ændret noget her imens.")
    await expect(row(page, "lagt til af Ida")).to_be_visible()
    await expect(page.get_by_label("Ret eksemplet")).to_have_value("min egen tekst")
    peer.examples.texts["sagsstatus"].append("og en til")
    await page.get_by_role("button", name="Læg til").click()
    await expect(page.locator(".add-form").get_by_role("alert")).to_contain_text("Ida Skov har ændret noget her imens.")
    await expect(page.get_by_label(NEW)).to_have_value("noget helt nyt")
    await page.get_by_role("button", name="Læg til").click()
    await expect(row(page, "noget helt nyt")).to_be_visible()
    await edited.get_by_role("button", name="Gem", exact=True).click()
    await expect(row(page, "min egen tekst")).to_be_visible()


async def test_what_was_written_in_an_example_that_is_gone_is_kept(page: Page, peer: Peer) -> None:
    """A colleague deleted it meanwhile: the words move to the field with new examples, and it is said."""
    await go(page, peer)
    await row(page, "er min sag i gang").get_by_role("button", name="Ret »").click()
    await page.keyboard.type("min egen tekst")
    peer.examples.texts["sagsstatus"].remove("er min sag i gang")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label(NEW)).to_have_value("min egen tekst")
    await expect(page.get_by_text("En anden har ændret eller slettet eksemplet imens.")).to_be_visible()


async def test_without_a_connection_it_says_so_and_keeps_the_text(page: Page, peer: Peer) -> None:
    """The words are there after the page is loaded anew, and then they can be sent."""
    await go(page, peer)
    await page.get_by_label(NEW).fill("skrevet uden net")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Læg til").click()
    await expect(page.locator(".add-form").get_by_role("alert")).to_contain_text("Der er ingen forbindelse lige nu.")
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.get_by_label(NEW)).to_have_value("skrevet uden net")
    await page.get_by_role("button", name="Læg til").click()
    await expect(row(page, "skrevet uden net")).to_be_visible()


async def test_examples_are_deleted_and_come_back(page: Page, peer: Peer) -> None:
    """Without a question first, for F takes it back; the focus goes to the row that is there now."""
    await go(page, peer)
    await row(page, "er min sag i gang").get_by_role("button", name="Slet »").click()
    await expect(row(page, "er min sag i gang")).to_have_count(0)
    await expect(page.locator("#announcer")).to_have_text("1 eksempel slettet. Du kan fortryde det.")
    assert await focused(page) == "Vælg »hvor langt er min sag«"
    await page.keyboard.press("f")
    await expect(row(page, "er min sag i gang")).to_be_visible()
    assert peer.requests[-1] != "" and "er min sag i gang" in peer.examples.texts["sagsstatus"]
    await expect(page.locator("#announcer")).to_have_text("Det er fortrudt.")


async def test_several_examples_are_picked_and_moved(page: Page, peer: Peer) -> None:
    """By keyboard: pick two, choose another hensigt, and they stand there."""
    await go(page, peer)
    await page.get_by_label("Vælg »er min sag i gang«").check()
    await page.get_by_label("Vælg »hvor langt er min sag«").check()
    await expect(page.locator(".example-tools")).to_contain_text("2 valgte")
    await page.get_by_role("button", name="Flyt valgte").press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Flyt 2 eksempler")
    await dialog.get_by_role("button", name="Flyt").click()
    await expect(dialog).to_contain_text("Vælg en hensigt.")
    assert peer.sent("/move") == []
    await dialog.get_by_label("Til hvilken hensigt?").select_option(label="Hvornår får jeg svar?")
    await dialog.get_by_role("button", name="Flyt").press("Enter")
    await expect(page.locator(".done")).to_contain_text("2 eksempler flyttet til »Hvornår får jeg svar?«.")
    assert "er min sag i gang" in peer.examples.texts["svartid"]
    assert await focused(page) == "flyt-valgte"


async def test_near_duplicates_are_shown_with_where_they_stand(page: Page, peer: Peer) -> None:
    """An example that is nearly one of another hensigt says so, with the way there."""
    await go(page, peer)
    near = row(page, "hvor langt er min sag").locator(".problem")
    await expect(near).to_contain_text("Ligner meget: »hvor langt er I med min ansøgning om boligstøtte«")
    await near.get_by_role("link").click()
    await expect(page.locator("main h2")).to_have_text("Hvornår får jeg svar?")


async def test_a_long_list_comes_fifty_at_a_time_and_keeps_its_place(page: Page, peer: Peer) -> None:
    """»Vis flere« adds a page and moves the focus to it; a change further down draws nothing anew."""
    peer.examples.texts["sagsstatus"] = [f"eksempel nummer {n}" for n in range(120)]
    await go(page, peer)
    rows = page.locator(".example-row")
    await expect(rows).to_have_count(50)
    await expect(page.get_by_text("50 af 120 eksempler vises")).to_be_visible()
    await page.get_by_role("button", name="Vis flere").click()
    await expect(rows).to_have_count(100)
    assert await focused(page) == "Vælg »eksempel nummer 50«"
    await row(page, "eksempel nummer 70").get_by_role("button", name="Slet »").click()
    await expect(rows).to_have_count(99)
    place = await page.evaluate("scrollY")
    await page.keyboard.press("f")
    await expect(row(page, "eksempel nummer 70")).to_have_count(1)
    assert await rows.count() >= 99
    assert abs(await page.evaluate("scrollY") - place) < 200, "one stays where one was"


async def test_examples_of_a_hensigt_are_searched(page: Page, peer: Peer) -> None:
    """While one types; it is said how many, and nothing found is said too."""
    await go(page, peer)
    await page.get_by_label("Find i eksemplerne").fill("syge")
    await expect(page.locator(".example-row")).to_have_count(1)
    await page.get_by_label("Find i eksemplerne").fill("zzz")
    await expect(page.get_by_text("Ingen eksempler passer.")).to_be_visible()


async def test_a_link_leads_to_one_example_of_many(page: Page, peer: Peer) -> None:
    """However far down it stands, it is there and has the focus."""
    peer.examples.texts["sagsstatus"] = [f"eksempel nummer {n}" for n in range(400)]
    await go(page, peer, query=f"?eksempel={sample.short('eksempel nummer 333')}")
    await expect(page.locator(".example-row.pointed")).to_contain_text("eksempel nummer 333")
    assert await focused(page) == "Vælg »eksempel nummer 333«"


async def test_hostile_text_is_only_text(page: Page, peer: Peer) -> None:
    """Markup in an example, a hensigt's name or an address is shown as it was written."""
    peer.examples.texts["hilsen"].append(sample.HOSTILE)
    await go(page, peer, "hilsen")
    await expect(row(page, "<img src=x")).to_be_visible()
    await page.goto(f"{peer.base}/training/hensigter/%3Cscript%3E")
    await expect(page.get_by_role("alert")).to_have_text("Den hensigt findes ikke.")
    assert await page.evaluate("window.hit") is None


async def test_a_file_is_looked_through_before_it_is_read_in(page: Page, peer: Peer) -> None:
    """First what would happen, with the lines that are wrong; only a clean file can be read in, and taken back."""
    await page.goto(f"{peer.base}/training/hensigter")
    await page.get_by_text("Eksempler som filer").click()
    wrong = "hensigt;eksempel\nsagsstatus;er der nyt\nfindes_ikke;hej\n".encode("windows-1252")
    file = page.get_by_label("Vælg fil")
    await file.set_input_files({"name": "eksempler.csv", "mimeType": "text/csv", "buffer": wrong})
    await expect(page.locator(".import-state")).to_contain_text("1 linje skal rettes først.")
    await expect(page.locator(".import-state")).to_contain_text(
        "Linje 3: Der er ingen hensigt, der hedder »findes_ikke«."
    )
    await expect(page.get_by_role("button", name="Læs ind")).to_be_hidden()
    right = "hensigt;eksempel\nsagsstatus;får jeg nyt på lørdag\nsvartid;hvor længe endnu\n".encode("windows-1252")
    await file.set_input_files({"name": "eksempler.csv", "mimeType": "text/csv", "buffer": right})
    await expect(page.locator(".import-state")).to_contain_text("2 nye eksempler bliver lagt til")
    assert "får jeg nyt på lørdag" not in peer.examples.texts["sagsstatus"]
    await page.get_by_role("button", name="Læs ind").click()
    await expect(page.locator(".done")).to_contain_text("2 nye eksempler er læst ind.")
    assert "får jeg nyt på lørdag" in peer.examples.texts["sagsstatus"]
    assert [body["dry_run"] for body in peer.sent("/import")] == [True, True, False]
    await page.get_by_role("button", name="Fortryd", exact=True).click()
    await expect(page.locator(".done")).to_contain_text("Det er fortrudt.")
    assert "får jeg nyt på lørdag" not in peer.examples.texts["sagsstatus"]


async def test_all_examples_can_be_had_as_a_file(page: Page, peer: Peer) -> None:
    """For a spreadsheet and for those who look after the computers."""
    await page.goto(f"{peer.base}/training/hensigter")
    await page.get_by_text("Eksempler som filer").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Til regneark (CSV)").click()
    assert (await (await download.value).path()).read_text().startswith("hensigt;eksempel")
    assert (
        await page.get_by_role("link", name="Til it-afdelingen (YML)").get_attribute("href")
        == "/training/api/export.yml"
    )


async def test_a_new_hensigt_is_made_with_its_answer_in_one_go(page: Page, peer: Peer) -> None:
    """Name, what it is about, the answer as a citizen sees it, and examples; then one stands in it."""
    await page.goto(f"{peer.base}/training/hensigter")
    await page.get_by_role("button", name="Ny hensigt").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Lav hensigten").click()
    assert await focused(page) == "Hvad skal den hedde?"
    await dialog.get_by_label("Hvad skal den hedde?").fill("Søge om parkering")
    await dialog.get_by_label("Hvad vil borgeren?").fill("Borgeren vil have et parkeringskort.")
    await dialog.get_by_label("Hvad skal robotten svare?").fill("Du søger her: https://noerreaa.example/parkering")
    await expect(dialog.locator(".bubble")).to_have_text("Du søger her: https://noerreaa.example/parkering")
    await expect(dialog.locator(".meter")).to_contain_text("Lixtal 20. Højst 35.")
    await dialog.get_by_label("Hvordan siger borgere det?").fill("parkeringskort\nhvor må jeg parkere\njeg vil klage")
    await expect(dialog).to_contain_text("3 eksempler. Skriv gerne 7 til.")
    await dialog.get_by_role("button", name="Lav hensigten").click()
    await expect(dialog.locator(".refused")).to_contain_text("»jeg vil klage«")
    await dialog.get_by_label("Hvordan siger borgere det?").fill("parkeringskort\nhvor må jeg parkere")
    await dialog.get_by_role("button", name="Lav hensigten").click()
    await expect(page.locator("main h2")).to_have_text("Søge om parkering")
    await expect(page.locator(".example-row")).to_have_count(2)
    made = peer.sent("/intents")[-1]
    assert made["intent"] == "" and made["examples"] == ["parkeringskort", "hvor må jeg parkere"]


async def test_a_new_hensigt_for_a_message_shows_it_and_keeps_what_was_written(page: Page, peer: Peer) -> None:
    """Come from the inbox: the message is said and not made an example; given up, the words are there next time."""
    await page.goto(f"{peer.base}/training/hensigter?ny=1&tekst=er%20parkeringen%20gratis")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Du laver den til beskeden »er parkeringen gratis«.")
    await expect(dialog.get_by_label("Hvordan siger borgere det?")).to_have_value("")
    await dialog.get_by_label("Hvad skal den hedde?").fill("Parkering")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Ny hensigt").click()
    await expect(dialog.get_by_label("Hvad skal den hedde?")).to_have_value("Parkering")


async def test_an_auditor_sees_all_and_is_offered_nothing(page: Page, peer: Peer) -> None:
    """No field to write in, no button that changes anything."""
    peer.auditor()
    await go(page, peer)
    await expect(page.locator("main textarea, main input[type=checkbox]")).to_have_count(0)
    await expect(page.locator("main").get_by_role("button")).to_have_count(0)
    await page.goto(f"{peer.base}/training/hensigter")
    await page.locator(".intent-row").first.wait_for()
    await expect(page.get_by_role("button", name="Ny hensigt")).to_have_count(0)
    await page.get_by_text("Eksempler som filer").click()
    await expect(page.get_by_label("Vælg fil")).to_have_count(0)


async def test_what_can_t_be_fetched_is_said(page: Page, peer: Peer) -> None:
    """The reason stands on the page, and it works when one comes again."""
    peer.fail = No(503, "unavailable", "Det kan ikke lade sig gøre lige nu.")
    await page.goto(f"{peer.base}/training/hensigter")
    await expect(page.get_by_role("alert")).to_have_text("Det kan ikke lade sig gøre lige nu.")
    await page.get_by_role("link", name="Overblik").click()
    await page.get_by_role("link", name="Hensigter", exact=True).click()
    await expect(page.locator(".intent-row").first).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)


@EVERY_LOOK
async def test_every_state_can_be_read_and_used_by_everybody(
    browser: Browser, peer: Peer, width: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it, in the list, one hensigt, while writing, and in each dialog."""
    async with looked_at(browser, width, scheme) as look:
        page = look.page
        peer.examples.texts["hilsen"].append(sample.HOSTILE * 3)
        await page.goto(f"{peer.base}/training/hensigter")
        await page.get_by_label("Søg i hensigter og eksempler").fill("sag")
        await page.locator(".found-rows").wait_for()
        await page.get_by_text("Eksempler som filer").click()
        wrong = b"hensigt;eksempel\nsagsstatus;er der nyt\nfindes_ikke;hej\n"
        await page.get_by_label("Vælg fil").set_input_files({"name": "e.csv", "mimeType": "text/csv", "buffer": wrong})
        await page.get_by_text("1 linje skal rettes først.").wait_for()
        await look.holds("intents")
        await page.get_by_role("button", name="Ny hensigt").click()
        await page.get_by_label("Hvad skal robotten svare?").fill("Hej.")
        await page.locator(".bubble").wait_for()
        await page.get_by_role("button", name="Lav hensigten").click()
        await look.holds("new-intent")
        await go(page, peer, "hilsen")
        await page.get_by_label(NEW).fill(f"jeg vil klage\n{sample.PHONE}\ngodaften")
        await page.get_by_role("button", name="Læg til").click()
        await page.locator(".refused").wait_for()
        await row(page, "goddag").get_by_role("button", name="Ret »").click()
        await page.get_by_label("Ret eksemplet").fill(sample.PHONE)
        await page.keyboard.press("Enter")
        await page.locator(".example-form .notice").wait_for()
        await page.get_by_label("Vælg »hej«").check()
        await look.holds("intent")
        await page.get_by_role("button", name="Flyt valgte").click()
        await look.holds("move")
        await page.keyboard.press("Escape")
        await go(page, peer, "sagsstatus")
        await look.holds("near")
