"""Masks CPR numbers in what a person typed, before anything else sees the text.

A CPR number is a date of birth (ddmmyy, or ddmmyyyy as people also write it) and four more digits. There
is no check digit to go by (modulus 11 is not guaranteed since 2007), so every number that could be one is
masked: safety first. What that means where the two can't be told apart:

- ten digits in one piece that begin with a date are masked, though they may be an order number;
- a date with a space and four digits after it is masked: `01 01 90 1234`, and so is `01-12-26 1430`
  (a time is left alone as `14:30`, `kl. 14.30`, or after a comma);
- +45 and a phone number are ten digits too, but no month has 45 days, so they are never masked;
- a full date in the future (`01-12-2026 14.30`) is no birthday.

Not found: a number broken over two messages, or with words between its parts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MARK = "[CPR-nummer skjult]"

_DIGITS = 10

# Numbers that are something else for certain; what they hold is never part of a CPR number.
_SOMETHING_ELSE = re.compile(
    r"""
      (?<!\d) \d\d [. -]? \d\d [. -]? \d\d [ ]? [-–]? [ ]?      # a case number, 27.36.04-G01-12-26,
        [A-ZÆØÅ] \d\d [ ]?[-–]?[ ]? \d{1,6} [ ]?[-–]?[ ]? \d\d (?!\d)   # and what people make of it
    | (?<!\d) \d{1,3} (?:\.\d{3})+ (?:,\d\d?)? (?= \s* (?:kr|dkk|,-|€))  # an amount, 10.109.012,34 kr
    | (?<![\d.]) \d{1,3} (?:\.\d{3}){2,} (?:,\d\d)? (?![.]?\d)
    | (?<!\d) (?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]) (?!\d)      # a date as ISO 8601 has it
    | (?<!\d) (?:[0-3]?\d([./-])[01]?\d\1(?:19|20)?\d\d) \s?[-–/]\s? (?:[0-3]?\d\1[01]?\d\1(?:19|20)?\d\d) (?!\d)
    | (?<!\d) (?<!\d[ ]) \d\d[ ]\d\d[ ]\d\d[ ]\d\d (?![ ]?\d)  # a phone number in pairs, and nothing more
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Between the parts of a number people put space, and now and then a sign; these signs end it.
_ENDING = frozenset(",:;!?%&+§")


@dataclass(frozen=True)
class _Group:
    """A run of digits; ``gap`` is what stands before it, None where that ends a number."""

    start: int
    end: int
    digits: str
    gap: str | None
    loose: bool  # nothing but signs and space before it, of whatever kind


def mask(text: str, *, today: date | None = None) -> str:
    """``text`` with every CPR number replaced by `MARK`; everything else stays as it is.

    Found with or without signs or space between the parts, in any digits Unicode has, with letters
    glued on, and as replacement numbers (day + 60). Takes time in proportion to the text.
    ``today`` is the Danish date, for birthdays written with four digits of year.
    """
    pieces, done = [], 0
    for start, end in places(text, today=today):
        pieces += [text[done:start], MARK]
        done = end
    return "".join(pieces) + text[done:]


def places(text: str, *, today: date | None = None) -> Iterator[tuple[int, int]]:
    """Where `mask` would put its mark: the first character of each number and the one after it, in order."""
    # One character for one character, so that places are the same in both.
    plain = "".join(_plain(character) for character in text)
    return _spans(plain, (today or date.today()) + timedelta(days=1))


def is_birth_date(digits: str, *, latest: date | None = None) -> bool:
    """Whether ``digits`` (ddmmyy or ddmmyyyy) can begin a CPR number; the day may have 60 added (replacement numbers).

    With two digits of year the century is not known, so any leap year will do for 29 February.
    """
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    day -= 60 if day > 60 else 0
    if len(digits) == 6:
        year += 2000  # 2000 is a leap year, 1900 is not: the more generous
    elif not year >= 1850:
        return False
    try:
        born = date(year, month, day)
    except ValueError:
        return False
    return len(digits) == 6 or latest is None or born <= latest


