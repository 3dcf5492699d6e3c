"""What is learned of danger: how much a sentence, two, or a short message sounds like the cries among the examples."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.nlu.danger.counting import Grams, parts_of, words_of
from bot.nlu.danger.patterns import Patterns, Sign
from bot.nlu.danger.reading import Reading, read

_SHORT = 3  # a message of at most so many sentences is also read as a whole
_COST = 8.0
_CRY_WEIGHS = 3.0  # one cry among the examples weighs as much as three others: there are eight times as many of those
_TOLERANCE = 1e-2  # a tighter one takes longer and changes no answer
_DIGITS = 3  # of what is kept


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
    """The passage of a message that sounds most like a cry; ``margin`` is the log-odds that it is one.

    The best of many sounds like a cry by mere chance the oftener, the more there are: their number is taken off.
    """

    passage: Passage
    margin: float


@dataclass(frozen=True)
class Learned:
    """A logistic regression over words, parts of words and the mere signs of `patterns.yml`.

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
        return Judged(nearest, margin - log(len(read_as)))

    def _margin(self, part: Passage, signs: Sequence[Sign]) -> float:
        known = sum(self.families.get(family, 0.0) for family in _families(part, signs))
        held = {gram for word in set(part.text.split()) for gram in parts_of(word)}
        return self.bias + _sum(self.words, words_of(part.text)) + _sum(self.parts, held) + known

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
        told = [(part, signs) for parts, signs in cry + calm for part in parts]
        words = Grams.of_words([part.text for part, _ in told])
        parts_ = Grams.of_parts([part.text for part, _ in told])
        names, families = _signs(told)
        rows = hstack([words.rows, parts_.rows, families], format="csr")
        ends = np.cumsum([len(parts) for parts, _ in cry])
        starts = np.concatenate([[0], ends[:-1]])
        ordinary = np.arange(ends[-1], rows.shape[0])
        whole = [int(end) - 1 for (parts, _), end in zip(cry, ends, strict=True) if parts[-1].first == 0]
        found: list[int] = [] if whole else [int(start) for start in starts]
        for _ in range(2):
            chosen = np.concatenate([ordinary, np.array(whole + found, dtype=np.int64)])
            labels = np.concatenate([np.zeros(len(ordinary)), np.ones(len(whole) + len(found))])
            # From the other side (dual) it is learned faster, and chance plays a part in it.
            model = LogisticRegression(
                C=_COST,
                solver="liblinear",
                dual=True,
                class_weight={0: 1.0, 1: _CRY_WEIGHS},
                tol=_TOLERANCE,
                random_state=0,
            ).fit(rows[chosen], labels)
            margins = rows @ model.coef_[0]
            found = [int(start + np.argmax(margins[start:end])) for start, end in zip(starts, ends, strict=True)]
        says = model.coef_[0]
        first, second = len(words.names), len(words.names) + len(parts_.names)
        return cls(
            _weighed(words, says[:first]),
            _weighed(parts_, says[first:second]),
            {name: round(float(weight), _DIGITS) for name, weight in zip(names, says[second:], strict=True)},
            round(float(model.intercept_[0]), _DIGITS),
        )

    def write(self, folder: Path) -> None:
        """Keep it as JSON, in which nothing can be run."""
        told = {
            "words": _columns(self.words),
            "parts": _columns(self.parts),
            "families": self.families,
            "bias": self.bias,
        }
        (folder / "danger.json").write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Learned:
        """What `write` kept."""
        told = json.loads((folder / "danger.json").read_text(encoding="utf-8"))
        words, parts = (
            dict(zip(kind["grams"], zip(kind["rare"], kind["says"], strict=True), strict=True))
            for kind in (told["words"], told["parts"])
        )
        return cls(words, parts, told["families"], told["bias"])


def _columns(known: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """Like beside like: in a package that is compressed it takes half as much as pair by pair."""
    return {
        "grams": list(known),
        "rare": [rare for rare, _ in known.values()],
        "says": [says for _, says in known.values()],
    }


def _weighed(grams: Grams, says: NDArray[np.float64]) -> dict[str, tuple[float, float]]:
    return {
        name: (round(float(rare), _DIGITS), round(float(rare * weight), _DIGITS))
        for name, rare, weight in sorted(zip(grams.names, grams.rare, says, strict=True))
    }


def _one(patterns: Patterns, text: str) -> tuple[list[Passage], list[Sign]]:
    reading = read(text)
    return passages(reading), patterns.signs(reading, sure=False)


def _signs(told: Sequence[tuple[Passage, Sequence[Sign]]]) -> tuple[list[str], csr_matrix]:
    """The families with mere signs in any passage, and which passage has which."""
    held = [_families(part, signs) for part, signs in told]
    names = sorted({name for families in held for name in families})
    rows = csr_matrix([[float(name in families) for name in names] for families in held], shape=(len(held), len(names)))
    return names, rows


def _families(part: Passage, signs: Sequence[Sign]) -> set[str]:
    """The mere signs in a passage. Sure ones are weighed apart; here, the words would learn nothing beside them."""
    return {sign.family for sign in signs if not sign.sure and part.first <= sign.sentence <= part.last}


def _sum(known: dict[str, tuple[float, float]], grams: set[str]) -> float:
    length = says = 0.0
    for gram in grams:
        pair = known.get(gram)
        if pair is not None:
            length += pair[0] * pair[0]
            says += pair[1]
    return says / sqrt(length) if length else 0.0
