"""What each threshold would mean, counted on a calibration set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.nlu.evaluation.measuring import wilson_lower
from bot.nlu.evaluation.outcome import Outcome

PRECISION = 0.98
HOLDING = 0.75


@dataclass(frozen=True, kw_only=True)
class Sure:
    """Answer from ``threshold`` up: the share answered, how often it is right, and what of that is vouched for."""

    threshold: float
    n: int
    coverage: float
    precision: float | None
    vouched: float


@dataclass(frozen=True, kw_only=True)
class HalfSure:
    """Ask »Mener du …?« from ``threshold`` up to where the assistant is sure: the share asked, and how often the right
    intent is among the two best.
    """

    threshold: float
    n: int
    share: float
    holding: float | None


def sure_at(outcomes: Sequence[Outcome], threshold: float) -> Sure:
    """What answering from ``threshold`` up would mean."""
    those = [one for one in outcomes if one.confidence >= threshold]
    hits = sum(one.right for one in those)
    return Sure(
        threshold=threshold,
        n=len(those),
        coverage=len(those) / len(outcomes),
        precision=hits / len(those) if those else None,
        vouched=wilson_lower(hits, len(those)),
    )


def half_sure_at(outcomes: Sequence[Outcome], threshold: float, *, sure: float) -> HalfSure:
    """What asking from ``threshold`` up to ``sure`` would mean."""
    those = [one for one in outcomes if threshold <= one.confidence < sure]
    holding = sum(one.intent in (one.best, one.second) for one in those)
    return HalfSure(
        threshold=threshold,
        n=len(those),
        share=len(those) / len(outcomes),
        holding=holding / len(those) if those else None,
    )


def recommended_sure(candidates: Iterable[Sure]) -> Sure | None:
    """The lowest whose answers are right often enough (`PRECISION`); None when none is."""
    return min(
        (each for each in candidates if each.precision is not None and each.precision >= PRECISION),
        key=lambda each: each.threshold,
        default=None,
    )


def recommended_half_sure(candidates: Iterable[HalfSure]) -> HalfSure | None:
    """The lowest with the right intent among the two best often enough (`HOLDING`); None when none has."""
    return min(
        (each for each in candidates if each.holding is not None and each.holding >= HOLDING),
        key=lambda each: each.threshold,
        default=None,
    )
