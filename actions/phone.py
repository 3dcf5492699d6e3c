"""A phone number in what a citizen writes."""

from __future__ import annotations

import re

from bot.municipality.danish import phone_words

_FOREIGN = re.compile(r"(?<![\w+])(?:\+|00)((?:[ .()-]{0,2}\d){7,15})(?!\d)")
_DANISH = re.compile(r"(?<![\w+.-])[1-9](?:[ .-]?\d){7}(?![ .-]?\d)")
# What has many digits and is no phone number: case numbers and dates.
_NOT_A_PHONE = re.compile(
    r"\d{2}\.\d{2}\.\d{2}\s*-\s*\w\d{2}[\s-]*\d{1,6}[\s-]*\d{2,4}|\d{4}-\d{2}-\d{2}|(?<![\d./-])\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?![./-]?\d)"
)


def find_phone(text: str) -> str | None:
    """The phone number in ``text`` as it is shown, or None.

    Danish: eight digits, the first not 0 ("12 34 56 78", "+45 12345678").
    Foreign: + or 00, then 7 to 15 digits (E.164).
    """
    text = _NOT_A_PHONE.sub(" ", text.replace("(0)", ""))  # "+49 (0) 30 …": not dialled from abroad
    if foreign := _FOREIGN.search(text):
        digits = re.sub(r"\D", "", foreign[1])
        if not digits.startswith("45"):
            return f"+{digits}"
        return phone_words(digits[2:]) if len(digits) == 10 and digits[2] != "0" else None
    if danish := _DANISH.search(text):
        return phone_words(re.sub(r"\D", "", danish[0]))
    return None


def looks_like_phone(text: str) -> bool:
    """True when the text was most likely meant as a phone number, right or wrong."""
    rest = _NOT_A_PHONE.sub(" ", text)
    return len(re.findall(r"\d", rest)) >= 5 and len(re.findall(r"[^\W\d_]", rest)) <= 40
