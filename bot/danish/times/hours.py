"""Reads which time of day is meant: the clock, and parts of the day.

Hours from 1 to 6 are in the afternoon unless a part of the day or a leading zero says otherwise ("kl. 02.30"): nobody
asks the municipality to call at two in the night.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.danish.times.values import Hours
from bot.danish.times.vocabulary import FOLLOW, HOUR, HOUR_WORDS, MONTH, NOT_IN_A_NUMBER

Match = re.Match[str]

DAY_LONG = 24 * 60
_NIGHT = 6  # hours to here may be meant of the afternoon

# Parts of the day in minutes from midnight, as Den Danske Ordbog has them; one pattern a name, the longest first.
PARTS: tuple[tuple[str, str, tuple[int, int]], ...] = (
    ("tidligt", r"tidligt? (?:om |paa )?(?:formiddag(?:en)?|morgen(?:en)?|dagen)|foerst paa (?:dagen|formiddagen)|"
                r"(?:morgen(?:en)? )?tidligt?", (6 * 60, 10 * 60)),
    ("sent", r"sen(?:t|e)? (?:om |paa )?eftermiddag(?:en)?|sidst paa (?:dagen|eftermiddagen)|sent paa dagen",
     (14 * 60, 18 * 60)),
    ("formiddag", r"formiddag(?:en|ene|e|s)?|foer frokost|foer middag|for middagen", (9 * 60, 12 * 60)),
    ("eftermiddag", r"eftermiddag(?:en|ene|e|s)?|efter ?middag(?:en)?|efter frokost", (12 * 60, 18 * 60)),
    ("middag", r"middagstid(?:en)?|middag(?:en|s)?|midt paa dagen|frokosttid|frokostpausen", (11 * 60, 13 * 60 + 30)),
    ("efter arbejde", r"efter (?:arbejde|arbejdstid|fyraften)", (16 * 60, 24 * 60)),
    ("morgen", r"morgen(?:en)?|morges", (6 * 60, 10 * 60)),
    ("aften", r"aften(?:en)?|aftes", (18 * 60, 24 * 60)),
    ("nat", r"natten|(?<=\0 )nat", (0, 6 * 60)),
)  # fmt: skip
_PART_OF = {name: span for name, _, span in PARTS}

_SAID = r"(?:\bkl\b\.?:? ?|\bklokken |\bklok )"
_FULL = rf"(?P<h>{HOUR})(?:[.:,](?P<m>[0-5][0-9])|(?P<hm>(?<=[0-9][0-9])[0-5][0-9])| (?P<sm>[0-5][0-9])(?![.0-9]))?"
_OF_DAY = (
    r"(?:(?:,? ?(?:om|i|paa) )"
    r"(?P<part>natten|nat|morgenen|formiddagen|eftermiddagen|aftenen|formiddag|eftermiddag|aften)\b)?"
)
_NOT_A_DATE = rf"(?!\w|[.:,/][0-9]|-[a-z]|\. ?(?:{MONTH})| (?:{MONTH}))"
_NOT_MONEY = r"(?! ?(?:kr|kroner|,-|procent|%|km|kg|cm|m2|mio|meter|timer))"
_A = rf"(?P<ah>{HOUR})(?:[.:](?P<am>[0-5][0-9]))?"
_B = rf"(?P<bh>{HOUR})(?:[.:](?P<bm>[0-5][0-9]))?"
_AROUND = r"(?:(?:\b(?:omkring|cirka|ved|lidt|naermere) |\bca\.? )*)"
_EARLY, _LATE = 7, 20  # bare numbers within are hours: "10-12"

_KINDS: tuple[tuple[str, str], ...] = (
    ("between", rf"\bmellem {_SAID}?{_A}(?: og | til | ?[-–] ?){_SAID}?{_B}{_OF_DAY}{_NOT_A_DATE}{_NOT_MONEY}{FOLLOW}"),
    ("between", rf"\bfra {_SAID}?{_A}(?: til | ?[-–] ?){_SAID}?{_B}{_OF_DAY}{_NOT_A_DATE}{_NOT_MONEY}{FOLLOW}"),
    ("between", rf"{_SAID}{_A}(?: til | ?[-–] ?){_SAID}?{_B}{_OF_DAY}{_NOT_A_DATE}"),
    ("bare", rf"{NOT_IN_A_NUMBER}{_A} ?(?:[-–]|til) ?{_B}{_NOT_A_DATE}{_NOT_MONEY}{FOLLOW}"),
    ("near", rf"{_AROUND}{_SAID}?(?P<n>kvart|fem|ti|tyve|femogtyve|5|10|15|20|25)"
             rf"(?P<min> (?:minutter|min\.?|minut))? (?P<dir>i|over|foer|efter) (?P<half>halv )?(?P<h>{HOUR})"
             rf"(?!\w){_NOT_A_DATE}{_OF_DAY}"),
    ("half", rf"{_AROUND}{_SAID}?\bhalv ?(?P<h>{HOUR})(?!\w){_NOT_A_DATE}{_OF_DAY}"),
    ("clock", rf"{_AROUND}{_SAID}{_FULL}{_NOT_A_DATE}(?!\w){_OF_DAY}"),
    ("clock", rf"{_AROUND}{NOT_IN_A_NUMBER}(?P<h>[0-9]{{1,2}})[.:](?P<m>[0-5][0-9])(?![0-9]|[.:/-][0-9]|-[a-z])"
              rf"{_NOT_MONEY}{_OF_DAY}"),
    ("clock", rf"{_AROUND}\b(?P<h>{HOUR})-?tiden\b{_OF_DAY}"),
    ("clock", rf"\b(?P<h>{HOUR}) om (?P<part>natten|morgenen|formiddagen|eftermiddagen|aftenen)\b"),
    ("bound", rf"\b(?P<how>efter|foer|inden|senest|tidligst) (?P<h>{HOUR})(?:[.:](?P<m>[0-5][0-9]))?"
              rf"{_NOT_A_DATE}{_NOT_MONEY}{FOLLOW}"),
    ("midnight", r"\bmidnat\b"),
    ("here", r"\b(?:her )?(?P<i>i|til|her til) ?(?P<part>formiddags?|eftermiddags?|aften|nat|morges|aftes|middags)\b"),
)  # fmt: skip
# Where it is known that a time is told, a number alone is one.
_ASKED: tuple[tuple[str, str], ...] = (
    ("bare", rf"{NOT_IN_A_NUMBER}{_A} ?(?:[-–]|til) ?{_B}{_NOT_A_DATE}"),
    ("bound", rf"\b(?P<how>efter|foer|inden|senest|tidligst|fra|til|indtil) (?P<h>{HOUR})(?:[.:](?P<m>[0-5][0-9]))?"
              rf"(?!\w){_NOT_A_DATE}"),
)  # fmt: skip


@lru_cache(maxsize=2)
def hour_patterns(*, asked: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The kinds of `read_hours` with their patterns, in the order to look for them."""
    kinds = [*_KINDS, *(_ASKED if asked else ())]
    return tuple((kind, re.compile(pattern)) for kind, pattern in kinds)


