"""The databases: reached, let in, as new as the software, writable, and readable with the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, inspect, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError

from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.wire import Place, Unheard, knock, told
from bot.errors import SettingsError
from bot.store.crypto import Vault
from bot.store.engine import make_engine, reading, writing

_CONNECT: Final = 3.0  # seconds
PREPARE: Final = "Kør borgerkontakt prepare. borgerkontakt run gør det også, når det starter."


@dataclass(frozen=True, kw_only=True)
class Database:
    """One database: ``what`` it is called, its address and the name of its setting, and what belongs in it.

    ``sealed`` is a column that the keys must open, where any row is.
    """

    what: str
    url: str
    setting: str
    migrations: Path
    version_table: str
    sealed: Any  # a SQLAlchemy column, which 1.4 has no types for


async def look(database: Database, vault: Vault | None, *, development: bool) -> list[Finding]:
    """What there is to say of one database. Nothing in it is changed, and none is made."""
    what, setting = database.what, database.setting
    try:
        url = make_url(database.url)
        backend = url.get_backend_name()
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        return [
            fault(
                f"{what}: Adressen er ikke en, vi kan bruge.",
                "Skriv sqlite:////sti/fil.db eller postgresql://bruger:kode@vært/navn.",
                setting=setting,
            )
        ]
    if backend == "sqlite":
        return await asyncio.to_thread(lambda: list(_of_file(database, url, vault, development=development)))
    where = Place(what=what, host=url.host or "", port=url.port or 5432, setting=setting)
    if where.host and not where.host.startswith("/"):  # else a socket of this machine
        try:
            await knock(where.host, where.port, within=_CONNECT)
        except Unheard as unheard:
            return [told(unheard, where)]
    return await asyncio.to_thread(lambda: list(_of_server(database, url, vault)))


def _of_file(database: Database, url: URL, vault: Vault | None, *, development: bool) -> Iterator[Finding]:
    what, setting = database.what, database.setting
    if not development:
        yield warning(
            f"{what} er SQLite. Det er fint til at prøve med, men i drift kan kun én maskine bruge den.",
            f"Brug PostgreSQL: Ret {setting} til postgresql://…",
            setting=setting,
        )
    file = Path(url.database or "")
    if not url.database or url.database == ":memory:":
        yield fault(
            f"{what} ligger kun i hukommelsen og er væk, når programmet stopper.",
            "Skriv en fil, som sqlite:////sti/fil.db.",
            setting=setting,
        )
    elif not file.exists():
        yield warning(f"{what} er ikke lavet endnu.", PREPARE, setting=setting)
    else:
        yield from _inside(database, vault)


def _of_server(database: Database, url: URL, vault: Vault | None) -> Iterator[Finding]:
    try:
        yield from _inside(database, vault)
    except OperationalError as error:
        yield _refused(database, url, str(error.orig))


def _refused(database: Database, url: URL, reason: str) -> Finding:
    """Why PostgreSQL did not let us in; ``reason`` is libpq's, which quotes names, so it is only looked through."""
    what, setting = database.what, database.setting
    if "password authentication failed" in reason or "no password supplied" in reason:
        return fault(
            f"{what}: Serveren tager ikke imod brugeren {url.username} med den kode, der står.",
            f"Ret bruger eller kode i {setting}. Er der tegn som @ eller / i koden, skal de skrives som %40 og %2F.",
            setting=setting,
        )
    if "does not exist" in reason and "database" in reason:
        return fault(
            f"{what}: Der er ingen database, der hedder {url.database}, på {url.host}.",
            f"Lav den (createdb {url.database}), eller ret navnet i {setting}.",
            setting=setting,
        )
    if "pg_hba.conf" in reason:
        return fault(
            f"{what}: Serveren lukker ikke maskinen her ind.",
            "Bed dem, der driver databasen, om at lukke maskinen her ind i pg_hba.conf.",
            setting=setting,
        )
    if "role" in reason and "does not exist" in reason:
        return fault(
            f"{what}: Serveren kender ikke brugeren {url.username}.",
            f"Lav brugeren, eller ret navnet i {setting}.",
            setting=setting,
        )
    if "too many" in reason or "remaining connection slots" in reason:
        return fault(
            f"{what}: Serveren har ikke plads til flere forbindelser.",
            "Sæt max_connections op, eller luk andre programmers forbindelser.",
            setting=setting,
        )
    if "timeout" in reason or "timed out" in reason or "starting up" in reason:
        return fault(
            f"{what}: Serveren tog imod forbindelsen, men svarede ikke i tide.",
            "Se i databasens log, om den er ved at starte eller er overbelastet.",
            setting=setting,
        )
    return fault(
        f"{what}: Serveren på {url.host or 'maskinen her'} lukkede os ikke ind.",
        "Se i databasens egen log, hvorfor den sagde nej.",
        setting=setting,
    )


