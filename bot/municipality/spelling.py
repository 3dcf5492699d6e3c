"""Finding known words in what people write: inflected, misspelt, split in two or inside a longer word."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "è": "e", "ü": "u", "ö": "oe", "ä": "ae"})
# Danish inflections of nouns and adjectives, longest first.
_ENDINGS = (
    "ernes", "erne", "ens", "ets", "ene", "er", "en", "et", "es", "ne", "e", "s", "n", "t", "r",
)  # fmt: skip
_SHORT = 5  # words shorter than this must be spelt right: "vej" and "leje" are one letter apart
_LONG = 9  # words from this length may have two wrong letters


@dataclass(frozen=True, order=True)
class Hit:
    """How well a known word fits: ``score`` grows with length and likeness; ``at`` is where, counted in words."""

    score: float
    at: int = 0


def fold(text: str) -> str:
    """Lower case, with æ, ø, å written out, so that "AELDRE" and "ældre" are the same."""
    return text.lower().translate(_FOLD)


def words_of(text: str) -> list[str]:
    """The folded words of ``text``."""
    return re.findall(r"[a-z0-9]+", fold(text))


def find(known: str, text_words: list[str], *, compounds: bool = True) -> Hit | None:
    """Where the known word or phrase stands among ``text_words`` (from `words_of`), or None.

    With ``compounds`` a known word also counts at the beginning of a longer one
    ("byggesag" in "byggesagsbehandler").
    """
    phrase = words_of(known)
    if not phrase:
        return None
    joined = "".join(phrase)
    best: Hit | None = None
    for size in range(1, max(4, len(phrase) + 1)):  # people write compounds in one word or in several
        for at in range(len(text_words) - size + 1):
            piece = "".join(text_words[at : at + size])
            likeness = _likeness(joined, piece, compounds=compounds and size == 1)
            if not likeness or (size > len(phrase) and likeness < 0.9):
                continue
            hit = Hit(likeness * len(joined), at)
            if best is None or hit.score > best.score:
                best = hit
    return best


def _likeness(known: str, piece: str, *, compounds: bool) -> float:
    if known == piece:
        return 1.0
    if _inflected(known, piece):
        return 0.95
    if len(known) < _SHORT or len(piece) < _SHORT:
        return 0.0
    if compounds and len(piece) > len(known) and piece.startswith(known):
        return 0.85
    allowed = 2 if min(len(known), len(piece)) >= _LONG else 1
    if known[0] == piece[0]:
        for form in _forms(piece):
            if abs(len(form) - len(known)) <= allowed and distance(known, form) <= allowed:
                return 0.75
        if compounds and len(known) >= _LONG and len(piece) > len(known) and distance(known, piece[: len(known)]) <= 1:
            return 0.65
    return 0.0


def _inflected(known: str, piece: str) -> bool:
    if len(known) < 4:
        return piece in (known + "en", known + "et", known + "er", known + "s")
    return known in _forms(piece) or piece in _forms(known) or bool(set(_forms(known)) & set(_forms(piece)))


def _forms(word: str) -> list[str]:
    """The word, and what is left without each ending; "klagefristen" gives "klagefrist"."""
    forms = [word]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            stem = word[: -len(ending)]
            forms.append(stem)
            if len(stem) > 4 and stem[-1] == stem[-2]:  # "frister", "takster"; "bus" - "bussen"
                forms.append(stem[:-1])
    return forms


def distance(one: str, two: str) -> int:
    """Letters to change, add, drop or swap with a neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(two, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
