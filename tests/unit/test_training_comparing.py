"""Rules of a new version beside the one that runs, counted by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.nlu.evaluation.outcome import NOTHING, Outcome
from bot.training.comparing import MOST_CHANGED, answer, changed_data, compared, examples_in, outcome, turned
from bot.training.measured import Figures
from bot.training.recent import Recent

NLU = """version: "3.1"
nlu:
# Om sager.
- intent: sagsstatus
  examples: |
    - hvor langt er min sag
    - hvad sker der med [byggetilladelsen](emne)
- intent: tak
  examples: |
    - tak
- synonym: byggesag
  examples: |
    - byggesagen
"""
DOMAIN = "responses:\n  utter_tak:\n  - text: Selv tak.\n  utter_hej:\n  - text: Hej.\n"
RULES = "rules:\n- rule: tak\n  steps:\n  - intent: tak\n  - action: utter_tak\n"


def said(text: str, right: str, best: str, **more: Any) -> Outcome:
    return Outcome(text=text, intent=right, best=best, **{"confidence": 0.9, **more})


def data(nlu: str = NLU, domain: str = DOMAIN, rules: str = RULES) -> dict[str, bytes]:
    files = {"data/nlu/sager.yml": nlu, "domain.yml": domain, "data/stories/regler.yml": rules}
    return {name: text.encode() for name, text in files.items()}


def test_better_is_what_only_the_new_version_finds_and_worse_what_only_the_other_did() -> None:
    """What both get right, and what both get wrong, is neither, even where they are wrong in different ways."""
    before = [said("a", "tak", "tak"), said("b", "tak", "hej"), said("c", "tak", "tak"), said("d", "tak", "hej")]
    now = [said("a", "tak", "tak"), said("b", "tak", "tak"), said("c", "tak", "hej"), said("d", "tak", "klage")]

    better, worse = turned(before, now)

    assert better == [{"text": "b", "intent": "tak", "before": "hej", "now": "tak"}]
    assert worse == [{"text": "c", "intent": "tak", "before": "tak", "now": "hej"}]


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (said("", "", "tak"), "answered"),
        (said("", "", "akut_hjaelp"), "danger"),
        (said("", "", "tak", answered=False, guesses=("tak", "hej")), "asked"),
        (said("", "", "tak", answered=False), "fallback"),
        (said("", "", NOTHING, answered=False), "fallback"),
    ],
)
def test_what_the_assistant_does_has_one_of_four_names(one: Outcome, kind: str) -> None:
    """The same four that are kept of each message a citizen writes."""
    assert outcome(one) == kind


def test_two_open_questions_are_the_same_answer_and_two_that_offer_the_same_choices() -> None:
    """A citizen who is asked to say it otherwise does not care what it was nearly taken for."""
    assert answer(said("", "", "tak", answered=False)) == answer(said("", "", "hej", answered=False))
    asked = [said("", "", best, answered=False, guesses=pair) for best, pair in (("a", ("a", "b")), ("b", ("b", "a")))]
    assert answer(asked[0]) == answer(asked[1])
    assert answer(said("", "", "tak")) != answer(said("", "", "hej"))
    assert answer(said("", "", "tak")) != answer(said("", "", "tak", answered=False))


def test_the_data_that_changed_are_told_by_what_they_say_and_not_by_where_they_stand() -> None:
    """A mark, a comment or another order is no other example."""
    moved = NLU.replace("# Om sager.\n", "").replace("[byggetilladelsen](emne)", "byggetilladelsen")
    changed = moved.replace("    - tak\n", "    - tak\n    - tusind tak\n").replace("    - hvor langt er min sag\n", "")

    assert changed_data(data(), data(moved)) == {"added": [], "removed": [], "responses": [], "rules": []}
    assert changed_data(data(), data(changed)) == {
        "added": [{"intent": "tak", "text": "tusind tak"}],
        "removed": [{"intent": "sagsstatus", "text": "hvor langt er min sag"}],
        "responses": [],
        "rules": [],
    }


def test_a_response_or_rule_that_is_new_gone_or_another_is_named() -> None:
    """By the names an engineer finds them by."""
    domain = DOMAIN.replace("Selv tak.", "Det var så lidt.").replace("utter_hej", "utter_goddag")
    rules = RULES.replace("rule: tak", "rule: tak igen")

    told = changed_data(data(), data(domain=domain, rules=rules))

    assert told["responses"] == ["utter_goddag", "utter_hej", "utter_tak"]
    assert told["rules"] == ["tak", "tak igen"]


def test_an_example_in_two_intents_that_leaves_one_of_them_is_removed_there() -> None:
    """Moving an example is one less here and one more there."""
    counted = examples_in(data())

    assert counted["sagsstatus", "hvad sker der med byggetilladelsen"] == 1
    assert sum(counted.values()) == 3, "synonyms are no examples"


def report(accuracy: float) -> dict[str, Any]:
    one = {"precision": accuracy, "recall": accuracy, "f1": accuracy, "support": 10}
    return {"accuracy": accuracy, "macro_f1": accuracy, "macro_f1_interval": [0.0, 1.0], "per_intent": {"tak": one}}


def whole(recent: list[Recent], before: list[Outcome], now: list[Outcome]) -> dict[str, Any]:
    return compared(
        3,
        figures=(Figures(report=report(0.5)), Figures(report=report(0.75))),
        tests=([], []),
        lately=(before, now),
        recent=recent,
        data=(data(), data()),
    )


def test_what_citizens_wrote_is_told_of_only_where_it_would_be_answered_otherwise() -> None:
    """The most frequent first; the rest is only counted."""
    recent = [Recent(text=f"besked {n}", n=n, places=((f"samtale {n}", 1),)) for n in (1, 5, 3)]
    before = [said(one.text, "", "tak") for one in recent]
    now = [said("", "", "hej"), said("", "", "tak", answered=False), said("", "", "tak", confidence=0.85)]

    told = whole(recent, before, now)["recent"]

    assert [one["n"] for one in told["changed"]] == [5, 1]
    assert (told["n"], told["total"], told["days"]) == (3, 2, 30)
    assert told["changed"][1]["before"] == {"intent": "tak", "confidence": 0.9, "outcome": "answered"}
    assert told["changed"][1]["now"] == {"intent": "hej", "confidence": 0.9, "outcome": "answered"}


def test_no_word_of_a_citizens_is_in_a_comparison() -> None:
    """It names the place of a message, so that nothing outlives the conversation that it was written in."""
    recent = [Recent(text="jeg hedder Anna og er ked af det", n=1, places=(("en samtale", 7),))]

    told = whole(recent, [said("jeg hedder Anna", "", "tak")], [said("jeg hedder Anna", "", "hej")])

    assert told["recent"]["changed"][0]["places"] == [["en samtale", 7]]
    assert "Anna" not in json.dumps(told, ensure_ascii=False)


def test_of_very_many_changed_messages_the_first_are_told_and_all_are_counted() -> None:
    """A list nobody reads to its end helps nobody."""
    many = MOST_CHANGED + 20
    recent = [Recent(text=str(n), n=1, places=((str(n), 1),)) for n in range(many)]

    told = whole(recent, [said("", "", "tak")] * many, [said("", "", "hej")] * many)["recent"]

    assert len(told["changed"]) == MOST_CHANGED
    assert told["total"] == many


def test_an_intent_that_only_one_version_knows_stands_beside_nothing() -> None:
    """A new intent has no figures before; a deleted one none now."""
    told = compared(
        1,
        figures=(Figures(report=report(0.5)), Figures(report={**report(0.5), "per_intent": {}})),
        tests=([], []),
        lately=([], []),
        recent=[],
        data=({}, {}),
    )

    assert told["intents"][0]["intent"] == "tak"
    assert told["intents"][0]["before"]["support"] == 10
    assert told["intents"][0]["now"] is None
