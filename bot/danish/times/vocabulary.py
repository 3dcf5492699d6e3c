"""The words of time in Danish, as patterns over plain text (small letters, æ as ae), and how they are misspelt."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.danish.lexicon import is_word
from bot.danish.spelling import distance, fold
from bot.municipality.danish import MONTHS, WEEKDAYS

WEEKDAY_NAMES = tuple(map(fold, WEEKDAYS))
MONTH_NAMES = tuple(MONTHS)

# A day by its name, in one or many, and as people shorten it; "man." only before a date, as "man" is a pronoun.
DAY = (
    rf"(?:(?:{'|'.join(WEEKDAY_NAMES)})(?:ene|en|er|e|s)?|(?:tirs|tors|fre|loer)\.|"
    r"(?:man|tirs|ons|tors|fre|loer|soen)\.?(?= ?(?:\0|d\.|den |kl\b|[0-9]{1,2}[./])))"
)
MONTH = rf"(?:(?:{'|'.join(MONTH_NAMES)})\b|(?:{'|'.join(name[:3] for name in MONTH_NAMES)})\b\.?)"

_UNITS = ("nul", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv", "tretten",
          "fjorten", "femten", "seksten", "sytten", "atten", "nitten", "tyve")  # fmt: skip
NUMBERS = {word: number for number, word in enumerate(_UNITS)} | {
    "et": 1, "een": 1, "eet": 1, "fireogtyve": 24, "otteogfyrre": 48, "tredive": 30, "fyrre": 40, "halvtreds": 50,
}  # fmt: skip
_FIRST = ("foerste", "anden", "tredje", "fjerde", "femte", "sjette", "syvende", "ottende", "niende", "tiende",
          "ellevte", "tolvte", "trettende", "fjortende", "femtende", "sekstende", "syttende", "attende", "nittende",
          "tyvende")  # fmt: skip
_ONES = ("enog", "toog", "treog", "fireog", "femog", "seksog", "syvog", "otteog", "niog")
ORDINALS = {word: number for number, word in enumerate(_FIRST, 1)} | {"tredie": 3, "tredivte": 30, "enogtredivte": 31}
ORDINALS |= {f"{ones}tyvende": 20 + number for number, ones in enumerate(_ONES, 1)}
ORDINAL = rf"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))})"
HOUR_WORDS = {word: number for word, number in NUMBERS.items() if 0 < number <= 12}
HOUR = rf"(?:[0-9]{{1,2}}|{'|'.join(sorted(HOUR_WORDS, key=len, reverse=True))})"
COUNT = rf"(?:[0-9]{{1,3}}|et par|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"

# A number alone is a time only where one of these, or nothing, comes after it: "den 3. kl. 10", not "den 3. gang".
_AFTER_A_NUMBER = """
at ca cirka da de den der det du duer dur efter eftermiddag eller elller er faar fik for fordi formiddag fra foer
gaar gerne har havde helst hilsen hos hver hvis hvor hvornaar hvordan i igen ikke inden indtil jeg kan kl klokken kom
kommer kunne lige lyder maa med mellem men mvh naar og ogsaa om omkring osv paa passede passer ring ringe saa samt
senere senest ses skal skulle som tak tidligst til under undtagen ved vh vi vil ville var
"""
FOLLOW = (
    r"(?=\s*(?:$|[,;:!?()»«\"\0]|\.(?![0-9])|[-–]\s|"
    rf"(?:{'|'.join(_AFTER_A_NUMBER.split())}|{'|'.join(WEEKDAY_NAMES)}|{MONTH})\b))"
)
NOT_IN_A_NUMBER = r"(?<![\w.,/:§+-])(?<!§ )(?<!nr )(?<!nr\. )(?<!nummer )(?<!sag )(?<!kle )(?<!paragraf )"
NOT_INTO_A_NUMBER = r"(?![0-9]|[.,/:][0-9]|[-–][0-9a-z])"

_MENDABLE = (
    *(name + ending for name in WEEKDAY_NAMES for ending in ("", "en", "e", "s")),
    *(name for name in MONTH_NAMES if len(name) > 5),
    *("formiddag", "formiddagen", "eftermiddag", "eftermiddagen", "middagstid", "overmorgen", "morgen", "forgaars"),
    *("naeste", "sidste", "weekend", "weekenden", "klokken", "maaned", "maaneden", "mellem", "senest", "tidligst"),
    *("foerst", "foerste", "kvart", "inden", "efter", "hverdage", "paaske", "minutter"),
)
_BY_LETTER: dict[str, list[str]] = {}
for _word in _MENDABLE:
    _BY_LETTER.setdefault(_word[0], []).append(_word)
_KNOWN = frozenset({*_MENDABLE, *NUMBERS, *ORDINALS, *MONTH_NAMES})
# Without å on the keyboard or short as in a chat: too short for likeness.
_ALIASES = {"pa": "paa", "mrg": "morgen", "imrg": "imorgen"}


@lru_cache(maxsize=16384)
def mended(word: str) -> str:
    """The word of time that a misspelt ``word`` must be; else ``word`` itself. "torsda" gives "torsdag"."""
    if word in _ALIASES:
        return _ALIASES[word]
    if len(word) < 5 or word in _KNOWN:
        return word
    allowed = 2 if len(word) >= 9 else 1
    best = min(
        (
            (apart, known)
            for known in _BY_LETTER.get(word[0], ())
            if abs(len(known) - len(word)) <= allowed and (apart := distance(word, known)) <= allowed
        ),
        default=None,
    )
    if best is None or is_word(word):
        return word
    return best[1]


def number(word: str) -> int:
    """A number in digits or words; "et par" is two."""
    return int(word) if word.isdigit() else 2 if word == "et par" else NUMBERS[word]


def month_number(name: str) -> int:
    """January is 1; also of a number as it is written."""
    if name.isdigit():
        return int(name)
    return next(number for number, month in enumerate(MONTH_NAMES, 1) if month[:3] == name[:3])


def weekday_number(name: str) -> int:
    """Monday is 0."""
    return next(number for number, day in enumerate(WEEKDAY_NAMES) if name[:3] == day[:3] or name[:4] == day[:4])


def is_one_day(name: str) -> bool:
    """Whether it is the next day of that name ("mandag"), and not any ("mandage", "om mandagen")."""
    return bool(re.fullmatch(rf"(?:{'|'.join(WEEKDAY_NAMES)})|[a-z]{{2,4}}\.?", name))
