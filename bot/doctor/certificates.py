"""The certificates we show and those we trust: there, readable, fitting together, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from bot.doctor.finding import Finding, fault, ok, warning

SOON: Final = timedelta(days=30)  # a new certificate of FOCES or OCES kind takes some weeks to get

_P12: Final = "openssl pkcs12 -in fil.p12 -out fil.pem -nodes"


def own(
    certificate: Path | None, key: Path | None, *, certificate_setting: str, key_setting: str, now: datetime
) -> Iterator[Finding]:
    """What there is to say of our own certificate and its key; nothing when neither is set."""
    if certificate is None:
        if key is not None:
            yield fault(
                "Der er en nøgle, men intet certifikat.",
                f"Skriv stien til certifikatet i {certificate_setting}.",
                setting=key_setting,
            )
        return
    held = _content(certificate)
    if isinstance(held, str):
        yield fault(f"Certifikatet {certificate} {held}.", _readable(certificate_setting), setting=certificate_setting)
        return
    try:
        first = x509.load_pem_x509_certificates(held)[0]
    except (ValueError, IndexError):
        yield fault(
            f"Filen {certificate} er ikke et certifikat i PEM.",
            f"Er det en .p12- eller .pfx-fil, så lav den om ({_P12}). Sørg for, at kun I kan læse den nye fil.",
            setting=certificate_setting,
        )
        return
    yield _lasting(first, "Klientcertifikatet", certificate_setting, now)
    yield from _key(first, key or certificate, key_setting if key else certificate_setting, certificate_setting)


def trusted(authorities: Path | None, *, setting: str, now: datetime) -> Iterator[Finding]:
    """What there is to say of the certificates to trust; nothing when none are set."""
    if authorities is None:
        return
    held = _content(authorities)
    if isinstance(held, str):
        yield fault(f"Filen {authorities} {held}.", _readable(setting), setting=setting)
        return
    try:
        all_of_them = x509.load_pem_x509_certificates(held)
    except ValueError:
        yield fault(
            f"Der er ingen certifikater i PEM i {authorities}.",
            "Læg rodcertifikatet i filen. Det skal være tekst, der begynder med -----BEGIN CERTIFICATE-----.",
            setting=setting,
        )
        return
    over = [one for one in all_of_them if one.not_valid_after_utc < now]
    if len(over) == len(all_of_them):
        yield fault(
            f"Alle certifikater i {authorities} er udløbet.", "Hent udstederens nye rodcertifikat.", setting=setting
        )
    else:
        many = len(all_of_them) - len(over)
        whom = "1 udsteder" if many == 1 else f"{many} udstedere"
        yield ok(f"Vi stoler på {whom} fra filen {authorities}.", setting=setting)


def _lasting(certificate: x509.Certificate, what: str, setting: str, now: datetime) -> Finding:
    """For how long it holds."""
    end = certificate.not_valid_after_utc
    day = f"{end.day}. {_MONTHS[end.month - 1]} {end.year}"
    if end <= now:
        return fault(
            f"{what} udløb den {day}.", "Bestil et nyt, og læg det ind i stedet for det gamle.", setting=setting
        )
    if certificate.not_valid_before_utc > now:
        return fault(f"{what} gælder ikke endnu.", "Se efter, om uret på maskinen her går rigtigt.", setting=setting)
    left = (end - now) // timedelta(days=1)
    if end - now < SOON:
        days = "1 dag" if left == 1 else f"{left} dage"
        return warning(f"{what} udløber om {days}, den {day}.", "Bestil et nyt nu.", setting=setting)
    return ok(f"{what} gælder til den {day}.", setting=setting)


def _key(certificate: x509.Certificate, key: Path, setting: str, certificate_setting: str) -> Iterator[Finding]:
    held = _content(key)
    if isinstance(held, str):
        yield fault(f"Nøglen {key} {held}.", _readable(setting), setting=setting)
        return
    try:
        private = load_pem_private_key(held, password=None)
    except TypeError:
        yield fault(
            f"Nøglen i {key} er låst med en adgangskode.",
            "Gem den uden adgangskode (openssl pkey -in låst.pem -out nøgle.pem). Sørg for, at kun I kan læse den.",
            setting=setting,
        )
        return
    except ValueError:
        yield fault(
            f"Der er ingen nøgle i PEM i {key}.",
            f"Læg nøglen i filen, eller skriv stien til den i indstillingen ved siden af {certificate_setting}.",
            setting=setting,
        )
        return
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        yield fault(
            "Nøglen passer ikke til klientcertifikatet.",
            "Find den nøgle, certifikatet er bestilt med, eller bestil et nyt certifikat.",
            setting=setting,
        )
        return
    if key.stat().st_mode & 0o077:
        yield warning(f"Andre brugere på maskinen kan læse nøglen {key}.", f"Luk den: chmod 600 {key}", setting=setting)
    else:
        yield ok("Nøglen passer til klientcertifikatet.", setting=setting)


def _content(file: Path) -> bytes | str:
    """What is in the file, or in words why it can't be read."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return "er der ikke"
    except IsADirectoryError:
        return "er en mappe og ikke en fil"
    except PermissionError:
        return "må vi ikke læse"
    except OSError:
        return "kan ikke læses"


def _readable(setting: str) -> str:
    return f"Skriv den rigtige sti i {setting}, og giv den bruger, Borgerkontakt kører som, lov til at læse filen."


_MONTHS: Final = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
