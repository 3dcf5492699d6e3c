"""What the doctor says of the embedded register, SBSYS, the index and Organisation, well and unwell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.cases.sf1470.access import OrganisationAccess
from bot.cases.systems import prepare_register
from bot.cases.tls import Tls
from bot.doctor import index
from bot.doctor.case_checks import case_checks
from bot.doctor.checking import run
from bot.doctor.finding import Finding, Level
from bot.settings import Settings
from bot.store.crypto import Vault
from tests.doctor_setup import (
    Authority,
    answering,
    self_signed,
    sentences,
    server_tls,
    settings_of,
    silent,
)
from tests.doubles.organisation import CVR, PATH, OrganisationDouble
from tests.doubles.sbsys import SbsysDouble
from tests.doubles.sf1470 import PATH as INDEX_PATH
from tests.doubles.sf1470 import IndexDouble, find_wsdl


async def of_cases(settings: Settings) -> list[Finding]:
    """What is said of the case systems these settings name."""
    checks = case_checks(settings, Vault([Vault.new_key()]))
    return list((await asyncio.wait_for(run(checks), 30)).findings)


@pytest.fixture
async def sbsys() -> AsyncIterator[SbsysDouble]:
    double = await SbsysDouble().start()
    yield double
    await double.stop()


def of_sbsys(folder: Path, double: SbsysDouble, **changes: str) -> Settings:
    access = double.access
    return settings_of(
        folder,
        **{
            "BORGERKONTAKT_ENV": "development",
            "CASE_SYSTEM": "sbsys",
            "SBSYS_URL": access.url,
            "SBSYS_TOKEN_URL": access.token_url,
            "SBSYS_CLIENT_ID": access.client_id,
            "SBSYS_CLIENT_SECRET": access.client_secret,
            "SBSYS_USER": access.user,
            "SBSYS_PASSWORD": access.password,
            **changes,
        },
    )


async def test_sbsys_that_is_well_is_told_so(tmp_path: Path, sbsys: SbsysDouble) -> None:
    """The login and the API both answer."""
    found = await of_cases(of_sbsys(tmp_path, sbsys))
    assert sentences(found) == []
    assert "SBSYS lader os logge ind." in sentences(found, Level.OK)
    assert "Vi ved, hvad hver tilstand i SBSYS betyder." in sentences(found, Level.OK)


async def test_states_that_only_the_municipality_knows_are_told(tmp_path: Path, sbsys: SbsysDouble) -> None:
    """A name of their own would be shown as another state: it is said before a citizen is told the wrong thing."""

    async def pass_on(request: web.Request) -> web.StreamResponse:
        named = "Afventer lægen" if request.path.endswith("sagStatusList") else "Borgerkontakt"
        row = {"Id": 1, "Navn": named, "SagsTilstand": "Aktiv"}
        return web.json_response([row] if request.path.endswith("sagStatusList") else row)

    async with answering(pass_on) as url:
        unknown = await of_cases(of_sbsys(tmp_path, sbsys, SBSYS_URL=url))
        known = await of_cases(of_sbsys(tmp_path, sbsys, SBSYS_URL=url, SBSYS_STATES='{"afventer lægen": "behandles"}'))
    assert sentences(unknown, Level.WARNING)[0].startswith(
        "Vi ved ikke, hvad disse tilstande i SBSYS betyder: Afventer lægen."
    )
    assert sentences(known, Level.WARNING) == []


async def test_a_register_that_is_ready_is_asked_as_citizens_ask_it(tmp_path: Path) -> None:
    """The embedded register: its database is looked at, and then the adapter itself is asked."""
    settings = settings_of(tmp_path, BORGERKONTAKT_ENV="development")
    assert sentences(await of_cases(settings), Level.WARNING) == ["Sagsregisteret er ikke lavet endnu."]
    assert not (tmp_path / "sager.db").exists()
    prepare_register(settings, Vault(settings.secret_keys), sample=False)
    found = await of_cases(settings)
    assert {finding.level for finding in found} == {Level.OK} and found[-1].said.startswith("Sagsregisteret svarer (")


@pytest.mark.parametrize(
    ("changes", "expected", "setting"),
    [
        ({"SBSYS_PASSWORD": "forkert"}, "SBSYS tager ikke imod brugeren med den kode, der står.", "SBSYS_USER"),
        ({"SBSYS_CLIENT_SECRET": "forkert"}, "SBSYS kender ikke den klient, der står, eller dens hemmelighed er "
         "forkert.", "SBSYS_CLIENT_ID"),
        ({"BORGERKONTAKT_ENV": "production"}, "Adressen er på http, så kode og borgernes sager ville gå ukrypteret "
         "over nettet.", "SBSYS_URL"),
    ],
)  # fmt: skip
async def test_each_wrong_setting_of_sbsys_is_named(
    tmp_path: Path, sbsys: SbsysDouble, changes: dict[str, str], expected: str, setting: str
) -> None:
    """A wrong user, a wrong client and http are told by the setting to mend."""
    found = [one for one in await of_cases(of_sbsys(tmp_path, sbsys, **changes)) if one.level is Level.FAULT]
    assert (found[0].said, found[0].setting) == (expected, setting)


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (403, "application/json", "SBSYS kender os, men vi har ikke lov (svar 403)."),
        (404, "text/html", "SBSYS: Serveren svarer, men der er ikke noget på den adresse (svar 404)."),
        (302, "text/html", "SBSYS sender os videre til en anden adresse (svar 302), og det følger vi ikke."),
        (200, "text/html", "SBSYS: Der bliver svaret, men ikke som et sagssystem svarer."),
        (500, "text/html", "SBSYS har en fejl hos sig selv (svar 500)."),
    ],
)
async def test_each_wrong_answer_of_the_api_is_told(
    tmp_path: Path, sbsys: SbsysDouble, status: int, kind: str, expected: str
) -> None:
    """The login is well, and what stands at the address is not SBSYS's API, or does not let us in."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="<html></html>", content_type=kind)

    async with answering(answer) as url:
        found = await of_cases(of_sbsys(tmp_path, sbsys, SBSYS_URL=url))
    assert sentences(found) == [expected]


