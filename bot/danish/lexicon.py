"""Danish words, so that a word that is spelt right is not taken for another that is spelt wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

_LETTERS = (("ae", "æ"), ("oe", "ø"), ("aa", "å"))


@lru_cache(maxsize=16384)
def is_word(folded: str) -> bool:
    """True when it is a Danish word in any form; ``folded`` as `bot.danish.spelling.fold` gives it.

    By simplemma's dictionary: some hundred thousand forms, few names. It lacks most compounds, so a word that is not in
    it may well be Danish. It is loaded at the first word that is asked for, which takes about a second.
    """
    from simplemma import is_known

    return any(is_known(word, lang="da") for word in written(folded))


@lru_cache(maxsize=16384)
def lemma(folded: str) -> str | None:
    """The dictionary's headword for a form ("skolen" gives "skole"), folded; None for what is not in it."""
    from simplemma import is_known, lemmatize

    from bot.danish.spelling import fold

    for word in written(folded):
        if is_known(word, lang="da"):
            return fold(lemmatize(word, lang="da"))
    return None


def written(folded: str) -> Iterator[str]:
    """How a folded word may be spelt, with Danish letters first: "laenge" is "længe", but "poesi" is no "pøsi"."""
    there = [pair for pair in _LETTERS if pair[0] in folded]
    for choice in product((True, False), repeat=len(there)):
        word = folded
        for (plain, letter), chosen in zip(there, choice, strict=True):
            word = word.replace(plain, letter) if chosen else word
        yield word
