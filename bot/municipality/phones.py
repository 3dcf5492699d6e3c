"""Phone numbers in what a citizen writes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.municipality.danish import phone_words

_FOREIGN = re.compile(r"(?<![\w+])(?:\+|00)((?:[ .()-]{0,2}\d){7,15})(?!\d)")
_DANISH = re.compile(r"(?<![\w+-])(?<![0-9]\.)[1-9](?:[ .-]{0,2}\d){7}(?![ .-]?\d)")
# What has many digits and is no phone number: case numbers and dates.
_NOT_A_PHONE = re.compile(
    r"\d{2}\.\d{2}\.\d{2}\s*-\s*\w\d{2}[\s-]*\d{1,6}[\s-]*\d{2,4}|\d{4}-\d{2}-\d{2}|(?<![\d./-])\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?![./-]?\d)"
)
_DIGIT = re.compile(r"\d")
_FEWEST = 7  # digits of a number
_NOT_DIALLED = "(0)"  # "+49 (0) 30 …": not dialled from abroad


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A phone number as it is ``shown``, and the characters ``start:end`` of the text where it stands."""

    shown: str
    start: int
    end: int


def find_phones(text: str) -> list[Phone]:
    """Every phone number in ``text``, in the order they stand.

    Danish: eight digits, the first not 0 ("12 34 56 78", "+45 12345678").
    Foreign: + or 00, then 7 to 15 digits (E.164).
    """
    if len(_DIGIT.findall(text)) < _FEWEST:
        return []
    plain, places = _without(text, _NOT_DIALLED)
    plain = _NOT_A_PHONE.sub(lambda match: " " * len(match[0]), plain)
    found: list[tuple[int, int, str]] = []
    for match in _FOREIGN.finditer(plain):
        shown = _foreign(match[1])
        if shown:
            found.append((match.start(), match.end(), shown))
    plain = _FOREIGN.sub(lambda match: " " * len(match[0]), plain)
    for match in _DANISH.finditer(plain):
        found.append((match.start(), match.end(), phone_words(re.sub(r"\D", "", match[0]))))
    return [Phone(shown=shown, start=places[start], end=places[end - 1] + 1) for start, end, shown in sorted(found)]


def find_phone(text: str) -> str | None:
    """The phone number in ``text`` as it is shown, or None; one from abroad before a Danish one."""
    found = [phone.shown for phone in find_phones(text)]
    return next((shown for shown in found if shown.startswith("+")), found[0] if found else None)


def looks_like_phone(text: str) -> bool:
    """True when the text was most likely meant as a phone number, right or wrong."""
    rest = _NOT_A_PHONE.sub(" ", text)
    return len(re.findall(r"\d", rest)) >= 5 and len(re.findall(r"[^\W\d_]", rest)) <= 40


def _foreign(digits: str) -> str | None:
    digits = re.sub(r"\D", "", digits)
    if not digits.startswith("45"):
        return f"+{digits}"
    return phone_words(digits[2:]) if len(digits) == 10 and digits[2] != "0" else None


def _without(text: str, dropped: str) -> tuple[str, list[int]]:
    """``text`` without each ``dropped``, and for each letter left its place in ``text``."""
    gone = {at for match in re.finditer(re.escape(dropped), text) for at in range(*match.span())}
    places = [at for at in range(len(text)) if at not in gone]
    return "".join(text[at] for at in places), places
