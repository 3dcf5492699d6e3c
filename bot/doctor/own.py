"""The settings themselves: those that are missing, those nobody reads, the keys, and the addresses of our own."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.chat.limits import Proxies
from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.secrecy import HIDDEN, is_secret
from bot.errors import SettingsError
from bot.settings import Settings
from bot.store.crypto import Vault

_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]+")
_EXAMPLE: Final = re.compile(r"^(?:# )?([A-Z][A-Z0-9_]+)=", re.MULTILINE)
_EXPLAINED: Final = "Se i .env.example, hvad der skal stå, ret det, og kør borgerkontakt doctor igen."
_MOST_KEYS: Final = 5
_LEAST_TOKEN: Final = 16  # signs


def wrong(error: SettingsError) -> Iterator[Finding]:
    """Each thing that is wrong with the settings, of an error that holds them all.

    What such a line quotes is left out where the setting may hold a secret.
    """
    _, _, listed = error.log.partition(":\n")
    for line in (listed or error.log).splitlines():
        text = line.strip().removeprefix("- ")
        name = text.split(" ", 1)[0]
        if not _NAME.fullmatch(name):
            yield fault(f"{text.rstrip('.')}.", _EXPLAINED)
            continue
        said = text.removeprefix(name).strip().rstrip(".")
        if is_secret(name) or name.endswith("_URL"):
            said = re.sub(r", ikke .*", f", ikke {HIDDEN}", said)
        yield fault(f"{said[:1].upper()}{said[1:]}.", _EXPLAINED, setting=name)


def names(file: Mapping[str, str | None], example: Path) -> Iterator[Finding]:
    """Names in `.env` that nothing reads: mostly misspelt ones, which are then not set at all."""
    if not example.exists():  # an image holds no example
        return
    known = sorted(_EXAMPLE.findall(example.read_text(encoding="utf-8")))
    for name in file:
        if name in known or not _NAME.fullmatch(name):
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        if near:
            yield warning("Navnet står i .env, men det er ikke en indstilling.", f"Mente I {near[0]}?", setting=name)


def readable_by_others(file: Path) -> Iterator[Finding]:
    """Whether others on the machine may read the file of the secrets."""
    if file.exists() and file.stat().st_mode & 0o007:
        yield warning("Alle brugere på maskinen kan læse .env, og der står hemmeligheder i den.", "Kør: chmod 640 .env")


def keys(settings: Settings) -> Iterator[Finding]:
    """Their form, and how many there are."""
    many = len(settings.secret_keys)
    try:
        Vault(settings.secret_keys)
    except (SettingsError, ValueError):
        yield fault("En af nøglerne er ikke 32 byte i base64.", "Lav en med: borgerkontakt key", setting="SECRET_KEYS")
        return
    if len(set(settings.secret_keys)) < many:
        yield warning("Den samme nøgle står der to gange.", "Slet den ene.", setting="SECRET_KEYS")
    elif many > _MOST_KEYS:
        yield warning(
            f"Der er {many} nøgler.", "Slet dem, som intet længere er skrevet med. Lad den ældste stå sidst.",
            setting="SECRET_KEYS",
        )  # fmt: skip
    else:
        yield ok(
            "Der er 1 nøgle." if many == 1 else f"Der er {many} nøgler. Den første bruges til at skrive med.",
            setting="SECRET_KEYS",
        )
    if len(settings.rasa_token) < _LEAST_TOKEN and not settings.development:
        yield warning(
            f"Den er kortere end {_LEAST_TOKEN} tegn, og så kan den gættes.",
            "Skriv en lang, tilfældig tekst.",
            setting="RASA_TOKEN",
        )


def addresses(settings: Settings) -> Iterator[Finding]:
    """The address citizens use, the websites that carry the chat, and the proxies in front."""
    own = urlsplit(settings.public_url)
    local = own.hostname in ("127.0.0.1", "localhost", "::1")
    if own.scheme not in ("http", "https") or not own.hostname or own.path or own.query or "@" in own.netloc:
        yield fault(
            "Det er ikke en adresse, borgernes browsere kan bruge.",
            "Skriv den uden sti, som https://chat.kommune.dk.",
            setting="PUBLIC_URL",
        )
    elif settings.development:
        yield ok("Det er en adresse, browsere kan bruge.", setting="PUBLIC_URL")
    elif own.scheme != "https":
        yield fault(
            "I drift skal adressen begynde med https.",
            "Sæt et certifikat op i jeres proxy, og skriv https foran.",
            setting="PUBLIC_URL",
        )
    elif local:
        yield fault(
            "Adressen peger på maskinen selv, så ingen borger kan komme dertil.",
            "Skriv den adresse, borgerne bruger.",
            setting="PUBLIC_URL",
        )
    else:
        yield ok("Det er en adresse med https, som browsere kan bruge.", setting="PUBLIC_URL")
    yield from _websites(settings)
    yield from _proxies(settings)


def _websites(settings: Settings) -> Iterator[Finding]:
    name = "ALLOWED_ORIGINS"
    for origin in settings.allowed_origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or "*" in origin:
            yield fault(
                "En af hjemmesiderne kan ikke bruges: Den mangler https:// eller har en sti eller en stjerne.",
                "Skriv hver hjemmeside som https://www.kommune.dk, med komma imellem.",
                setting=name,
            )
        elif parts.scheme != "https" and not settings.development:
            yield warning(f"Hjemmesiden {parts.hostname} er ikke på https.", "Sæt https på hjemmesiden.", setting=name)


def _proxies(settings: Settings) -> Iterator[Finding]:
    name = "TRUSTED_PROXIES"
    try:
        Proxies(settings.trusted_proxies)
    except SettingsError:
        yield fault(
            "Det er ikke IP-adresser eller net.", "Skriv dem som 10.0.0.1 eller 10.0.0.0/8, med komma imellem.",
            setting=name,
        )  # fmt: skip
        return
    if not settings.trusted_proxies and not settings.development:
        yield warning(
            "Der er ingen proxy at stole på, så alle borgere tælles som én, og grænserne rammer dem sammen.",
            "Skriv adressen på jeres proxy, som Borgerkontakt ser den.",
            setting=name,
        )
