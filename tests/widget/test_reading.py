"""Everybody can read it, use it by keyboard, and is never torn away from what they are doing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser import axe_violations
from tests.widget.conftest import IN_ONE_LOOP, open_chat, write
from tests.widget.peer import Peer

pytestmark = IN_ONE_LOOP

CASE: dict[str, Any] = {
    "type": "case",
    "number": "32.30.04-G01-118-26",
    "title": "Sygedagpenge",
    "state": "behandles",
    "state_text": "Vi arbejder på sagen",
    "department": "Ydelse",
    "caseworker": "Mette Lindholm",
    "todos": [{"text": "Send din lægeerklæring", "due": "3. december 2026"}],
    "next": {"text": "Vi regner med, at du får svar senest", "on": "12. december 2026"},
    "contact": {
        "name": "Mette Lindholm",
        "phone": "12 34 56 32",
        "hours": "mandag kl. 9-12",
        "email": "y@noerreaa.example",
    },
}
CHOICES = [{"id": "1.0", "title": "Hvem er min sagsbehandler?"}, {"id": "1.1", "title": "Hvad er status?"}]
LOGIN = {"type": "login", "title": "Log ind for at se din sag", "text": "Du kommer tilbage bagefter."}


async def focused(page: Page) -> str:
    """The accessible words of what has the focus, inside the widget or on the page."""
    return await page.evaluate(
        """() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return at.getAttribute("aria-label") || at.placeholder || at.id || at.textContent.trim() || at.localName;
        }"""
    )


async def test_escape_closes_and_the_focus_goes_back(page: Page) -> None:
    """Escape steps back once at a time: the options, then the panel, and the launcher has the focus again."""
    await page.locator(".launcher").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("Jeg er en robot").wait_for()
    await expect(page.locator("textarea")).to_be_focused()
    await page.get_by_role("button", name="Muligheder").click()
    await page.keyboard.press("Escape")
    await expect(page.locator(".menu")).to_be_hidden()
    await expect(page.get_by_role("button", name="Muligheder")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".panel")).to_be_hidden()
    await expect(page.locator(".launcher")).to_be_focused()


async def test_a_page_s_own_button_gets_the_focus_back(page: Page) -> None:
    """Opened from a link of the page, closing leads back to that link."""
    await page.locator("#first").focus()
    await page.evaluate("document.querySelector('borgerkontakt-chat').open()")
    await expect(page.locator("textarea")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#first")).to_be_focused()


async def test_the_whole_conversation_can_be_had_by_keyboard(page: Page, peer: Peer) -> None:
    """Tab reaches every control in the order it is read, and Enter uses it."""
    peer.greeting = {"from": "assistant", "text": "Hej. Jeg er en robot.", "choices": CHOICES}
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    assert await focused(page) == "Skriv med Nora, Digital assistent"
    await page.keyboard.press("Enter")
    await page.get_by_text("Jeg er en robot").wait_for()
    assert await focused(page) == "Skriv din besked"
    seen = []
    for _ in range(5):
        await page.keyboard.press("Shift+Tab")
        seen.append(await focused(page))
    assert seen == ["Hvad er status?", "Hvem er min sagsbehandler?", "Samtale", "Luk chatten", "Muligheder"]
    for _ in range(3):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".citizen .bubble")).to_have_text(["Hvem er min sagsbehandler?"])
    assert [(f["type"], f["choice"]) for f in peer.received if f["type"] == "choose"] == [("choose", "1.0")]
    assert (await focused(page)).startswith("Hvem er min sagsbehandler?")


async def test_choices_are_used_once_and_not_after_newer_words(page: Page, peer: Peer) -> None:
    """The chosen one is marked, the others are off; the same again after a reload."""
    peer.greeting = {"from": "assistant", "text": "Hej. Jeg er en robot.", "choices": CHOICES}
    await open_chat(page)
    await page.get_by_role("button", name="Hvad er status?").click()
    for _ in range(2):
        await expect(page.locator(".choice.chosen")).to_have_text("Hvad er status? (valgt)")
        await expect(page.locator('.choice[aria-disabled="true"]')).to_have_count(2)
        await page.locator(".choice").first.click(force=True)
        await page.reload()
    assert len([f for f in peer.received if f["type"] == "choose"]) == 1


async def test_a_new_message_is_announced_without_taking_the_focus(page: Page, peer: Peer) -> None:
    """The panel is closed and the citizen writes elsewhere: a badge and a status line say it, the focus stays."""
    await open_chat(page)
    await page.keyboard.press("Escape")
    await page.locator("#field").focus()
    await peer.says("Er du der endnu?")
    await peer.says("Sig endelig til.")
    await expect(page.locator(".unread")).to_have_text("2, 2 nye beskeder")
    await expect(page.locator('.root > [role="status"]')).to_have_text("2 nye beskeder")
    await expect(page.locator("#field")).to_be_focused()
    await page.locator(".launcher").click()
    await expect(page.locator(".unread")).to_be_hidden()
    while not [f for f in peer.received if f["type"] == "seen" and f["seq"] == 3]:
        await page.wait_for_timeout(20)


async def test_who_reads_further_up_stays_there(page: Page, peer: Peer) -> None:
    """Scrolled up, a new message moves nothing; "Nye beskeder" leads to it."""
    await open_chat(page)
    for number in range(12):
        await peer.says(f"Besked {number} " + "med noget tekst i " * 6)
    await expect(page.locator(".assistant")).to_have_count(13)
    log = page.locator(".log")
    await log.evaluate("log => { log.scrollTop = 0; }")
    await page.wait_for_timeout(100)
    await peer.says("Den nyeste")
    await expect(page.locator(".jump")).to_be_visible()
    assert await log.evaluate("log => log.scrollTop") == 0
    await page.locator(".jump").click()
    await expect(page.get_by_text("Den nyeste")).to_be_in_viewport()
    await expect(page.locator(".jump")).to_be_hidden()


async def test_old_messages_are_not_read_aloud_again_and_new_ones_are(page: Page, peer: Peer) -> None:
    """The log is a polite live region, except while history is put back after a reload."""
    await open_chat(page)
    log = page.locator(".log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await page.add_init_script(
        """window.said = []; const show = Element.prototype.before;
        Element.prototype.before = function (...nodes) {
          if (nodes[0]?.classList?.contains("message")) window.said.push(this.parentNode.getAttribute("aria-live"));
          return show.apply(this, nodes);
        };"""
    )
    await page.reload()
    await page.get_by_text("Jeg er en robot").wait_for()
    await expect(log).to_have_attribute("aria-live", "polite")
    await peer.says("Noget nyt")
    await page.get_by_text("Noget nyt").wait_for()
    assert await page.evaluate("window.said") == ["off", "polite"]
    await expect(page.locator(".message").last.locator(".meta .spoken")).to_have_text("Assistenten svarede")


async def test_enter_sends_and_shift_enter_makes_a_line(page: Page, peer: Peer) -> None:
    """The field grows with its lines; what is too long is not sent, and nothing of it is cut."""
    await open_chat(page)
    field = page.locator("textarea")
    low = (await field.bounding_box() or {})["height"]
    await field.press_sequentially("en")
    await page.keyboard.press("Shift+Enter")
    await field.press_sequentially("to")
    assert (await field.bounding_box() or {})["height"] > low
    await page.keyboard.press("Enter")
    await expect(page.locator(".citizen .bubble p")).to_have_text("en\nto")
    await field.fill("å" * 3001)
    await expect(page.locator(".counter")).to_contain_text("1 tegn for lang")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("å" * 3001)
    await field.fill("😀" * 3000)
    await expect(page.locator(".counter")).to_have_text("0 tegn tilbage")


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [
        (1280, 800, "light"),
        (360, 740, "dark"),
        (640, 360, "dark"),
        (320, 256, "light"),
    ],
)
async def test_every_state_has_no_axe_violation_and_fits(
    browser: Browser, peer: Peer, width: int, height: int, scheme: Any
) -> None:
    """WCAG 2.2 AA as far as a machine sees it, at 360 and 1280 px, at 200 % (640) and 400 % (320), light and dark."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="da-DK",
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; the page fixture holds the policy everywhere else
    )
    page = await context.new_page()

    async def check(state: str) -> None:
        assert await axe_violations(page) == [], state
        wide = await page.evaluate(
            """() => {
              const { shadowRoot } = document.querySelector("borgerkontakt-chat");
              const all = [document.documentElement, shadowRoot.querySelector(".log")];
              return all.some((e) => e.scrollWidth > e.clientWidth);
            }"""
        )
        assert not wide, f"{state}: something must be scrolled sideways"

    peer.greeting = {"from": "assistant", "text": "Hej. Jeg er en robot.", "choices": CHOICES}
    await page.goto(peer.base)
    await page.locator(".launcher").wait_for()
    await check("closed")
    await open_chat(page)
    await check("welcome with choices")
    await page.locator(".choice").first.click()
    await peer.frame({"type": "typing", "from": "assistant"})
    await expect(page.locator(".typing")).to_be_visible()
    await check("typing")
    await peer.says("Log ind først.", card=LOGIN)
    await page.locator(".card.login").wait_for()
    await check("login card")
    await peer.frame({"type": "state", "state": "queued", "position": 2, "wait_minutes": 5, "login": {"name": "Anna"}})
    await peer.says("Her er din sag. Ring på 12 34 56 32.", card=CASE)
    await peer.says("Hej, jeg hedder Karen.", author="staff", name="Karen")
    await peer.says("Karen er med i samtalen.", author="system")
    await page.locator(".system").wait_for()
    await check("case card, staff, queue")
    peer.refuse = {"code": "too_fast", "text": "Det går lidt hurtigt. Prøv igen om lidt."}
    await write(page, "Ordentlig_lang_uden_mellemrum" * 20)
    await page.get_by_role("button", name="Prøv igen").wait_for()
    await check("error, long text")
    await page.locator("textarea").fill("lang " * 580)
    peer.away = True
    await peer.cut()
    await expect(page.locator(".notice p")).to_be_visible()
    await check("disconnected, counter")
    peer.away = False
    await expect(page.locator(".notice")).to_contain_text("tilbage")
    await page.get_by_role("button", name="Muligheder").click()
    await check("options")
    await page.get_by_role("button", name="Slet og afslut samtalen").click()
    await check("confirm the end")
    await page.get_by_role("button", name="Slet og afslut", exact=True).click()
    await page.get_by_text("Samtalen er slettet.").wait_for()
    await check("ended")
    await context.close()


