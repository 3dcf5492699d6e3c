"""What is decided at the desk: asked for kindly, done once, and told truthfully when somebody else was first."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.desk import sample
from tests.desk.conftest import IN_ONE_LOOP, open_talk, take
from tests.desk.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def press(page: Page, name: str) -> None:
    """Press a button of the open dialog."""
    await page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


async def test_who_comes_second_is_told_who_was_first(page: Page, peer: Peer) -> None:
    """409 taken: the name is said, the conversation is shown as it is, and no reply box opens."""
    await open_talk(page, 12)
    peer.changed(12, status="claimed", claimed_by={"id": "s-sofie", "name": "Sofie Lund"})
    await page.get_by_role("button", name="Tag samtalen").click()
    await expect(page.get_by_role("alert")).to_have_text("Sofie Lund har allerede taget den.")
    await expect(page.get_by_text("Sofie Lund har samtalen og svarer borgeren.")).to_be_visible()
    await expect(page.get_by_role("button", name="Tag samtalen")).to_have_count(0)
    await expect(page.locator(".composer")).to_be_hidden()


async def test_closing_takes_an_outcome_and_a_note(page: Page, peer: Peer) -> None:
    """Both are asked for, each where it is missing; what was typed is kept when the dialog is left or refused."""
    await take(page, 12)
    await page.get_by_role("button", name="Afslut").click()
    await press(page, "Afslut")
    await expect(page.get_by_role("dialog")).to_contain_text("Vælg her.")
    await expect(page.get_by_role("dialog")).to_contain_text("Skriv noget her.")
    assert peer.sent("/close") == []
    await page.get_by_label("Note om, hvad der er aftalt").fill("Anna har fået en dato.")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Afslut").click()
    await expect(page.get_by_label("Note om, hvad der er aftalt")).to_have_value("Anna har fået en dato.")
    await page.get_by_label("Borgeren har fået svar").check()
    peer.refuse = No(503, "unavailable", "Det kan ikke lade sig gøre lige nu.")
    await press(page, "Afslut")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("Det kan ikke lade sig gøre lige nu.")
    await expect(page.get_by_label("Note om, hvad der er aftalt")).to_have_value("Anna har fået en dato.")
    await press(page, "Afslut")
    await expect(page.locator(".banner")).to_contain_text("Anna har fået en dato.")
    await expect(page.locator(".composer")).to_be_hidden()


async def test_it_is_given_on_with_a_reason(page: Page, peer: Peer) -> None:
    """To a department or to a colleague, never without a reason; then one is back at the queue."""
    await take(page, 12)
    await page.get_by_role("button", name="Giv videre").click()
    await press(page, "Giv videre")
    await expect(page.get_by_role("dialog")).to_contain_text("Vælg her.")
    await page.get_by_label("En kollega").check()
    await expect(page.get_by_role("dialog").get_by_label("Afdeling", exact=True)).to_be_hidden()
    await expect(page.get_by_label("Kollega", exact=True)).to_contain_text("Sofie Lund, Socialafdelingen")
    await expect(page.get_by_label("Kollega", exact=True)).to_contain_text("Per Iversen, Jobcentret (ikke klar nu)")
    await page.get_by_label("Kollega", exact=True).select_option("s-sofie")
    await press(page, "Giv videre")
    assert peer.sent("/transfer") == []
    await page.get_by_label("Hvorfor, og hvad er aftalt?").fill("Det handler mest om huslejen.")
    await press(page, "Giv videre")
    await expect(page).to_have_url(f"{peer.base}/desk")
    assert peer.sent("/transfer") == [{"to": {"staff": "s-sofie"}, "reason": "Det handler mest om huslejen."}]
    await expect(page.locator("#announcer")).to_have_text("Samtalen er givet videre.")


async def test_login_consent_and_the_assistant_are_asked_for(page: Page, peer: Peer) -> None:
    """Login only of who is not logged in; consent in one's own words; »Lad assistenten svare« is no farewell."""
    await take(page, 13)
    await expect(page.get_by_text("Du kan se borgerens sager, når borgeren er logget ind.")).to_be_visible()
    await page.get_by_role("button", name="Bed om login").click()
    await press(page, "Bed om login")
    peer.changed(13, logged_in=True)
    await peer.frame({"type": "handoff", "handoff": 13})
    await expect(page.locator(".case")).to_have_count(1)
    await expect(page.get_by_role("button", name="Bed om login")).to_have_count(0)
    await page.get_by_role("button", name="Bed om samtykke").click()
    await press(page, "Bed om samtykke")
    assert peer.sent("/ask-consent") == []
    await page.get_by_label("Det spørger du om").fill("Må vi tale med din læge?")
    await press(page, "Bed om samtykke")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Lad assistenten svare").click()
    await press(page, "Lad assistenten svare")
    await expect(
        page.get_by_text("Assistenten svarer borgeren lige nu. Skriver du, har du samtalen igen.")
    ).to_be_visible()
    assert [path.rsplit("/", 1)[1] for path, _ in peer.bodies] == ["claim", "ask-login", "ask-consent", "to-assistant"]


