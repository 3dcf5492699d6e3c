"""The passages of training as a matrix: which words and parts of words each holds, counted once for each word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

LONGEST_PART = 4
# What stands in fewer passages is a name or a slip.
_WORDS_SEEN = 2
_PARTS_SEEN = 3


def words_of(text: str) -> set[str]:
    """The words of a passage and each two that stand together."""
    words = text.split()
    return {*words, *(f"{one} {two}" for one, two in pairwise(words))}


def parts_of(word: str) -> set[str]:
    """All that stands together in a word, two to four letters of it; a space shows where it begins and ends."""
    padded = f" {word} "
    return {
        padded[at : at + size] for size in range(2, LONGEST_PART + 1) for at in range(max(1, len(padded) - size + 1))
    }


class Grams:
    """One kind of feature of all passages: ``rows`` of length one (TF-IDF, each counted once), a column a gram.

    ``names`` says which gram a column is, ``rare`` its inverse document frequency, smoothed as scikit-learn does it:
    as if one more passage held every gram once.
    """

    def __init__(self, names: Sequence[str], held: csr_matrix, seen_in: int) -> None:
        seen = np.bincount(held.indices, minlength=len(names))
        kept = np.flatnonzero(seen >= seen_in)
        self.names = [names[place] for place in kept]
        self.rare: NDArray[np.float64] = np.log((1 + held.shape[0]) / (1 + seen[kept])) + 1
        rows = held[:, kept] @ diags(self.rare)
        length = np.sqrt(np.asarray(rows.power(2).sum(axis=1)).ravel())
        self.rows: csr_matrix = diags(1 / np.where(length > 0, length, 1.0)) @ rows

    @classmethod
    def of_words(cls, texts: Sequence[str]) -> Grams:
        """Words and pairs of words."""
        numbers: dict[str, int] = {}
        found: list[int] = []
        ends = [0]
        for text in texts:
            found += [numbers.setdefault(gram, len(numbers)) for gram in words_of(text)]
            ends.append(len(found))
        return cls(list(numbers), _held(np.array(found, dtype=np.int64), ends, len(numbers)), _WORDS_SEEN)

    @classmethod
    def of_parts(cls, texts: Sequence[str]) -> Grams:
        """Parts of words. Each word is cut up once, however often it stands there."""
        numbers: dict[str, int] = {}
        cut: dict[str, NDArray[np.int64]] = {}
        found: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
        ends = [0]
        for text in texts:
            end = ends[-1]
            for word in set(text.split()):
                places = cut.get(word)
                if places is None:
                    places = np.array(
                        [numbers.setdefault(gram, len(numbers)) for gram in parts_of(word)], dtype=np.int64
                    )
                    cut[word] = places
                found.append(places)
                end += len(places)
            ends.append(end)
        return cls(list(numbers), _held(np.concatenate(found), ends, len(numbers)), _PARTS_SEEN)


def _held(found: NDArray[np.int64], ends: Sequence[int], columns: int) -> csr_matrix:
    """One for each gram that a passage holds, however many of its words hold it."""
    held = csr_matrix((np.ones(len(found)), found, np.array(ends)), shape=(len(ends) - 1, columns))
    held.sum_duplicates()
    held.data[:] = 1.0
    return held
