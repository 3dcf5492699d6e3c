"""What is written is text, a login that is over costs nothing that was typed, and who only reads can only read."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import BrowserContext, Page, expect

from tests.desk import sample
from tests.desk.conftest import IN_ONE_LOOP, open_talk, take, until
from tests.desk.peer import Peer

pytestmark = IN_ONE_LOOP

# Keys and times: the page compares or reckons with them, and shows no word of them.
KEPT = frozenset(
    """id type seq status way kind from at path state key form starts_at ends_at waiting_since due_at sent_at closed_at
    opened expected due csrf roles day outcome department trigger conversation""".split()  # noqa: SIM905 -- shorter
)


def hostile(value: Any, name: str = "") -> Any:
    """The same shape with hostile words in every string that is words."""
    if isinstance(value, dict):
        return {key: hostile(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return value if name in KEPT else [hostile(inner, name) for inner in value]
    return sample.HOSTILE if isinstance(value, str) and name not in KEPT else value


async def test_hostile_words_are_shown_as_words_everywhere(page: Page, peer: Peer) -> None:
    """Markup in any field the server gives, names and phone numbers too, is text on every page and in every list."""
    peer.me = {**hostile(sample.ME), "id": "s-mette"}
    peer.staff, peer.replies, peer.cases, peer.figures = map(
        hostile, (sample.STAFF, sample.REPLIES, sample.CASES, sample.FIGURES)
    )
    for one in peer.handoffs.values():
        one["detail"] = hostile(one["detail"])
        one["detail"]["handoff"]["phone"] = "javascript:alert(1)"
        meeting = sample.meeting(one["detail"]["handoff"]["id"], "2026-11-24T09:00:00+00:00", "video", {"name": "x"})
        one["detail"]["meetings"].append(hostile(meeting))
        one["log"] = hostile(one["log"])
    await page.reload()
    for id in (12, 17):
        await page.goto(f"{peer.base}/desk/samtale/{id}")
        await page.locator(".message").first.wait_for()
        if id == 12:
            await page.get_by_role("button", name="Tag samtalen").click()
            await page.locator(".composer").wait_for()
            await page.locator(".composer textarea").press_sequentially("/")
            await page.locator(".canned [role=option]").first.wait_for()
            await page.keyboard.press("Escape")
        for tab in ("Sager", "Noter", "Møder", "Til sagen"):
            await page.get_by_role("tab", name=tab).click()
        await self_check(page)
    await peer.frame({"type": "typing", "handoff": 17, "from": "staff", "name": sample.HOSTILE})
    await peer.frame({"type": "present", "handoff": 17, "staff": [{"id": "x", "name": sample.HOSTILE}]})
    await expect(page.locator(".present")).to_contain_text(sample.HOSTILE)
    await self_check(page)
    await page.goto(f"{peer.base}/desk/historik")
    await page.locator(".results .row").wait_for()
    await self_check(page)
    await page.goto(f"{peer.base}/desk/tal")
    await page.locator("table").first.wait_for()
    await self_check(page)


async def self_check(page: Page) -> None:
    """The words are there, and nothing has come of them."""
    assert sample.HOSTILE in await page.locator("main").inner_text()
    assert await page.evaluate("window.hit") is None
    assert await page.locator("body img, body script, body iframe, body [onerror], body [onclick]").count() == 0
    links = await page.locator("a").evaluate_all("all => all.map((a) => a.protocol)")
    assert set(links) <= {"http:", "https:", "tel:", "mailto:"}


async def test_a_login_that_is_over_is_said_and_costs_nothing(page: Page, peer: Peer) -> None:
    """401: said where one is, the way back leads to the same conversation, and what was typed is still there."""
    await take(page, 12)
    box = page.locator(".composer textarea")
    await box.fill("Et langt svar")
    await page.get_by_role("tab", name="Noter").click()
    await page.get_by_label("Intern note").fill("En note")
    peer.expired = True
    await box.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("Du er logget ud")
    await page.get_by_role("button", name="Ikke nu").click()
    await expect(page.locator(".pending")).to_contain_text("Et langt svar")
    await page.wait_for_timeout(500)  # what the page asks by itself meanwhile opens no second dialog
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".notice.expired a")).to_have_text("Log ind igen")
    await page.locator(".pending").get_by_role("button", name="Prøv igen").click()
    await page.get_by_role("dialog").get_by_role("link", name="Log ind igen").click()
    await expect(page.locator(".pending .words")).to_have_text("Et langt svar")
    assert page.url == f"{peer.base}/desk/samtale/12"
    await page.get_by_role("tab", name="Noter").click()
    await expect(page.get_by_label("Intern note")).to_have_value("En note")
    await page.locator(".pending").get_by_role("button", name="Prøv igen").click()
    await expect(page.locator(".pending")).to_have_count(0)
    assert [frame["text"] for frame in peer.handoffs[12]["log"]].count("Et langt svar") == 1


async def test_a_socket_that_is_refused_tells_that_the_login_is_over(page: Page, peer: Peer) -> None:
    """Nobody has pressed anything: the page finds out by itself, and says it."""
    peer.expired = True
    await peer.cut()
    await expect(page.get_by_role("dialog")).to_contain_text("Du er logget ud")


async def test_an_auditor_reads_and_nothing_else(page: Page, peer: Peer) -> None:
    """No button that changes anything, no box to write in, no key that does; said once, kindly."""
    await until(page, lambda: peer.frames)  # what the page said before it was an auditor's
    peer.frames.clear()
    peer.me["roles"] = ["auditor"]
    await page.reload()
    await open_talk(page, 12)
    await expect(page.locator("#notices .info")).to_have_text("Du kan læse, men ikke svare eller ændre noget.")
    for tab in ("Noter", "Møder", "Til sagen"):
        await page.get_by_role("tab", name=tab).click()
        await expect(
            page.get_by_role("tabpanel").locator("button, textarea, input").filter(visible=True)
        ).to_have_count(0)
    await expect(page.locator(".actions .button, .composer textarea >> visible=true")).to_have_count(0)
    await page.locator("h2.talk-title").focus()
    for key in "trnma/":
        await page.keyboard.press(key)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert peer.bodies == []
    assert not [f for f in peer.frames if f["type"] not in {"open", "leave"}]


async def test_any_colour_of_a_municipality_can_be_read(context: BrowserContext, peer: Peer) -> None:
    """A light primary colour gets dark words; nothing of it is set inline by the page."""
    peer.colours = {"primary": "#ffd54a", "on_primary": "#ffffff"}
    page = await context.new_page()
    await page.goto(f"{peer.base}/desk")
    await page.locator(".row").first.wait_for()
    style = await page.locator(".bar").evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
    assert style == ["rgb(255, 213, 74)", "rgb(0, 0, 0)"]


async def test_nothing_is_left_for_the_next_one_at_the_computer(page: Page, peer: Peer) -> None:
    """Drafts live in this window only; what stays in the browser is preferences and nobody's words."""
    await take(page, 12)
    await page.locator(".composer textarea").fill("Noget meget privat")
    await page.get_by_role("button", name="Skjul opsummering").click()
    kept = await page.evaluate("JSON.stringify(localStorage)")
    assert "privat" not in kept
    assert json.loads(kept) == {"skranke.valg.opsummering": "false"}
