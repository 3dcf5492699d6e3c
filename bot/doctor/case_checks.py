"""What is tried of each case system the settings name, one thing after the other until one fails."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from bot.cases.sbsys.access import Sbsys
from bot.cases.sf1470.access import Index, OrganisationAccess
from bot.cases.sql import MIGRATIONS, tables
from bot.cases.sql.tables import VERSION_TABLE
from bot.cases.systems import open_case_system
from bot.cases.tls import Tls
from bot.doctor import certificates, databases, index, sbsys
from bot.doctor.case_systems import address, ping
from bot.doctor.checking import Check
from bot.doctor.finding import Finding, Level
from bot.errors import SettingsError
from bot.identity.clock import Clock, utc_now
from bot.settings import Settings
from bot.store.crypto import Vault

GROUP: Final = "Sagssystemer"


def case_checks(settings: Settings, vault: Vault | None, *, clock: Clock = utc_now) -> list[Check]:
    """A check for each case system that can be asked, and one for Organisation where it is set."""
    checks = []
    if "sql" in settings.case_systems:
        checks.append(Check(group=GROUP, what="Sagsregisteret", run=partial(_register, settings, vault)))
    if settings.sbsys is not None:
        checks.append(
            Check(group=GROUP, what="SBSYS", run=partial(_sbsys, settings, settings.sbsys, vault, clock), limit=11.0)
        )
    if settings.index is not None:
        run = partial(_index, settings, settings.index, vault, clock)
        checks.append(Check(group=GROUP, what="Sags- og Dokumentindekset", run=run, limit=11.0))
    if settings.organisation is not None:
        run = partial(_organisation, settings, settings.organisation, clock)
        checks.append(Check(group=GROUP, what="Organisation", run=run))
    return checks


async def _register(settings: Settings, vault: Vault | None) -> list[Finding]:
    database = databases.Database(
        what="Sagsregisteret",
        url=settings.cases_database_url,
        setting="CASES_DATABASE_URL",
        migrations=MIGRATIONS,
        version_table=VERSION_TABLE,
        sealed=tables.cases.c.sealed,
    )
    findings = await databases.look(database, vault, development=settings.development)
    ready = not _failed(findings) and not any(finding.do == databases.PREPARE for finding in findings)
    if ready and vault is not None:
        findings += await _asked(settings, vault, "sql", "CASES_DATABASE_URL")
    return findings


async def _sbsys(settings: Settings, access: Sbsys, vault: Vault | None, clock: Clock) -> list[Finding]:
    findings = list(sbsys.addresses(access, development=settings.development))
    findings += _certificates(settings.sbsys_tls, "SBSYS", clock)
    if _failed(findings):
        return findings
    findings.append(await sbsys.login(access, settings.sbsys_tls.context()))
    if not _failed(findings) and vault is not None:
        findings += await _asked(settings, vault, "sbsys", "SBSYS_URL")
    if not _failed(findings):
        findings += await sbsys.states(access, settings.sbsys_tls, limit=settings.case_system_timeout)
    return findings


async def _index(settings: Settings, access: Index, vault: Vault | None, clock: Clock) -> list[Finding]:
    contract, url = await index.contract(access)
    findings = [contract]
    if url:
        findings += address("SF1470_URL", url, development=settings.development)
        findings += index.trying_out(url, development=settings.development)
    findings += _certificates(settings.index_tls, "SF1470", clock)
    if _failed(findings):
        return findings
    unreached = await index.reached(url, settings.index_tls.context(), setting="SF1470_URL")
    if unreached is not None:
        return [*findings, unreached]
    if vault is not None:
        findings += await _asked(settings, vault, "sf1470", "SF1470_URL")
    return findings


async def _organisation(settings: Settings, access: OrganisationAccess, clock: Clock) -> list[Finding]:
    findings = _certificates(settings.organisation_tls, "ORGANISATION", clock)
    if _failed(findings):
        return findings
    return findings + await index.organisation(
        access, settings.organisation_tls, development=settings.development, limit=settings.case_system_timeout
    )


def _certificates(tls: Tls, prefix: str, clock: Clock) -> list[Finding]:
    """What there is to say of the files; nothing where none are set."""
    return [
        *certificates.own(
            tls.certificate,
            tls.key,
            certificate_setting=f"{prefix}_CERTIFICATE",
            key_setting=f"{prefix}_KEY",
            now=clock(),
        ),
        *certificates.trusted(tls.authorities, setting=f"{prefix}_AUTHORITIES", now=clock()),
    ]


async def _asked(settings: Settings, vault: Vault, kind: str, setting: str) -> list[Finding]:
    """What the adapter itself makes of it, as it is asked for citizens."""
    try:
        system = open_case_system(kind, settings, vault, _no_department)
    except SettingsError as error:
        return [Finding(level=Level.FAULT, said=error.log, do="Ret indstillingen.", setting=setting)]
    try:
        return [await ping(system, setting=setting, limit=settings.case_system_timeout)]
    finally:
        await system.close()


def _no_department(_: str) -> str:
    """No case is read here."""
    return ""


def _failed(findings: Iterable[Finding]) -> bool:
    return any(finding.level is Level.FAULT for finding in findings)
