"""Which case system this installation asks, and making the embedded one ready."""

from __future__ import annotations

from bot.cases.importing import read_file
from bot.cases.port import CaseSystem
from bot.cases.sample import DEPARTMENTS, sample_file
from bot.cases.sql import MIGRATIONS, SqlCaseSystem, count, save
from bot.cases.sql.failures import told_as_case_system
from bot.cases.sql.saving import lock
from bot.errors import SettingsError
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, writing

_KNOWN = ("sql",)


def open_case_system(settings: Settings, vault: Vault) -> CaseSystem:
    """The case system the settings name. Raises SettingsError when there is none of that name."""
    _must_be_known(settings)
    engine = make_engine(settings.cases_database_url, connect_timeout=settings.case_system_timeout)
    return SqlCaseSystem(engine, vault, statement_timeout=settings.case_system_timeout)


def prepare_register(settings: Settings, vault: Vault, *, sample: bool) -> None:
    """Bring the embedded register up to date; with ``sample``, fill it with the sample cases if it is empty.

    Raises SettingsError when another case system is chosen, CaseSystemError when the database can't be used.
    """
    _must_be_known(settings)
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


def _must_be_known(settings: Settings) -> None:
    if settings.case_system not in _KNOWN:
        raise SettingsError(
            f"CASE_SYSTEM er {settings.case_system!r}, men det sagssystem findes ikke her. "
            f"Vælg en af: {', '.join(_KNOWN)}."
        )