@lru_cache(maxsize=1)
def part_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The names of the parts of the day with their patterns."""
    return tuple(
        (name, re.compile(rf"(?<!god )(?<!go )(?<!\w)(?:(?:om |i |paa |ved )(?:en |et )?)?(?:{pattern})(?!\w)"))
        for name, pattern, _ in PARTS
    )


def read_part(name: str, match: Match) -> Hours:
    """A part of the day."""
    since, until = _PART_OF[name]
    return Hours(start=match.start(), end=match.end(), since=since, until=until, part=name)


def read_hours(kind: str, match: Match, *, asked: bool) -> Hours | None:
    """What the match is of the clock; None when it is no time after all."""
    found = match.groupdict()
    start, end = match.span()
    if kind == "midnight":
        return Hours(start=start, end=end, since=DAY_LONG, until=DAY_LONG, at=True)
    if kind == "here":
        name = {"morges": "morgen", "aftes": "aften", "middags": "middag"}.get(found["part"], found["part"].rstrip("s"))
        past = found["part"].endswith("s")  # "i formiddags", "i aftes"
        since, until = _PART_OF[name]
        return Hours(start=start, end=end, since=since, until=until, part=name, past=past)
    if kind in ("between", "bare"):
        if kind == "bare" and not asked and not _EARLY <= _number(found["ah"]) < _number(found["bh"]) <= _LATE:
            return None
        return _between(match)
    at = _point(kind, found)
    if at is None:
        return None
    if kind == "bound":
        late = found["how"] in ("efter", "tidligst", "fra")
        return Hours(start=start, end=end, since=at if late else None, until=None if late else at)
    return Hours(start=start, end=end, since=at, until=at, at=True)


def _point(kind: str, found: dict[str, str | None]) -> int | None:
    written = found["h"] or ""
    part = _part(found)
    hour = _number(written)
    if kind == "half":
        base, minutes = _hour(written, part), -30
    elif kind == "near":
        step = {"kvart": 15, "fem": 5, "ti": 10, "tyve": 20, "femogtyve": 25}.get(found["n"] or "") or int(
            found["n"] or 0
        )
        if found["dir"] in ("foer", "efter") and not found["min"]:
            return None
        base, minutes = _hour(written, part), step if found["dir"] in ("over", "efter") else -step
        minutes -= 30 if found["half"] else 0
    else:
        base, minutes = _hour(written, part), int(found.get("m") or found.get("hm") or found.get("sm") or 0)
    if hour > 24 or (kind in ("half", "near") and not 1 <= hour <= 24):
        return None
    at = base * 60 + minutes
    return at if 0 <= at <= DAY_LONG else None


def _between(match: Match) -> Hours | None:
    found = match.groupdict()
    part = _part(found)
    a, b = found["ah"] or "", found["bh"] or ""
    if _number(a) > 24 or _number(b) > 24:
        return None
    am, bm = int(found["am"] or 0), int(found["bm"] or 0)
    first, last = _hour(a, part), _hour(b, part)
    for since, until in ((first, last), (first, last + 12), (_number(a), last)):
        if since * 60 + am < until * 60 + bm <= DAY_LONG:
            return Hours(start=match.start(), end=match.end(), since=since * 60 + am, until=until * 60 + bm)
    if _number(a) >= 18 and _number(b) <= 8:  # over midnight
        since, until = _number(a) * 60 + am, _number(b) * 60 + bm + DAY_LONG
        return Hours(start=match.start(), end=match.end(), since=since, until=until)
    return None


def _part(found: dict[str, str | None]) -> str | None:
    said = found.get("part")
    return "nat" if said == "natten" else said if said in ("morgen", None) else said.removesuffix("en")


def _number(word: str) -> int:
    return int(word) if word.isdigit() else HOUR_WORDS[word]


def _hour(written: str, part: str | None) -> int:
    hour = _number(written)
    if part in ("nat", "morgen", "formiddag") or written.startswith("0"):
        return 0 if hour == 12 and part == "nat" else hour
    if part in ("eftermiddag", "aften"):
        return hour + 12 if hour < 12 else hour
    return hour + 12 if 1 <= hour <= _NIGHT else hour


def in_part(at: int, part: str) -> int:
    """A point of the clock, or the one twelve hours from it that lies in the part of the day: "i aften kl. 8"."""
    since, until = _PART_OF[part]
    return next((one for one in (at, at + 12 * 60, at - 12 * 60) if since <= one <= until), at)