async def test_a_silent_sbsys_is_told_with_how_long_we_wait(tmp_path: Path, sbsys: SbsysDouble) -> None:
    """Silence is not the same as being down, and the time is said."""
    async with silent() as at:
        found = await of_cases(of_sbsys(tmp_path, sbsys, SBSYS_URL=f"http://{at}", CASE_SYSTEM_TIMEOUT="0.5"))
    assert sentences(found) == ["SBSYS svarede ikke inden for 0,5 s."]


async def test_files_of_certificates_are_looked_at_before_anybody_is_asked(tmp_path: Path, sbsys: SbsysDouble) -> None:
    """A key of another certificate is found here, and nobody is asked with it."""
    authority = Authority(tmp_path)
    ours, other = authority.pair("ours"), authority.pair("other")
    settings = of_sbsys(tmp_path, sbsys, SBSYS_CERTIFICATE=str(ours.certificate), SBSYS_KEY=str(other.key))
    assert sentences(await of_cases(settings)) == ["Nøglen passer ikke til klientcertifikatet."]
    assert not sbsys.asked


async def test_an_sbsys_with_a_certificate_nobody_trusts_is_told(tmp_path: Path, sbsys: SbsysDouble) -> None:
    """What to do names the setting that says whom to trust."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({})

    async with answering(answer, tls=server_tls(self_signed(tmp_path))) as url:
        found = await of_cases(of_sbsys(tmp_path, sbsys, SBSYS_TOKEN_URL=f"{url}/token"))
    assert sentences(found)[0].endswith("Det har underskrevet sig selv.")
    assert any("SBSYS_AUTHORITIES" in finding.do for finding in found)


async def test_an_organisation_that_is_well_is_told_so() -> None:
    """The token is taken, and GraphQL is answered."""
    double = OrganisationDouble(token="nøgle-til-test".replace("ø", "o"))
    runner = web.AppRunner(double.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
        access = OrganisationAccess(url=url, token=double.token, cvr=CVR)
        found = await asyncio.wait_for(index.organisation(access, Tls(), development=True, limit=3.0), 30)
    finally:
        await runner.cleanup()
    assert [finding.said for finding in found] == ["Organisation svarer og tager imod nøglen."]


async def test_the_index_is_told_well_unreachable_and_in_the_clear(tmp_path: Path) -> None:
    """The genuine contract is read, the double answers; then nobody is there; then http in production."""
    wsdl = find_wsdl()
    if wsdl is None:
        pytest.skip("KOMBIT's WSDL is not on this machine: set SF1470_WSDL to SagDokumentIndeksService_6.wsdl")
    runner = web.AppRunner(IndexDouble(wsdl).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    given = {"CASE_SYSTEM": "sf1470", "SF1470_WSDL": str(wsdl), "SF1470_URL": f"http://127.0.0.1:{port}{INDEX_PATH}"}
    try:
        found = await of_cases(settings_of(tmp_path, BORGERKONTAKT_ENV="development", **given))
        assert [finding.level for finding in found] == [Level.OK, Level.OK]
        found = await of_cases(settings_of(tmp_path, **given))
        assert sentences(found)[0].startswith("Adressen er på http")
    finally:
        await runner.cleanup()
    found = await of_cases(settings_of(tmp_path, BORGERKONTAKT_ENV="development", **given))
    assert sentences(found) == [f"Sags- og Dokumentindekset: Der er ingen, der svarer på 127.0.0.1:{port}."]
