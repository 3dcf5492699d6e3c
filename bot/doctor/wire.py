"""Asking another machine once, and telling in words why it did not answer."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.doctor.finding import Finding, fault, seconds

_LISTEN: Final = 1.0  # seconds
_MOST: Final = 512 * 1024  # bytes of an answer that are looked at
# OpenSSL's names of the alerts by which a server says that it wants another certificate than ours, or one at all.
_ABOUT_OUR_CERTIFICATE: Final = (
    "CERTIFICATE_REQUIRED",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_UNKNOWN_CA",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_UNKNOWN",
    "UNSUPPORTED_CERTIFICATE",
    "ALERT_ACCESS_DENIED",
)
# X509_V_ERR_*: of what is wrong with the other's certificate.
_EXPIRED: Final = 10
_NOT_YET: Final = 9
_SELF_SIGNED: Final = (18, 19)
_OTHER_NAME: Final = (62, 64)


class Trouble(Enum):
    """Why there was no answer."""

    NAME = auto()
    NOBODY = auto()
    NO_WAY = auto()
    EXPIRED = auto()
    NOT_YET = auto()
    SELF_SIGNED = auto()
    OTHER_NAME = auto()
    UNTRUSTED = auto()
    OURS_REFUSED = auto()
    NO_TLS = auto()
    CUT = auto()
    SLOW = auto()
    NO_HTTP = auto()


class Unheard(Exception):
    """There was no answer; ``trouble`` says why, ``after`` how many seconds were waited at most."""

    def __init__(self, trouble: Trouble, after: float) -> None:
        super().__init__(trouble.name)
        self.trouble = trouble
        self.after = after


@dataclass(frozen=True, kw_only=True)
class Place:
    """Who is asked: ``what`` in Danish, the address as it may be shown, and the settings it hangs on."""

    what: str
    host: str
    port: int
    setting: str
    certificate: str = ""  # the setting of our own certificate, where there is one
    authorities: str = ""  # the setting of the certificates to trust, where there is one

    @property
    def at(self) -> str:
        """Where it is."""
        return f"{self.host}:{self.port}"


def place(what: str, url: str, setting: str, *, certificate: str = "", authorities: str = "") -> Place:
    """The place of an address. Raises ValueError when it has no host, or a port that is none."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("an address without a host")
    port = parts.port or (443 if parts.scheme in ("https", "wss") else 80)
    return Place(
        what=what, host=parts.hostname, port=port, setting=setting, certificate=certificate, authorities=authorities
    )


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An answer: ``body`` is its beginning, ``took`` seconds, ``date`` what its clock says (the header, as it came)."""

    status: int
    kind: str
    date: str
    took: float
    body: bytes = field(repr=False)


async def hear(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: Any = None,
    tls: ssl.SSLContext | None = None,
    within: float = 5.0,
) -> Heard:
    """What is answered, whatever its status; a redirect is not followed. Raises Unheard."""
    trouble: Trouble
    try:
        return await asyncio.wait_for(_ask(method, url, headers=headers, form=form, json=json, tls=tls), within)
    except asyncio.TimeoutError:
        trouble = Trouble.SLOW
    except (aiohttp.ClientError, OSError, ValueError) as error:
        trouble = why(error)
    if trouble is Trouble.CUT and tls is not None:
        trouble = await _alert(url, tls)
    raise Unheard(trouble, within)


async def _alert(url: str, tls: ssl.SSLContext) -> Trouble:
    """Why a server hung up: in TLS 1.3 it refuses our certificate only after the handshake (RFC 8446, 4.4.2.4), and
    whoever sends at once loses what it said. So nothing is sent this time."""
    parts = urlsplit(url)
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(parts.hostname, parts.port or 443, ssl=tls), _LISTEN
        )
        try:
            await asyncio.wait_for(reader.read(1), _LISTEN)
        finally:
            writer.transport.abort()
    except asyncio.TimeoutError:
        pass
    except OSError as error:
        return why(error)
    return Trouble.CUT


async def knock(host: str, port: int, *, tls: ssl.SSLContext | None = None, within: float = 5.0) -> None:
    """Open a connection, with TLS where ``tls`` is given, and close it again. Raises Unheard."""
    trouble: Trouble
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=tls), within)
        writer.transport.abort()
        return
    except asyncio.TimeoutError:
        trouble = Trouble.SLOW
    except (OSError, ValueError) as error:
        trouble = why(error)
    raise Unheard(trouble, within)


async def _ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None,
    form: Mapping[str, str] | None,
    json: Any,
    tls: ssl.SSLContext | None,
) -> Heard:
    connector = aiohttp.TCPConnector(ssl=tls if tls is not None else True, force_close=True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        began = time.monotonic()
        async with session.request(method, url, headers=headers, data=form, json=json, allow_redirects=False) as answer:
            body = await answer.content.read(_MOST)
            while len(body) < _MOST and (more := await answer.content.read(_MOST - len(body))):
                body += more
            return Heard(
                status=answer.status,
                kind=answer.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
                date=answer.headers.get("Date", ""),
                took=time.monotonic() - began,
                body=body,
            )


def why(error: BaseException) -> Trouble:
    """What an error of a connection means, whoever raised it."""
    chain = list(_chain(error))
    for one in chain:
        if isinstance(one, aiohttp.ClientError):  # some are of OpenSSL's classes too, without what those tell
            continue
        if isinstance(one, ssl.SSLCertVerificationError):
            return _of_certificate(one)
        if isinstance(one, ssl.SSLError):
            reason = (one.reason or str(one)).upper()
            return Trouble.OURS_REFUSED if any(name in reason for name in _ABOUT_OUR_CERTIFICATE) else Trouble.NO_TLS
    for one in reversed(chain):  # the innermost says most: libraries wrap it in their own
        if isinstance(one, socket.gaierror | UnicodeError):
            return Trouble.NAME
        if isinstance(one, ConnectionRefusedError):
            return Trouble.NOBODY
        if isinstance(one, TimeoutError | asyncio.TimeoutError):
            return Trouble.SLOW
        if isinstance(one, OSError) and one.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
            return Trouble.NO_WAY
        if isinstance(one, aiohttp.ClientResponseError):
            return Trouble.NO_HTTP
        if isinstance(one, ConnectionError | EOFError | aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
            return Trouble.CUT
    # The loop raises one error for several addresses tried, with what each said in words.
    return Trouble.NOBODY if "refused" in str(error).lower() else Trouble.NO_WAY


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = getattr(error, "os_error", None) or getattr(error, "certificate_error", None)
        if isinstance(inner, BaseException):
            yield inner
        error = error.__cause__ or error.__context__


def _of_certificate(error: ssl.SSLCertVerificationError) -> Trouble:
    code = error.verify_code
    if code == _EXPIRED:
        return Trouble.EXPIRED
    if code == _NOT_YET:
        return Trouble.NOT_YET
    if code in _SELF_SIGNED:
        return Trouble.SELF_SIGNED
    return Trouble.OTHER_NAME if code in _OTHER_NAME else Trouble.UNTRUSTED


def told(unheard: Unheard, where: Place) -> Finding:
    """The trouble in words, with what to do."""
    what, at, setting = where.what, where.at, where.setting
    trust = (
        f"Læg udstederens rodcertifikat i en fil (PEM), og skriv stien i {where.authorities}."
        if where.authorities
        else "Brug et certifikat fra en udsteder, som maskinen kender, eller læg udstederens blandt maskinens egne."
    )
    said, do = {
        Trouble.NAME: (
            f"{what}: Navnet {where.host} kan ikke slås op.",
            f"Se efter, om {setting} er stavet rigtigt, og om maskinen her kan slå navnet op (DNS).",
        ),
        Trouble.NOBODY: (
            f"{what}: Der er ingen, der svarer på {at}.",
            f"Se efter, om det kører, om {setting} er rigtig, og om firewallen lader maskinen her komme igennem.",
        ),
        Trouble.NO_WAY: (
            f"{what}: Der er ingen vej fra maskinen her til {at}.",
            f"Se efter, om {setting} er rigtig, og om net og firewall lader maskinen her komme derhen.",
        ),
        Trouble.EXPIRED: (
            f"{what}: Certifikatet på {at} er udløbet.",
            "Bed dem, der driver det, om at sætte et nyt certifikat op.",
        ),
        Trouble.NOT_YET: (
            f"{what}: Certifikatet på {at} gælder ikke endnu.",
            "Se efter, om uret på maskinen her går rigtigt. Gør det det, så spørg dem, der har lavet certifikatet.",
        ),
        Trouble.SELF_SIGNED: (f"{what}: Vi stoler ikke på certifikatet på {at}. Det har underskrevet sig selv.", trust),
        Trouble.OTHER_NAME: (
            f"{what}: Certifikatet på {at} er lavet til et andet navn end {where.host}.",
            f"Skriv det navn i {setting}, som certifikatet er lavet til, eller bed om et certifikat til navnet her.",
        ),
        Trouble.UNTRUSTED: (f"{what}: Vi stoler ikke på certifikatet på {at}. Vi kender ikke udstederen.", trust),
        Trouble.OURS_REFUSED: _ours_refused(where),
        Trouble.NO_TLS: (
            f"{what}: {at} svarer, men ikke med https, som vi kan bruge.",
            f"Se efter, om porten i {setting} er den rigtige, og om der skulle stå http. TLS skal være mindst 1.2.",
        ),
        Trouble.CUT: (
            f"{what}: {at} afbrød forbindelsen uden at svare.",
            f"Se i loggen i den anden ende, og se efter, om {setting} har den rigtige port"
            + (f", og om det vil se et andet certifikat end det i {where.certificate}." if where.certificate else "."),
        ),
        Trouble.SLOW: (
            f"{what}: {at} svarede ikke inden for {seconds(unheard.after)}.",
            f"Se efter, om det er overbelastet, om {setting} er rigtig, og om en firewall holder svaret tilbage.",
        ),
        Trouble.NO_HTTP: (
            f"{what}: Det, der svarer på {at}, taler ikke HTTP.",
            f"Se efter, om porten i {setting} er den rigtige, og om der skulle stå https.",
        ),
    }[unheard.trouble]
    return fault(said, do, setting=setting)


def _ours_refused(where: Place) -> tuple[str, str]:
    if not where.certificate:
        return (
            f"{where.what}: {where.at} vil se et certifikat fra os, og det kan vi ikke vise.",
            "Spørg dem, der driver det, om adgangen skal gå gennem noget, der har et certifikat.",
        )
    return (
        f"{where.what}: {where.at} tager ikke imod vores eget certifikat, eller vi har intet vist.",
        f"Se efter, om {where.certificate} er sat, om certifikatet er udløbet, og om de har fået det i den anden ende.",
    )
