"""Finds examples that are nearly the same and stand in different intents: each of them makes the other one unsure.

Two examples are near when they share most of their parts of three letters (Jaccard), whatever the order of their
words. Where each part stands is kept for all examples, so one is compared with ten thousand in less than a
millisecond; an edit makes only what it changed anew.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bot.training.corpus import Corpus, Example

NEAR = 0.7  # of the parts that two have together
_MOST = 3  # told of each
_BITS = 17  # parts are told apart by a hash of so many; two in a hundred thousand may be taken for one
_KINDS = 1 << _BITS
_U64 = np.uint64
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, odd

_Numbers = npt.NDArray[np.int64]


class Nearness:
    """Which examples of a corpus are near each other; it follows the corpus that it is asked about."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._index: _Index | None = None

    def near(self, corpus: Corpus, examples: Sequence[Example]) -> list[tuple[Example, ...]]:
        """For each of these, the examples of other intents that are near it, the nearest first."""
        with self._turn:
            index = self._index
            if index is None or index.corpus is not corpus:
                all_ = tuple(corpus.examples())
                self._index = index = _Index(corpus, all_, [_parts_of(one.words) for one in all_])
            return [index.near(one, _parts_of(one.words)) for one in examples]

    def pairs(self, corpus: Corpus) -> Iterator[tuple[Example, Example]]:
        """Every two examples of different intents that are near, once. Takes some seconds for ten thousand."""
        examples = tuple(corpus.examples())
        for one, others in zip(examples, self.near(corpus, examples), strict=True):
            for other in others:
                if (one.intent, one.id) < (other.intent, other.id):
                    yield one, other


class _Index:
    """Where each part stands, for the examples of one corpus."""

    def __init__(self, corpus: Corpus, examples: Sequence[Example], parts: Sequence[_Numbers]) -> None:
        self.corpus = corpus
        self._examples = examples
        self._sizes = np.fromiter((len(each) for each in parts), dtype=np.int64, count=len(parts))
        names = sorted(corpus.intents)
        numbers = {name: number for number, name in enumerate(names)}
        self._intents = np.fromiter((numbers[one.intent] for one in examples), dtype=np.int64, count=len(examples))
        self._numbers = numbers
        every = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        order = np.argsort(every, kind="stable")
        self._rows = np.repeat(np.arange(len(parts)), self._sizes)[order]
        self._starts = np.searchsorted(every[order], np.arange(_KINDS + 1))

    def near(self, example: Example, parts: _Numbers) -> tuple[Example, ...]:
        places = [self._rows[self._starts[part] : self._starts[part + 1]] for part in parts]
        shared = np.bincount(np.concatenate(places), minlength=len(self._examples))
        likeness = shared / (len(parts) + self._sizes - shared)
        likeness[self._intents == self._numbers.get(example.intent, -1)] = 0.0
        found = np.flatnonzero(likeness >= NEAR)
        best = found[np.argsort(-likeness[found], kind="stable")][:_MOST]
        return tuple(self._examples[at] for at in best)


@lru_cache(maxsize=32_768)
def _parts_of(words: str) -> _Numbers:
    """Three letters at a time; in the order of the alphabet, for the order of the words makes no other message."""
    spaced = f" {'  '.join(sorted(words.split()))}  "
    letters = np.frombuffer(spaced.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    # No character has more than 21 bits, so each three have a number of their own; then Fibonacci hashing
    # (Knuth, The Art of Computer Programming, vol. 3, 6.4), which keeps the highest bits of the product.
    threes = (letters[:-2] << _U64(42)) | (letters[1:-1] << _U64(21)) | letters[2:]
    parts: _Numbers = np.unique((threes * _GOLDEN) >> _U64(64 - _BITS)).astype(np.int64)
    return parts
