"""The providers that citizens and staff log in by, and what their clocks say of ours."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Final

from authlib.oidc.discovery import get_well_known_url

from bot.doctor.finding import Finding, fault, ok, seconds, warning
from bot.doctor.secrecy import shown
from bot.doctor.wire import Heard, Place, Trouble, Unheard, hear, place, told
from bot.errors import IdentityError, SettingsError
from bot.identity.clock import Clock, utc_now
from bot.identity.oidc import Provider
from bot.settings import OidcClient

_NOWHERE: Final = "https://doctor.invalid/"  # nobody is sent back, and PUBLIC_URL is looked at by itself
_WITHIN: Final = 4.0  # seconds for each of the three that are asked
_SLOW: Final = 2.0  # seconds a citizen would notice
_MOST_APART: Final = 60.0  # seconds between the clocks: a login's own times are read with little more to spare
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


async def look(client: OidcClient, who: str, *, development: bool, clock: Clock = utc_now) -> list[Finding]:
    """What there is to say of one provider; ``who`` logs in there, as in "borgernes". Nobody is logged in."""
    setting, what = client.setting, f"Udbyderen af {who} login"
    try:
        provider: Provider[Any] = Provider(
            client, identify=_nobody, redirect_uri=_NOWHERE, development=development, timeout=_WITHIN
        )
    except SettingsError:
        return [
            fault(
                "Adressen skal begynde med https://, når nogen skal logge ind.",
                "Ret den. Http går kun på egen maskine, under udvikling.",
                setting=setting,
            )
        ]
    address = get_well_known_url(client.issuer, external=True)
    try:
        where = place(what, address, setting)
        heard = await hear(address, tls=ssl.create_default_context(), within=_WITHIN)
    except ValueError:
        return [fault("Det er ikke en adresse.", "Skriv den som https://login.example.dk.", setting=setting)]
    except Unheard as unheard:
        finding = told(unheard, where)
        if development and unheard.trouble is Trouble.NOBODY:
            return [warning(finding.said, "Start Borgerkontakt. Prøve-login starter sammen med det.", setting=setting)]
        return [finding]
    document = _document(heard)
    if document is None:
        return [
            fault(
                f"{what}: {where.at} svarer, men ikke som en udbyder af login (svar {heard.status}).",
                "Brug den adresse, udbyderen kalder issuer, uden /.well-known/… til sidst.",
                setting=setting,
            )
        ]
    findings = [*_said(document, client, what), *_clock(heard, clock())]
    if not any(finding.do for finding in findings if finding.setting == setting):
        findings = [*await _keys(document, where), *findings]
    if not any(finding.do for finding in findings if finding.setting == setting):
        findings.insert(0, await _as_a_whole(provider, heard, what, setting))
    return findings


def _nobody(claims: Mapping[str, Any], *, id_token: str) -> Any:
    """Nobody logs in here."""
    raise NotImplementedError


def _document(heard: Heard) -> dict[str, Any] | None:
    if heard.status != 200:
        return None
    try:
        found = json.loads(heard.body)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "issuer" in found else None


def _said(document: Mapping[str, Any], client: OidcClient, what: str) -> Iterator[Finding]:
    setting = client.setting
    issuer = document["issuer"]
    if str(issuer).rstrip("/") != client.issuer:
        yield fault(
            f"{what} kalder sig {shown(str(issuer))}, og det er ikke den adresse, der står.",
            "Skriv adressen helt, som udbyderen selv skriver den. Er det en anden udbyder, så brug ikke denne.",
            setting=setting,
        )
    missing = [name for name in _NEEDED if not isinstance(document.get(name), str)]
    if missing:
        yield fault(
            f"{what} fortæller ikke, hvor {', '.join(missing)} er.",
            "Spørg udbyderen, om det er den rigtige adresse, og om OpenID Connect er slået til.",
            setting=setting,
        )
    scopes = document.get("scopes_supported")
    wanted = client.scope.split()
    if isinstance(scopes, list) and (strange := [one for one in wanted if one not in scopes]):
        yield warning(
            f"{what} nævner ikke {', '.join(strange)} blandt det, man kan bede om.",
            "Spørg udbyderen, hvad der skal stå.",
            setting=setting.replace("ISSUER", "SCOPE"),
        )


def _clock(heard: Heard, now: datetime) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(heard.date)
    except (TypeError, ValueError):
        return
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=timezone.utc)
    apart = (now - theirs).total_seconds()
    if abs(apart) > _MOST_APART:
        yield warning(
            f"Uret på maskinen her går {_long(abs(apart))} {'foran' if apart > 0 else 'bagefter'} udbyderens.",
            "Slå tidssynkronisering til (timedatectl set-ntp true). Ellers bliver login afvist.",
        )


def _long(number: float) -> str:
    return seconds(round(number)) if number < 600 else f"{number / 60:.0f} minutter"


async def _keys(document: Mapping[str, Any], where: Place) -> list[Finding]:
    address = str(document["jwks_uri"])
    try:
        at = place(f"Nøglerne hos {where.what[0].lower()}{where.what[1:]}", address, where.setting)
        heard = await hear(address, tls=ssl.create_default_context(), within=_WITHIN)
    except Unheard as unheard:
        return [told(unheard, at)]
    except ValueError:
        heard = None
    try:
        keys = json.loads(heard.body)["keys"] if heard is not None and heard.status == 200 else None
    except (ValueError, LookupError, TypeError):
        keys = None
    if isinstance(keys, list) and keys:
        return []
    return [
        fault(
            f"{where.what} har ingen nøgler dér, hvor den siger, at de er, så intet login kan efterprøves.",
            "Spørg udbyderen, om adressen er den rigtige, og om der er fejl hos dem.",
            setting=where.setting,
        )
    ]


async def _as_a_whole(provider: Provider[Any], heard: Heard, what: str, setting: str) -> Finding:
    """What the programme itself makes of it."""
    try:
        await provider.ping()
    except IdentityError:
        return fault(
            f"{what} svarer, men med noget, vi ikke kan stole på.",
            "Dens adresser skal begynde med https, og den skal underskrive med RS, PS eller ES.",
            setting=setting,
        )
    if heard.took > _SLOW:
        return warning(
            f"{what} er langsom: Den var {seconds(heard.took)} om at svare.",
            "Spørg udbyderen hvorfor.",
            setting=setting,
        )
    return ok(f"{what} svarer og er den, den siger, den er ({seconds(heard.took)}).", setting=setting)
