"""Everyday Danish words, so that a word that is spelt right is not taken for another that is spelt wrong."""

from __future__ import annotations

from functools import lru_cache
from math import log10

_PER_BILLION = 9


def is_word(folded: str) -> bool:
    """True when it is a common Danish word or name in any form; ``folded`` as `bot.danish.spelling.fold` gives it.

    The list is wordfreq's Danish one: 29,000 forms that stand at least once in a million words of newspapers,
    subtitles, web pages and forums. It knows few compounds, so a word it lacks may well be Danish.
    """
    return folded in _words()


def commonness(folded: str) -> float:
    """How common the word is: the logarithm of its times in a billion words ("jeg" 7, "kørekort" 4), 0 when unknown."""
    return _words().get(folded, 0.0)


@lru_cache(maxsize=1)
def _words() -> dict[str, float]:
    from wordfreq import get_frequency_dict  # loads what other languages need too, so not before it is asked for

    from bot.danish.spelling import fold

    words: dict[str, float] = {}
    for word, share in get_frequency_dict("da", wordlist="best").items():
        folded = fold(word)
        words[folded] = max(words.get(folded, 0.0), log10(share) + _PER_BILLION)
    return words
