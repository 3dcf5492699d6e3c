"""Somebody who trains the assistant, through all real parts: not understood, taught, trained, live, and back again."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.settings import ROOT
from tests.browser import axe_violations, chromium
from tests.e2e.client import ChatClient
from tests.e2e.less import less_data, test_messages
from tests.e2e.stack import Stack
from tests.e2e.staff import StaffClient

pytestmark = pytest.mark.asyncio(loop_scope="session")

KAREN = "Karen Friis"
QUESTION = "hvordan får jeg et snefnugkort"
ANSWER = "Du køber et snefnugkort i Borgerservice på rådhuset. Tag billed-id med."
EXAMPLES = """hvor kan man få et snefnugkort
jeg vil gerne købe snefnugkort
snefnugkort til skøjtebanen
hvad koster et snefnugkort til børn
køb af snefnugkort
sælger I snefnugkort
hvordan får min datter et snefnugkort til skøjtebanen
snefnugkort pris"""
# Easy on purpose: what is tested is that versions are measured and compared, not how well they understand. No pattern
# knows these cries: they are heard because of the examples alone.
CRIES = (
    "Min eks står ude foran døren med en kniv",
    "jeg ka ik mer vil bare døø",
    "har ingn sted at sovve i nat",
    "jeg star pa gaden i nat og ved ikke hvor jeg skal ga hen",
    "jeg tør ikke gå hjem",
)
MEASURED = [
    *((text, "akut_hjaelp") for text in CRIES),
    ("hej med jer", "hilsen"),
    ("mange tak for hjælpen", "tak"),
    ("hvem er min sagsbehandler", "hvem_er_sagsbehandler"),
    ("hvad er status på min sag", "sagsstatus"),
    ("jeg vil klage", "klage"),
    ("hvornår har I åbent", "aabningstider"),
    ("jeg vil gerne tale med et menneske", "tal_med_menneske"),
]
PATIENCE = 60_000  # milliseconds
TRAINED = 420_000  # milliseconds a training may take beside all else that is tested at the same time
PICTURES = os.environ.get("PICTURES")  # a folder to leave screenshots in; those of the guide are then made anew
GUIDE = ROOT / "docs" / "traening"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation with data, versions and test messages of its own."""
    folder = tmp_path_factory.mktemp("trained")
    made = Stack(
        folder,
        ASSISTANT_FOLDER=str(less_data(folder / "assistant")),
        MODELS_FOLDER=str(folder / "models"),
        TEST_SETS=str(test_messages(folder / "maalt.jsonl", MEASURED)),
    )
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; the citizen and the trainer each have their own in it."""
    async with chromium() as browser:
        yield browser


async def person(browser: Browser, *, width: int = 1280, height: int = 900) -> BrowserContext:
    """A browser of somebody's own: nothing kept from anybody else."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        reduced_motion="reduce",
        bypass_csp=True,  # for axe; tests/training and tests/widget hold the policy
    )
    context.set_default_timeout(PATIENCE)
    return context


async def watched(context: BrowserContext) -> Page:
    """A page in which a script error fails the test."""
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


async def look(page: Page, name: str, *, guide: bool = False) -> None:
    """Nothing that axe finds, nothing to scroll sideways, and a picture of it; with few colours for the guide."""
    if PICTURES:
        shot = await page.screenshot(path=Path(PICTURES) / f"{name}.png")
        if guide:
            GUIDE.mkdir(parents=True, exist_ok=True)
            few = Image.open(io.BytesIO(shot)).convert("RGB")
            few = few.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            few.save(GUIDE / f"{name}.png", optimize=True)
    assert await axe_violations(page) == [], name
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


async def asked(page: Page, text: str) -> str:
    """The citizen writes; gives what the assistant answers."""
    answers = page.locator(".message.assistant")
    before = await answers.count()
    await page.get_by_placeholder("Skriv din besked").fill(text)
    await page.keyboard.press("Enter")
    await expect(answers).not_to_have_count(before, timeout=PATIENCE)
    return (await answers.last.inner_text()).strip()


