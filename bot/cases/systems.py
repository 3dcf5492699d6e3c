"""Which case systems this installation asks, and making the embedded one ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.audit.noting import KeepsTrail
from bot.cases.asked import CaseSystems
from bot.cases.importing import read_file
from bot.cases.port import CaseSystem
from bot.cases.sample import DEPARTMENTS, sample_file
from bot.cases.sql import MIGRATIONS, SqlCaseSystem, count, save
from bot.cases.sql.failures import told_as_case_system
from bot.cases.sql.saving import lock
from bot.errors import SettingsError
from bot.municipality.model import Municipality
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, writing

Opens = Callable[[Settings, Vault, Callable[[str], str]], CaseSystem]


def open_case_systems(
    settings: Settings, vault: Vault, municipality: Municipality, *, trail: KeepsTrail | None
) -> CaseSystems:
    """The case systems the settings name, asked with care, each look-up in the ``trail``."""

    def department_of(kle: str) -> str:
        return municipality.department_for(kle).key

    return CaseSystems(
        {kind: open_case_system(kind, settings, vault, department_of) for kind in settings.case_systems},
        timeout=settings.case_system_timeout,
        trail=trail,
        kept=settings.case_cache_seconds,
    )


def open_case_system(kind: str, settings: Settings, vault: Vault, department_of: Callable[[str], str]) -> CaseSystem:
    """One case system, bare: ``sql``, ``sbsys`` or ``sf1470``; ``department_of`` gives a KLE number's department."""
    return _KINDS[kind](settings, vault, department_of)


def prepare_register(settings: Settings, vault: Vault, *, sample: bool) -> None:
    """Bring the embedded register up to date; with ``sample``, fill it with the sample cases if it is empty.

    Raises SettingsError when it is not among the case systems, CaseSystemError when the database can't be used.
    """
    if "sql" not in settings.case_systems:
        raise SettingsError("CASE_SYSTEM nævner ikke sql, så det indbyggede sagsregister er ikke i brug.")
    engine = make_engine(settings.cases_database_url, connect_timeout=settings.case_system_timeout)
    try:
        with told_as_case_system():
            migrate(engine, MIGRATIONS)
            if sample:
                records, _ = read_file(sample_file(), departments=DEPARTMENTS)
                with writing(engine) as connection:
                    lock(connection)
                    if count(connection) == 0:
                        save(connection, vault, records)
    finally:
        engine.dispose()


def _sql(settings: Settings, vault: Vault, _: Callable[[str], str]) -> CaseSystem:
    engine = make_engine(settings.cases_database_url, connect_timeout=settings.case_system_timeout)
    return SqlCaseSystem(engine, vault, statement_timeout=settings.case_system_timeout)


# The adapters are imported where they are used: an installation without them neither loads them nor what they need.


def _sbsys(settings: Settings, _: Vault, department_of: Callable[[str], str]) -> CaseSystem:
    from bot.cases.http import Http
    from bot.cases.sbsys.adapter import SbsysCaseSystem

    if settings.sbsys is None:
        raise SettingsError("SBSYS mangler sine indstillinger.")
    http = Http(system="SBSYS", timeout=settings.case_system_timeout, tls=settings.sbsys_tls)
    return SbsysCaseSystem(settings.sbsys, http, department_of=department_of)


def _sf1470(settings: Settings, _: Vault, department_of: Callable[[str], str]) -> CaseSystem:
    from bot.cases.http import Http
    from bot.cases.sf1470.adapter import IndexCaseSystem
    from bot.cases.sf1470.organisation import Organisation

    if settings.index is None:
        raise SettingsError("Sags- og Dokumentindekset mangler sine indstillinger.")
    http = Http(
        system="Sags- og Dokumentindekset",
        timeout=settings.case_system_timeout,
        most_bytes=32 * 2**20,  # 200 cases in XML, with their history
        tls=settings.index_tls,
    )
    organisation = None
    if settings.organisation is not None:
        asked = Http(system="Organisation", timeout=settings.case_system_timeout, tls=settings.organisation_tls)
        organisation = Organisation(settings.organisation, asked)
    return IndexCaseSystem(
        settings.index, http, organisation, department_of=department_of, within=settings.case_system_timeout
    )


_KINDS: Final[Mapping[str, Opens]] = {"sql": _sql, "sbsys": _sbsys, "sf1470": _sf1470}