def _plain(character: str) -> str:
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    if category in ("Cf", "Mn", "Me"):  # zero width: joiners, soft hyphens, the frame of a keycap
        return "\u200b"
    return character


def _spans(plain: str, latest: date) -> Iterator[tuple[int, int]]:
    """The places of CPR numbers, in order; those that overlap become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(_found(plain, latest)):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    for start, end in merged:
        while end < len(plain) and plain[end] == "\u200b":
            end += 1
        yield start, end


# Six digits, a hyphen and four, whatever other digits are glued to them.
_HYPHENATED = re.compile(r"(?=(\d{6})\u200b*[-–—‐‑‒−]\u200b*\d{4})")


def _found(plain: str, latest: date) -> Iterator[tuple[int, int]]:
    free = _SOMETHING_ELSE.sub(lambda match: "x" * len(match.group()), plain)
    for match in _HYPHENATED.finditer(free):
        if is_birth_date(match.group(1)):
            end = match.start() + 6
            seen = 0
            while seen < 4:
                seen += free[end].isdigit()
                end += 1
            yield match.start(), end
    groups = list(_groups(free))
    for index, group in enumerate(groups):
        last = _number_at(groups, index, latest)
        if last is not None:
            yield group.start, last


def _groups(free: str) -> Iterator[_Group]:
    previous: int | None = None
    for match in re.finditer(r"\d+", free):
        between = free[previous : match.start()] if previous is not None else None
        gap = None if between is None else between.replace("\u200b", "")
        signs = gap.replace(" ", "") if gap is not None else ""
        loose = gap is not None and len(signs) <= 4 and not any(sign.isalnum() for sign in signs)
        tight = loose and len(signs) <= 2 and not _ENDING.intersection(signs)
        yield _Group(match.start(), match.end(), match.group(), gap if tight else None, loose)
        previous = match.end()


def _number_at(groups: list[_Group], first: int, latest: date) -> int | None:
    """Where the CPR number that begins with this group ends, or None."""
    lengths: list[int] = []
    digits = ""
    end = None
    for index in range(first, min(first + 12, len(groups))):
        group = groups[index]
        # "010190, 1234": a birthday in one piece may have any signs after it.
        after_birthday = lengths in ([6], [8]) and group.loose and len(group.digits) == 4
        if index > first and group.gap is None and not after_birthday:
            break
        lengths.append(len(group.digits))
        digits += group.digits
        if len(digits) == _DIGITS and _is_shape(lengths, digits) and is_birth_date(digits[:6]):
            end = group.end
        if (
            len(digits) == 12
            and (_breaks_at(lengths, 8) or lengths in ([2, 2, 8], [4, 8]))
            and is_birth_date(digits[:8], latest=latest)
        ):
            end = group.end
        if _is_unpadded(groups[first : index + 1], latest):
            end = group.end
        if len(digits) >= 12:
            break
    return end


def _is_shape(lengths: list[int], digits: str) -> bool:
    """Whether ten digits may have been grouped so by somebody who meant a CPR number."""
    if len(lengths) == 1 or _breaks_at(lengths, 6):
        return True
    if lengths in ([2, 8], [8, 2]):  # a phone number and another number
        return False
    return not (lengths == [2, 2, 4, 2] and digits[4:6] in ("19", "20"))  # a date, and what comes after it


def _breaks_at(lengths: list[int], place: int) -> bool:
    """Whether a group ends after ``place`` digits, or all of them stand in one piece."""
    total = 0
    for length in lengths:
        total += length
        if total == place:
            return True
    return len(lengths) == 1


def _is_unpadded(parts: list[_Group], latest: date) -> bool:
    """Whether it is `1.1.90-1234`: a birthday without its zeros, signs between, four digits."""
    if len(parts) != 4 or [len(part.digits) for part in parts[2:]] not in ([2, 4], [4, 4]):
        return False
    day, month, year, _ = (part.digits for part in parts)
    signs = [(part.gap or "").strip() for part in parts[1:]]
    if len(day) > 2 or len(month) > 2 or len(day + month) == 4 or not all(signs):
        return False
    return is_birth_date(day.zfill(2) + month.zfill(2) + year, latest=latest)
