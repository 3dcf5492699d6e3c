"""The whole examination, what it says of databases and of both kinds of case systems, and what it never says."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import MetaData, insert, text

import bot.store.migrations
from bot.cases.sf1470 import OrganisationAccess
from bot.cases.systems import prepare_register
from bot.doctor import databases, index
from bot.doctor.case_checks import case_checks
from bot.doctor.checking import Report, run
from bot.doctor.checks import all_of
from bot.doctor.command import examine
from bot.doctor.finding import Finding, Level
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from bot.store.tables import messages
from tests.databases import migrated
from tests.doctor_setup import (
    Authority,
    answering,
    environment,
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
from tests.identity_setup import NOON, new_conversation
from tests.services import Postgres, free_port

NOTHING = Path(os.devnull)


async def about(url: str, vault: Vault | None = None) -> list[Finding]:
    """What is said of a database of the chat's."""
    database = databases.Database(
        what="Databasen",
        url=url,
        setting="DATABASE_URL",
        migrations=Path(bot.store.migrations.__path__[0]),
        version_table="alembic_version",
        sealed=messages.c.sealed,
    )
    return await asyncio.wait_for(databases.look(database, vault, development=True), 30)


async def test_a_database_that_is_well_is_told_so(database_url: str, vault: Vault) -> None:
    """It answers, fits the software and can be written in; and nothing is left behind in it."""
    found = await about(database_url, vault)
    assert [finding.level for finding in found] == [Level.OK] * 3
    seen = MetaData()
    engine = make_engine(database_url)
    seen.reflect(engine)
    engine.dispose()
    assert not [name for name in seen.tables if "doctor" in name]


