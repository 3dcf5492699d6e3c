"""The gate: when a new version may take the place of the one that runs, and what is said when it may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.training.gate import NOT_MEASURED, OTHER_NOT_MEASURED, OTHER_TESTS, GateRules, judge
from bot.training.measured import Figures

RULES = GateRules(macro_f1_may_fall=0.01, guarded={"akut_hjaelp": 0.0, "klage": 0.02})
TITLES = {"akut_hjaelp": "Akut hjælp", "klage": "Klage"}


def figures(macro_f1: float = 0.95, **recalls: tuple[int, int]) -> Figures:
    """Figures with this macro-F1 and, for each intent, how many of how many messages were found."""
    found = {
        name: (hits / n, n) for name, (hits, n) in ({"akut_hjaelp": (119, 119), "klage": (50, 50)} | recalls).items()
    }
    return of(macro_f1, found)


def of(macro_f1: float, recalls: Mapping[str, tuple[float, int]]) -> Figures:
    """As a version keeps them, in one test set."""
    per_intent = {
        name: {"precision": 1.0, "recall": recall, "f1": 1.0, "support": support}
        for name, (recall, support) in recalls.items()
    }
    report = {"accuracy": 0.9, "macro_f1": macro_f1, "macro_f1_interval": [0.9, 1.0], "per_intent": per_intent}
    return Figures(report=report, sets={"held_out": {"per_intent": per_intent}})


def said(before: Figures | None, now: Figures) -> list[str]:
    """What the gate says of a version, by the rules above."""
    return judge(before, now, RULES, title=lambda name: TITLES[name])


def test_a_version_that_is_as_good_passes() -> None:
    """Nothing fell, so nothing is said."""
    assert said(figures(), figures()) == []


def test_a_version_that_is_better_passes() -> None:
    """The gate looks at falls only."""
    assert said(figures(0.90, klage=(40, 50)), figures(0.97, klage=(50, 50))) == []


@pytest.mark.parametrize(("now", "passes"), [(0.95, True), (0.94, True), (0.9399, False), (0.5, False)])
def test_macro_f1_may_fall_as_far_as_the_rules_say_and_no_further(now: float, passes: bool) -> None:
    """From 0.95 by 0.01: to 0.94 and not below, whatever floating point makes of the difference."""
    assert (said(figures(0.95), figures(now)) == []) is passes


def test_a_fall_of_macro_f1_is_said_with_both_figures() -> None:
    """Whoever reads it sees from what to what, and what would do."""
    assert said(figures(0.95), figures(0.912)) == [
        "Den samlede træfsikkerhed (makro-F1) falder fra 95,0 % til 91,2 %. Den må højst falde 1 procentpoint."
    ]


def test_figures_of_different_tests_are_not_weighed_against_each_other() -> None:
    """However good they look: with other messages they say nothing of each other, so both are to be measured again."""
    old, new = replace(figures(0.9), tests="a"), replace(figures(0.97), tests="b")
    assert said(old, new) == [OTHER_TESTS] == said(figures(0.9), new)
    assert said(old, replace(new, tests="a")) == []


def test_one_cry_for_help_less_is_one_too_many() -> None:
    """`akut_hjaelp` is guarded without any tolerance, and is said with how many messages are meant."""
    assert said(figures(), figures(akut_hjaelp=(118, 119))) == [
        "»Akut hjælp« bliver fundet i 118 af 119 beskeder (99,2 %). "
        "Den version, der kører, finder 119 af 119 (100,0 %). Tallet må ikke falde."
    ]


@pytest.mark.parametrize(("hits", "passes"), [(50, True), (49, True), (48, False)])
def test_a_guarded_intent_may_fall_within_its_own_tolerance(hits: int, passes: bool) -> None:
    """`klage` by 0.02: one message of fifty."""
    assert (said(figures(), figures(klage=(hits, 50))) == []) is passes


def test_everything_that_fell_is_said_at_once() -> None:
    """Nobody mends one thing only to be told of the next."""
    assert len(said(figures(), figures(0.5, akut_hjaelp=(1, 119), klage=(1, 50)))) == 3


def test_an_intent_that_nobody_guards_may_fall() -> None:
    """Only what the municipality named holds a version back by itself."""
    before = figures(parkering=(10, 10))
    assert said(before, figures(parkering=(0, 10))) == []


def test_recall_is_counted_over_all_test_sets() -> None:
    """The cries for help lie in a set of their own."""
    one = figures()
    two = Figures(report=one.report, sets={**one.sets, "akut": {"per_intent": {"akut_hjaelp": {
        "precision": 1.0, "recall": 0.5, "f1": 0.6, "support": 100}}}})  # fmt: skip
    assert "169 af 219" in " ".join(said(figures(akut_hjaelp=(219, 219)), two))


def test_where_no_version_runs_any_measured_one_passes() -> None:
    """There is nothing to fall behind."""
    assert said(None, figures(0.1)) == []


@pytest.mark.parametrize("before", [None, figures()])
def test_a_version_nobody_measured_is_held_back(before: Figures | None) -> None:
    """Nobody knows whether it fell."""
    assert said(before, Figures()) == [NOT_MEASURED]


def test_a_running_version_nobody_measured_holds_the_new_one_back() -> None:
    """Nobody knows whether the new one fell behind it; and it is said which of the two to measure."""
    assert said(Figures(), figures()) == [OTHER_NOT_MEASURED]


def test_a_guarded_intent_that_is_measured_no_more_holds_it_back() -> None:
    """A test set that lost its cries for help must not open the gate."""
    now = of(0.95, {"klage": (1.0, 50)})
    assert said(figures(), now) == ["»Akut hjælp« er ikke målt i den nye version, så ingen ved, om den bliver fundet."]


def test_a_guarded_intent_that_no_set_ever_held_says_nothing() -> None:
    """What was never measured can't have fallen."""
    assert said(of(0.95, {}), of(0.95, {})) == []
