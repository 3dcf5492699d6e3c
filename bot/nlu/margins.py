"""Linear classifiers, and how their margins become probabilities that keep what they promise. Knows nothing of Rasa."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax
from sklearn.svm import LinearSVC

Matrix: TypeAlias = Any  # rows of features, a dense array or a sparse matrix; scipy tells mypy no types
Margins = NDArray[np.float64]
# A tighter one takes half as long again and changes no answer.
_TOLERANCE = 1e-2


@dataclass(frozen=True)
class Linear:
    """One linear classifier against the rest for each class. ``weights``: (features, classes); ``bias``: (classes,)."""

    weights: NDArray[np.float32] = field(repr=False)
    bias: NDArray[np.float32] = field(repr=False)

    def margins(self, rows: Matrix) -> Margins:
        """How far each row is on each class's side, of shape (rows, classes)."""
        return np.asarray(rows @ self.weights + self.bias, dtype=np.float64)

    @classmethod
    def fit(cls, rows: Matrix, labels: NDArray[np.int64], classes: int, *, cost: float) -> Linear:
        """Learn it (Fan et al. 2008, LIBLINEAR). A class that has no row is on nobody's side: its margin is -1."""
        weights = np.zeros((rows.shape[1], classes), dtype=np.float32)
        bias = np.full(classes, -1.0, dtype=np.float32)
        present = np.unique(labels)
        if len(present) == 1:
            bias[present] = 1.0
            return cls(weights, bias)
        learned = LinearSVC(C=cost, tol=_TOLERANCE, random_state=0).fit(rows, labels)
        if len(present) == 2:  # one line between the two
            weights[:, present] = np.stack([-learned.coef_[0], learned.coef_[0]], axis=1)
            bias[present] = [-learned.intercept_[0], learned.intercept_[0]]
        else:
            weights[:, present] = learned.coef_.T
            bias[present] = learned.intercept_
        return cls(weights, bias)


def unit(vectors: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors around their centre, each of length one: raw ones all point nearly the same way."""
    moved = vectors - centre
    made: NDArray[np.float32] = moved / np.linalg.norm(moved, axis=1, keepdims=True).clip(min=1e-9)
    return made


def folds(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Which of ``count`` parts each row belongs to; each class is dealt out evenly, in the order it stands."""
    part = np.empty(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        np.random.default_rng(int(label)).shuffle(places)
        part[places] = (np.arange(len(places)) + label) % count
    return part


def out_of_fold(rows: Matrix, labels: NDArray[np.int64], classes: int, *, cost: float, count: int) -> Margins:
    """The margins of each row by a classifier that has not seen it, of shape (rows, classes)."""
    part = folds(labels, count)
    margins = np.full((len(labels), classes), -1.0)

    def fit(number: int) -> None:
        seen = part != number
        if seen.any() and not seen.all():
            margins[~seen] = Linear.fit(rows[seen], labels[seen], classes, cost=cost).margins(rows[~seen])

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # LIBLINEAR lets go of the interpreter while it reckons
        list(pool.map(fit, range(count)))
    return margins


def fit_scales(margins: Sequence[Margins], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """What to multiply each kind of margin by, so that the softmax of their sum is the likeliest.

    Temperature scaling (Guo et al. 2017, arXiv:1706.04599) with one temperature for each kind, fitted on margins
    of rows that were not learned from.
    """

    def loss(scales: NDArray[np.float64]) -> float:
        summed = sum(scale * margin for scale, margin in zip(scales, margins, strict=True))
        chosen = summed[np.arange(len(labels)), labels]
        return float(np.mean(logsumexp(summed, axis=1) - chosen)) + 1e-4 * float(np.sum(scales**2))

    found: Any = minimize(loss, np.full(len(margins), 2.0), method="L-BFGS-B", bounds=[(0.0, 20.0)] * len(margins))
    scales: NDArray[np.float64] = found.x
    return scales


def probabilities(margins: Sequence[Margins], scales: NDArray[np.float64], lean: NDArray[np.float64]) -> Margins:
    """Of shape (rows, classes). ``lean``: log-odds given to a class beforehand, because missing it costs more."""
    summed = sum(scale * margin for scale, margin in zip(scales, margins, strict=True))
    made: Margins = softmax(summed + lean, axis=1)
    return made