@pytest.mark.parametrize("primary", ["#0b5563", "#ffd54a", "#888888", "#00e5ff", "#d00000"])
async def test_any_colour_of_a_municipality_can_be_read(context: BrowserContext, peer: Peer, primary: str) -> None:
    """Whatever the primary colour, and however unreadable the wished text on it: 4.5:1 in light and in dark."""
    peer.config["colours"] = {"primary": primary, "on_primary": "#888888"}
    page = await context.new_page()
    await page.goto(peer.base)
    await page.locator(".launcher").wait_for()
    ratios = await page.evaluate(
        """async () => {
          const { contrast } = await import("/widget/colours.js");
          const root = document.querySelector("borgerkontakt-chat").shadowRoot.querySelector(".root");
          const rgb = (name) => root.style.getPropertyValue(name).match(/\\d+/g).map(Number);
          return [contrast(rgb("--on-primary"), rgb("--primary")), contrast(rgb("--accent-light"), [255, 255, 255]),
            contrast(rgb("--accent-light"), [240, 243, 246]), contrast(rgb("--accent-dark"), [27, 34, 42]),
            contrast(rgb("--accent-dark"), [42, 50, 60])];
        }"""
    )
    assert min(ratios) >= 4.5
    background = await page.locator(".launcher").evaluate("e => getComputedStyle(e).backgroundColor")
    wanted = ", ".join(str(int(primary[i : i + 2], 16)) for i in (1, 3, 5))
    assert background == f"rgb({wanted})"


async def test_a_host_page_can_set_the_colour_and_spoils_nothing_else(context: BrowserContext, peer: Peer) -> None:
    """The page's own styles stay outside, but for the colour it is allowed to set."""
    peer.head = '<link rel="stylesheet" href="/host.css">'
    page = await context.new_page()
    await page.goto(peer.base)
    await open_chat(page)
    style = await page.locator(".assistant .bubble").evaluate(
        "e => (({ color, fontSize, letterSpacing }) => [color, fontSize, letterSpacing])(getComputedStyle(e))"
    )
    assert style == ["rgb(23, 32, 42)", "16px", "normal"]
    header = await page.locator(".top").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    assert header == ["rgb(255, 213, 74)", "rgb(0, 0, 0)"]
