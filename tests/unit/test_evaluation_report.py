"""What is made of the model's answers: the report, its words, its page, and what thresholds would mean."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.evaluation.figures import counted, decimal, percent
from bot.nlu.evaluation.outcome import NOTHING, Outcome, outcome_of
from bot.nlu.evaluation.page import CELL, page_of, picture_of
from bot.nlu.evaluation.reading import Labelled
from bot.nlu.evaluation.report import Report, report_of
from bot.nlu.evaluation.telling import lines_of, shortfalls
from bot.nlu.evaluation.thresholds import half_sure_at, recommended_half_sure, recommended_sure, sure_at


def outcome(intent: str, best: str, **more: Any) -> Outcome:
    return Outcome(**{"text": f"{intent} som {best}", "intent": intent, "best": best, "confidence": 0.9, **more})


ASKED = {"answered": False, "guesses": ("tak", "klage")}
OUTCOMES = (
    outcome("klage", "klage", slice="kort", path="fast", milliseconds=1.0),
    outcome("klage", "tak", slice="kort", path="whole", milliseconds=9.0, **ASKED),
    outcome("klage", "uden_for_emne", slice="langt", path="whole", milliseconds=9.0),
    outcome("tak", "tak", path="fast", milliseconds=1.0, known=True),
    outcome("tak", "klage", path="fast", milliseconds=1.0, known=True),
    outcome("uden_for_emne", "uden_for_emne", path="fast", milliseconds=1.0),
    outcome("uden_for_emne", "klage", text="<b>hej</b>", path="fast", milliseconds=2.0),
    outcome("uden_for_emne", "klage", answered=False, path="fast", milliseconds=2.0),
    outcome("uden_for_emne", "tak", answered=False, guesses=("tak", "klage"), path="whole", milliseconds=30.0),
    outcome("hilsen", "hilsen", answered=False, confidence=0.2, path="fast", milliseconds=2.0),
)
REPORT = report_of(OUTCOMES)
NOW = datetime(2026, 1, 31, 23, 5, tzinfo=timezone.utc)


def page(report: Report = REPORT) -> str:
    return page_of(report, order=["tak", "klage"], model="m<1>.tar.gz", files=["<set>.jsonl"], now=NOW)


PARSED: Mapping[str, Any] = {
    "intent": {"name": "nlu_fallback", "confidence": 0.7},
    "intent_ranking": [
        {"name": "nlu_fallback", "confidence": 0.7},
        {"name": "svartid", "confidence": 0.4},
        {"name": "sagsstatus", "confidence": 0.3},
    ],
    "guesses": [{"intent": "svartid", "confidence": 0.4}, {"intent": "sagsstatus", "confidence": 0.3}],
    "path": "whole",
}
SAID = Labelled(text="og hvad så", intent="sagsstatus")


def test_the_best_intent_is_the_best_besides_not_knowing() -> None:
    """Whether the model would have known, and whether it dared, are two figures."""
    read = outcome_of(SAID, PARSED, milliseconds=2.0, known=False)

    assert (read.best, read.confidence, read.second, read.answered) == ("svartid", 0.4, "sagsstatus", False)
    assert read.guesses == ("svartid", "sagsstatus")
    assert read.path == "whole"


def test_what_a_rule_of_the_pipeline_puts_on_top_is_the_best() -> None:
    """Danger may be put above what is likelier; that is what the assistant acts on."""
    parsed = {**PARSED, "intent": {"name": "sagsstatus", "confidence": 0.3}}

    read = outcome_of(SAID, parsed, milliseconds=2.0, known=False)

    assert (read.best, read.confidence, read.second, read.answered) == ("sagsstatus", 0.3, "svartid", True)


@pytest.mark.parametrize("parsed", [{}, {"intent": {"name": None, "confidence": 0.0}, "intent_ranking": []}])
def test_a_model_that_says_nothing_has_answered_nothing(parsed: dict[str, Any]) -> None:
    """No intent at all is wrong, and not an error of the measuring."""
    read = outcome_of(SAID, parsed, milliseconds=2.0, known=False)

    assert (read.best, read.confidence, read.answered, read.right) == (NOTHING, 0.0, False, False)


def test_the_report_is_as_counted_by_hand() -> None:
    """Ten messages: four right; six answered, of which three are right; two asked about, one of them well."""
    assert (REPORT.n, REPORT.accuracy) == (10, 0.4)
    assert (REPORT.answered.n, REPORT.answered.share, REPORT.answered.precision) == (6, 0.6, 0.5)
    assert (REPORT.asked.n, REPORT.asked.share, REPORT.asked.holding) == (2, 0.2, 1)
    assert (REPORT.known, REPORT.accuracy_without_known) == (2, 3 / 8)
    assert {name: (each.n, each.accuracy) for name, each in REPORT.slices.items()} == {
        "kort": (2, 0.5),
        "langt": (1, 0.0),
    }


def test_out_of_scope_is_as_counted_by_hand() -> None:
    """One of four is found, one of two so called is one, one of six others is taken, one is answered as a complaint."""
    outside = REPORT.out_of_scope

    assert (outside.n, outside.recall, outside.precision, outside.in_scope_taken) == (4, 1 / 4, 1 / 2, 1 / 6)
    assert outside.answered_as_something_else == 1


def test_a_set_without_such_messages_measures_nothing_of_them() -> None:
    """Nothing of nothing is no share, and must not look like a bad one."""
    report = report_of([outcome("klage", "klage", answered=False)])

    assert report.answered.precision is None
    assert (report.out_of_scope.precision, report.out_of_scope.recall) == (None, None)
    assert report.out_of_scope.in_scope_taken == 0
    assert report_of([outcome("uden_for_emne", "tak")]).out_of_scope.in_scope_taken is None
    assert report_of([outcome("tak", "tak", known=True)]).accuracy_without_known is None


def test_the_fast_path_is_timed_apart() -> None:
    """What most messages take is told from what the few hard ones take."""
    took = REPORT.milliseconds

    assert (took.p50, took.fast_p50, took.fast_share) == (2.0, 1.0, 0.7)
    assert 9 < took.p95 <= 30
    assert report_of([outcome("tak", "tak")]).milliseconds.fast_share is None


def test_the_worst_confusion_stands_first_with_its_texts() -> None:
    """Who trains the assistant begins there."""
    first = REPORT.confusions[0]

    assert (first.intent, first.predicted, first.count) == ("uden_for_emne", "klage", 2)
    assert first.texts == ("<b>hej</b>", "uden_for_emne som klage")
    assert sum(one.count for one in REPORT.confusions) == 6


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_messages_changes_nothing(chance: random.Random) -> None:
    """Only the texts of a confusion keep the order of the file."""
    other = list(OUTCOMES)
    chance.shuffle(other)
    mixed = report_of(other)

    assert replace(mixed, confusions=()) == replace(REPORT, confusions=())
    assert [(one.intent, one.predicted, one.count) for one in mixed.confusions] == [
        (one.intent, one.predicted, one.count) for one in REPORT.confusions
    ]


def test_the_json_has_the_keys_that_others_read() -> None:
    """Programs of others hang on it."""
    told = json.loads(json.dumps(REPORT.to_json()))

    assert {"n", "accuracy", "macro_f1", "macro_f1_interval", "calibration_error", "answered", "per_intent"} <= {*told}
    assert {"confusions", "out_of_scope", "slices", "milliseconds"} <= {*told}
    assert {"share", "precision"} <= {*told["answered"]}
    assert {*told["per_intent"]["klage"]} == {"precision", "recall", "f1", "support"}
    assert {*told["confusions"][0]} == {"intent", "predicted", "count", "texts"}
    assert {"precision", "recall", "in_scope_taken", "answered_as_something_else"} <= {*told["out_of_scope"]}
    assert len(told["macro_f1_interval"]) == 2


def test_the_words_are_danish_and_name_every_figure() -> None:
    """A decimal comma, and what each figure is of."""
    said = "\n".join(lines_of(REPORT))

    assert "Rigtig hensigt              40,0 %   af 10 beskeder" in said
    assert "2 beskeder står ord for ord i træningsdata" in said
    assert "1 af 2 har den rigtige blandt de to valg" in said
    assert "uden_for_emne → klage" in said
    assert "Den hurtige vej             1,0 ms   70,0 % af beskederne nøjes med den" in said


def test_what_falls_short_is_said_and_what_does_not_is_not() -> None:
    """A build breaks on the figure that sank, and names it."""
    assert list(shortfalls(REPORT, accuracy=0.4, macro_f1=0.0)) == []
    assert list(shortfalls(REPORT, accuracy=0.41, macro_f1=1.0)) == [
        "Andelen af rigtige er 0,400. Den skal være mindst 0,410.",
        f"Makro-F1 er {decimal(REPORT.macro_f1)}. Den skal være mindst 1,000.",
    ]


def test_figures_are_written_as_danes_write_them() -> None:
    """A comma before decimals, a full stop between thousands, one besked and two beskeder."""
    assert (percent(0.9125), percent(None), decimal(0.5), decimal(None)) == ("91,2 %", "–", "0,500", "–")
    assert (counted(1, "besked", "beskeder"), counted(1204, "besked", "beskeder")) == ("1 besked", "1.204 beskeder")


def test_the_picture_keeps_the_order_given_and_holds_every_message() -> None:
    """Intents of a block stand beside each other, so that a confusion within it lies near the diagonal."""
    picture = picture_of(REPORT, order=["tak", "klage"])

    assert picture.names == ("tak", "klage", "hilsen", "uden_for_emne")
    assert sum(cell.count for cell in picture.cells) == REPORT.n
    on_diagonal = {cell.kind for cell in picture.cells if cell.x == cell.y}
    assert on_diagonal == {"right-1", "right-3"}
    assert all(0 <= cell.x < 4 * CELL and 0 <= cell.y < 4 * CELL for cell in picture.cells)
    assert all(cell.kind.startswith("wrong") for cell in picture.cells if cell.x != cell.y)


def test_an_intent_that_is_never_found_is_seen_in_the_picture() -> None:
    """An empty square on the diagonal would be overlooked."""
    picture = picture_of(report_of([outcome("tak", "klage")]), order=[])

    assert [(cell.kind, cell.count) for cell in picture.cells if cell.x == cell.y] == [("right-0", 0)]


def test_what_citizens_wrote_can_not_become_part_of_the_page() -> None:
    """Texts, names of files and of the model are shown, never carried out."""
    html = page()

    assert "<b>hej" not in html and "&lt;b&gt;hej&lt;/b&gt;" in html
    assert "m&lt;1&gt;.tar.gz" in html and "&lt;set&gt;.jsonl" in html


def test_the_page_needs_nothing_from_anywhere() -> None:
    """It may be mailed, and opened where there is no network."""
    html = page()

    for sign in ("<script", "http:", "https:", "src=", "url(", "<link", "@import", "onload"):
        assert sign not in html
    assert "1.2.2026 kl. 0.05" in html


def sureness(confidence: float, *, right: bool, second: str = "tak") -> Outcome:
    return outcome("klage", "klage" if right else "svartid", confidence=confidence, second=second)


def test_the_lowest_threshold_that_is_right_often_enough_is_recommended() -> None:
    """49 of 50 right from 0.6 up, and below it one wrong in ten: 0.6, with what Wilson's interval vouches for."""
    outcomes = [sureness(0.6 + each / 200, right=each != 25) for each in range(50)]
    outcomes += [sureness(0.5, right=each != 0) for each in range(10)]

    found = recommended_sure(sure_at(outcomes, each / 10) for each in range(1, 10))

    assert found is not None
    assert (found.threshold, found.n, found.coverage, found.precision) == (0.6, 50, 50 / 60, 0.98)
    assert found.vouched == pytest.approx(0.8950, abs=0.0001)


def test_no_threshold_is_recommended_when_none_is_good_enough() -> None:
    """A model that is wrong at its surest must not be told to answer."""
    outcomes = [sureness(0.95, right=False), sureness(0.5, right=True)]

    assert recommended_sure(sure_at(outcomes, each / 10) for each in range(1, 10)) is None
    assert sure_at(outcomes, 0.99).precision is None


def test_it_is_asked_about_where_the_right_one_is_among_two_in_three_of_four() -> None:
    """The second best counts; what is sure enough to answer, and what is below, does not."""
    outcomes = [
        sureness(0.9, right=False),
        *[sureness(0.5, right=True), sureness(0.5, right=False, second="klage"), sureness(0.4, right=True)],
        sureness(0.4, right=False),
        sureness(0.2, right=False),
    ]

    found = recommended_half_sure(half_sure_at(outcomes, each / 10, sure=0.8) for each in range(1, 8))

    assert found is not None
    assert (found.threshold, found.n, found.share, found.holding) == (0.3, 4, 4 / 6, 0.75)
