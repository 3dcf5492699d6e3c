"""Training and versions: started with a reason, followed, stopped, compared, put live, held back, one click back."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Page, expect

from bot.training.gate import OTHER_TESTS
from tests.training import sample
from tests.training.conftest import IN_ONE_LOOP, focused
from tests.training.looks import EVERY_LOOK, looked_at
from tests.training.peer import No, Peer

pytestmark = IN_ONE_LOOP


async def go(page: Page, peer: Peer) -> None:
    """Open the versions and wait for them."""
    await page.goto(f"{peer.base}/training/versioner")
    await page.locator(".version-row").first.wait_for()


async def version(page: Page, peer: Peer, id: int = 4) -> None:
    """Open one version and wait for it."""
    await page.goto(f"{peer.base}/training/versioner/{id}")
    await page.locator(".version-about p").first.wait_for()


async def test_a_training_is_started_with_a_reason_and_followed(page: Page, peer: Peer) -> None:
    """Without a reason nothing begins; each step is seen and said once, and at the end the new version is at hand."""
    await go(page, peer)
    await expect(page.get_by_text("3 ændringer er ikke med i den version, der kører.")).to_be_visible()
    await page.get_by_role("button", name="Start træning").click()
    assert await focused(page) == "Hvorfor?"
    assert peer.sent("/trainings") == []
    await page.keyboard.type("Flere eksempler om plejebolig")
    await page.keyboard.press("Enter")
    part = page.locator(".training-part")
    await expect(part).to_contain_text("Trin 1 af 5: Lægger eksemplerne til side")
    await expect(part).to_contain_text("»Flere eksempler om plejebolig«")
    assert peer.sent("/trainings") == [{"reason": "Flere eksempler om plejebolig"}]
    peer.versions.goes_on(3, "Måler den nye version")
    await expect(page.locator("#announcer")).to_have_text("Trin 3 af 5: Måler den nye version")
    progress = part.get_by_role("progressbar")
    assert await progress.get_attribute("aria-valuetext") == "Trin 3 af 5: Måler den nye version"
    await page.evaluate("document.getElementById('announcer').replaceChildren()")
    peer.versions.goes_on(3, "Prøver besked 20 af 100")
    await expect(part).to_contain_text("Prøver besked 20 af 100")
    assert await page.locator("#announcer").inner_text() == "", "within a step nothing is said"
    peer.versions.ends()
    await expect(page.locator("#announcer")).to_have_text("Træningen er færdig. Version 5 er klar.")
    await expect(page.locator(".version-row").first).to_contain_text("Flere eksempler om plejebolig")
    await part.get_by_role("link", name="Se version 5, og sammenlign").click()
    await expect(page.locator("main h2")).to_have_text("Version 5")


async def test_progress_is_there_after_a_reload_and_for_a_colleague(page: Page, peer: Peer) -> None:
    """It comes from the server; what failed is said with its reason, also to one who comes later."""
    peer.versions.current = sample.training(7, step=2, doing="Lærer ordene", by="Ida Skov", reason="nyt")
    await go(page, peer)
    await expect(page.locator(".training-part")).to_contain_text("Trin 2 af 5: Lærer ordene")
    await expect(page.locator(".training-part")).to_contain_text("Sat i gang af Ida Skov")
    await expect(page.get_by_role("button", name="Start træning")).to_be_hidden()
    await page.reload()
    await expect(page.locator(".training-part")).to_contain_text("Trin 2 af 5: Lærer ordene")
    peer.versions.ends("failed", "Der er ikke plads på disken.")
    await page.reload()
    await expect(page.locator(".training-part")).to_contain_text(
        "Træningen lykkedes ikke. Der er ikke plads på disken."
    )
    await expect(page.get_by_role("button", name="Start træning")).to_be_visible()


async def test_a_training_is_stopped_only_when_one_means_it(page: Page, peer: Peer) -> None:
    """It is asked first; afterwards one can start anew."""
    peer.versions.current = sample.training(7)
    await go(page, peer)
    await page.get_by_role("button", name="Stop træningen").click()
    await page.get_by_role("dialog").get_by_role("button", name="Fortryd").click()
    assert peer.sent("/cancel") == []
    await page.get_by_role("button", name="Stop træningen").click()
    await page.get_by_role("dialog").get_by_role("button", name="Stop træningen").click()
    await expect(page.locator(".training-part")).to_contain_text("Træningen blev stoppet")
    await expect(page.get_by_role("button", name="Start træning")).to_be_visible()
    assert len(peer.sent("/cancel")) == 1


async def test_a_second_training_is_refused_with_words_and_the_reason_is_kept(page: Page, peer: Peer) -> None:
    """A colleague was first: theirs is shown, and what one wrote waits."""
    await go(page, peer)
    await page.get_by_label("Hvorfor?").fill("min grund")
    peer.versions.current = sample.training(7, by="Ida Skov")
    await page.get_by_role("button", name="Start træning").click()
    await expect(page.locator(".training-part")).to_contain_text("Sat i gang af Ida Skov")
    peer.versions.ends()
    await expect(page.get_by_label("Hvorfor?")).to_have_value("min grund")


async def test_a_lost_connection_does_not_frighten(page: Page, peer: Peer) -> None:
    """The training goes on in the server; the page says so and finds back by itself."""
    peer.versions.current = sample.training(7, step=2, doing="Lærer ordene")
    await go(page, peer)
    await page.context.set_offline(True)
    await expect(page.get_by_text("Der er ingen forbindelse lige nu. Træningen går videre alligevel")).to_be_visible()
    await page.context.set_offline(False)
    peer.versions.goes_on(4, "Sammenligner")
    await expect(page.locator(".training-part")).to_contain_text("Trin 4 af 5: Sammenligner")
    await expect(page.get_by_text("Der er ingen forbindelse lige nu.")).to_have_count(0)


async def test_every_version_says_what_it_is_and_how_it_did(page: Page, peer: Peer) -> None:
    """Who made it and why, its figures, and whether it can be used."""
    await go(page, peer)
    rows = page.locator(".version-row")
    await expect(rows).to_have_count(4)
    await expect(rows.nth(0)).to_contain_text("Flere eksempler om plejebolig (4)")
    await expect(rows.nth(0)).to_contain_text("Samlet træfsikkerhed (makro-F1)")
    await expect(rows.nth(0)).to_contain_text("88,1 %")
    await expect(rows.nth(0)).to_contain_text("»Har brug for hjælp nu« fundet")
    await expect(rows.nth(1)).to_contain_text("Kører nu")
    await expect(rows.nth(2)).to_contain_text("Filen mangler")


async def test_it_is_one_click_back(page: Page, peer: Peer) -> None:
    """The version before runs again, it is said, and the way forth is there."""
    await go(page, peer)
    await page.get_by_role("button", name="Gå tilbage til version 1").click()
    await expect(page.locator("#announcer")).to_have_text("Version 1 kører nu.")
    await expect(page.get_by_role("button", name="Gå tilbage til version 3")).to_be_visible()
    await expect(page.locator(".version-row").filter(has_text="Kører nu")).to_contain_text("Version 1")
    assert peer.versions.live == 1
    assert peer.sent("/rollback") == [{"from": 3, "to": 1, "override": None}]


async def test_whoever_goes_back_after_a_colleague_is_told_and_sees_what_runs(page: Page, peer: Peer) -> None:
    """The page still showed the bad version as the one that runs: it is not put back by a second click."""
    await go(page, peer)
    peer.versions.goes_back("Ida Skov")
    await page.get_by_role("button", name="Gå tilbage til version 1").click()
    said = "Ida Skov er i mellemtiden gået tilbage til version 1. Siden viser nu, hvad der kører."
    await expect(page.get_by_role("alert")).to_have_text(said)
    await expect(page.get_by_role("heading", name="Version 1 kører nu", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Gå tilbage til version 3")).to_be_visible()
    assert peer.versions.live == 1


async def test_a_version_that_ran_past_the_gate_comes_back_only_past_the_gate(page: Page, peer: Peer) -> None:
    """A trainer sees why not; an administrator writes why it is right all the same."""
    peer.versions.past = {1}
    await go(page, peer)
    back = page.get_by_role("button", name="Gå tilbage til version 1")
    await back.click()
    live = page.locator(".live-part + .trouble")
    await expect(live).to_contain_text("92,0 % mod 97,0 % før")
    await expect(live).to_contain_text("Kun en administrator kan gå tilbage til den.")
    assert peer.versions.live == 3
    peer.administrator()
    await go(page, peer)
    await back.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("92,0 % mod 97,0 % før")
    await dialog.get_by_label("Hvorfor er det rigtigt alligevel?").fill("for kort")
    await dialog.get_by_role("button", name="Gå tilbage alligevel").click()
    await expect(dialog.get_by_role("alert").last).to_contain_text("Skriv mindst 10 tegn.")
    await dialog.get_by_label("Hvorfor er det rigtigt alligevel?").fill("Prøven er forkert, se sag 12.")
    await dialog.get_by_role("button", name="Gå tilbage alligevel").click()
    await expect(page.locator("#announcer")).to_have_text("Version 1 kører nu.")
    await expect(dialog).to_have_count(0)
    assert peer.sent("/rollback")[-1]["override"] == "Prøven er forkert, se sag 12."


async def test_a_machine_that_is_away_is_told_of_and_does_not_stop_the_way_back(page: Page, peer: Peer) -> None:
    """The version runs where anybody answers; the rest follows by itself, and that is said."""
    peer.versions.absent = 1
    await go(page, peer)
    await page.get_by_role("button", name="Gå tilbage til version 1").click()
    said = "Version 1 kører nu. En af de maskiner, robotten svarer fra, er væk lige nu."
    await expect(page.locator("#announcer")).to_contain_text(said)
    await expect(page.locator(".live-part + .trouble")).to_contain_text("Den får version 1, når den er tilbage.")


async def test_a_robot_that_will_not_switch_is_told_of(page: Page, peer: Peer) -> None:
    """What ran goes on, and the button works again."""
    await go(page, peer)
    peer.refuse = No(503, "rasa", "Robotten svarer ikke. Version 3 kører videre.")
    await page.get_by_role("button", name="Gå tilbage til version 1").click()
    await expect(page.get_by_role("alert")).to_have_text("Robotten svarer ikke. Version 3 kører videre.")
    back = page.get_by_role("button", name="Gå tilbage til version 1")
    await expect(back).not_to_have_attribute("aria-disabled", "true")
    await back.click()
    await expect(page.locator("#announcer")).to_have_text("Version 1 kører nu.")


async def test_a_version_is_compared_with_the_one_that_runs(page: Page, peer: Peer) -> None:
    """What got better and worse, which of the last month would be taken otherwise, each hensigt, and the data."""
    await version(page, peer)
    body = page.locator(".comparison")
    await expect(body.get_by_role("heading", name="Sammenlignet med version 3")).to_be_visible()
    await expect(body.get_by_role("row", name="Samlet træfsikkerhed (makro-F1)")).to_contain_text("+0,5")
    await expect(body.locator(".better tbody tr")).to_contain_text(["hvornår får min far svar"])
    await expect(body.locator(".better tbody tr")).to_contain_text(["Hvornår får jeg svar?"])
    await expect(body.locator(".worse tbody tr")).to_contain_text(["Finde den rette afdeling"])
    await expect(body.get_by_text("Vi har set på 412 beskeder, som borgere skrev de sidste 30 dage.")).to_be_visible()
    # Only what is understood otherwise is counted, so no more than that is said.
    await expect(body.get_by_role("heading", name="Ville blive forstået anderledes (2)")).to_be_visible()
    await expect(body.get_by_text("Rettede svar og regler står nederst.")).to_be_visible()
    changed = body.locator(".recent tbody tr").first
    await expect(changed).to_contain_text("hvornår hører jeg fra jer (3 gange)")
    await expect(changed).to_contain_text("Spurgte tilbage")
    await expect(changed).to_contain_text("Hvornår får jeg svar?, 91 % sikker")
    await body.get_by_text("Hver hensigt").click()
    klage = body.locator(".per-intent tbody tr").filter(has_text="Klage over en afgørelse")
    await expect(klage).to_contain_text("80 % → 70 %")
    await expect(klage).to_contain_text("−7,7")
    await body.get_by_text("Ændret i det, den er trænet på").click()
    await expect(body.locator(".data-changes")).to_contain_text("1 nyt eksempel")
    await expect(body.locator(".data-changes").get_by_role("link", name="hilsen")).to_be_visible()
    assert await page.evaluate("window.hit") is None


async def test_a_version_is_put_live_with_a_reason(page: Page, peer: Peer) -> None:
    """Without one nothing happens; then it runs, it is said, and the page shows it."""
    await version(page, peer)
    await expect(page.locator(".gate")).to_contain_text("Den klarer kontrollen")
    await page.get_by_role("button", name="Tag i brug").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Tag i brug").click()
    await expect(dialog).to_contain_text("Skriv noget her.")
    assert peer.sent("/activate") == []
    await dialog.get_by_label("Hvorfor?").fill("Bedre om plejebolig")
    await page.keyboard.press("Enter")
    await expect(page.locator("#announcer")).to_have_text("Version 4 kører nu.")
    assert peer.sent("/activate") == [{"reason": "Bedre om plejebolig", "override": None, "from": 3}]
    await expect(page.locator(".version-about")).to_contain_text("Kører nu")
    await page.get_by_text("Hvornår den har kørt").click()
    await expect(page.locator(".version-about")).to_contain_text("Bedre om plejebolig")


async def test_the_gate_holds_a_version_back_with_the_figures(page: Page, peer: Peer) -> None:
    """A trainer sees why, and is offered no way round; what the gate looks at is written there."""
    peer.versions.held = list(sample.HELD)
    await version(page, peer)
    gate = page.locator(".gate")
    await expect(gate).to_contain_text("Den klarer ikke kontrollen:")
    await expect(gate).to_contain_text("92,0 % mod 97,0 % før")
    await expect(gate).to_contain_text("Kun en administrator kan tage den i brug alligevel.")
    await expect(page.get_by_role("button", name="Tag i brug")).to_have_count(0)
    await gate.get_by_text("Hvad kontrollen ser på").click()
    await expect(gate).to_contain_text("»Har brug for hjælp nu«: Må ikke blive fundet sjældnere.")


async def test_an_administrator_passes_the_gate_over_in_writing(page: Page, peer: Peer) -> None:
    """With a reason of ten characters or more; what was written outlives a refusal."""
    peer.administrator()
    peer.versions.held = list(sample.HELD)
    await version(page, peer)
    await page.get_by_role("button", name="Tag i brug alligevel").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("92,0 % mod 97,0 % før")
    await dialog.get_by_label("Hvorfor?").fill("Haster")
    await dialog.get_by_label("Hvorfor er det rigtigt alligevel?").fill("for kort")
    await dialog.get_by_role("button", name="Tag i brug alligevel").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Skriv mindst 10 tegn.")
    assert peer.sent("/activate") == []
    await dialog.get_by_label("Hvorfor er det rigtigt alligevel?").fill("Prøven er forkert, se sag 12.")
    peer.refuse = No(503, "rasa", "Robotten svarer ikke. Version 3 kører videre.")
    await dialog.get_by_role("button", name="Tag i brug alligevel").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Robotten svarer ikke.")
    await dialog.get_by_role("button", name="Tag i brug alligevel").click()
    await expect(page.locator("#announcer")).to_have_text("Version 4 kører nu.")
    said = {"reason": "Haster", "override": "Prøven er forkert, se sag 12.", "from": 3}
    assert peer.sent("/activate")[-1] == said


async def test_the_gate_of_this_moment_is_what_counts(page: Page, peer: Peer) -> None:
    """Another version was put live meanwhile: a trainer is told no with the figures, and nothing is switched."""
    await version(page, peer)
    await page.get_by_role("button", name="Tag i brug").click()
    peer.versions.held = list(sample.HELD)
    await page.get_by_label("Hvorfor?").fill("Bedre")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("92,0 % mod 97,0 % før")
    assert peer.versions.live == 3


async def test_what_a_colleague_put_live_meanwhile_is_not_replaced_unseen(page: Page, peer: Peer) -> None:
    """Nothing is switched; the page says who did what and shows it, and what was written is there for a second try."""
    await version(page, peer)
    await page.get_by_role("button", name="Tag i brug").click()
    peer.versions.goes_live(1, by="Ida Skov")
    await page.get_by_label("Hvorfor?").fill("Bedre om plejebolig")
    await page.keyboard.press("Enter")
    said = "Ida Skov har i mellemtiden taget version 1 i brug. Siden viser nu, hvad der kører."
    await expect(page.get_by_role("alert")).to_have_text(said)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("heading", name="Sammenlignet med version 1")).to_be_visible()
    assert peer.versions.live == 1
    await page.get_by_role("button", name="Tag i brug").click()
    await expect(page.get_by_label("Hvorfor?")).to_have_value("Bedre om plejebolig")
    await page.keyboard.press("Enter")
    await expect(page.locator("#announcer")).to_have_text("Version 4 kører nu.")


async def test_a_version_whose_file_is_gone_is_not_offered(page: Page, peer: Peer) -> None:
    """It says what to do instead; one that is not there at all says so."""
    await version(page, peer, 2)
    await expect(page.get_by_text("Versionens fil kan ikke bruges.")).to_be_visible()
    await expect(page.get_by_role("button", name="Tag i brug")).to_have_count(0)
    await page.goto(f"{peer.base}/training/versioner/99")
    await expect(page.get_by_role("alert")).to_have_text("Versionen findes ikke.")


async def test_a_live_version_whose_file_is_gone_says_so_and_what_to_do(page: Page, peer: Peer) -> None:
    """It runs for as long as nothing starts again: in the list, beside what runs, and on its own page."""
    peer.versions.rows[3]["file"] = "missing"
    await go(page, peer)
    await expect(page.locator(".live-part")).to_contain_text("Filen til den mangler eller er i stykker.")
    await expect(page.locator(".version-row").filter(has_text="Kører nu")).to_contain_text("Filen mangler")
    await version(page, peer, 3)
    about = page.locator(".version-about")
    await expect(about).to_contain_text("filen til den mangler eller er i stykker")
    await expect(about.get_by_role("link", name="Prøv den")).to_have_count(0)
    await about.get_by_role("button", name="Træn igen med de samme eksempler").click()
    await expect(page.locator(".training-part")).to_contain_text("»Trænet igen med eksemplerne fra version 3«")


async def test_after_a_software_update_the_live_version_says_what_its_figures_are(page: Page, peer: Peer) -> None:
    """They were measured with the older software; it can be measured, and a new one can be trained."""
    peer.versions.updated()
    await version(page, peer, 5)
    about = page.locator(".version-about")
    await expect(about).to_contain_text("Tallene her er fra version 3: De er målt med den ældre udgave af programmet.")
    await expect(about.locator(".version-figures")).to_contain_text("87,6 %")
    await expect(about.get_by_role("button", name="Mål versionen")).to_be_visible()
    await about.get_by_role("button", name="Træn igen med de samme eksempler").click()
    await expect(page.locator(".training-part")).to_contain_text("»Trænet igen med eksemplerne fra version 5«")


async def test_a_version_of_older_software_is_trained_again_with_what_was_kept(page: Page, peer: Peer) -> None:
    """It can't be put live, tried or gone back to; the way on is there, followed like any training."""
    peer.versions.updated()
    await go(page, peer)
    await expect(page.locator(".live-part")).to_contain_text("Du kan ikke gå tilbage lige nu.")
    await expect(page.get_by_role("button", name="Gå tilbage")).to_have_count(0)
    await page.locator(".version-row").filter(has_text="Ældre program").last.get_by_role("link").click()
    await expect(page.locator("main h2")).to_have_text("Version 1")
    await expect(page.get_by_text("lavet med en ældre udgave af programmet")).to_be_visible()
    for name in ("Tag i brug", "Mål versionen"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await expect(page.get_by_role("link", name="Prøv den")).to_have_count(0)
    await page.get_by_role("button", name="Træn igen med de samme eksempler").click()
    part = page.locator(".training-part")
    await expect(part).to_contain_text("Træning i gang")
    assert peer.sent("/versions/1/retrain") == [{}]
    peer.versions.ends()
    await part.get_by_role("link", name="Se version 6, og sammenlign").click()
    await expect(page.locator("main h2")).to_have_text("Version 6")
    peer.auditor()
    await version(page, peer, 1)
    await expect(page.get_by_role("button", name="Træn igen med de samme eksempler")).to_have_count(0)


async def test_where_the_test_has_changed_both_versions_can_be_measured_again(page: Page, peer: Peer) -> None:
    """Their figures can't be weighed against each other: the button is on the page of each."""
    await version(page, peer)
    await expect(page.get_by_role("button", name="Mål versionen")).to_have_count(0)
    peer.versions.held, peer.versions.again = [OTHER_TESTS], True
    await version(page, peer)
    await expect(page.locator(".gate")).to_contain_text("Mål både den her version og den, der kører.")
    await expect(page.get_by_role("button", name="Mål versionen")).to_be_visible()
    await version(page, peer, 3)
    await page.get_by_role("button", name="Mål versionen").click()
    await expect(page.get_by_text("Måling i gang")).to_be_visible()
    assert peer.sent("/versions/3/measure") == [{}]


async def test_a_version_nobody_measured_is_measured_first(page: Page, peer: Peer) -> None:
    """The button starts it, and how far it is is seen there."""
    peer.versions.rows[4].update(macro_f1=None, macro_f1_interval=None, accuracy=None)
    await version(page, peer)
    await page.get_by_role("button", name="Mål versionen").click()
    await expect(page.locator(".training-part")).to_contain_text("Måling i gang")
    peer.versions.rows[4].update(macro_f1=0.9, macro_f1_interval=[0.88, 0.92], accuracy=0.91)
    assert peer.versions.current is not None
    peer.versions.current.update(status="cancelled", ended_at=sample.ago(0))
    await expect(page.locator(".version-figures")).to_contain_text("90,0 %")


async def test_long_lists_of_messages_come_fifty_at_a_time(page: Page, peer: Peer, monkeypatch: Any) -> None:
    """A comparison of hundreds of messages stays quick to read."""
    told = sample.comparison(3)
    told["worse"] = [{**told["worse"][0], "text": f"besked {n}"} for n in range(120)]
    monkeypatch.setattr(sample, "comparison", lambda with_id: told)
    await version(page, peer)
    rows = page.locator(".worse tbody tr")
    await expect(rows).to_have_count(50)
    await page.locator(".worse").get_by_role("button", name="Vis flere").click()
    await expect(rows).to_have_count(100)


async def test_an_auditor_sees_versions_and_changes_nothing(page: Page, peer: Peer) -> None:
    """No training, no switching, no stopping."""
    peer.auditor()
    peer.versions.current = sample.training(7)
    await go(page, peer)
    await expect(page.locator(".training-part")).to_contain_text("Trin 1 af 5")
    await expect(page.locator("main").get_by_role("button")).to_have_count(0)
    await version(page, peer)
    await expect(page.locator("main").get_by_role("button")).to_have_count(0)


@EVERY_LOOK
async def test_every_state_can_be_read_and_used_by_everybody(
    browser: Browser, peer: Peer, width: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it: training, its end, a comparison, the gate, and each dialog."""
    async with looked_at(browser, width, scheme) as look:
        page = look.page
        peer.administrator()
        peer.versions.current = sample.training(7, step=2, doing="Lærer ordene", reason="Flere eksempler")
        await go(page, peer)
        await page.get_by_role("progressbar").wait_for()
        await look.holds("versions")
        await page.get_by_role("button", name="Stop træningen").click()
        await look.holds("stop")
        await page.keyboard.press("Escape")
        peer.versions.ends("failed", "Der er ikke plads på disken.")
        await page.locator(".training-part").get_by_text("Der er ikke plads på disken.").wait_for()
        await page.get_by_role("button", name="Start træning").click()
        await look.holds("failed")
        peer.versions.held = list(sample.HELD)
        await version(page, peer)
        await page.get_by_text("Hver hensigt").click()
        await page.get_by_text("Ændret i det, den er trænet på").click()
        await page.get_by_text("Hvad kontrollen ser på").click()
        await look.holds("version")
        await page.get_by_role("button", name="Tag i brug alligevel").click()
        await page.get_by_role("dialog").get_by_role("button", name="Tag i brug alligevel").click()
        await look.holds("override")
        await page.keyboard.press("Escape")
        peer.versions.past = {1}
        await go(page, peer)
        await page.get_by_role("button", name="Gå tilbage til version 1").click()
        await page.get_by_role("dialog").wait_for()
        await look.holds("back-held")
        peer.versions.past, peer.versions.absent = set(), 1
        await go(page, peer)
        await page.get_by_role("button", name="Gå tilbage til version 1").click()
        await page.get_by_text("Den får version 1, når den er tilbage.").first.wait_for()
        await look.holds("back-absent")
        peer.versions.updated()
        await go(page, peer)
        await look.holds("updated")
        for id in (5, 1):
            await version(page, peer, id)
            await look.holds(f"updated-{id}")
