"""The whole examination, what it says of databases, and what it never says."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import MetaData, insert, text

import bot.store.migrations
from bot.doctor import databases
from bot.doctor.checking import Report, run
from bot.doctor.checks import all_of
from bot.doctor.command import examine
from bot.doctor.finding import Finding, Level
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from bot.store.tables import messages
from tests.databases import Lent, migrated
from tests.doctor_setup import (
    answering,
    environment,
    sentences,
    silent,
)
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


async def test_what_postgresql_says_no_to_is_told(postgres: Postgres, lent: Lent) -> None:
    """A wrong name, a wrong user, nobody there, and a database one may only read."""
    at = f"127.0.0.1:{postgres.port}"
    assert sentences(await about(f"postgresql://test@{at}/findes_ikke")) == [
        "Databasen: Der er ingen database, der hedder findes_ikke, på 127.0.0.1."
    ]
    assert sentences(await about(f"postgresql://ukendt:kode@{at}/{lent.like}")) == [
        "Databasen: Serveren kender ikke brugeren ukendt."
    ]
    port = free_port()
    assert sentences(await about(f"postgresql://test@127.0.0.1:{port}/x")) == [
        f"Databasen: Der er ingen, der svarer på 127.0.0.1:{port}."
    ]
    reading = f"postgresql://test@{at}/{lent.like}?options=-c%20default_transaction_read_only%3Don"
    assert sentences(await about(reading)) == ["Databasen kan læses, men ikke skrives i."]


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """Whatever lies at the address, the doctor says so and raises nothing."""
    (tmp_path / "x.db").write_text("ikke en database, men en tekst, der er lang nok til at blive læst" * 20)
    assert len(sentences(await about(f"sqlite:///{tmp_path / 'x.db'}"))) == 1
    assert sentences(await about("mysql://u:kode@h/x")) == ["Databasen: Adressen er ikke en, vi kan bruge."]


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
        nobody = everything(tmp_path, f"127.0.0.1:{free_port()}")
        await no_secret_in(nobody, tmp_path)
        await no_secret_in(nobody, tmp_path, as_json=True)
    elif host == "silent":
        async with silent() as at:
            await no_secret_in(everything(tmp_path, at), tmp_path)
    else:
        async with answering(echoing) as url:
            at = url.removeprefix("http://")
            plain = {k: v.replace("https://", "http://") for k, v in everything(tmp_path, at).items()}
            await no_secret_in({**plain, "BORGERKONTAKT_ENV": "development"}, tmp_path)


async def no_secret_in(environ: dict[str, str], folder: Path, *, as_json: bool = False) -> None:
    """Examine, as text or as JSON, and look through every letter; it ends in good time, with a fault."""

    def examined() -> tuple[int, Sequence[str]]:
        return examine(environ, dotenv=folder / ".env", folder=folder, as_json=as_json)

    code, lines = await asyncio.wait_for(asyncio.to_thread(examined), 60)
    printed = "\n".join(lines)
    assert code == 1
    assert not as_json or json.loads(printed)["status"] == "fejl"
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
