"""Case numbers as people write them from memory or from a letter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.cases.case import Case

_WHOLE = re.compile(
    r"""(?<![\w])
    (?P<kle>[0-9o](?:[^\w\n]{0,2}[0-9o]){5})
    [\W_]{0,3}(?P<facet>[a-zæøå][\W_]?[0-9o][0-9o]?)
    (?:[\W_]{1,3}(?P<serial>[0-9o]{1,6})
       (?:[\W_]{1,3}(?P<year>(?:20)?\d{2}))?
    )?
    (?![\w])""",
    re.VERBOSE | re.IGNORECASE,
)
_TAIL = re.compile(
    r"""(?<![\w])
    (?:(?P<facet>[a-zæøå][0-9o][0-9o]?)[\W_]{1,3}|(?<!\d[.\-/ ]))
    (?P<serial>\d{1,6})\s?[-–/ ]\s?(?P<year>(?:20)?\d{2})
    (?![\w])(?![.\-/ ]{1,2}\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_KLE = re.compile(r"(?<![\w.])(\d{2})[. ]?(\d{2})[. ]?(\d{2})(?![\w])(?![.\- ]\d)")
_SERIAL = re.compile(r"(?<![\w.])(\d{3,6})(?![\w])(?![.,]\d)(?!\s*(?:kr|kroner|,-))", re.IGNORECASE)
_CALLED = re.compile(r"(?:\bsags?(?:en|nummer|nr)?|\bnummer|\bnr)\W{0,3}(?:nummer|nr)?\W{0,3}$", re.IGNORECASE)


def matching(cases: Sequence[Case], text: str, *, given: bool = False) -> list[Case] | None:
    """The ``cases`` whose number, or a part of it, stands in ``text``; None when there is no number in it.

    Forgiven: spaces for dots and hyphens or none at all, small letters, leading zeros, O for 0,
    a year of four digits. A part counts when it is the serial and year ("12-26"), the KLE number, or the
    serial alone. A whole number that is nobody's gives an empty list. With ``given`` the text is known
    to be a case number, so that whatever it holds is one.
    """
    whole = [match.groupdict() for match in _WHOLE.finditer(text)]
    if whole:
        return [case for case in cases if any(_fits(case, parts) for parts in whole)]
    for found in (_by_tail(cases, text, given=given), _by_kle(cases, text), _by_serial(cases, text, given=given)):
        if found:
            return found
    return [] if given and re.search(r"\d", text) else None


def whole_numbers(text: str) -> list[tuple[str, int, int]]:
    """The case numbers that stand whole in ``text``, as they are written ("27.36.04-G01-112-26"), with their places.

    Forgiven is what `matching` forgives. A number without serial or year may be anything and is left out.
    """
    found = []
    for match in _WHOLE.finditer(text):
        kle, facet, serial, year = match.group("kle", "facet", "serial", "year")
        if serial and year:
            digits = _plain("kle", kle)
            group = f"{digits[:2]}.{digits[2:4]}.{digits[4:]}-{_plain('facet', facet).upper()}"
            number = f"{group}-{_plain('serial', serial)}-{_plain('year', year)}"
            found.append((number, match.start(), match.end()))
    return found


def _by_tail(cases: Sequence[Case], text: str, *, given: bool) -> list[Case]:
    """By serial and year; with a space or slash between only where it is called a number."""
    found: list[Case] = []
    for match in _TAIL.finditer(text):
        before = text[: match.start()]
        sure = given or match["facet"] or "-" in match.group() or _CALLED.search(before) or not _rest(text, match)
        if sure and not re.search(r"\b(?:kl|d|den|tlf|telefon)\W*$", before, re.IGNORECASE):
            found += [case for case in cases if _fits(case, match.groupdict()) and case not in found]
    return found


def _by_kle(cases: Sequence[Case], text: str) -> list[Case]:
    wanted = {".".join(match.groups()) for match in _KLE.finditer(text)}
    return [case for case in cases if case.number[:8] in wanted or case.kle in wanted]


def _by_serial(cases: Sequence[Case], text: str, *, given: bool) -> list[Case]:
    """By the serial alone, where it is called a number or nothing else is said."""
    wanted = [
        match[1]
        for match in _SERIAL.finditer(text)
        if given or _CALLED.search(text[: match.start()]) or not _rest(text, match)
    ]
    return [case for case in cases if any(_fits(case, {"serial": serial}) for serial in wanted)]


def _rest(text: str, match: re.Match[str]) -> str:
    return re.sub(r"\W+", "", text[: match.start()] + text[match.end() :])


def _fits(case: Case, parts: dict[str, str | None]) -> bool:
    """Whether every part that is there is the same as in the case's number."""
    kle, facet, serial, year = case.number.split("-")
    real = {"kle": kle.replace(".", ""), "facet": facet.lower(), "serial": str(int(serial)), "year": year}
    return all(_plain(name, written) == real[name] for name, written in parts.items() if written)


def _plain(name: str, written: str) -> str:
    text = re.sub(r"[\W_]", "", written.lower())
    if name == "facet":
        digits = text[1:].replace("o", "0")
        return text[0] + digits.zfill(2)
    text = text.replace("o", "0")
    return str(int(text)) if name == "serial" else text[-2:] if name == "year" else text
