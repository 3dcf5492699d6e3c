"""What decided what an assistant does, and what its rules are called: for whoever tries a version."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

RULE = "rule"
FALLBACK = "fallback"
_RULES = "RulePolicy"
_CERTAIN = 1.0  # a rule is; what that policy gives where none fits is less (Rasa's core_fallback_threshold)
_WORDS = {
    FALLBACK: "Ingen regel passede",
    "MemoizationPolicy": "Ingen regel, men en historie, den kender",
    "AugmentedMemoizationPolicy": "Ingen regel, men en historie, den kender",
    "TEDPolicy": "Ingen regel: Den gættede ud fra historierne",
    "UnexpecTEDIntentPolicy": "Ingen regel: Den ventede ikke den besked her",
}
_STORIES = "data/stories/"


def decided_by(policy: str | None, score: float) -> str | None:
    """What an action came of: `RULE`, `FALLBACK`, or the name of another policy of Rasa's; None: nothing decided.

    ``policy`` and ``score`` (0 to 1) are of Rasa's prediction.
    """
    name = (policy or "").rpartition("_")[2]  # some versions put "policy_0_" before it
    if not name or score <= 0:
        return None
    if name != _RULES:
        return name
    return RULE if score >= _CERTAIN else FALLBACK


def without_rule(by: str | None) -> str | None:
    """In Danish, what decided where no rule did (``by`` as `decided_by` has it); None where one did, or nothing."""
    return None if by in (None, RULE) else _WORDS.get(by or "", f"Ingen regel, men {by}")


def rule_names(data: Mapping[str, bytes]) -> dict[tuple[str, str], str]:
    """The rules' names by intent and action, of the files of a snapshot (`bot.training.snapshot.read`).

    The first of several wins. Files that can't be read have none.
    """
    names: dict[tuple[str, str], str] = {}
    for name, content in sorted(data.items()):
        if not name.startswith(_STORIES):
            continue
        try:
            written = YAML(typ="safe").load(io.BytesIO(content))
        except YAMLError:
            continue
        rules = written.get("rules") if isinstance(written, dict) else None
        for rule in rules if isinstance(rules, list) else ():
            for intent, action in _pairs(rule):
                names.setdefault((intent, action), str(rule.get("rule", "")))
    return names


def _pairs(rule: Any) -> list[tuple[str, str]]:
    """Each intent in a rule with the action that follows it."""
    steps = rule.get("steps") if isinstance(rule, dict) else None
    found, intents = [], []
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, dict):
            continue
        if "or" in step and isinstance(step["or"], list):
            intents = [str(one["intent"]) for one in step["or"] if isinstance(one, dict) and "intent" in one]
        elif "intent" in step:
            intents = [str(step["intent"])]
        elif "action" in step:
            found += [(intent, str(step["action"])) for intent in intents]
            intents = []
    return found
