"""Which checks there are for these settings: this only puts them together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import bot.store.migrations
from bot.doctor import assistant, databases, files, login, machine, own, sending
from bot.doctor.case_checks import case_checks
from bot.doctor.checking import Check, Try
from bot.doctor.finding import Finding, ok
from bot.errors import SettingsError
from bot.settings import ROOT, Settings
from bot.store.crypto import Vault
from bot.store.tables import messages

SETTINGS: Final = "Indstillinger"
FILES: Final = "Kommunens filer"
DATABASE: Final = "Databasen"
CITIZENS: Final = "Borgernes login"
STAFF: Final = "Medarbejdernes login"
SENDING: Final = "Mail og sms"
ASSISTANT: Final = "Assistenten"
MACHINE: Final = "Maskinen"

_MIGRATIONS: Final = Path(bot.store.migrations.__path__[0])


def in_dotenv(file: Path, values: Mapping[str, str | None]) -> list[Check]:
    """What can be looked at before the settings can be read: `.env` itself."""
    return [
        _of(SETTINGS, "Navnene i .env", lambda: own.names(values, ROOT / ".env.example")),
        _of(SETTINGS, "Hvem der kan læse .env", lambda: own.readable_by_others(file)),
    ]


def unread(error: SettingsError) -> list[Check]:
    """What is wrong with settings that can't be used; nothing else can be tried then."""
    return [_of(SETTINGS, "Indstillingerne", lambda: own.wrong(error))]


def all_of(settings: Settings, *, folder: Path) -> list[Check]:
    """Every check there is for settings that could be read; ``folder`` holds logs and, mostly, SQLite's files."""
    vault = _vault(settings)
    checks = [
        _of(SETTINGS, "Indstillingerne", lambda: [_read(settings)]),
        _of(SETTINGS, "Nøglerne", lambda: own.keys(settings)),
        _of(SETTINGS, "Adresserne", lambda: own.addresses(settings)),
        _of(FILES, "Kommunens filer", lambda: files.look(settings)),
        Check(group=DATABASE, what="Databasen", run=_database(settings, vault)),
    ]
    checks += [*case_checks(settings, vault), *_logins(settings), *_sending(settings)]
    checks += [
        Check(group=ASSISTANT, what="Borgerkontakt selv", run=lambda: assistant.web(settings)),
        Check(group=ASSISTANT, what="Rasa", run=lambda: assistant.rasa(settings)),
        Check(group=ASSISTANT, what="Action-serveren", run=lambda: assistant.actions(settings)),
        _of(ASSISTANT, "Modellen", lambda: assistant.model(settings)),
        _of(MACHINE, "Pladsen på disken", lambda: machine.room(_folders(settings, folder))),
    ]
    return checks


def _of(group: str, what: str, look: Callable[[], Iterable[Finding]]) -> Check:
    """A check that reads files and waits for nobody; in a thread, for some of them are long."""

    async def run() -> Sequence[Finding]:
        return await asyncio.to_thread(lambda: list(look()))

    return Check(group=group, what=what, run=run)


def _vault(settings: Settings) -> Vault | None:
    """The keys; None where they are none, which `own.keys` tells."""
    try:
        return Vault(settings.secret_keys)
    except (SettingsError, ValueError):
        return None


def _database(settings: Settings, vault: Vault | None) -> Try:
    database = databases.Database(
        what="Databasen",
        url=settings.database_url,
        setting="DATABASE_URL",
        migrations=_MIGRATIONS,
        version_table="alembic_version",
        sealed=messages.c.sealed,
    )
    return lambda: databases.look(database, vault, development=settings.development)


def _read(settings: Settings) -> Finding:
    meant = "De er til udvikling, ikke til drift." if settings.development else ""
    return ok(f"De er læst, og ingen mangler. {meant}".strip())


def _logins(settings: Settings) -> list[Check]:
    development, staff = settings.development, settings.staff
    citizens = Check(
        group=CITIZENS,
        what="Borgernes login",
        run=lambda: login.look(settings.oidc, "borgernes", development=development),
    )
    if staff is None:
        said = "Der er hverken skranke, træning eller revision, for STAFF_OIDC_ISSUER er ikke sat."
        return [citizens, _of(STAFF, "Medarbejdernes login", lambda: [ok(said)])]
    return [
        citizens,
        Check(
            group=STAFF,
            what="Medarbejdernes login",
            run=lambda: login.look(staff, "medarbejdernes", development=development),
        ),
    ]


def _sending(settings: Settings) -> list[Check]:
    mail, sms, development = settings.mail, settings.sms, settings.development
    return [
        _of(SENDING, "Mail", lambda: [ok("Der bliver ikke tilbudt mail, for SMTP_HOST er ikke sat.")])
        if mail is None
        else Check(group=SENDING, what="Mail", run=lambda: sending.mail(mail, development=development)),
        _of(SENDING, "Sms", lambda: [ok("Der bliver ikke tilbudt sms, for SMS_URL er ikke sat.")])
        if sms is None
        else Check(group=SENDING, what="Sms", run=lambda: sending.sms(sms, development=development)),
    ]


def _folders(settings: Settings, folder: Path) -> dict[str, tuple[Path, str]]:
    return {
        "database og logfiler": (folder, ""),
        "modellerne": (settings.models_folder, "MODELS_FOLDER"),
    }