async def test_an_empty_database_and_a_newer_one_are_told_apart(empty_database_url: str) -> None:
    """An empty one is to be prepared; one of a newer software is not to be touched."""
    assert (
        any(finding.said == "Databasen er tom." for finding in await about(empty_database_url))
        or (await about(empty_database_url))[0].said == "Databasen er ikke lavet endnu."
    )
    engine = migrated(empty_database_url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert sentences(await about(empty_database_url)) == ["Databasen er fra en nyere udgave af programmet end denne."]


async def test_keys_that_do_not_open_what_is_kept_are_told(database_url: str, vault: Vault) -> None:
    """Other keys than those the data were written with: said before a citizen meets it."""
    engine = make_engine(database_url)
    new_conversation(engine, "c1")
    with writing(engine) as connection:
        connection.execute(
            insert(messages).values(conversation_id="c1", seq=1, sender="citizen", sealed=vault.seal("x"), at=NOON)
        )
    engine.dispose()
    assert sentences(await about(database_url, vault)) == []
    other = await about(database_url, Vault([Vault.new_key()]))
    assert sentences(other) == ["Databasen er skrevet med en anden nøgle end dem, der står."]


async def test_what_postgresql_says_no_to_is_told(postgres: Postgres, migrated_database: str) -> None:
    """A wrong name, a wrong user, nobody there, and a database one may only read."""
    at = f"127.0.0.1:{postgres.port}"
    assert sentences(await about(f"postgresql://test@{at}/findes_ikke")) == [
        "Databasen: Der er ingen database, der hedder findes_ikke, på 127.0.0.1."
    ]
    assert sentences(await about(f"postgresql://ukendt:kode@{at}/{migrated_database}")) == [
        "Databasen: Databasen kender ikke brugeren ukendt."
    ]
    port = free_port()
    assert sentences(await about(f"postgresql://test@127.0.0.1:{port}/x")) == [
        f"Databasen: Der er ingen, der svarer på 127.0.0.1:{port}."
    ]
    reading = f"postgresql://test@{at}/{migrated_database}?options=-c%20default_transaction_read_only%3Don"
    assert sentences(await about(reading)) == ["Databasen kan læses, men ikke skrives i."]


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """Whatever lies at the address, the doctor says so and raises nothing."""
    (tmp_path / "x.db").write_text("ikke en database, men en tekst, der er lang nok til at blive læst" * 20)
    assert len(sentences(await about(f"sqlite:///{tmp_path / 'x.db'}"))) == 1
    assert sentences(await about("mysql://u:kode@h/x")) == ["Databasen: Adressen er ikke en, vi kan bruge."]


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
        found = await asyncio.wait_for(index.organisation(access, development=True, limit=3.0), 30)
    finally:
        await runner.cleanup()
    assert [finding.said for finding in found] == ["Organisation svarer og tager imod nøglen."]


def secrets_of(environ: dict[str, str]) -> list[str]:
    """What must not be seen of these settings."""
    kept = [value for name, value in environ.items() if name.endswith(("_KEYS", "_TOKEN", "_SECRET", "_PASSWORD"))]
    return [*kept, "databasens-kode", "registerets-kode", "sms-adressens-kode"]


def everything(folder: Path, host: str) -> dict[str, str]:
    """All there is to set, with everybody at ``host``, and a secret wherever there may be one."""
    return environment(
        folder,
        CASE_SYSTEM="sql,sbsys,sf1470",
        DATABASE_URL=f"postgresql://u:databasens-kode@{host}/x",
        CASES_DATABASE_URL=f"postgresql://u:registerets-kode@{host}/x",
        OIDC_ISSUER=f"https://{host}",
        OIDC_CLIENT_SECRET="borgernes-hemmelighed",
        STAFF_OIDC_ISSUER=f"https://{host}/medarbejdere",
        STAFF_OIDC_CLIENT_ID="x",
        STAFF_OIDC_CLIENT_SECRET="medarbejdernes-hemmelighed",
        SMTP_HOST=host.partition(":")[0],
        SMTP_PORT=host.partition(":")[2],
        SMTP_USER="u",
        SMTP_PASSWORD="mailens-kode",
        MAIL_FROM="svar-ikke@noerreaa.example",
        SMS_URL=f"https://u:sms-adressens-kode@{host}/send?kode=0101600019",
        SMS_TOKEN="sms-noeglen",
        SMS_FROM="Kommunen",
        RASA_URLS=f"http://{host}",
        ACTIONS_URL=f"http://{host}",
        SBSYS_URL=f"https://{host}",
        SBSYS_TOKEN_URL=f"https://{host}/token",
        SBSYS_CLIENT_ID="x",
        SBSYS_CLIENT_SECRET="sbsys-hemmelighed",
        SBSYS_USER="u",
        SBSYS_PASSWORD="sbsys-kode",
        SF1470_WSDL=str(folder / "mangler.wsdl"),
        ORGANISATION_URL=f"https://{host}/graphql",
        ORGANISATION_TOKEN="organisationens-noegle",
        ORGANISATION_CVR="11111111",
    )


async def echoing(request: web.Request) -> web.StreamResponse:
    """A server that throws everything it was told back at whoever asks."""
    told = f"{request.path_qs} {dict(request.headers)} {await request.text()}"
    return web.Response(status=500, text=told, content_type="text/html")


@pytest.mark.parametrize("host", ["closed", "silent", "echoing"])
async def test_no_secret_is_ever_printed_whatever_fails(tmp_path: Path, host: str) -> None:
    """Nobody there, nobody who speaks, or somebody who repeats it all: the report holds no secret and no CPR number."""
    if host == "closed":
        await no_secret_in(everything(tmp_path, f"127.0.0.1:{free_port()}"), tmp_path)
    elif host == "silent":
        async with silent() as at:
            await no_secret_in(everything(tmp_path, at), tmp_path)
    else:
        async with answering(echoing) as url:
            at = url.removeprefix("http://")
            plain = {k: v.replace("https://", "http://") for k, v in everything(tmp_path, at).items()}
            await no_secret_in({**plain, "BORGERKONTAKT_ENV": "development"}, tmp_path)


async def no_secret_in(environ: dict[str, str], folder: Path) -> None:
    """Examine, both as text and as JSON, and look through every letter; it ends in good time, with a fault."""

    def both() -> tuple[int, Sequence[str], Sequence[str]]:
        code, lines = examine(environ, dotenv=folder / ".env", folder=folder)
        return code, lines, examine(environ, dotenv=folder / ".env", folder=folder, as_json=True)[1]

    code, lines, in_json = await asyncio.wait_for(asyncio.to_thread(both), 60)
    printed = "\n".join([*lines, *in_json])
    assert code == 1
    assert json.loads("\n".join(in_json))["status"] == "fejl"
    for secret in [*secrets_of(environ), "0101600019"]:
        assert secret not in printed


async def test_no_secret_is_printed_of_settings_that_can_not_be_read(tmp_path: Path) -> None:
    """A wrong value is often a secret in the wrong place: addresses and secrets are named and not quoted."""
    environ = environment(tmp_path, DATABASE_URL="//u:databasens-kode@db/x", CASE_SYSTEM="sbsys", PORT="http")
    code, lines = await asyncio.to_thread(lambda: examine(environ, dotenv=tmp_path / ".env", folder=tmp_path))
    printed = "\n".join(lines)
    assert code == 1 and "databasens-kode" not in printed
    for name in ("DATABASE_URL", "PORT", "SBSYS_URL", "SBSYS_PASSWORD"):
        assert f"{name}: " in printed


async def test_everything_is_told_though_everybody_is_silent(tmp_path: Path) -> None:
    """With every address silent there is still a report, of every group, within the time set for all."""
    async with silent() as at:
        settings = Settings.read(everything(tmp_path, at), dotenv=NOTHING)
        report: Report = await asyncio.wait_for(run(all_of(settings, folder=tmp_path)), 30)
    assert {"Databasen", "Sagssystemer", "Borgernes login", "Mail og sms", "Assistenten"} <= set(report.groups)
    assert all(report.groups.values())


async def test_the_examination_of_a_new_machine_leaves_nothing_behind(tmp_path: Path) -> None:
    """Without a setting it is development's that are tried; no key, no database and no folder is made."""
    folder = tmp_path / "var"
    _, lines = await asyncio.to_thread(lambda: examine({}, dotenv=tmp_path / ".env", folder=folder))
    assert "DATABASE_URL: Databasen er ikke lavet endnu." in "\n".join(lines)
    assert not folder.exists()


@pytest.mark.skipif(find_wsdl() is None, reason="KOMBIT's WSDL is not on this machine (SF1470_WSDL)")
async def test_the_index_is_told_well_unreachable_and_in_the_clear(tmp_path: Path) -> None:
    """The genuine contract is read, the double answers; then nobody is there; then http in production."""
    wsdl = find_wsdl()
    assert wsdl is not None
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
