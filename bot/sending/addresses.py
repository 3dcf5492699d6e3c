"""Mail addresses and phone numbers that something may be sent to: checked, and in the form it is sent in."""

from __future__ import annotations

import re

from bot.errors import InputError
from bot.municipality.phones import find_phones
from bot.privacy.masking import mask

# The part before @ as mail systems everywhere take it (RFC 5321's dot-string), and names of hosts.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_TOP = re.compile(r"[A-Za-z]{2,}|xn--[A-Za-z0-9-]+", re.ASCII)

_NO_ADDRESS = "Mailadressen kan ikke bruges. Skriv den som navn@firma.dk."
_NO_PHONE = "Telefonnummeret kan ikke bruges. Skriv otte cifre, eller + og landekode først."


def mail_address(text: str) -> str:
    """``text`` as one address to send to, its domain in ASCII (`blåbær.dk` as `xn--…`).

    Raises InputError for anything else: no name before it, no second address, no line break can come through.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii") if at else ""
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    good = (
        len(local) <= 64
        and len(domain) <= 250
        and _LOCAL.fullmatch(local)
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and _TOP.fullmatch(labels[-1])
    )
    if not good:
        raise InputError("a mail address that can't be used", citizen=_NO_ADDRESS, staff=_NO_ADDRESS)
    return f"{local}@{domain.lower()}"


def sms_number(text: str) -> str:
    """``text`` as one phone number in the form of E.164, "+4512345678".

    Raises InputError for anything else, and for what may be a CPR number behind a plus.
    """
    found = find_phones(text)
    if len(found) != 1 or not set(text) <= set("+0123456789 .()-"):
        raise InputError("a phone number that can't be used", citizen=_NO_PHONE, staff=_NO_PHONE)
    digits = re.sub(r"\D", "", found[0].shown)
    if mask(digits) != digits:  # "+170285 3396": a CPR number is kept nowhere, whatever stands before it
        raise InputError("a phone number that may be a CPR number", citizen=_NO_PHONE, staff=_NO_PHONE)
    return f"+{digits}" if found[0].shown.startswith("+") else f"+45{digits}"
