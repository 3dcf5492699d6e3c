"""The case systems: reached, trusted, let in, and answering as case systems do."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from bot.cases.port import CaseSystem
from bot.doctor.finding import Finding, fault, ok, seconds, warning
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense, CaseSystemSlow

_STATUS: Final = re.compile(r"\b([345]\d\d)\b")
_PATIENCE: Final = 4.0  # seconds; a time set longer than this is not waited for here
_SLOW: Final = 0.5  # of the time a citizen's question may take


def address(setting: str, url: str, *, development: bool) -> Iterator[Finding]:
    """What is wrong with one address of a system that holds citizens' cases; nothing when all is well."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield fault("Det er ikke en adresse.", "Skriv den helt, med https:// foran.", setting=setting)
    elif parts.scheme == "http" and not development:
        yield fault(
            "Adressen er på http, så kode og borgernes sager ville gå ukrypteret over nettet.",
            "Brug adressen med https.",
            setting=setting,
        )


async def ping(system: CaseSystem, *, setting: str, limit: float) -> Finding:
    """Ask a case system whether it answers; ``limit`` is the seconds a citizen's question may take.

    ``setting`` is that of its address.
    """
    what = system.name[:1].upper() + system.name[1:]
    wait = min(limit, _PATIENCE)
    try:
        took = await _time(system, wait)
        if took > _SLOW * limit:  # the first time, connecting and logging in come on top
            took = await _time(system, wait)
    except asyncio.TimeoutError:
        return _silent(what, wait, setting)
    except CaseSystemError as error:
        return failed(what, error, setting=setting, limit=wait)
    if took > _SLOW * limit:
        return warning(
            f"{what} svarer, men er langsomt ({seconds(took)}; vi venter højst {seconds(limit)}).",
            "Spørg dem, der driver det, hvorfor. CASE_SYSTEM_TIMEOUT siger, hvor længe en borger venter.",
            setting=setting,
        )
    return ok(f"{what} svarer ({seconds(took)}).", setting=setting)


async def _time(system: CaseSystem, wait: float) -> float:
    """How long it took, in seconds. Raises asyncio.TimeoutError, and CaseSystemError."""
    began = time.monotonic()
    await asyncio.wait_for(system.ping(), wait)
    return time.monotonic() - began


def status_in(error: CaseSystemError) -> int | None:
    """The HTTP status that an error names, None where it names none."""
    found = _STATUS.search(error.log)
    return int(found.group()) if found else None


def failed(what: str, error: CaseSystemError, *, setting: str, limit: float) -> Finding:
    """What an error of a case system means, and what to do; told apart by its kind and by the status it names."""
    status = status_in(error)
    if isinstance(error, CaseSystemSlow):
        return _silent(what, limit, setting)
    if error.staff != CaseSystemError.staff and isinstance(error, CaseSystemDown):
        return fault(f"{what}: {error.staff}", "Ret det, og kør borgerkontakt doctor igen.", setting=setting)
    if status is not None:
        return answered(what, status, setting=setting)
    if isinstance(error, CaseSystemNonsense):
        return fault(
            f"{what}: Der bliver svaret, men ikke som et sagssystem svarer.",
            f"Se efter, om {setting} er hele adressen, og om det er en side til login eller en proxy, der svarer.",
            setting=setting,
        )
    return fault(
        f"{what} svarer ikke.", "Se efter, om det kører, og om firewallen lader os komme igennem.", setting=setting
    )


def answered(what: str, status: int, *, setting: str, login: str = "") -> Finding:
    """What a refusing status means (RFC 9110, section 15); ``login`` names the settings that we log in with."""
    if status == 401:
        whose = f"Ret {login}." if login else "Se efter, om bruger, kode og certifikat er de rigtige."
        return fault(f"{what} tager ikke imod vores login (svar 401).", whose, setting=setting)
    if status == 403:
        return fault(
            f"{what} kender os, men vi har ikke lov (svar 403).",
            "Bed dem, der driver det, om at give den bruger, vi logger ind som, lov til at læse sager.",
            setting=setting,
        )
    if status == 404:
        return fault(
            f"{what}: Serveren svarer, men der er ikke noget på den adresse (svar 404).",
            f"Se efter, om {setting} er hele adressen, med den rigtige sti.",
            setting=setting,
        )
    if status == 429:
        return fault(
            f"{what} siger, at vi spørger for tit (svar 429).", "Bed om at måtte spørge oftere.", setting=setting
        )
    if 300 <= status < 400:
        return fault(
            f"{what} sender os videre til en anden adresse (svar {status}), og det følger vi ikke.",
            f"Skriv den endelige adresse i {setting}.",
            setting=setting,
        )
    if status >= 500:
        return fault(
            f"{what} har en fejl hos sig selv (svar {status}).",
            "Prøv igen om lidt, og spørg ellers dem, der driver det.",
            setting=setting,
        )
    return fault(
        f"{what} afviser det, vi spørger om (svar {status}).",
        f"Se efter, om {setting} er adressen på den rigtige slags system, og om udgaven er den rigtige.",
        setting=setting,
    )


def _silent(what: str, limit: float, setting: str) -> Finding:
    return fault(
        f"{what} svarede ikke inden for {seconds(limit)}.",
        "Se efter, om det er overbelastet, og om en firewall holder svaret tilbage. "
        "CASE_SYSTEM_TIMEOUT siger, hvor længe vi venter.",
        setting=setting,
    )
