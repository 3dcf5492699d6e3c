"""What is learned of danger: how much a sentence, two, or a short message sounds like the cries among the examples."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.nlu.danger.patterns import Patterns, Sign
from bot.nlu.danger.reading import Reading, read

_SEEN = 2  # a part of a word that stands in one passage only is a name or a slip
_LONGEST_PART = 5
_SHORT = 3  # a message of at most so many sentences is also read as a whole
_COST = 4.0
_CRY_WEIGHS = 3.0  # one cry among the examples weighs as much as three others: there are twenty times as many of those


@dataclass(frozen=True)
class Passage:
    """A part of a message that is judged by itself: sentences ``first`` to ``last``, and their plain words."""

    first: int
    last: int
    text: str


def passages(reading: Reading) -> list[Passage]:
    """Each sentence, each two neighbours, and the whole where it is three.

    A cry stands in one sentence of a long letter as often as not, and is only understood from two as often as not.
    """
    count = len(reading.sentences)
    spans = [(at, at) for at in range(count)] + [(at, at + 1) for at in range(count - 1)]
    if count == _SHORT:
        spans.append((0, count - 1))
    return [
        Passage(first, last, " ".join(sentence.text for sentence in reading.sentences[first : last + 1]))
        for first, last in spans
    ]


@dataclass(frozen=True)
class Judged:
    """The passage of a message that sounds most like a cry, and the probability that it is one."""

    passage: Passage
    probability: float


@dataclass(frozen=True)
class Learned:
    """A logistic regression over words, parts of words and the families of `patterns.yml`.

    ``words`` and ``parts`` hold for each what it weighs: how rare it is (inverse document frequency), and that times
    what it speaks for a cry. A passage's words are brought to length one, and its parts too, so that a long one is no
    louder than a short one (TF-IDF, each counted once). Plain dictionaries: a message takes a tenth of a millisecond.
    """

    words: dict[str, tuple[float, float]] = field(repr=False)
    parts: dict[str, tuple[float, float]] = field(repr=False)
    families: dict[str, float] = field(repr=False)
    bias: float

    def judge(self, reading: Reading, signs: Sequence[Sign]) -> Judged | None:
        """The passage nearest to a cry; None for a message without words."""
        read_as = [(self._margin(part, signs), part) for part in passages(reading)]
        if not read_as:
            return None
        margin, nearest = max(read_as, key=lambda pair: pair[0])
        return Judged(nearest, 1 / (1 + exp(-margin)))

    def _margin(self, part: Passage, signs: Sequence[Sign]) -> float:
        known = sum(self.families.get(family, 0.0) for family in _families(part, signs))
        return self.bias + _sum(self.words, _words(part.text)) + _sum(self.parts, _parts(part.text)) + known

    @classmethod
    def fit(cls, patterns: Patterns, cries: Iterable[str], others: Iterable[str]) -> Learned | None:
        """Learn from messages; None when there is nothing to tell apart.

        Every passage of an ordinary message is ordinary. Of a cry all that is known is that one of its passages is
        (multiple-instance learning): a short one is taken whole, and then the passage of each that the last round
        found most like a cry is added, so that the everyday half of a letter teaches nothing wrong.
        """
        cry = [one for text in cries if (one := _one(patterns, text))[0]]
        calm = [one for text in others if (one := _one(patterns, text))[0]]
        if not cry or not calm:
            return None
        features = _Features.of([(part, signs) for parts, signs in cry + calm for part in parts])
        rows = features.rows
        ends = np.cumsum([len(parts) for parts, _ in cry])
        starts = np.concatenate([[0], ends[:-1]])
        ordinary = np.arange(ends[-1], rows.shape[0])
        whole = [int(end) - 1 for (parts, _), end in zip(cry, ends, strict=True) if parts[-1].first == 0]
        found: list[int] = [] if whole else [int(start) for start in starts]
        for _ in range(2):
            chosen = np.concatenate([ordinary, np.array(whole + found, dtype=np.int64)])
            labels = np.concatenate([np.zeros(len(ordinary)), np.ones(len(whole) + len(found))])
            model = LogisticRegression(C=_COST, solver="liblinear", class_weight={0: 1.0, 1: _CRY_WEIGHS}, tol=1e-3)
            model.fit(rows[chosen], labels)
            margins = rows @ model.coef_[0]
            found = [int(start + np.argmax(margins[start:end])) for start, end in zip(starts, ends, strict=True)]
        return features.learned(model.coef_[0], float(model.intercept_[0]))

    def write(self, folder: Path) -> None:
        """Keep it as JSON, in which nothing can be run."""
        told = {"words": self.words, "parts": self.parts, "families": self.families, "bias": self.bias}
        (folder / "danger.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Learned:
        """What `write` kept."""
        told = json.loads((folder / "danger.json").read_text(encoding="utf-8"))
        words, parts = ({gram: (rare, says) for gram, (rare, says) in told[key].items()} for key in ("words", "parts"))
        return cls(words, parts, told["families"], told["bias"])


@dataclass(frozen=True)
class _Features:
    """The passages of training as a matrix; ``columns`` says for each kind of feature which column is whose."""

    rows: csr_matrix
    columns: tuple[dict[str, int], dict[str, int], dict[str, int]]
    rare: tuple[dict[str, float], dict[str, float]]

    @classmethod
    def of(cls, passages: Sequence[tuple[Passage, Sequence[Sign]]]) -> _Features:
        kinds = (
            [_words(part.text) for part, _ in passages],
            [_parts(part.text) for part, _ in passages],
            [_families(part, signs) for part, signs in passages],
        )
        columns: list[dict[str, int]] = []
        rare: list[dict[str, float]] = []
        count = 0
        for number, grams in enumerate(kinds):
            seen = Counter(gram for one in grams for gram in one)
            kept = sorted(gram for gram, times in seen.items() if number != 1 or times >= _SEEN)
            columns.append({gram: count + place for place, gram in enumerate(kept)})
            # As scikit-learn smooths it: as if one more passage held every word once.
            rare.append({gram: log((1 + len(passages)) / (1 + seen[gram])) + 1 for gram in kept})
            count += len(kept)
        data: list[float] = []
        indices: list[int] = []
        ends = [0]
        for row in zip(*kinds, strict=True):
            for number, held in enumerate(row):
                known = [gram for gram in held if gram in columns[number]]
                weighed = [rare[number][gram] if number < 2 else 1.0 for gram in known]
                length = sqrt(sum(value * value for value in weighed)) if number < 2 else 1.0
                data += [value / length for value in weighed]
                indices += [columns[number][gram] for gram in known]
            ends.append(len(data))
        rows = csr_matrix((np.array(data), np.array(indices), np.array(ends)), shape=(len(passages), count))
        return cls(rows, (columns[0], columns[1], columns[2]), (rare[0], rare[1]))

    def learned(self, weights: NDArray[np.float64], bias: float) -> Learned:
        words, parts = (
            {gram: (rare[gram], round(rare[gram] * float(weights[place]), 5)) for gram, place in columns.items()}
            for columns, rare in zip(self.columns[:2], self.rare, strict=True)
        )
        return Learned(words, parts, {name: float(weights[place]) for name, place in self.columns[2].items()}, bias)


def _one(patterns: Patterns, text: str) -> tuple[list[Passage], list[Sign]]:
    reading = read(text)
    return passages(reading), patterns.signs(reading)


def _families(part: Passage, signs: Sequence[Sign]) -> set[str]:
    """The mere signs in a passage. Sure ones decide alone; with them here, the words would learn nothing from them."""
    return {sign.family for sign in signs if not sign.sure and part.first <= sign.sentence <= part.last}


def _words(text: str) -> set[str]:
    """The words of a passage and each two that stand together."""
    words = text.split()
    return {*words, *(f"{one} {two}" for one, two in pairwise(words))}


def _parts(text: str) -> set[str]:
    """All that stands together in a word, two to five letters of it; a space shows where it begins and ends."""
    parts: set[str] = set()
    for word in set(text.split()):
        padded = f" {word} "
        for size in range(2, _LONGEST_PART + 1):
            parts.update(padded[at : at + size] for at in range(max(1, len(padded) - size + 1)))
    return parts


def _sum(known: dict[str, tuple[float, float]], grams: set[str]) -> float:
    length = says = 0.0
    for gram in grams:
        pair = known.get(gram)
        if pair is not None:
            length += pair[0] * pair[0]
            says += pair[1]
    return says / sqrt(length) if length else 0.0
