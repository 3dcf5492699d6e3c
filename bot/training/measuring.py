"""Makes the figures of a version of what its model made of the test sets, and of what its classifier tells."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from bot.nlu.evaluation.measuring import accuracy, macro_f1, scores
from bot.nlu.evaluation.outcome import Outcome
from bot.nlu.evaluation.report import report_of
from bot.training.measured import Figures

_OUT_OF_FOLD = "components/*IntentClassifier*/out_of_fold.json"


def figures_of(
    sets: Mapping[str, Sequence[Outcome]], *, cross: Mapping[str, Any] | None, seconds: float | None
) -> Figures:
    """The figures; ``sets`` are the test sets in their order by name, each with one message at least."""
    first = next(iter(sets.values()))
    report = report_of(first).to_json()
    for confusion in report["confusions"]:
        del confusion["texts"]
    return Figures(
        report=report,
        sets={name: _set(outcomes) for name, outcomes in sets.items()},
        tests=_digest(sets),
        cross=cross,
        seconds=seconds,
    )


def _digest(sets: Mapping[str, Sequence[Outcome]]) -> str:
    """The same for the same messages with the same intents, in sets of the same names; 16 hex digits."""
    told = {name: [(one.text, one.intent) for one in outcomes] for name, outcomes in sets.items()}
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def cross_of(model: Path) -> dict[str, Any] | None:
    """The classifier's cross-validation: each example as it was said by one that had not seen it.

    None where the model holds nothing of the kind.
    """
    try:
        told = out_of_fold_in(model)
        return None if told is None else cross_figures(list(zip(told["right"], told["said"], strict=True)))
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, KeyError, TypeError):
        return None


def out_of_fold_in(model: Path) -> dict[str, Any] | None:
    """What the classifier keeps of its cross-validation: "texts", "right" and "said" of each example.

    None where the model holds nothing of the kind. Raises OSError, EOFError, TarError, zlib.error and ValueError for
    what is no model.
    """
    with tarfile.open(model) as archive:
        for entry in archive:
            if fnmatch(entry.name.removeprefix("./"), _OUT_OF_FOLD):
                file = archive.extractfile(entry)
                told: dict[str, Any] = json.load(file) if file is not None else {}
                return told
    return None


def cross_figures(pairs: Sequence[tuple[str, str]]) -> dict[str, Any] | None:
    """Accuracy, macro-F1, the intents and the confusions of (right, said) pairs; None without any."""
    if not pairs:
        return None
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    ordered = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    return {
        **_few(pairs),
        "confusions": [{"intent": right, "predicted": said, "count": count} for (right, said), count in ordered],
    }


def _set(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {"n": len(outcomes), **_few([(one.intent, one.best) for one in outcomes])}


def _few(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    by_intent = scores(pairs)
    return {
        "accuracy": accuracy(pairs),
        "macro_f1": macro_f1(by_intent),
        "per_intent": {name: asdict(each) for name, each in by_intent.items()},
    }
