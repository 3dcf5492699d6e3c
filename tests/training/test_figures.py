"""The page with figures: pictures that say what the tables under them say, for the days that were asked for."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from playwright.async_api import Browser, Page, expect

from bot.municipality.workdays import COPENHAGEN
from tests.training.conftest import IN_ONE_LOOP, focused
from tests.training.looks import EVERY_LOOK, looked_at
from tests.training.peer import No, Peer
from tests.training.sample_figures import figures as figures_of

pytestmark = IN_ONE_LOOP

# Monday to Sunday, as the sample has each week: 55 conversations, 39 solved, 12 handed off, 4 unsolved.
WEEK = "?fra=2026-11-16&til=2026-11-22"


def card(page: Page, title: str) -> Any:
    """One of the page's cards."""
    return page.locator(".card", has=page.get_by_role("heading", name=title, exact=True))


async def show(page: Page, peer: Peer, days: str = WEEK) -> None:
    """Go to the figures of these days."""
    await page.goto(f"{peer.base}/training/tal{days}")
    await page.locator(".figure-cards .card").first.wait_for()


async def test_each_picture_says_in_words_what_it_shows_and_has_its_table(page: Page, peer: Peer) -> None:
    """Every picture has a name and a text, every card with one has a table; the two have the same figures."""
    await show(page, peer)
    pictures = await page.locator("svg[role=img]").evaluate_all(
        """all => all.map((svg) => svg.getAttribute("aria-labelledby").split(" ")
          .map((id) => document.getElementById(id).textContent.trim()))"""
    )
    assert len(pictures) == 9 and all(name and said for name, said in pictures)
    went = card(page, "Sådan gik samtalerne")
    assert (
        "Af 55 samtaler blev 39 løst uden et menneske (71 %), 12 givet videre (22 %), "
        "og 4 sluttede med »ikke forstået« (7 %)."
    ) in [said for _, said in pictures]
    rows = await went.locator("tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    assert rows == [
        ["Løst uden et menneske", "39", "71 %"],
        ["Givet videre til et menneske", "12", "22 %"],
        ["Sluttede med »ikke forstået«", "4", "7 %"],
        ["I alt", "55", "100 %"],
    ]
    for heading in await page.locator(".card:not(details) h3").all_inner_texts():
        assert await card(page, heading).locator("table").count() == 1, heading


async def test_lengths_and_heights_are_the_figures(page: Page, peer: Peer) -> None:
    """A bar twice as long stands for twice as many, and a column of nothing is not drawn."""
    await show(page, peer)
    widths = (
        await card(page, "Sådan gik samtalerne")
        .locator("figure > svg > rect.mark")
        .evaluate_all("all => all.map((one) => one.getBoundingClientRect().width)")
    )
    assert [round(width / sum(widths), 2) for width in widths] == [0.71, 0.22, 0.07]
    columns = card(page, "Dag for dag").locator("figure").first.locator("g:has(rect.room)")
    tall = await columns.evaluate_all(
        """all => all.map((one) => [...one.querySelectorAll("rect.mark")]
          .reduce((sum, mark) => sum + mark.getBoundingClientRect().height, 0))"""
    )
    assert [round(height / tall[0] * 14) for height in tall] == [14, 11, 9, 12, 7, 2, 0]
    assert await columns.last.locator("rect.mark").count() == 0


async def test_what_a_colour_says_a_pattern_says_too(page: Page, peer: Peer) -> None:
    """The three parts of a picture are filled in three ways, and the legend names each."""
    await show(page, peer)
    picture = card(page, "Sådan gik samtalerne").locator("figure")
    fills = await picture.locator("> svg > rect.mark").evaluate_all("all => all.map((one) => one.getAttribute('fill'))")
    assert fills[0] is None and len({re.sub(r".*-", "", fill) for fill in fills[1:]}) == 2
    named = await page.evaluate(
        "ids => ids.every((id) => document.getElementById(id)?.localName === 'pattern')",
        [fill[5:-1] for fill in fills[1:]],
    )
    assert named, "and the patterns are there"
    assert await picture.locator(".legend li").all_inner_texts() == [
        "Løst uden et menneske",
        "Givet videre til et menneske",
        "Sluttede med »ikke forstået«",
    ]