class Beside:
    """Another conversation, without a pause: each message has its answer; ``took`` says how long that took."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self._answered = asyncio.Event()

    async def go_on(self, url: str) -> None:
        """Never ends by itself."""
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession() as http:
            citizen = ChatClient(url, http)
            await citizen.begin()
            while True:
                began = loop.time()
                await citizen.ask("hvornår har I åbent")
                self.took.append(loop.time() - began)
                self._answered.set()

    async def one_more(self) -> None:
        """Return when another message has its answer."""
        self._answered.clear()
        await asyncio.wait_for(self._answered.wait(), PATIENCE / 1000)


@contextlib.asynccontextmanager
async def beside(url: str) -> AsyncIterator[list[float]]:
    """Another conversation goes on meanwhile, before and after."""
    other = Beside()
    task = asyncio.create_task(other.go_on(url))
    try:
        await other.one_more()
        yield other.took
        await other.one_more()
        assert not task.done(), "a message had no answer"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_was_not_understood_is_taught_put_live_and_taken_back(browser: Browser, trained: Stack) -> None:
    """From a citizen's question that nobody foresaw to the answer to it, and with one click to before."""
    anna = await watched(await person(browser, width=420, height=860))
    await anna.goto(trained.url)
    await anna.locator(".launcher").click()
    await expect(anna.locator(".message.assistant").first).to_be_visible(timeout=PATIENCE)
    assert ANSWER not in await asked(anna, QUESTION)

    # Karen finds it in the inbox, and makes an intent of it with its answer.
    karen = await watched(await person(browser))
    await karen.goto(f"{trained.url}/training")
    await karen.get_by_role("button", name=re.compile(KAREN)).click()
    await expect(karen.locator(".card").first).to_be_visible(timeout=PATIENCE)
    await look(karen, "overblik", guide=True)
    await karen.goto(f"{trained.url}/training/indbakke")
    row = karen.locator(".row").filter(has_text=QUESTION)
    await row.click()
    await expect(karen.locator(".talks li").first).to_be_visible(timeout=PATIENCE)
    await look(karen, "indbakke", guide=True)
    await karen.get_by_role("button", name="Ny hensigt").click()
    await karen.get_by_label("Hvad skal den hedde?").fill("Købe snefnugkort")
    await karen.get_by_label("Hvad vil borgeren?").fill("Borgeren vil have et kort til skøjtebanen.")
    await karen.get_by_label("Hvad skal robotten svare?").fill(ANSWER)
    await karen.get_by_label("Hvordan siger borgere det?").fill(EXAMPLES)
    await look(karen, "ny-hensigt", guide=True)
    await karen.get_by_role("button", name="Lav hensigten").click()
    await expect(karen.locator(".happened")).to_contain_text("Lagt i »Købe snefnugkort«", timeout=PATIENCE)

    # It is trained, with visible progress, and compared with the one that runs.
    await karen.goto(f"{trained.url}/training/versioner")
    await karen.get_by_label("Hvorfor?").fill("Borgere spørger efter snefnugkort")
    await karen.get_by_role("button", name="Start træning").click()
    await expect(karen.locator("progress")).to_be_visible(timeout=PATIENCE)
    await expect(karen.locator(".doing")).to_contain_text("Trin", timeout=PATIENCE)
    await look(karen, "traening", guide=True)
    await karen.reload()
    await expect(karen.locator("progress")).to_be_visible(timeout=PATIENCE)
    await karen.get_by_role("link", name=re.compile("Se version 2")).click(timeout=TRAINED)
    await expect(karen.get_by_text("Sammenlignet med version 1")).to_be_visible(timeout=PATIENCE)
    await expect(karen.locator(".comparison")).to_contain_text(QUESTION)
    await look(karen, "sammenlign", guide=True)

    # It is put live while somebody else writes, and the question is answered.
    async with beside(trained.url) as answered:
        await karen.get_by_role("button", name="Tag i brug").click()
        dialog = karen.get_by_role("dialog")
        await dialog.get_by_label("Hvorfor?").fill("Den kender nu snefnugkort")
        await dialog.get_by_role("button", name="Tag i brug").click()
        await expect(karen.get_by_text("Version 2 kører nu.").first).to_be_visible(timeout=TRAINED)
    print(f"\n{len(answered)} answers beside the switch, the longest took {max(answered):.1f} s")
    await look(karen, "i-brug")
    assert ANSWER in await asked(anna, QUESTION)

    # One click, and it is as before.
    await karen.goto(f"{trained.url}/training/versioner")
    await expect(karen.get_by_role("button", name="Gå tilbage til version 1")).to_be_visible(timeout=PATIENCE)
    await look(karen, "versioner", guide=True)
    async with beside(trained.url):
        await karen.get_by_role("button", name="Gå tilbage til version 1").click()
        await expect(karen.get_by_text("Version 1 kører nu.").first).to_be_visible(timeout=TRAINED)
    assert ANSWER not in await asked(anna, QUESTION)
    for context in (karen.context, anna.context):
        await context.close()


async def test_a_version_that_hears_fewer_cries_is_refused_with_the_figures(trained: Stack) -> None:
    """Without its examples a cry is not heard: the gate says how many were found before and now."""
    karen = StaffClient(trained.url)
    await karen.log_in(KAREN, me="/training/api/me")
    try:
        live = (await answer(karen.get("/training/api/versions")))["active"]
        while (page := await answer(karen.get("/training/api/intents/akut_hjaelp")))["total"] > 2:
            ids = [one["id"] for one in page["examples"]][: page["total"] - 2]
            body = {"revision": page["revision"], "ids": ids}
            await answer(karen.post("/training/api/intents/akut_hjaelp/delete", body))
        await answer(karen.post("/training/api/trainings", {"reason": "Uden råb om hjælp"}))
        training = await over(karen)
        assert training["status"] == "done", training
        body = {"reason": "prøver", "override": None, "from": live}
        status, said = await karen.post(f"/training/api/versions/{training['version']}/activate", body)
        assert (status, said["error"]["code"]) == (409, "gate"), said
        [reason] = [reason for reason in said["error"]["reasons"] if re.search(r"\d af \d+ beskeder", reason)]
        assert re.search(rf"finder {len(CRIES)} af {len(CRIES)}\b", reason), reason
        assert (await answer(karen.get("/training/api/versions")))["active"] == live
    finally:
        await karen.close()


async def answer(asking: Any) -> Any:
    """What was answered; anything but a yes fails."""
    status, said = await asking
    assert status < 300, said
    return said


async def over(karen: StaffClient) -> dict[str, Any]:
    """The training once it has ended."""
    for _ in range(int(TRAINED / 500)):
        training: dict[str, Any] = await answer(karen.get("/training/api/trainings/current"))
        if training["status"] not in ("queued", "running"):
            return training
        await asyncio.sleep(0.5)
    raise TimeoutError("the training did not end")