async def test_a_meeting_is_booked_changed_moved_and_cancelled(page: Page, peer: Peer) -> None:
    """By day and time; the agenda is a list; each change carries the version it was made from."""
    await take(page, 12)
    await page.get_by_role("tab", name="Møder").click()
    await page.get_by_role("button", name="Book møde").click()
    await press(page, "Book møde")
    await expect(page.get_by_role("dialog")).to_contain_text("Vælg en tid.")
    await page.locator(".slot label").nth(6).click()
    await page.get_by_label("Mail", exact=True).fill("anna@example.dk")
    await page.get_by_label("Send invitation og påmindelse på mail").check()
    await press(page, "Book møde")
    await expect(page.locator(".meeting")).to_contain_text("Huslejen på fredag")
    booked = peer.sent("/meetings")[0]
    assert booked["details"] == {
        "name": "Anna Bjerregaard",
        "email": "anna@example.dk",
        "phone": "",
        "mail": True,
        "sms": False,
        "interpreter": "",
        "companion": "",
    }
    await page.get_by_role("button", name="Ret", exact=True).click()
    await page.get_by_label("Punkt 2", exact=True).fill("Hjælp til huslejen")
    await page.get_by_role("button", name="Flyt op: Punkt 2").click()
    await page.get_by_role("button", name="Tilføj punkt").click()
    await page.keyboard.type("Hvad nu?")
    await page.get_by_role("button", name="Fjern Papir 1").click()
    await press(page, "Gem")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    changed = peer.bodies[-1][1]
    assert changed["agenda"] == ["Hjælp til huslejen", "Hvorfor trækker sagen ud?", "Hvad nu?"]
    assert changed["documents"] == []
    assert changed["version"] == 1
    await page.get_by_role("button", name="Flyt", exact=True).click()
    await page.locator(".slot label").first.click()
    await press(page, "Flyt mødet")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert set(peer.bodies[-1][1]) == {"version", "calendar", "starts_at"}
    await page.get_by_role("button", name="Aflys", exact=True).click()
    await press(page, "Aflys mødet")
    await expect(page.locator(".meeting")).to_contain_text("Aflyst")


async def test_what_was_typed_outlives_somebody_else_s_change(page: Page, peer: Peer) -> None:
    """409 changed in a dialog: it is said, the newest is fetched, the words stay, and the next try goes through."""
    one = peer.handoffs[12]["detail"]
    one["meetings"].append(sample.meeting(77, "2026-11-24T09:00:00+00:00", "fremmoede", {"name": "Anna"}))
    await take(page, 12)
    await page.get_by_role("tab", name="Møder").click()
    await page.get_by_role("button", name="Ret", exact=True).click()
    await page.get_by_label("Punkt 1", exact=True).fill("Mit punkt")
    one["meetings"][0]["version"] += 1
    await press(page, "Gem")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("En anden har ændret noget imens.")
    await expect(page.get_by_label("Punkt 1", exact=True)).to_have_value("Mit punkt")
    await press(page, "Gem")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert one["meetings"][0]["agenda"][0] == "Mit punkt"


async def test_a_note_for_the_case_is_edited_and_filed_only_when_signed(page: Page, peer: Peer) -> None:
    """What is signed is what stands there; news do not draw over it; who signs is said; afterwards it is only read."""
    await take(page, 12)
    draft = peer.handoffs[12]["detail"]["filings"][0]
    await page.get_by_role("tab", name="Til sagen").click()
    text = page.get_by_label("Tekst")
    await text.fill("Min tekst")
    draft.update(text="En andens tekst", version=2)
    await peer.frame({"type": "handoff", "handoff": 12})
    await expect(page.get_by_text("En anden har ændret noget imens.")).to_be_visible()
    await expect(text).to_have_value("Min tekst")
    await page.get_by_text("Se den andens tekst").click()
    await expect(page.get_by_text("En andens tekst", exact=True)).to_be_visible()
    draft.update(version=3)
    await page.get_by_role("button", name="Gem kladde").click()
    await expect(page.locator(".filing .notice")).to_contain_text("En anden har ændret noget imens.")
    await expect(text).to_have_value("Min tekst")
    await page.get_by_role("button", name="Underskriv og journalisér").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Du skriver under som Mette Holm.")
    assert draft["status"] == "draft"
    await press(page, "Underskriv")
    await expect(page.locator(".filing")).to_contain_text("Skrevet under af Mette Holm")
    assert draft["text"] == "Min tekst"
    assert draft["status"] == "pending"
    await expect(page.locator(".filing textarea")).to_have_count(0)


async def test_a_call_back_task_is_made_as_a_draft(page: Page, peer: Peer) -> None:
    """With text, case and date; it stands among the drafts and waits for a signature."""
    await take(page, 12)
    await page.get_by_role("tab", name="Til sagen").click()
    await page.get_by_role("button", name="Opret opgave om opkald").click()
    await page.get_by_label("Hvad skal der ske?").fill("Ring til Anna om huslejen.")
    await page.get_by_role("dialog").get_by_label("Sagsnummer").fill("32.30.04-G01-118-26")
    await page.get_by_role("dialog").get_by_label("Senest").fill("2026-11-27")
    await press(page, "Gem")
    await expect(page.get_by_role("heading", name="Opgave: ring til borgeren")).to_be_visible()
    assert peer.sent("/file-task") == [
        {"text": "Ring til Anna om huslejen.", "case": "32.30.04-G01-118-26", "deadline": "2026-11-27"}
    ]
    assert [one["status"] for one in peer.handoffs[12]["detail"]["filings"]] == ["draft", "draft"]
