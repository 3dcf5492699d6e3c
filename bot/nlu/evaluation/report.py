"""Everything that is measured of one run of the model over its test sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bot.nlu.evaluation.measuring import (
    Bin,
    Scores,
    accuracy,
    calibration,
    calibration_error,
    macro_f1,
    macro_f1_interval,
    scores,
)
from bot.nlu.evaluation.outcome import OUT_OF_SCOPE, Outcome

_SEED = 2026


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What the assistant would act on, at the model's own thresholds: its share, and how often it is right."""

    n: int
    share: float
    precision: float | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """»Mener du …?«: how many messages get it, and how many of these have the right intent among the choices."""

    n: int
    share: float
    holding: int


@dataclass(frozen=True, kw_only=True)
class OutOfScope:
    """How `uden_for_emne` is told from the rest; None where the set holds nothing to measure it with.

    ``in_scope_taken`` is the share of other messages whose best intent it is; ``answered_as_something_else`` how many
    out-of-scope messages the assistant would act on as if they were something else: what a citizen really meets.
    """

    n: int
    precision: float | None
    recall: float | None
    in_scope_taken: float | None
    answered_as_something_else: int


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """Messages of ``intent`` that the model took for ``predicted``."""

    intent: str
    predicted: str
    texts: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.texts)


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One kind of message."""

    n: int
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class Milliseconds:
    """How long a message took; ``fast_p50`` and ``fast_share`` tell of those the fast path answered alone, if any."""

    p50: float
    p95: float
    fast_p50: float | None
    fast_share: float | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """The figures; shares from 0 to 1."""

    n: int
    accuracy: float
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    calibration: tuple[Bin, ...]
    calibration_error: float
    answered: Answered
    asked: Asked
    out_of_scope: OutOfScope
    per_intent: dict[str, Scores]
    confusions: tuple[Confusion, ...]
    slices: dict[str, Slice]
    milliseconds: Milliseconds
    known: int
    accuracy_without_known: float | None

    def to_json(self) -> dict[str, Any]:
        """The object that `borgerkontakt evaluate --json` prints."""
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "macro_f1_interval": list(self.macro_f1_interval),
            "calibration_error": self.calibration_error,
            "answered": asdict(self.answered),
            "asked": asdict(self.asked),
            "out_of_scope": asdict(self.out_of_scope),
            "per_intent": {name: asdict(each) for name, each in self.per_intent.items()},
            "confusions": [
                {"intent": one.intent, "predicted": one.predicted, "count": one.count, "texts": list(one.texts)}
                for one in self.confusions
            ],
            "slices": {name: asdict(each) for name, each in self.slices.items()},
            "milliseconds": asdict(self.milliseconds),
            "known_from_training": {"n": self.known, "accuracy_without": self.accuracy_without_known},
        }


def report_of(outcomes: Sequence[Outcome]) -> Report:
    """Measure; there must be one outcome at least."""
    pairs = [(one.intent, one.best) for one in outcomes]
    by_intent = scores(pairs)
    bins = calibration((one.confidence, one.right) for one in outcomes)
    unknown = [(one.intent, one.best) for one in outcomes if not one.known]
    return Report(
        n=len(outcomes),
        accuracy=accuracy(pairs),
        macro_f1=macro_f1(by_intent),
        macro_f1_interval=macro_f1_interval(pairs, seed=_SEED),
        calibration=bins,
        calibration_error=calibration_error(bins),
        answered=_answered(outcomes),
        asked=_asked(outcomes),
        out_of_scope=_out_of_scope(outcomes),
        per_intent=by_intent,
        confusions=_confusions(outcomes),
        slices=_slices(outcomes),
        milliseconds=milliseconds_of(outcomes),
        known=len(outcomes) - len(unknown),
        accuracy_without_known=accuracy(unknown) if unknown else None,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _answered(outcomes: Sequence[Outcome]) -> Answered:
    those = [one for one in outcomes if one.answered]
    return Answered(
        n=len(those), share=len(those) / len(outcomes), precision=_share(sum(one.right for one in those), len(those))
    )


def _asked(outcomes: Sequence[Outcome]) -> Asked:
    those = [one for one in outcomes if one.guesses]
    return Asked(
        n=len(those), share=len(those) / len(outcomes), holding=sum(one.intent in one.guesses for one in those)
    )


def _out_of_scope(outcomes: Sequence[Outcome]) -> OutOfScope:
    outside = [one for one in outcomes if one.intent == OUT_OF_SCOPE]
    said = [one for one in outcomes if one.best == OUT_OF_SCOPE]
    hits = sum(one.right for one in outside)
    return OutOfScope(
        n=len(outside),
        precision=_share(hits, len(said)),
        recall=_share(hits, len(outside)),
        in_scope_taken=_share(len(said) - hits, len(outcomes) - len(outside)),
        answered_as_something_else=sum(one.answered and not one.right for one in outside),
    )


def _confusions(outcomes: Sequence[Outcome]) -> tuple[Confusion, ...]:
    """The most frequent first."""
    texts: dict[tuple[str, str], list[str]] = {}
    for one in outcomes:
        if not one.right:
            texts.setdefault((one.intent, one.best), []).append(one.text)
    ordered = sorted(texts.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Confusion(intent=right, predicted=said, texts=tuple(those)) for (right, said), those in ordered)


def _slices(outcomes: Sequence[Outcome]) -> dict[str, Slice]:
    """The largest first."""
    rights: dict[str, list[bool]] = {}
    for one in outcomes:
        if one.slice is not None:
            rights.setdefault(one.slice, []).append(one.right)
    ordered = sorted(rights.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: Slice(n=len(those), accuracy=sum(those) / len(those)) for name, those in ordered}


def milliseconds_of(outcomes: Sequence[Outcome]) -> Milliseconds:
    """The median and the 95th percentile of all, and the median of what the fast path answered alone."""
    p50, p95 = np.percentile([one.milliseconds for one in outcomes], [50, 95])
    fast = [one.milliseconds for one in outcomes if one.path == "fast"]
    told = any(one.path is not None for one in outcomes)
    return Milliseconds(
        p50=float(p50),
        p95=float(p95),
        fast_p50=float(np.median(fast)) if fast else None,
        fast_share=len(fast) / len(outcomes) if told else None,
    )
