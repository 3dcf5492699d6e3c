"""Staff's login with the very provider that runs on a developer's machine, started as `make run` starts it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from bot.identity.dev_provider import EXAMPLE_STAFF, staff_command, staff_file
from bot.identity.refusals import LoginCancelled, StaffWithoutRole
from bot.settings import ROOT, STAFF_ROLES
from bot.store.crypto import Vault
from bot.web.staff_session import COOKIE
from tests.browser import axe_violations, chromium
from tests.conftest import skip_without
from tests.e2e.staff import StaffClient
from tests.services import free_port, wait_for_port
from tests.staff_setup import StaffBrowser, StaffHouse, running_staff_house

STAFF: list[dict[str, Any]] = json.loads(staff_file().read_text(encoding="utf-8"))


@dataclass
class Running:
    """The provider while it runs, and what it has written."""

    issuer: str
    log: Path


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    python = ROOT / ".venv-login" / "bin" / "python"
    if not python.exists():
        skip_without("the login provider", "make setup")
    port = free_port()
    log = tmp_path_factory.mktemp("provider") / "staff-login.log"
    with log.open("wb") as written:
        process = subprocess.Popen(staff_command(python, port=port), stdout=written, stderr=subprocess.STDOUT, cwd="/")
    try:
        wait_for_port(port, process)
        yield Running(f"http://127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def house(database_url: str, vault: Vault, provider: Running) -> AsyncIterator[StaffHouse]:
    async with running_staff_house(database_url, vault, issuer=provider.issuer) as house:
        yield house


@pytest.fixture
async def page_house(tmp_path: Path, vault: Vault, provider: Running) -> AsyncIterator[StaffHouse]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with running_staff_house(url, vault, issuer=provider.issuer) as house:
        yield house


async def test_everybody_on_the_list_gets_what_the_sample_says(house: StaffHouse) -> None:
    """Each logs in with their roles, but for the one who has none, who is told whom to ask."""
    for person in STAFF:
        browser = StaffBrowser(house.url)
        back = await browser.pick(person["sub"], "/desk/samtaler")
        if person["roles"]:
            assert (back.status, back.location) == (303, "/desk/samtaler")
            me = await browser.me()
            assert (me["name"], me["email"], me["roles"]) == (person["name"], person["email"], sorted(person["roles"]))
        else:
            assert back.status == 403 and StaffWithoutRole.staff in back.text
            assert browser.cookie(COOKIE) is None
        await browser.session.close()


def test_there_is_somebody_of_every_role_and_somebody_without() -> None:
    """Everything can be tried on a developer's machine, the refusal too; departments are the sample's."""
    from bot.cases.sample import DEPARTMENTS

    assert {role for person in STAFF for role in person["roles"]} == set(STAFF_ROLES)
    assert [person for person in STAFF if not person["roles"]]
    assert {department for person in STAFF for department in person["departments"]} <= DEPARTMENTS
    assert EXAMPLE_STAFF in {person["sub"] for person in STAFF if "agent" in person["roles"]}
    assert all(person["sub"] == person["name"] for person in STAFF)


async def test_departments_come_where_the_settings_name_their_claim(
    tmp_path: Path, vault: Vault, provider: Running
) -> None:
    """Without the setting nobody has any."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with running_staff_house(url, vault, issuer=provider.issuer, department_claim="departments") as house:
        browser = StaffBrowser(house.url)
        await browser.pick("Jonas Krogh")
        assert (await browser.me())["departments"] == ["social", "aeldre", "sundhed", "boern_familie"]
        await browser.session.close()


async def test_turning_back_leads_to_a_page_that_lets_one_try_again(page_house: StaffHouse) -> None:
    """The provider's button to deny is one's own choice, and the page one wanted is not forgotten."""
    browser = StaffBrowser(page_house.url)
    away = await browser.get("/desk/login?to=/desk/samtaler")
    async with browser.session.post(away.location, data={"action": "deny"}, allow_redirects=False) as sent:
        page = await browser.get(sent.headers["Location"])
    assert page.status == 400 and LoginCancelled.staff in page.text
    assert 'href="/desk/login?to=/desk/samtaler"' in page.text
    await browser.session.close()


async def test_the_list_says_in_danish_what_each_is_good_for_and_needs_no_internet(page_house: StaffHouse) -> None:
    """A developer's machine may be offline."""
    browser = StaffBrowser(page_house.url)
    page = unescape((await browser.get((await browser.get("/desk/login")).location)).text)
    assert "Hvilken medarbejder vil du være?" in page
    assert all(person["about"] in page for person in STAFF)
    assert "https://" not in page
    await browser.session.close()


def disk_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.name.startswith("test.db"))


async def test_no_name_is_readable_on_disk_while_logged_in(page_house: StaffHouse, tmp_path: Path) -> None:
    """Every byte of the database is searched, the write-ahead log too."""
    stays = page_house.engine.connect()  # the log is folded into the database when the last connection closes
    stays.exec_driver_sql("SELECT 1")
    browser = StaffBrowser(page_house.url)
    await browser.pick("Mette Holm")
    me, secret = await browser.me(), browser.cookie(COOKIE)
    disk = disk_of(tmp_path)
    assert me["id"].encode() in disk and secret is not None
    hidden = ("Mette", "Holm", "mette.holm", "eyJ", secret, me["csrf"])
    assert not [text for text in hidden if text.encode() in disk]
    stays.close()
    await browser.session.close()


async def test_the_client_that_other_tests_use_logs_in_changes_and_logs_out(page_house: StaffHouse) -> None:
    """It speaks as the desk's page does."""
    client = StaffClient(page_house.url)
    await client.log_in("Peter Dahl")
    assert client.me["roles"] == ["administrator", "agent"]
    assert await client.post("/desk/api/change", {}) == (200, {"changed": True})
    async with client.socket("/desk/socket") as socket:
        assert await socket.receive_json() == {"name": "Peter Dahl"}
    await client.log_out()
    assert (await client.get("/desk/api/me"))[0] == 401
    await client.close()


async def test_a_real_browser_takes_the_cookies_and_comes_out_again(page_house: StaffHouse) -> None:
    """Chromium on loopback: from a page of the desk through the list to that page, and out by both logouts."""
    async with chromium() as browser:
        page: Page = await browser.new_page()
        await page.goto(f"{page_house.url}/desk/samtaler")
        await page.get_by_role("button", name="Mette Holm").click()
        await expect(page.get_by_text("Hej Mette Holm")).to_be_visible()
        assert urlsplit(page.url).path == "/desk/samtaler"
        [cookie] = [one for one in await page.context.cookies() if one["name"] == COOKIE]
        assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Lax"

        # A link on another site, as in a mail read in the browser, leads in without logging in again.
        await page.goto("data:text/html,<a href='" + page_house.url + "/desk'>skranken</a>")
        await page.get_by_role("link").click()
        await expect(page.get_by_text("Hej Mette Holm")).to_be_visible()

        url = await page.evaluate(
            """async () => {
                const me = await (await fetch("/desk/api/me")).json();
                const answer = await fetch("/desk/logout", {method: "POST", headers: {"X-CSRF-Token": me.csrf}});
                return (await answer.json()).logout_url;
            }"""
        )
        await page.goto(page_house.url + url)
        assert await axe_violations(page) == []
        await page.get_by_role("button", name="Log også ud af kommunens login").click()
        await page.goto(f"{page_house.url}/desk")
        await expect(page.get_by_role("button", name="Mette Holm")).to_be_visible()
