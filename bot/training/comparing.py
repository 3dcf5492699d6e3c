"""A new version beside another one: what got better and worse, and what of the data is not the same."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.nlu.evaluation.outcome import NOTHING, Outcome
from bot.training.marks import apart
from bot.training.measured import Figures, IntentFigures
from bot.training.recent import DAYS, Recent
from bot.training.snapshot import Data

MOST_CHANGED = 200  # messages of citizens that are told of
_DANGER = "akut_hjaelp"


def compared(
    other_id: int,
    *,
    figures: tuple[Figures, Figures],
    tests: tuple[Sequence[Outcome], Sequence[Outcome]],
    lately: tuple[Sequence[Outcome], Sequence[Outcome]],
    recent: Sequence[Recent],
    data: tuple[Data, Data],
) -> dict[str, Any]:
    """The comparison of a version with ``other_id`` as JSON; each pair is (the other one, the version).

    ``tests`` and ``lately`` are what the two made of the same messages, in the same order: of all test sets, and of
    ``recent``. Citizens' messages are named by their places, never by their words.
    """
    better, worse = turned(*tests)
    changed = [
        {"places": [list(place) for place in one.places], "n": one.n, "before": _said(before), "now": _said(now)}
        for one, before, now in zip(recent, *lately, strict=True)
        if answer(before) != answer(now)
    ]
    changed.sort(key=lambda one: -int(str(one["n"])))
    return {
        "with": other_id,
        "intents": _intents(figures[0].per_intent, figures[1].per_intent),
        "better": better,
        "worse": worse,
        "recent": {"days": DAYS, "n": len(recent), "total": len(changed), "changed": changed[:MOST_CHANGED]},
        "data": changed_data(*data),
        "figures": {"before": figures[0].to_json(), "now": figures[1].to_json()},
    }


def turned(before: Sequence[Outcome], now: Sequence[Outcome]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The messages of the test sets that only the second finds the right intent of, and those only the first does."""
    better: list[dict[str, str]] = []
    worse: list[dict[str, str]] = []
    for was, then in zip(before, now, strict=True):
        if was.right != then.right:
            told = {"text": then.text, "intent": then.intent, "before": was.best, "now": then.best}
            (better if then.right else worse).append(told)
    return better, worse


def outcome(one: Outcome) -> str:
    """What the assistant does with it: danger, answered, asked (»Mener du …?«) or fallback."""
    if one.answered:
        return "danger" if one.best == _DANGER else "answered"
    return "asked" if one.guesses else "fallback"


def answer(one: Outcome) -> tuple[str, ...]:
    """What is made of it. Two that are the same here are answered the same, but for responses and rules that differ.

    Those are told of by themselves (`changed_data`).
    """
    kind = outcome(one)
    if kind == "fallback":
        return (kind,)
    return (kind, *sorted(one.guesses)) if kind == "asked" else (kind, one.best)


def _said(one: Outcome) -> dict[str, Any]:
    intent = None if one.best == NOTHING else one.best
    return {"intent": intent, "confidence": round(one.confidence, 3), "outcome": outcome(one)}


def _intents(before: Mapping[str, IntentFigures], now: Mapping[str, IntentFigures]) -> list[dict[str, Any]]:
    return [
        {"intent": name, "before": _figures(before.get(name)), "now": _figures(now.get(name))}
        for name in sorted({*before, *now})
    ]


def _figures(one: IntentFigures | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"precision": one.precision, "recall": one.recall, "f1": one.f1, "support": one.support}


def changed_data(before: Data, now: Data) -> dict[str, Any]:
    """The examples that are new or gone, and the names of the responses and rules that are not the same."""
    were, are = examples_in(before), examples_in(now)
    return {
        "added": _listed(are - were),
        "removed": _listed(were - are),
        "responses": _differing(_responses(before), _responses(now)),
        "rules": _differing(_rules(before), _rules(now)),
    }


def examples_in(data: Data) -> Counter[tuple[str, str]]:
    """How often each (intent, example without its marks) stands in the data."""
    found: Counter[tuple[str, str]] = Counter()
    for file in _loaded(data, "data/nlu/"):
        for block in _list(file.get("nlu")):
            if isinstance(block, dict) and isinstance(block.get("intent"), str):
                found.update((block["intent"], text) for text in _texts(block.get("examples")))
    return found


def _texts(examples: Any) -> Iterable[str]:
    if isinstance(examples, str):
        raw = [line.strip()[1:].strip() for line in examples.splitlines() if line.strip().startswith("-")]
    else:
        raw = [str(one["text"]) for one in _list(examples) if isinstance(one, dict) and "text" in one]
    return (apart(each.strip())[0] for each in raw if each)


def _responses(data: Data) -> dict[str, Any]:
    (domain,) = _loaded(data, "domain.yml") or ({},)
    responses = domain.get("responses")
    return dict(responses) if isinstance(responses, dict) else {}


def _rules(data: Data) -> dict[str, Any]:
    """Each rule and story by its name."""
    found: dict[str, Any] = {}
    for file in _loaded(data, "data/stories/"):
        for kind in ("rule", "story"):
            for each in _list(file.get("rules" if kind == "rule" else "stories")):
                if isinstance(each, dict):
                    found[str(each.get(kind, ""))] = each
    return found


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def _listed(counted: Counter[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"intent": intent, "text": text} for intent, text in sorted(counted.elements())]


def _loaded(data: Data, place: str) -> list[dict[str, Any]]:
    """The files below ``place`` that are YAML: what is not was never trained of."""
    found = []
    for name, content in sorted(data.items()):
        if name.startswith(place):
            try:
                read = YAML(typ="safe").load(io.BytesIO(content))
            except YAMLError:
                continue
            if isinstance(read, dict):
                found.append(read)
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
