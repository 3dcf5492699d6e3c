"""Login with the very provider that runs on a developer's machine, started as `make run` starts it."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from bot.cases.sample import load_citizens
from bot.identity.dev_provider import command
from bot.identity.refusals import LoginCancelled, LoginTooLow, LoginWithoutCpr
from bot.settings import ROOT
from bot.store.crypto import Vault
from tests.conftest import skip_without
from tests.identity_setup import Answer, Browser, House, running_house
from tests.services import free_port, wait_for_port

ANNA = load_citizens()[0]


@dataclass
class Running:
    """The provider while it runs, and what it has written."""

    issuer: str
    log: Path


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    python = ROOT / ".venv-login" / "bin" / "python"
    if not python.exists():
        skip_without("the login provider", "make setup")
    port = free_port()
    log = tmp_path_factory.mktemp("provider") / "login.log"
    with log.open("wb") as written:
        process = subprocess.Popen(command(python, port=port), stdout=written, stderr=subprocess.STDOUT, cwd="/")
    try:
        wait_for_port(port, process)
        yield Running(f"http://127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def issuer(provider: Running) -> str:
    return provider.issuer


@pytest.fixture
async def house(tmp_path: Path, vault: Vault, issuer: str) -> AsyncIterator[House]:
    async with running_house(f"sqlite:///{tmp_path / 'test.db'}", vault, issuer=issuer) as house:
        house.conversation("a")
        yield house


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    browser = Browser(house)
    yield browser
    await browser.session.close()


async def pick(browser: Browser, form: dict[str, str], conversation: str = "a") -> Answer:
    """Come to the pick-list, press a button of it, and go where that leads."""
    away = await browser.get(await browser.start(conversation))
    assert "prompt=login" in away.location
    page = await browser.get(away.location)
    assert page.status == 200
    for value in form.values():
        assert f'value="{value}"' in unescape(page.text)
    async with browser.session.post(away.location, data=form, allow_redirects=False) as sent:
        return await browser.follow(sent.headers["Location"])


async def test_a_sample_citizen_is_picked_and_logged_in_and_out(house: House, browser: Browser) -> None:
    """The person who comes out is the one that was picked; logging out leads by the provider too."""
    back = await pick(browser, {"sub": ANNA.sub})
    status, body = await browser.post("/identity/finish", "a", {"code": back.fragment["borgerkontakt-login"]})
    login = house.identity.logins.current("a")
    assert (status, body["name"]) == (200, ANNA.name)
    assert login is not None and (login.cpr, login.level) == (ANNA.cpr, ANNA.level)

    _, body = await browser.post("/identity/logout", "a", {})
    assert house.identity.logins.current("a") is None
    page = await browser.get(body["logout_url"])
    assert "/oauth2/end_session" in page.text


async def test_every_sample_citizen_gets_what_the_sample_says(tmp_path: Path, vault: Vault, issuer: str) -> None:
    """Each logs in, but for the one with a low level and the one without a CPR number, who are told why."""
    expected: list[tuple[str, str]] = []
    async with running_house(f"sqlite:///{tmp_path / 'test.db'}", vault, issuer=issuer) as house:
        browser = Browser(house)
        for number, citizen in enumerate(load_citizens()):
            conversation = house.conversation(f"c{number}")
            back = await pick(browser, {"sub": citizen.sub}, conversation)
            if citizen.level not in house.settings.oidc.levels:
                expected.append((conversation, LoginTooLow.citizen))
            elif citizen.cpr is None:
                expected.append((conversation, LoginWithoutCpr.citizen))
            else:
                code = back.fragment["borgerkontakt-login"]
                assert (await browser.post("/identity/finish", conversation, {"code": code}))[0] == 200
                assert house.door.completed[-1][1].cpr == citizen.cpr
        assert house.door.said == expected and len(expected) >= 2
        await browser.session.close()


async def test_turning_back_leads_back(house: House, browser: Browser) -> None:
    """The provider's button to deny is the citizen's choice."""
    back = await pick(browser, {"action": "deny"})
    assert back.fragment == {"borgerkontakt-login-error": "1"}
    assert house.door.said == [("a", LoginCancelled.citizen)]


async def test_the_number_is_nowhere_on_disk_while_logged_in(tmp_path: Path, vault: Vault, issuer: str) -> None:
    """Every byte of the database is searched, the write-ahead log too: after the callback, and after the login."""

    def disk() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.name.startswith("test.db"))

    assert ANNA.cpr is not None
    secrets = [secret.encode() for secret in (ANNA.cpr, f"{ANNA.cpr[:6]}-{ANNA.cpr[6:]}", ANNA.name)]
    async with running_house(f"sqlite:///{tmp_path / 'test.db'}", vault, issuer=issuer) as house:
        house.conversation("a")
        browser = Browser(house)
        stays = house.engine.connect()  # the log is folded into the database when the last connection closes
        stays.exec_driver_sql("SELECT 1")
        back = await pick(browser, {"sub": ANNA.sub})
        assert (tmp_path / "test.db-wal").stat().st_size > 0
        assert not [secret for secret in secrets if secret in disk()]
        await browser.post("/identity/finish", "a", {"code": back.fragment["borgerkontakt-login"]})
        login = house.identity.logins.current("a")
        assert login is not None and login.id.encode() in disk()  # the login is in what was searched
        assert not [secret for secret in secrets if secret in disk()]
        stays.close()
        await browser.session.close()


async def test_the_providers_log_holds_no_number_either(house: House, browser: Browser, provider: Running) -> None:
    """Its own command would write the claims of whoever logs in to its log."""
    await pick(browser, {"sub": ANNA.sub})
    written = provider.log.read_text(encoding="utf-8")
    assert provider.issuer in written
    assert not [citizen.sub for citizen in load_citizens() if citizen.cpr and citizen.cpr in written]


async def test_its_pages_need_no_internet(house: House, browser: Browser) -> None:
    """A developer's machine may be offline; and who is picked says what they are good for."""
    away = await browser.get(await browser.start("a"))
    page = (await browser.get(away.location)).text
    assert "cdn" not in page and "https://" not in page.replace("https://data.gov.dk", "")
    assert all(citizen.about in page for citizen in load_citizens())
