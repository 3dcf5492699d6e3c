"""The measures of how well the assistant understands, against figures counted by hand and against scikit-learn."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from bot.nlu.evaluation.measuring import (
    accuracy,
    calibration,
    calibration_error,
    macro_f1,
    macro_f1_interval,
    scores,
    wilson_lower,
)

# (right, said): klage is found 2 of 3 times, svartid 1 of 2, tak never.
COUNTED = [
    ("klage", "klage"),
    ("klage", "klage"),
    ("klage", "svartid"),
    ("svartid", "svartid"),
    ("svartid", "klage"),
    ("tak", "svartid"),
]
NAMES = st.sampled_from(["klage", "svartid", "tak", "hilsen"])
PAIRS = st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=40)
JUDGED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def test_precision_recall_and_f1_are_as_counted_by_hand() -> None:
    """Of three heard as klage two are; of three heard as svartid one is; tak is never heard."""
    found = scores(COUNTED)

    klage, svartid, tak = found["klage"], found["svartid"], found["tak"]
    assert (klage.precision, klage.recall, klage.support) == (2 / 3, 2 / 3, 3)
    assert (svartid.precision, svartid.recall, svartid.support) == (1 / 3, 1 / 2, 2)
    assert (tak.precision, tak.recall, tak.f1, tak.support) == (0, 0, 0, 1)
    assert svartid.f1 == pytest.approx(0.4)
    assert macro_f1(found) == pytest.approx((2 / 3 + 0.4 + 0) / 3)
    assert accuracy(COUNTED) == 0.5


def test_an_intent_that_is_only_said_counts_in_the_mean() -> None:
    """Who invents an intent that is not in the set must not get a better figure by it."""
    found = scores([("klage", "klage"), ("klage", "tak")])

    assert found["tak"].support == 0
    assert macro_f1(found) == pytest.approx((2 / 3 + 0) / 2)


@given(PAIRS)
def test_the_measures_agree_with_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    """Anybody can check our figures with the tool that everybody uses."""
    right, said = zip(*pairs, strict=True)
    found = scores(pairs)
    names = list(found)

    theirs = precision_recall_fscore_support(right, said, labels=names, zero_division=0)

    ours = [[getattr(found[name], field) for name in names] for field in ("precision", "recall", "f1", "support")]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(list(other))
    assert macro_f1(found) == pytest.approx(
        precision_recall_fscore_support(right, said, average="macro", zero_division=0)[2]
    )
    assert accuracy(pairs) == pytest.approx(accuracy_score(right, said))


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_the_messages_changes_no_figure(pairs: list[tuple[str, str]], chance: random.Random) -> None:
    """A test set is a set."""
    other = list(pairs)
    chance.shuffle(other)

    assert scores(other) == scores(pairs)
    assert macro_f1(scores(other)) == macro_f1(scores(pairs))
    assert macro_f1_interval(other, seed=1, resamplings=50) == macro_f1_interval(pairs, seed=1, resamplings=50)


@given(PAIRS)
def test_every_share_lies_between_nothing_and_all(pairs: list[tuple[str, str]]) -> None:
    """A share is a share."""
    low, high = macro_f1_interval(pairs, seed=1, resamplings=50)

    assert 0 <= low <= high <= 1
    for each in scores(pairs).values():
        assert 0 <= each.precision <= 1 and 0 <= each.recall <= 1 and 0 <= each.f1 <= 1


@given(st.lists(NAMES, min_size=1, max_size=30))
def test_who_is_always_right_gets_full_marks(names: list[str]) -> None:
    """No resampling of right answers can be wrong."""
    pairs = [(name, name) for name in names]

    assert accuracy(pairs) == macro_f1(scores(pairs)) == 1
    assert macro_f1_interval(pairs, seed=1, resamplings=50) == (1, 1)


def test_the_interval_holds_the_figure_and_narrows_with_more_messages() -> None:
    """Ten times the messages leave about a third of the doubt: the square root of ten."""
    few, many = COUNTED * 10, COUNTED * 100
    figure = macro_f1(scores(few))

    low_few, high_few = macro_f1_interval(few, seed=1)
    low_many, high_many = macro_f1_interval(many, seed=1)

    assert low_few < figure < high_few
    assert low_many < figure < high_many
    assert (high_few - low_few) / (high_many - low_many) == pytest.approx(10**0.5, rel=0.2)


def test_the_interval_is_that_of_drawing_messages_one_by_one() -> None:
    """Drawing how often each cell comes up is a faster way to do the same."""
    chance = random.Random(1)
    pairs = COUNTED * 10
    drawn = sorted(macro_f1(scores(chance.choices(pairs, k=len(pairs)))) for _ in range(1_000))

    low, high = macro_f1_interval(pairs, seed=1)

    assert low == pytest.approx(drawn[25], abs=0.02)
    assert high == pytest.approx(drawn[974], abs=0.02)


def test_the_same_run_twice_gives_the_same_interval() -> None:
    """What is compared from one day to the next must not vary by the draw."""
    assert macro_f1_interval(COUNTED, seed=7) == macro_f1_interval(COUNTED, seed=7)


def test_calibration_is_as_counted_by_hand() -> None:
    """Two at 0.9 of which one is right, two at 0.3 of which none is: (2 × 0.4 + 2 × 0.3) / 4."""
    bins = calibration([(0.9, True), (0.9, False), (0.3, False), (0.3, False)], bins=10)

    assert [(each.n, each.accuracy) for each in bins] == [(2, 0.0), (2, 0.5)]
    assert [(each.low, each.high) for each in bins] == [(0.2, 0.3), (0.8, 0.9)]
    assert calibration_error(bins) == pytest.approx(0.35)


def test_a_model_that_is_as_often_right_as_it_says_has_next_to_no_error() -> None:
    """The error is of the model, not of the measure: with 40,000 messages only chance is left."""
    chance = random.Random(3)
    confidences = [chance.random() for _ in range(40_000)]

    error = calibration_error(calibration([(each, chance.random() < each) for each in confidences]))

    assert error < 0.015


@given(JUDGED, st.randoms(use_true_random=False))
def test_calibration_loses_no_message_and_knows_no_order(
    judged: list[tuple[float, bool]], chance: random.Random
) -> None:
    """0 and 1 have a bin too."""
    other = list(judged)
    chance.shuffle(other)
    bins = calibration(judged)

    assert sum(each.n for each in bins) == len(judged)
    assert all(each.low - 1e-9 <= each.confidence <= each.high + 1e-9 for each in bins)
    assert 0 <= calibration_error(bins) <= 1
    assert calibration(other) == bins


@pytest.mark.parametrize(("hits", "n", "lower"), [(0, 0, 0.0), (0, 10, 0.0), (10, 10, 0.7225), (81, 263, 0.2553)])
def test_wilsons_lower_bound_is_the_published_one(hits: int, n: int, lower: float) -> None:
    """81 of 263 is Newcombe's example (1998, table I, method 3)."""
    assert wilson_lower(hits, n) == pytest.approx(lower, abs=0.0001)
