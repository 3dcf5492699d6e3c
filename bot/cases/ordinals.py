"""Where in a list people point: "den anden", "nr. 2", "den sidste", "begge"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.danish.spelling import distance, fold
from bot.municipality.danish import MONTHS

_WORDS = {
    "foerste": 0, "oeverste": 0, "anden": 1, "andet": 1, "tredje": 2, "tredie": 2, "fjerde": 3, "femte": 4,
    "sjette": 5, "syvende": 6, "ottende": 7, "niende": 8, "tiende": 9, "sidste": -1, "nederste": -1, "bagerste": -1,
}  # fmt: skip
_NUMERALS = {"et": 0, "en": 0, "to": 1, "tre": 2, "fire": 3, "fem": 4, "seks": 5, "syv": 6, "otte": 7, "ni": 8, "ti": 9}
_CALLED = {"etteren": 0, "toeren": 1, "treeren": 2, "fireren": 3, "femmeren": 4}
_NOT_MISSPELT = frozenset({"andel", "ander", "andes", "aften"})
# What follows when the word counts days, times or something else than cases.
_ELSEWHERE = frozenset(map(fold, MONTHS)) | {
    "dag", "dagen", "uge", "gang", "maaned", "aar", "side", "vej", "tid", "barn", "brev", "moede", "spoergsmaal",
    "sagsbehandler", "raadgiver", "person", "skridt", "jeg", "der", "man", "vi", "i",
}  # fmt: skip
_BEFORE = frozenset({"den", "det", "min", "mit", "nummer", "nr", "ja", "nej", "aller"})
_MONTH = "|".join(fold(month) for month in MONTHS)
_NUMBERED = re.compile(
    rf"(?:\b(?:nr|no|nummer|sag|sagen|valg|punkt|den)\b\.?\s*|^\W*)([1-9]\d?)"
    rf"(?:['’.]?\s?e?ren)?(?![\w/]|[.,:-]\d|\.?\s*(?:\d|{_MONTH}|uge|dag|maaned|aar|kr|gang))"
)


@dataclass(frozen=True)
class Position:
    """A place in a list counted from 0 (-1: the last), or all of it; ``other`` when it may mean "the other one"."""

    kind: Literal["place", "all"]
    place: int = 0
    other: bool = False


def position_in(text: str) -> Position | None:
    """Where ``text`` points, or None when it points nowhere."""
    plain = fold(text)
    if re.search(r"\bbegge\b|\bdem alle\b|\balle sammen\b|\balle (?:mine )?sager", plain):
        return Position("all")
    numbered = _NUMBERED.search(plain)
    # A number by itself, or one that is called a number.
    if numbered and (numbered[0][0].isalpha() or not re.search(r"[a-z0-9]", plain[numbered.end() :])):
        return Position("place", int(numbered[1]) - 1)
    words = re.findall(r"[a-z]+", plain)
    if len(words) == 1 and words[0] in _NUMERALS:
        return Position("place", _NUMERALS[words[0]])
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in _CALLED:
            return Position("place", _CALLED[word])
        if before in ("nummer", "nr") and word in _NUMERALS:
            return Position("place", _NUMERALS[word])
        place = _ordinal(word)
        if place is None or after in _ELSEWHERE or words[max(0, at - 2) : at] in (["for", "det"], ["paa", "den"]):
            continue
        if before in _BEFORE or after in ("sag", "sagen") or len(words) <= 2:
            return Position("place", place, other=place == 1)
    return None


def _ordinal(word: str) -> int | None:
    if word in _WORDS:
        return _WORDS[word]
    if len(word) < 5 or word in _NOT_MISSPELT:
        return None
    return next((place for known, place in _WORDS.items() if word[0] == known[0] and distance(word, known) <= 1), None)
