"""The figures of a version: how well it did on the messages it was measured with, as they are kept beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class IntentFigures:
    """How one intent fared: shares from 0 to 1, and ``support``, how many messages have it."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, kw_only=True)
class Recall:
    """How many of the messages of an intent were found, over all test sets."""

    hits: int
    support: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where there were none."""
        return self.hits / self.support if self.support else 0.0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured of one model.

    ``report`` is what `bot.nlu.evaluation.report.Report.to_json` gives for the first test set, without the texts; None
    while the version is not measured. ``sets`` has the same few figures of each test set by its name, the first among
    them; ``tests`` is a digest of all their messages: figures of other ones can't be weighed against these. ``cross``
    is the classifier's cross-validation on its examples (accuracy, macro_f1, per_intent, confusions), None where the
    model does not tell. ``seconds`` is how long the training took; None where nobody took the time.
    """

    report: Mapping[str, Any] | None = None
    sets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tests: str | None = None
    cross: Mapping[str, Any] | None = None
    seconds: float | None = None

    @property
    def measured(self) -> bool:
        """Whether there is anything but ``seconds`` and ``cross``."""
        return self.report is not None

    @property
    def accuracy(self) -> float | None:
        """The share of the first test set that is right, from 0 to 1."""
        return None if self.report is None else float(self.report["accuracy"])

    @property
    def macro_f1(self) -> float | None:
        """Macro-F1 on the first test set, from 0 to 1."""
        return None if self.report is None else float(self.report["macro_f1"])

    @property
    def macro_f1_interval(self) -> tuple[float, float] | None:
        """Its 95 % interval."""
        if self.report is None:
            return None
        low, high = self.report["macro_f1_interval"]
        return float(low), float(high)

    @property
    def per_intent(self) -> dict[str, IntentFigures]:
        """Each intent of the first test set, by name."""
        return intent_figures(self.report["per_intent"]) if self.report is not None else {}

    @property
    def cross_per_intent(self) -> dict[str, IntentFigures]:
        """Each intent in cross-validation, by name; empty where there was none."""
        return intent_figures(self.cross["per_intent"]) if self.cross is not None else {}

    def recall(self, intent: str) -> Recall:
        """How many messages of an intent were found over all test sets: what the gate guards."""
        found = [each for one in self.sets.values() for name, each in one["per_intent"].items() if name == intent]
        return Recall(
            hits=sum(round(each["recall"] * each["support"]) for each in found),
            support=sum(int(each["support"]) for each in found),
        )

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "report": None if self.report is None else dict(self.report),
            "sets": {name: dict(each) for name, each in self.sets.items()},
            "tests": self.tests,
            "cross": None if self.cross is None else dict(self.cross),
            "seconds": self.seconds,
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Figures:
        """Read what `to_json` made."""
        return cls(
            report=raw.get("report"),
            sets=raw.get("sets") or {},
            tests=raw.get("tests"),
            cross=raw.get("cross"),
            seconds=raw.get("seconds"),
        )

    @classmethod
    def read(cls, written: str) -> Figures:
        """Read what `written` gave."""
        return cls.of(json.loads(written))

    def written(self) -> str:
        """As it is kept."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))


def intent_figures(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, IntentFigures]:
    """The intents' figures of a report's JSON."""
    return {
        name: IntentFigures(
            precision=float(each["precision"]),
            recall=float(each["recall"]),
            f1=float(each["f1"]),
            support=int(each["support"]),
        )
        for name, each in raw.items()
    }
