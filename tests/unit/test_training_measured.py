"""Rules of a version's figures, counted by hand."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.nlu.evaluation.outcome import Outcome
from bot.training.measured import Figures
from bot.training.measuring import cross_figures, cross_of, figures_of


def said(right: str, best: str) -> Outcome:
    return Outcome(text=f"{right} som {best}", intent=right, best=best, confidence=0.9)


# tak: 2 of 3 found, one taken for hej. hej: found, and said once too often.
HELD_OUT = [said("tak", "tak"), said("tak", "tak"), said("tak", "hej"), said("hej", "hej")]
ACUTE = [said("akut_hjaelp", "akut_hjaelp"), said("akut_hjaelp", "tak"), said("tak", "tak")]


def model_with(file: Path, name: str, content: str) -> Path:
    with tarfile.open(file, "w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content.encode())
        archive.addfile(entry, io.BytesIO(content.encode()))
    return file


def test_the_headline_is_of_the_first_test_set_and_each_set_has_its_own_figures() -> None:
    """The other sets are hard on purpose: one number over all of them would say little."""
    figures = figures_of({"held_out": HELD_OUT, "akut": ACUTE}, cross=None, seconds=61.5)

    assert figures.accuracy == 0.75
    assert figures.macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert figures.per_intent["tak"].recall == pytest.approx(2 / 3)
    assert figures.per_intent["hej"].precision == 0.5
    assert {name: (each["n"], each["accuracy"]) for name, each in figures.sets.items()} == {
        "held_out": (4, 0.75),
        "akut": (3, pytest.approx(2 / 3)),
    }


def test_what_the_gate_guards_is_found_over_all_test_sets() -> None:
    """Help in danger has a set of its own, and is not to be lost in either."""
    figures = figures_of({"held_out": HELD_OUT, "akut": ACUTE}, cross=None, seconds=None)

    assert (figures.recall("akut_hjaelp").hits, figures.recall("akut_hjaelp").support) == (1, 2)
    assert figures.recall("tak").share == pytest.approx(3 / 4)
    assert figures.recall("klage").share == 0.0


def test_figures_tell_whether_they_are_of_the_same_test() -> None:
    """Whatever a model said: another message, another right intent or another set makes another test."""
    sets = {"held_out": HELD_OUT, "akut": ACUTE}
    same = {**sets, "akut": [replace(one, best="hej") for one in ACUTE]}
    others = [
        {"held_out": HELD_OUT},
        {**sets, "akut": ACUTE[1:]},
        {**sets, "akut": [replace(ACUTE[0], text="hjælp"), *ACUTE[1:]]},
        {**sets, "akut": [replace(ACUTE[0], intent="tak"), *ACUTE[1:]]},
    ]
    tests, *rest = (figures_of(each, cross=None, seconds=None).tests for each in (sets, same, *others))
    assert rest[0] == tests
    assert tests not in rest[1:]


def test_figures_are_read_as_they_were_kept_and_hold_no_message() -> None:
    """They lie unsealed beside the version."""
    figures = figures_of({"held_out": HELD_OUT}, cross=cross_figures([("a", "a")]), seconds=1.0)

    assert Figures.read(figures.written()) == Figures.of(figures.to_json())
    assert Figures.read(figures.written()).macro_f1_interval == figures.macro_f1_interval
    assert "tak som hej" not in figures.written()


def test_a_version_nobody_has_measured_has_no_figures() -> None:
    """None is not nought."""
    figures = Figures()

    assert not figures.measured
    assert (figures.accuracy, figures.macro_f1, figures.macro_f1_interval, figures.per_intent) == (None, None, None, {})
    assert figures.recall("tak").support == 0


def test_cross_validation_counts_what_each_example_was_taken_for() -> None:
    """By a classifier that had not seen it."""
    told = cross_figures([("a", "a"), ("a", "b"), ("a", "b"), ("b", "b"), ("b", "a")])

    assert told is not None
    assert told["accuracy"] == 0.4
    assert told["per_intent"]["a"] == {"precision": 0.5, "recall": pytest.approx(1 / 3), "f1": 0.4, "support": 3}
    assert told["confusions"] == [
        {"intent": "a", "predicted": "b", "count": 2},
        {"intent": "b", "predicted": "a", "count": 1},
    ]
    assert cross_figures([]) is None


def test_cross_validation_is_read_from_the_model_and_is_none_where_it_does_not_tell(tmp_path: Path) -> None:
    """Models of before, and files that are no models, have none."""
    told = json.dumps({"texts": ["x", "y"], "right": ["a", "b"], "said": ["a", "a"]})
    place = "components/train_bot.nlu.classifier.IntentClassifier4/out_of_fold.json"

    found = cross_of(model_with(tmp_path / "with.tar.gz", place, told))

    assert found is not None
    assert found["accuracy"] == 0.5
    assert cross_of(model_with(tmp_path / "without.tar.gz", "metadata.json", "{}")) is None
    assert cross_of(model_with(tmp_path / "uneven.tar.gz", place, '{"right": ["a"], "said": []}')) is None
    assert cross_of(tmp_path / "missing.tar.gz") is None
    (tmp_path / "cut.tar.gz").write_bytes((tmp_path / "with.tar.gz").read_bytes()[:100])
    assert cross_of(tmp_path / "cut.tar.gz") is None
