"""What the rules of an assistant are called, by what sets them off: for whoever tries a version."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_STORIES = "data/stories/"


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
