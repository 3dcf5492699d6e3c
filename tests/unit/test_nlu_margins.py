"""Linear classifiers, and whether their probabilities keep what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.sparse import csr_matrix

from bot.nlu.margins import Linear, fit_scales, folds, out_of_fold, probabilities, unit

# Three heaps around three corners.
CORNERS = np.array([[4.0, 0.0], [0.0, 4.0], [-4.0, -4.0]])
LABELS = np.repeat(np.arange(3), 12)
ROWS = (CORNERS[LABELS] + np.random.default_rng(1).normal(size=(36, 2))).astype(np.float32)


@pytest.mark.parametrize("sparse", [False, True])
def test_what_lies_in_a_heap_belongs_to_it(sparse: bool) -> None:
    """It learns from dense rows and from sparse ones alike."""
    rows = csr_matrix(ROWS) if sparse else ROWS
    margins = Linear.fit(rows, LABELS, 3, cost=1.0).margins(rows)

    assert margins.shape == (36, 3)
    assert (margins.argmax(axis=1) == LABELS).all()


@pytest.mark.parametrize("present", [[0], [1, 2], [0, 2, 3]])
def test_a_class_without_a_row_wins_nothing(present: list[int]) -> None:
    """One fold may lack an intent altogether; then it is nobody's, whether one, two or more are left."""
    labels = np.repeat(present, 8)
    rows = np.eye(4, dtype=np.float32)[labels]
    margins = Linear.fit(rows, labels, 4, cost=10.0).margins(rows)

    absent = [label for label in range(4) if label not in present]
    assert (margins.argmax(axis=1) == labels).all()
    assert (margins[:, absent] == -1.0).all()


def test_unit_vectors_lie_around_their_centre() -> None:
    """Each is of length one, and the one that is the centre itself is no division by zero."""
    made = unit(np.array([[3.0, 4.0], [1.0, 1.0], [1.0, -9.0]], dtype=np.float32), np.ones(2, dtype=np.float32))

    assert np.linalg.norm(made, axis=1) == pytest.approx([1.0, 0.0, 1.0])
    assert made[2] == pytest.approx([0.0, -1.0])


@pytest.mark.parametrize("count", [2, 3, 5])
def test_each_class_is_dealt_out_evenly(count: int) -> None:
    """No part has two more of a class than another, and every row is in one part."""
    labels = np.array([0] * 11 + [1] * 4 + [2])
    part = folds(labels, count)

    assert set(part) <= set(range(count))
    for label in range(3):
        sizes = np.bincount(part[labels == label], minlength=count)
        assert sizes.sum() == (labels == label).sum()
        assert sizes.max() - sizes.min() <= 1


def test_the_same_rows_are_dealt_out_the_same_way() -> None:
    """A model trained again of the same data is the same."""
    assert (folds(LABELS, 3) == folds(LABELS, 3)).all()


def test_a_row_is_judged_by_a_classifier_that_has_not_seen_it() -> None:
    """Each row is known by a mark of its own alone: who has seen it is right, and who has not can't be."""
    labels = np.arange(40) % 2
    rows = np.eye(40, dtype=np.float32)

    seen = Linear.fit(rows, labels, 2, cost=10.0).margins(rows)
    unseen = out_of_fold(rows, labels, 2, cost=10.0, count=4)

    assert (seen.argmax(axis=1) == labels).all()
    assert np.ptp(unseen, axis=0) == pytest.approx([0.0, 0.0], abs=0.5)


@pytest.mark.parametrize("count", [2, 5])
def test_a_row_is_judged_by_what_is_like_it(count: int) -> None:
    """Who has not seen a row knows the others of its heap."""
    made = out_of_fold(ROWS, LABELS, 3, cost=1.0, count=count)

    assert (made.argmax(axis=1) == LABELS).all()


def test_one_row_alone_has_no_margin_and_is_no_error() -> None:
    """There is nobody who has not seen it."""
    made = out_of_fold(np.ones((1, 2), dtype=np.float32), np.array([0]), 1, cost=1.0, count=2)

    assert made.tolist() == [[-1.0]]


MARGINS = arrays.arrays(np.float64, (4, 5), elements=st.floats(-50, 50))


@given(MARGINS, MARGINS, st.floats(0, 20), st.floats(0, 20))
@settings(max_examples=60, deadline=None)
def test_probabilities_sum_to_one(one: np.ndarray, other: np.ndarray, first: float, second: float) -> None:
    """Whatever the margins are, and however they weigh."""
    made = probabilities([one, other], np.array([first, second]), np.zeros(5))

    assert made.sum(axis=1) == pytest.approx(np.ones(4))
    assert ((made >= 0) & (made <= 1)).all()


@given(arrays.arrays(np.float64, (1, 5), elements=st.floats(-5, 5)), st.integers(0, 4), st.floats(0.1, 3))
@settings(max_examples=60, deadline=None)
def test_calibration_keeps_the_order_and_grows_with_the_margin(margins: np.ndarray, label: int, more: float) -> None:
    """A wider margin is a greater probability, and the class with the widest has the greatest."""
    scales, lean = np.array([1.7]), np.zeros(5)
    before = probabilities([margins], scales, lean)[0]
    wider = margins.copy()
    wider[0, label] += more

    assert probabilities([wider], scales, lean)[0, label] > before[label]
    assert before[margins[0].argmax()] == before.max()


def test_a_lean_lifts_its_own_class() -> None:
    """What it costs more to miss needs less to be believed; log-odds of one are e to one."""
    margins, scales = [np.zeros((1, 2))], np.array([1.0])
    made = probabilities(margins, scales, np.array([1.0, 0.0]))[0]

    assert made[0] / made[1] == pytest.approx(np.e)


def test_margins_that_are_often_wrong_make_less_sure() -> None:
    """The scale is fitted on what came out: the same margins are worth less where every third was wrong."""
    margins = np.tile([[1.0, -1.0]], (60, 1))
    right = np.zeros(60, dtype=np.int64)
    right[0] = 1
    doubtful = right.copy()
    doubtful[:20] = 1

    def sure(labels: np.ndarray) -> float:
        return float(probabilities([margins], fit_scales([margins], labels), np.zeros(2))[0, 0])

    assert sure(doubtful) == pytest.approx(40 / 60, abs=0.02)
    assert sure(right) == pytest.approx(59 / 60, abs=0.02)


def test_of_two_kinds_of_margin_the_one_that_knows_weighs_more() -> None:
    """One is of use, the other is chance: what is told by chance must not drown the rest."""
    chance = np.random.default_rng(2)
    labels = chance.integers(0, 3, 300)
    knows = np.eye(3)[labels] + chance.normal(scale=0.5, size=(300, 3))
    scales = fit_scales([knows, chance.normal(size=(300, 3))], labels)

    assert scales[0] > 10 * abs(scales[1])
