"""The measures: plain arithmetic on what was right and what was said."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLINGS = 1_000
BINS = 15  # as many as Guo et al. (2017) use


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How one intent fared: shares from 0 to 1, and ``support``, how many messages have it."""

    precision: float
    recall: float
    f1: float
    support: int


def accuracy(pairs: Sequence[tuple[str, str]]) -> float:
    """The share of (right, said) pairs that agree; there must be one at least."""
    return sum(right == said for right, said in pairs) / len(pairs)


def scores(pairs: Iterable[tuple[str, str]]) -> dict[str, Scores]:
    """Precision, recall and F1 of each intent that is right or said somewhere, by name.

    A share of nothing is 0, as in scikit-learn with `zero_division=0`.
    """
    counts = Counter(pairs)
    supports: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for (right, answer), count in counts.items():
        supports[right] += count
        said[answer] += count
    found = {}
    for name in sorted({*supports, *said}):
        hits = counts[name, name]
        found[name] = Scores(
            precision=hits / said[name] if said[name] else 0.0,
            recall=hits / supports[name] if supports[name] else 0.0,
            f1=2 * hits / (said[name] + supports[name]),
            support=supports[name],
        )
    return found


def macro_f1(by_intent: Mapping[str, Scores]) -> float:
    """The mean of the intents' F1, each counting the same however many messages it has."""
    # fsum: the same to the last digit in whatever order the intents come
    return math.fsum(each.f1 for each in by_intent.values()) / len(by_intent)


def macro_f1_interval(
    pairs: Sequence[tuple[str, str]], *, seed: int, resamplings: int = RESAMPLINGS
) -> tuple[float, float]:
    """The 95 % interval of macro-F1 by the percentile bootstrap (Efron and Tibshirani 1993, chapter 13).

    The messages are drawn anew, with replacement, ``resamplings`` times. Drawing how often each (right, said) cell
    comes up is the same thing, and does not depend on the order of the messages. The same ``seed`` gives the same.
    """
    counts = Counter(pairs)
    cells = sorted(counts)
    names = sorted({name for cell in cells for name in cell})
    place = {name: number for number, name in enumerate(names)}
    right_of, said_of, hit_of = (np.zeros((len(cells), len(names))) for _ in range(3))
    for row, (right, said) in enumerate(cells):
        right_of[row, place[right]] = said_of[row, place[said]] = 1
        hit_of[row, place[right]] = right == said
    shares = np.array([counts[cell] for cell in cells]) / len(pairs)
    drawn = np.random.default_rng(seed).multinomial(len(pairs), shares, size=resamplings)
    both = drawn @ (right_of + said_of)
    f1 = np.divide(2 * (drawn @ hit_of), both, out=np.zeros_like(both), where=both > 0)
    means = f1.sum(axis=1) / (both > 0).sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Messages of like confidence, from above ``low`` up to and with ``high``: how many, how sure, how often right."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def calibration(judged: Iterable[tuple[float, bool]], *, bins: int = BINS) -> tuple[Bin, ...]:
    """The bins that hold something, of equal width over 0 to 1, from (confidence, whether it was right)."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        held.setdefault(min(max(math.ceil(confidence * bins) - 1, 0), bins - 1), []).append((confidence, right))
    return tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            n=len(inside),
            confidence=math.fsum(confidence for confidence, _ in inside) / len(inside),
            accuracy=sum(right for _, right in inside) / len(inside),
        )
        for number, inside in sorted(held.items())
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: how far confidence and accuracy lie apart, weighed by the bins' messages.

    Naeini, Cooper and Hauskrecht (AAAI 2015); Guo, Pleiss, Sun and Weinberger (ICML 2017), equation 3.
    """
    n = sum(each.n for each in bins)
    return math.fsum(each.n / n * abs(each.accuracy - each.confidence) for each in bins)


def wilson_lower(hits: int, n: int, *, z: float = 1.959964) -> float:
    """The lower end of Wilson's 95 % interval (1927) of a share: what ``hits`` of ``n`` still vouch for; 0 for none."""
    if n == 0:
        return 0.0
    share = hits / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (share + z * z / (2 * n) - spread) / (1 + z * z / n))
