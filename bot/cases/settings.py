"""The settings of the case systems: which are asked, and how each is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.cases.sbsys.access import Sbsys
from bot.cases.sf1470.access import Index, OrganisationAccess
from bot.cases.tls import Tls
from bot.errors import SettingsError
from bot.settings_reader import Reader

T = TypeVar("T")

CASE_SYSTEMS: Final = ("sql", "sbsys", "sf1470")


@dataclass(frozen=True, kw_only=True)
class CaseSettings:
    """What was read; see `read`."""

    systems: tuple[str, ...]
    sbsys: Sbsys | None
    sbsys_tls: Tls
    index: Index | None
    index_tls: Tls
    organisation: OrganisationAccess | None
    organisation_tls: Tls


def read(reader: Reader) -> CaseSettings:
    """What the environment says of the case systems; what is wrong is kept by the ``reader``.

    A system that is not named needs no settings, and gets none.
    """
    systems = reader.items("CASE_SYSTEM", "sql") or ("sql",)
    for name in systems:
        if name not in CASE_SYSTEMS:
            reader.wrong.append(
                f"CASE_SYSTEM er {name!r}, men det sagssystem findes ikke her. Vælg blandt: {', '.join(CASE_SYSTEMS)}"
            )
    if len(set(systems)) != len(systems):
        reader.wrong.append("CASE_SYSTEM nævner det samme sagssystem to gange")
    return CaseSettings(
        systems=systems,
        sbsys=_sbsys(reader) if "sbsys" in systems else None,
        sbsys_tls=_tls(reader, "SBSYS"),
        index=_index(reader) if "sf1470" in systems else None,
        index_tls=_tls(reader, "SF1470"),
        organisation=_organisation(reader) if "sf1470" in systems else None,
        organisation_tls=_tls(reader, "ORGANISATION"),
    )


def _sbsys(reader: Reader) -> Sbsys | None:
    given: dict[str, Any] = {
        "url": reader.url("SBSYS_URL"),
        "token_url": reader.url("SBSYS_TOKEN_URL"),
        "client_id": reader.text("SBSYS_CLIENT_ID"),
        "client_secret": reader.secret("SBSYS_CLIENT_SECRET"),
        "user": reader.text("SBSYS_USER"),
        "password": reader.secret("SBSYS_PASSWORD"),
        "states": _states(reader),
        "task_type": reader.values.get("SBSYS_TASK_TYPE", "").strip() or None,
    }
    return _made(reader, Sbsys, given)


def _states(reader: Reader) -> Mapping[str, str]:
    given = reader.json("SBSYS_STATES", {})
    if isinstance(given, dict) and all(isinstance(value, str) for value in given.values()):
        return given
    reader.wrong.append('SBSYS_STATES skal være et JSON-objekt som {"Under opklaring": "behandles"}')
    return {}


def _index(reader: Reader) -> Index | None:
    wsdl = reader.path("SF1470_WSDL")
    if wsdl is None:
        reader.wrong.append("SF1470_WSDL mangler: stien til KOMBITs SagDokumentIndeksService_6.wsdl")
        return None
    url = reader.url("SF1470_URL") if reader.values.get("SF1470_URL", "").strip() else None
    return _made(reader, Index, {"wsdl": wsdl, "url": url})


def _organisation(reader: Reader) -> OrganisationAccess | None:
    if not reader.values.get("ORGANISATION_URL", "").strip():
        return None
    given = {
        "url": reader.url("ORGANISATION_URL"),
        "token": reader.secret("ORGANISATION_TOKEN"),
        "cvr": reader.text("ORGANISATION_CVR"),
    }
    return _made(reader, OrganisationAccess, given)


def _tls(reader: Reader, prefix: str) -> Tls:
    return Tls(
        certificate=reader.path(f"{prefix}_CERTIFICATE"),
        key=reader.path(f"{prefix}_KEY"),
        authorities=reader.path(f"{prefix}_AUTHORITIES"),
    )


def _made(reader: Reader, kind: Callable[..., T], given: Mapping[str, Any]) -> T | None:
    try:
        return kind(**given)
    except SettingsError as error:
        reader.wrong.append(str(error))
        return None