def _inside(database: Database, vault: Vault | None) -> Iterator[Finding]:
    """What is in it. Raises OperationalError when PostgreSQL does not let us in."""
    what, setting = database.what, database.setting
    engine = make_engine(database.url, connect_timeout=_CONNECT)
    try:
        with reading(engine) as connection:
            backend = "SQLite" if connection.dialect.name == "sqlite" else "PostgreSQL"
            yield ok(f"{what} svarer ({backend}).", setting=setting)
            age = _age(database, connection)
            yield age
            # Rows of a newer software may be of another form.
            known = inspect(connection).has_table(database.sealed.table.name)
            if vault is not None and known:
                yield from _opens(database, connection, vault)
        yield _writable(database, engine)
    except OperationalError:
        if engine.dialect.name != "sqlite":
            raise
        yield fault(
            f"{what} kan ikke åbnes.",
            "Se efter, om den bruger, Borgerkontakt kører som, må læse og skrive filen og mappen.",
            setting=setting,
        )
    except SQLAlchemyError:
        yield fault(
            f"{what} kan ikke læses. Filen er ikke en database, eller den er ødelagt.",
            "Læs en sikkerhedskopi ind, eller ret adressen.",
            setting=setting,
        )
    finally:
        engine.dispose()


def _age(database: Database, connection: Connection) -> Finding:
    config = Config()
    config.set_main_option("script_location", str(database.migrations))
    script = ScriptDirectory.from_config(config)
    context = MigrationContext.configure(connection, opts={"version_table": database.version_table})
    current, newest = set(context.get_current_heads()), set(script.get_heads())
    what, setting = database.what, database.setting
    if current == newest:
        return ok(f"{what} passer til denne udgave af programmet.", setting=setting)
    if not current:
        return warning(f"{what} er tom.", PREPARE, setting=setting)
    known = {revision.revision for revision in script.walk_revisions()}
    if current <= known:
        return warning(f"{what} er fra en ældre udgave af programmet.", PREPARE, setting=setting)
    return fault(
        f"{what} er fra en nyere udgave af programmet end denne.",
        "Brug den nyere udgave, eller læs en sikkerhedskopi fra før ind.",
        setting=setting,
    )


def _opens(database: Database, connection: Connection, vault: Vault) -> Iterator[Finding]:
    """Whether the keys open what is kept; one row tells."""
    row = connection.execute(select(database.sealed).where(database.sealed.isnot(None)).limit(1)).first()
    if row is None:
        return
    try:
        vault.open(row[0])
    except (SettingsError, ValueError, TypeError):
        yield fault(
            f"{database.what} er skrevet med en anden nøgle end dem, der står.",
            "Sæt den gamle nøgle sidst i SECRET_KEYS. Uden den kan det, der står i databasen, ikke læses.",
            setting="SECRET_KEYS",
        )
        return
    yield ok(f"{database.what} kan læses med nøglerne.", setting="SECRET_KEYS")


class _Undo(Exception):
    """Takes back what was only tried."""


def _writable(database: Database, engine: Engine) -> Finding:
    """Tried with a table that is taken back in the same transaction."""
    what, setting = database.what, database.setting
    probe = Table("borgerkontakt_doctor", MetaData(), Column("id", Integer))
    try:
        with writing(engine) as connection:
            probe.create(connection)
            raise _Undo
    except _Undo:
        return ok(f"{what} kan skrives i.", setting=setting)
    except SQLAlchemyError:
        pass
    return fault(
        f"{what} kan læses, men ikke skrives i.",
        "Giv databasens bruger lov til at skrive og lave tabeller, og se efter, om disken er fuld.",
        setting=setting,
    )
