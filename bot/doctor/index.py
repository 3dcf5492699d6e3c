"""KOMBIT's Sags- og Dokumentindeks and the Organisation interface: contract, address and access."""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

from bot.cases.http import Http
from bot.cases.sf1470.access import Index, OrganisationAccess, load
from bot.cases.sf1470.organisation import Organisation
from bot.cases.tls import Tls
from bot.doctor.case_systems import address, failed, status_in
from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.wire import Trouble, Unheard, hear, place, told
from bot.errors import CaseSystemError, CaseSystemNonsense, SettingsError

_WITHIN: Final = 3.0  # seconds
_ORGANISATION: Final = "Organisation"


async def contract(access: Index) -> tuple[Finding, str]:
    """Whether KOMBIT's WSDL can be used, and the address that is asked (empty where the WSDL can't be used)."""
    setting = "SF1470_WSDL"
    try:
        service = await asyncio.to_thread(load, access)
    except SettingsError as error:
        said, _, do = error.log.partition(". ")
        return fault(f"{said.rstrip('.')}.", do or "Brug KOMBITs WSDL til SF1470, version 6.", setting=setting), ""
    return ok(f"Kontrakten {access.wsdl.name} er læst, og den er til Sags- og Dokumentindekset.", setting=setting), (
        service.url
    )


def trying_out(url: str, *, development: bool) -> list[Finding]:
    """Whether it is KOMBIT's system for trying out that is asked; its citizens are invented."""
    if "eksterntest" not in url or development:
        return []
    return [
        warning(
            "Det er KOMBITs testsystem, der bliver spurgt. Der er ingen rigtige sager.",
            "Skriv adressen på produktion i SF1470_URL. Den i kontrakten er ofte testsystemets.",
            setting="SF1470_URL",
        )
    ]


async def reached(url: str, tls: ssl.SSLContext | None, *, setting: str) -> Finding | None:
    """What keeps us from reaching the index; None when nothing does. A plain GET says nothing of anybody."""
    where = place(
        "Sags- og Dokumentindekset", url, setting, certificate="SF1470_CERTIFICATE", authorities="SF1470_AUTHORITIES"
    )
    try:
        heard = await hear(url, tls=tls, within=_WITHIN)
    except Unheard as unheard:
        return told(unheard, where)
    # nginx lets everybody in and then says this, with 400 (its own 495 and 496 inside).
    if heard.status in (400, 495, 496) and b"SSL certificate" in heard.body:
        return told(Unheard(Trouble.OURS_REFUSED, _WITHIN), where)
    return None


async def organisation(access: OrganisationAccess, tls: Tls, *, development: bool, limit: float) -> list[Finding]:
    """Whether the Organisation interface knows us; ``limit`` in seconds. No person is looked up."""
    setting, url = "ORGANISATION_URL", access.url
    wrong = list(address(setting, url, development=development))
    if wrong:
        return wrong
    where = place(_ORGANISATION, url, setting)
    try:
        heard = await hear(
            url,
            method="POST",
            headers={"Authorization": f"Bearer {access.token}", "Accept": "application/json"},
            json={"query": "{__typename}"},
            tls=tls.context() if url.startswith("https") else None,
            within=_WITHIN,
        )
    except Unheard as unheard:
        return [told(unheard, where)]
    if heard.status == 401:
        said = f"{_ORGANISATION} tager ikke imod nøglen (svar 401)."
        return [fault(said, "Bed om en ny nøgle, og sæt den ind.", setting="ORGANISATION_TOKEN")]
    # What else it says of this question says nothing of ours.
    return [await _as_a_whole(access, tls, limit)]


async def _as_a_whole(access: OrganisationAccess, tls: Tls, limit: float) -> Finding:
    """What the programme itself makes of it."""
    setting = "ORGANISATION_URL"
    asked = Organisation(access, Http(system=_ORGANISATION, timeout=min(limit, _WITHIN), tls=tls))
    try:
        await asked.ping()
    except CaseSystemError as error:
        if isinstance(error, CaseSystemNonsense) and status_in(error) is None:
            return fault(
                f"{_ORGANISATION}: Der bliver svaret, men ikke med GraphQL.",
                "Skriv hele adressen på OrganisationHent.",
                setting=setting,
            )
        return failed(_ORGANISATION, error, setting=setting, limit=limit)
    finally:
        await asked.close()
    return ok(f"{_ORGANISATION} svarer og tager imod nøglen.", setting=setting)