async def test_the_last_thirty_days_are_shown_and_others_can_be_chosen(page: Page, peer: Peer) -> None:
    """Days stand in the address, so that they can be gone back to; the keyboard is enough, and the focus stays."""
    await show(page, peer, "")
    today = datetime.now(COPENHAGEN).date()
    assert peer.asked("/figures") == [{"from": (today - timedelta(days=29)).isoformat(), "to": today.isoformat()}]
    await page.get_by_label("Fra", exact=True).fill("2026-11-16")
    await page.get_by_label("Til", exact=True).fill("2026-11-22")
    await page.get_by_label("Til", exact=True).press("Enter")
    await expect(page.get_by_text("Tal for 16. november 2026 til 22. november 2026.")).to_be_visible()
    assert page.url.endswith(WEEK)
    await page.get_by_role("button", name="90 dage", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Fra", exact=True)).to_have_value((today - timedelta(days=89)).isoformat())
    assert await focused(page) == "90 dage"
    assert peer.asked("/figures")[-1] == {"from": (today - timedelta(days=89)).isoformat(), "to": today.isoformat()}
    await page.go_back()
    await expect(page.get_by_label("Fra", exact=True)).to_have_value("2026-11-16")
    await expect(page.get_by_text("Tal for 16. november 2026 til 22. november 2026.")).to_be_visible()


async def test_a_year_is_shown_by_the_week(page: Page, peer: Peer) -> None:
    """More days than there is room for are put together from Monday to Sunday; the table still has each day."""
    await show(page, peer, "?fra=2025-11-24&til=2026-11-22")
    days = card(page, "Dag for dag")
    await expect(days.get_by_role("heading", name="Samtaler hver uge, fra mandag")).to_be_visible()
    assert await days.locator("figure").first.locator("rect.room").count() == 52
    titles = (
        await days.locator("figure")
        .first.locator("g:has(rect.room) title")
        .evaluate_all("all => all.map((one) => one.textContent)")
    )
    assert {title.split(": ")[1] for title in titles} == {
        "55 samtaler, 39 løst, 12 givet videre, 4 sluttede med »ikke forstået«"
    }
    assert await days.locator("tbody tr").count() == 364
    table = days.get_by_role("table")
    await expect(table).to_be_hidden()
    await days.get_by_text("Se tallene i en tabel").focus()
    await page.keyboard.press("Enter")
    await expect(table).to_be_visible()
    await expect(page.get_by_text("Samtaler slettes 30 dage efter den sidste besked. De ældste dage")).to_be_visible()


async def test_each_table_can_be_taken_along_as_a_file(page: Page, peer: Peer) -> None:
    """A link for each, of the same days, that downloads; the peer refuses a table that is none."""
    await show(page, peer)
    links = page.locator("a[download]")
    addresses = await links.evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert addresses == [
        f"/training/api/figures.csv?table={table}&from=2026-11-16&to=2026-11-22"
        for table in ("total", "day", "trigger", "matter", "intent")
    ]
    for number in range(len(addresses)):
        async with page.expect_download() as download:
            await links.nth(number).click()
        assert (await (await download.value).path()).read_bytes().startswith(b"\xef\xbb\xbf")


async def test_nothing_to_show_is_said(page: Page, peer: Peer) -> None:
    """No empty pictures where there is nothing; where only some is missing, its card says so."""

    def nothing(start: str, end: str) -> dict[str, Any]:
        made = figures_of(start, end)
        for day in made["per_day"]:
            day.update(dict.fromkeys(("conversations", "solved", "handed_off", "unsolved", "not_understood"), 0))
        made.update(dict.fromkeys(("conversations", "solved", "handed_off", "unsolved", "not_understood"), 0))
        made.update(asked_back=0, marked_wrong=0, by_trigger=[], per_matter=[], per_intent=[])
        made["waits"] = {"n": 0, "median_minutes": None, "p90_minutes": None}
        made["handling"] = {"n": 0, "median_minutes": None}
        made["survey"] = {"n": 0, **dict.fromkeys(("heard", "neutral", "trust", "respect"))}
        return made

    peer.figures = nothing
    await page.goto(f"{peer.base}/training/tal{WEEK}")
    await expect(page.get_by_text("Der er ingen samtaler i perioden. Vælg andre dage.")).to_be_visible()
    await expect(page.get_by_text("Sådan tæller vi")).to_be_visible()
    assert await page.locator("svg[role=img]").count() == 0

    def few(start: str, end: str) -> dict[str, Any]:
        return {**nothing(start, end), "marked_wrong": 1}

    peer.figures = few
    await page.get_by_role("button", name="Vis", exact=True).click()
    await expect(card(page, "Det forstod robotten ikke").get_by_role("row").last).to_contain_text("Meldt som forkert")
    for words in ("Ingen samtaler blev givet videre.", "Ingen har svaret på spørgeskemaet i perioden."):
        await expect(page.get_by_text(words)).to_be_visible()


async def test_a_no_is_said_where_one_looks(page: Page, peer: Peer) -> None:
    """The server's words stand instead of old figures, and the page can be asked again."""
    await show(page, peer)
    peer.fail = No(400, "bad_input", "»Fra« må ikke ligge efter »Til«.")
    await page.get_by_label("Fra", exact=True).fill("2026-11-30")
    await page.get_by_role("button", name="Vis", exact=True).click()
    await expect(page.get_by_role("alert")).to_have_text("»Fra« må ikke ligge efter »Til«.")
    await expect(page.locator(".figure-cards .card")).to_have_count(0)
    await page.get_by_label("Fra", exact=True).fill("2026-11-16")
    await page.get_by_role("button", name="Vis", exact=True).click()
    await expect(card(page, "Sådan gik samtalerne")).to_be_visible()


async def test_an_auditor_reads_the_figures(page: Page, peer: Peer) -> None:
    """Who only reads sees all of them, and can take them along."""
    peer.auditor()
    await show(page, peer)
    assert await page.locator("a[download]").count() == 5


@EVERY_LOOK
async def test_figures_can_be_read_by_everybody(browser: Browser, peer: Peer, width: int, scheme: Any) -> None:
    """No violation and nothing to scroll sideways, with every table open, by the day and by the week."""
    async with looked_at(browser, width, scheme) as look:
        await show(look.page, peer)
        await look.page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
        await look.holds("figures")
        await show(look.page, peer, "?fra=2026-09-14&til=2026-11-22")
        await look.holds("figures-weeks")
