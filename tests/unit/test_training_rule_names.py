"""What decided is told as what it was: a rule by its name only where a rule did."""

from __future__ import annotations

import pytest

from bot.training.rule_names import decided_by, rule_names, without_rule


@pytest.mark.parametrize(
    ("policy", "score", "by", "words"),
    [
        ("RulePolicy", 1.0, "rule", None),
        ("policy_0_RulePolicy", 1.0, "rule", None),
        ("RulePolicy", 0.3, "fallback", "Ingen regel passede"),
        ("MemoizationPolicy", 1.0, "MemoizationPolicy", "Ingen regel, men en historie, den kender"),
        ("TEDPolicy", 0.9, "TEDPolicy", "Ingen regel: Den gættede ud fra historierne"),
        ("OurOwnPolicy", 0.9, "OurOwnPolicy", "Ingen regel, men OurOwnPolicy"),
        ("RulePolicy", 0.0, None, None),
        (None, 0.0, None, None),
    ],
)
def test_what_decided_is_told(policy: str | None, score: float, by: str | None, words: str | None) -> None:
    """Rasa's policy of rules gives a fallback too, where no rule fits: that is no rule."""
    assert decided_by(policy, score) == by
    assert without_rule(by) == words


def test_a_rule_is_found_by_what_sets_it_off_and_what_it_does() -> None:
    """The first of several; what can't be read names none."""
    rules = b"""
rules:
  - rule: Hils
    steps:
      - or:
          - intent: hilsen
          - intent: godaften
      - action: action_hilsen
  - rule: Hils igen
    steps: [{intent: hilsen}, {action: action_hilsen}]
"""
    data = {"data/stories/a.yml": rules, "data/stories/b.yml": b"rules: [", "data/nlu/a.yml": rules}
    assert rule_names(data) == {("hilsen", "action_hilsen"): "Hils", ("godaften", "action_hilsen"): "Hils"}
