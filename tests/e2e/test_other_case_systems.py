"""The main job with the municipality's own case system behind it: SBSYS, KOMBIT's index, both, and one that is ill.

Nothing is changed from one to the next but settings; rasa is not even told.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.settings import ROOT
from tests.browser import chromium
from tests.doubles.organisation import CVR
from tests.doubles.organisation import PATH as ORGANISATION_PATH
from tests.doubles.sbsys import SbsysDouble
from tests.doubles.sf1470 import PATH, find_wsdl
from tests.e2e.browsing import PATIENCE, log_in, look, new_citizen, new_page, write
from tests.e2e.stack import Stack
from tests.services import free_port, wait_for_port

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANNA = "Anna Bjerregaard"
PARTIAL = "Et af vores systemer svarer ikke lige nu"


@dataclass
class Double:
    """A stand-in for a system, in a process of its own."""

    port: int
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, module: str, log: Path, *more: str) -> Double:
        port = free_port()
        argv = [sys.executable, "-m", f"tests.doubles.{module}", "--port", str(port), *more]
        with log.open("ab") as out:
            process = subprocess.Popen(argv, cwd=ROOT, stdout=out, stderr=out)
        wait_for_port(port, process)
        return cls(port, process)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass
class House:
    """An installation whose case systems can be changed, and the systems."""

    stack: Stack
    doubles: dict[str, Double]

    def switch(self, systems: str) -> None:
        """As an administrator does: the setting is changed, and the parts that read it are started again."""
        for name in ("actions", "web"):
            self.stack.kill(name, signal.SIGTERM)
            part = self.stack.parts[name]
            self.stack.parts[name] = replace(part, environ={**part.environ, "CASE_SYSTEM": systems})
        self.stack.start("actions", "web")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """SBSYS, the index (where KOMBIT's WSDL is on this machine) and the organisation, with the sample cases."""
    folder = tmp_path_factory.mktemp("other-systems")
    wsdl = find_wsdl()
    doubles = {"sbsys": Double.start("sbsys", folder / "sbsys.log")}
    usual = SbsysDouble()
    told = {
        "CASE_SYSTEM": "sbsys",
        "SBSYS_URL": doubles["sbsys"].url,
        "SBSYS_TOKEN_URL": f"{doubles['sbsys'].url}/auth/realms/sbsip/protocol/openid-connect/token",
        "SBSYS_CLIENT_ID": usual.client_id,
        "SBSYS_CLIENT_SECRET": usual.client_secret,
        "SBSYS_USER": usual.user,
        "SBSYS_PASSWORD": usual.password,
        # So that a system that has stopped is asked and found out at once.
        "CASE_CACHE_SECONDS": "0",
    }
    if wsdl is not None:
        doubles["sf1470"] = Double.start("sf1470", folder / "sf1470.log", "--wsdl", str(wsdl))
        doubles["organisation"] = Double.start("organisation", folder / "organisation.log")
        told |= {
            "SF1470_WSDL": str(wsdl),
            "SF1470_URL": f"{doubles['sf1470'].url}{PATH}",
            "ORGANISATION_URL": f"{doubles['organisation'].url}{ORGANISATION_PATH}",
            "ORGANISATION_TOKEN": "proeve",
            "ORGANISATION_CVR": CVR,
        }
    stack = Stack(folder / "installation", **told)
    try:
        stack.start(*(name for name in stack.parts if name != "staff_login"))
        yield House(stack, doubles)
    finally:
        stack.stop()
        for double in doubles.values():
            double.process.kill()
            double.process.wait(20)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with chromium() as browser:
        yield browser


async def logged_in(house: House, browser: Browser, question: str) -> Page:
    """Anna's browser, after her question, her login and the answer that came by itself."""
    page = await new_page(await new_citizen(browser, 360, 740), house.stack)
    await page.get_by_role("button", name="Skriv med os").first.click()
    answer = await write(page, question)
    await expect(answer).not_to_contain_text("Mette")
    await log_in(page, ANNA)
    return page


async def ask(page: Page, question: str, words: str) -> Locator:
    """Write, and give the message with these words that comes; others may come with it."""
    bubbles = page.locator(".message.assistant .bubble", has_text=words)
    before = await bubbles.count()
    await page.get_by_placeholder("Skriv din besked").fill(question)
    await page.keyboard.press("Enter")
    await expect(bubbles).to_have_count(before + 1, timeout=PATIENCE)
    return page.locator(".message.assistant", has_text=words).last


@pytest.mark.parametrize("system", ["sbsys", "sf1470", "sbsys,sf1470"])
async def test_the_main_job_goes_with_the_municipalitys_own_system(house: House, browser: Browser, system: str) -> None:
    """Who has the case with phone and department, its state, and no claim that the system gives no ground for."""
    if "sf1470" in system and "sf1470" not in house.doubles:
        pytest.skip("KOMBIT's WSDL is not on this machine: set SF1470_WSDL to SagDokumentIndeksService_6.wsdl")
    house.switch(system)
    page = await logged_in(house, browser, "hvem er min sagsbehandler")
    # The index has no date for an answer; by the municipality's own deadline it is late, and a human is offered below.
    answer = page.locator(".message.assistant", has_text="Mette Holm").last
    await expect(answer.locator(".bubble")).to_contain_text("12 34 56 41", timeout=PATIENCE)
    card = answer.locator(".card.case")
    await expect(card.locator("h3")).to_have_text("Personlig og praktisk hjælp")
    await expect(card.locator(".badge")).to_contain_text("Behandles")
    contact = card.locator(".row", has_text="Sagsbehandler")
    for words in ("Mette Holm", "Pleje og Omsorg", "12 34 56 41"):
        await expect(contact).to_contain_text(words)
    await expect(card).not_to_contain_text("Det skal du gøre")
    await look(page, f"case-system-{system}")
    await ask(page, "hvad er status på min sag", "Vi arbejder på sagen")
    await ask(
        page,
        "hvornår får jeg svar",
        "Du skulle have haft svar" if system == "sf1470" else "Vi regner med, at du får svar senest",
    )
    await ask(page, "mangler I noget fra mig", "Jeg kan ikke se, om vi mangler noget fra dig")
    await look(page, f"case-system-missing-{system}")
    await page.context.close()


async def test_where_one_of_two_systems_is_ill_the_other_answers_and_that_is_said(
    house: House, browser: Browser
) -> None:
    """A part that fails is said as such; when the one that is left fails too, the citizen is told what to do."""
    if "sf1470" not in house.doubles:
        pytest.skip("KOMBIT's WSDL is not on this machine: set SF1470_WSDL to SagDokumentIndeksService_6.wsdl")
    house.switch("sbsys,sf1470")
    page = await logged_in(house, browser, "hvem er min sagsbehandler")
    await expect(page.locator(".message.assistant", has_text="Mette Holm").last).to_be_visible(timeout=PATIENCE)
    house.doubles["sf1470"].process.send_signal(signal.SIGSTOP)
    try:
        answer = await ask(page, "hvem er min sagsbehandler", PARTIAL)
        await expect(answer.locator(".bubble")).to_contain_text("Mette Holm")
        await look(page, "case-system-one-is-ill")
        house.doubles["sbsys"].process.send_signal(signal.SIGSTOP)
        await ask(page, "hvad er status på min sag", "Jeg kan ikke slå din sag op lige nu")
        await look(page, "case-system-both-are-ill")
    finally:
        for name in ("sbsys", "sf1470"):
            house.doubles[name].process.send_signal(signal.SIGCONT)
    await ask(page, "hvem er min sagsbehandler", "Mette Holm")
    await page.context.close()
