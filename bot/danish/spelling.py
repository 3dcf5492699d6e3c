"""Finding known words in what people write: inflected, misspelt, split in two or inside a longer word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.danish.lexicon import is_word, lemma

_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "è": "e", "ü": "u", "ö": "oe", "ä": "ae"})
# Danish inflections of nouns and adjectives, longest first.
_ENDINGS = (
    "ernes", "erne", "ens", "ets", "ene", "er", "en", "et", "es", "ne", "e", "s", "n", "t", "r",
)  # fmt: skip
_SHORT = 5  # words shorter than this must be spelt right: "vej" and "leje" are one letter apart
_LONGEST_ENDING = max(len(ending) for ending in _ENDINGS) + 1  # and a letter doubled before it
_MOST_WORDS = 4  # in a known phrase
_SAME = 11  # two words of so many letters that are nearly alike are one: "sygedagepenge"
_LONG = 9  # words from this length may have two wrong letters


@dataclass(frozen=True, order=True)
class Hit:
    """How well a known word fits: ``score`` grows with length and likeness; ``at`` is where, counted in words."""

    score: float
    at: int = 0


def fold(text: str) -> str:
    """Lower case, with æ, ø, å written out, so that "AELDRE" and "ældre" are the same."""
    return unicodedata.normalize("NFC", text.lower()).translate(_FOLD)  # some send å as an a and a ring


def words_of(text: str) -> list[str]:
    """The folded words of ``text``."""
    return re.findall(r"[a-z0-9]+", fold(text))


def find(known: str, text_words: Sequence[str], *, compounds: bool = True) -> Hit | None:
    """Where the known word or phrase stands among ``text_words`` (from `words_of`), or None.

    With ``compounds`` a known word also counts at the beginning of a longer one
    ("byggesag" in "byggesagsbehandler").
    """
    joined, count = _phrase(known)
    if not joined:
        return None
    best: Hit | None = None
    # However a word is bent or misspelt, its first letter is taken to be right: the rest need not be looked at.
    for piece, size, at in _pieces(tuple(text_words)).get(joined[0], ()):
        if size > max(3, count) or len(piece) < len(joined) - _LONGEST_ENDING:
            continue
        likeness = _likeness(joined, piece, compounds=compounds and size == 1)
        if not likeness or (size > count and likeness < 0.9):
            continue
        hit = Hit(likeness * len(joined), at)
        if best is None or hit.score > best.score:
            best = hit
    return best


@lru_cache(maxsize=4096)
def _phrase(known: str) -> tuple[str, int]:
    words = words_of(known)
    return "".join(words), len(words)


@lru_cache(maxsize=8)
def _pieces(words: tuple[str, ...]) -> dict[str, list[tuple[str, int, int]]]:
    """Each word, and neighbours put together (people write compounds in several words), by first letter.

    With each goes of how many words it is made, and where it stands first.
    """
    first: dict[tuple[str, int], int] = {}
    for size in range(1, _MOST_WORDS + 1):
        for at in range(len(words) - size + 1):
            first.setdefault(("".join(words[at : at + size]), size), at)
    made: dict[str, list[tuple[str, int, int]]] = {}
    for (piece, size), at in first.items():
        made.setdefault(piece[0], []).append((piece, size, at))
    return made


def _likeness(known: str, piece: str, *, compounds: bool) -> float:
    if known == piece:
        return 1.0
    longer = len(piece) - len(known)
    if longer <= _LONGEST_ENDING and _inflected(known, piece):
        return 0.0 if _is_of_another(known, piece) else 0.95
    if len(known) < _SHORT or len(piece) < _SHORT:
        return 0.0
    if compounds and longer > 0 and piece.startswith(known):
        return 0.85
    allowed = 2 if min(len(known), len(piece)) >= _LONG else 1
    if longer <= _LONGEST_ENDING + allowed and any(_within(known, form, allowed) for form in _forms(piece)):
        # Spelt right, so it is no other word spelt wrong; but so long, it is the same word in another way.
        return 0.0 if len(piece) < _SAME and is_word(piece) else 0.75
    if compounds and len(known) >= _LONG and longer > 0 and _within(known, piece[: len(known)], 1):
        return 0.0 if is_word(piece) else 0.65
    return 0.0


def _is_of_another(known: str, piece: str) -> bool:
    """Whether the dictionary has the form under another headword: "koster" is of "koste", not of "kost"."""
    headword = lemma(piece)
    return headword is not None and headword not in (known, lemma(known)) and is_word(known)


def _inflected(known: str, piece: str) -> bool:
    if len(known) < 4:
        return piece in (known + "en", known + "et", known + "er", known + "s")
    return not _forms(known).isdisjoint(_forms(piece))


@lru_cache(maxsize=16384)
def _forms(word: str) -> frozenset[str]:
    """The word, and what is left without each ending; "klagefristen" gives "klagefrist"."""
    forms = {word}
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            stem = word[: -len(ending)]
            forms.add(stem)
            if len(stem) > 4 and stem[-1] == stem[-2]:  # the doubled letter of "takster", "bussen"
                forms.add(stem[:-1])
    return frozenset(forms)


def _within(one: str, two: str, allowed: int) -> bool:
    """True when the words are at most ``allowed`` letters apart; most are told apart without counting."""
    if abs(len(one) - len(two)) > allowed or len(set(one) ^ set(two)) > 2 * allowed:
        return False
    return distance(one, two) <= allowed


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
