"""SBSYS: its addresses, and whether it lets us in."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from typing import Final

from bot.cases.http import Http
from bot.cases.sbsys.access import Sbsys
from bot.cases.sbsys.api import Api
from bot.cases.tls import Tls
from bot.doctor.case_systems import address, answered
from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.wire import Heard, Unheard, hear, place, told
from bot.errors import CaseSystemError

_WITHIN: Final = 3.0  # seconds
_WHAT: Final = "SBSYS"
_MOST_NAMES: Final = 8
_LONGEST_NAME: Final = 40  # signs
_LOGIN: Final = "SBSYS_USER og SBSYS_PASSWORD"
_CERTIFICATES: Final = {"certificate": "SBSYS_CERTIFICATE", "authorities": "SBSYS_AUTHORITIES"}


def addresses(access: Sbsys, *, development: bool) -> Iterator[Finding]:
    """What is wrong with the addresses as they stand; nothing when all is well."""
    for setting, url in (("SBSYS_URL", access.url), ("SBSYS_TOKEN_URL", access.token_url)):
        yield from address(setting, url, development=development)


async def login(access: Sbsys, tls: ssl.SSLContext | None) -> Finding:
    """Ask for a token, as the adapter does. What is answered is thrown away."""
    where = place(f"{_WHAT} (login)", access.token_url, "SBSYS_TOKEN_URL", **_CERTIFICATES)
    form = {
        "grant_type": "password",
        "client_id": access.client_id,
        "client_secret": access.client_secret,
        "username": access.user,
        "password": access.password,
    }
    try:
        heard = await hear(access.token_url, method="POST", form=form, tls=tls, within=_WITHIN)
    except Unheard as unheard:
        return told(unheard, where)
    said = _said(heard)
    if heard.status == 200 and isinstance(said.get("access_token"), str):
        return ok(f"{_WHAT} lader os logge ind.", setting="SBSYS_TOKEN_URL")
    return _refused(heard.status, str(said.get("error", "")))


async def states(access: Sbsys, tls: Tls, *, limit: float) -> list[Finding]:
    """The installation's own names of states that nobody told us the meaning of. Without an answer, nothing is said."""
    api = Api(access, Http(system=_WHAT, timeout=min(limit, _WITHIN), tls=tls))
    try:
        listed = await api.get("/api/sag/sagStatusList")
    except CaseSystemError:  # not every user may ask for it
        return []
    finally:
        await api.close()
    rows = listed if isinstance(listed, list) else []
    names = [row.get("Navn") for row in rows if isinstance(row, dict)]
    unknown = sorted({name for name in names if isinstance(name, str) and access.state_named(name) is None})
    if not unknown:
        return [ok("Vi ved, hvad hver tilstand i SBSYS betyder.", setting="SBSYS_STATES")] if names else []
    shown = ", ".join(name[:_LONGEST_NAME] for name in unknown[:_MOST_NAMES])
    more = f" og {len(unknown) - _MOST_NAMES} til" if len(unknown) > _MOST_NAMES else ""
    return [
        warning(
            f"Vi ved ikke, hvad disse tilstande i SBSYS betyder: {shown}{more}. "
            "De bliver til Behandles, så længe sagen er aktiv, og ellers til Afsluttet.",
            "Skriv, hvad de betyder, hvis det er noget andet.",
            setting="SBSYS_STATES",
        )
    ]


def _refused(status: int, error: str) -> Finding:
    """What a refusal means (RFC 6749, 5.2)."""
    if error == "invalid_grant":
        return fault(
            f"{_WHAT} tager ikke imod brugeren med den kode, der står.", f"Ret {_LOGIN}.", setting="SBSYS_USER"
        )
    if error == "invalid_client":
        return fault(
            f"{_WHAT} kender ikke den klient, der står, eller dens hemmelighed er forkert.",
            "Ret SBSYS_CLIENT_ID og SBSYS_CLIENT_SECRET.",
            setting="SBSYS_CLIENT_ID",
        )
    if error in ("unauthorized_client", "unsupported_grant_type"):
        return fault(
            f"{_WHAT} lader ikke vores klient logge ind med bruger og kode.",
            "Bed dem, der driver SBSYS, om at slå password grant til for klienten.",
            setting="SBSYS_CLIENT_ID",
        )
    if status == 200 or (status == 400 and not error):
        return fault(
            "Det, der svarer, er ikke den side i SBSYS, man logger ind på.",
            "Skriv hele adressen, med stien til sidst (ofte /connect/token eller /token).",
            setting="SBSYS_TOKEN_URL",
        )
    whose = f"{_LOGIN}, og SBSYS_CLIENT_ID og SBSYS_CLIENT_SECRET"
    return answered(f"{_WHAT} (login)", status, setting="SBSYS_TOKEN_URL", login=whose)


def _said(heard: Heard) -> dict[str, object]:
    try:
        said = json.loads(heard.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
