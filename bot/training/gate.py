"""The gate before a version runs: how far its figures may fall, by the municipality's own rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bot.training.measured import Figures

DANGER = "akut_hjaelp"
# What a citizen must never lose: help in danger; and a human, a complaint, the way to others but little.
GUARDED: Mapping[str, float] = MappingProxyType(
    {DANGER: 0.0, "tal_med_menneske": 0.02, "klage": 0.02, "uden_for_emne": 0.03}
)
_ROUNDING = 1e-9

NOT_MEASURED = "Versionen er ikke målt endnu. Mål den først."
OTHER_NOT_MEASURED = (
    "Den version, der kører, er ikke målt endnu, så de to kan ikke sammenlignes. Mål den, der kører, først."
)
OTHER_TESTS = (
    "Prøven er ændret, siden den ene af de to versioner blev målt, så de kan ikke sammenlignes. "
    "Mål både den her version og den, der kører."
)


@dataclass(frozen=True, kw_only=True)
class GateRules:
    """How far the figures of a new version may lie below those of the one that runs; shares from 0 to 1.

    ``guarded`` are the intents whose recall over all test sets may fall no further than this.
    """

    macro_f1_may_fall: float = 0.01
    guarded: Mapping[str, float] = field(default_factory=lambda: GUARDED)

    def to_json(self) -> dict[str, Any]:
        """As the page is told of them."""
        return {"macro_f1_may_fall": self.macro_f1_may_fall, "guarded": dict(self.guarded)}


def judge(
    before: Figures | None, now: Figures, rules: GateRules, *, title: Callable[[str], str] = lambda intent: intent
) -> list[str]:
    """Why a version with the figures ``now`` may not take the place of one with ``before``, with the figures.

    Danish sentences; none when it may. ``before`` is None when no version runs: nothing can fall then. What was not
    measured holds the version back, for nobody knows whether it fell. ``title`` says what an intent is called.
    """
    if now.macro_f1 is None:
        return [NOT_MEASURED]
    if before is None:
        return []
    if before.macro_f1 is None:
        return [OTHER_NOT_MEASURED]
    if before.tests != now.tests:
        return [OTHER_TESTS]
    reasons = []
    if before.macro_f1 - now.macro_f1 > rules.macro_f1_may_fall + _ROUNDING:
        reasons.append(
            f"Den samlede træfsikkerhed (makro-F1) falder fra {_percent(before.macro_f1)} "
            f"til {_percent(now.macro_f1)}. Den må {_at_most(rules.macro_f1_may_fall)}."
        )
    for intent, may_fall in rules.guarded.items():
        old, new = before.recall(intent), now.recall(intent)
        if not old.support:
            continue  # no message of it was there to be missed
        if not new.support:
            reasons.append(f"»{title(intent)}« er ikke målt i den nye version, så ingen ved, om den bliver fundet.")
        elif old.share - new.share > may_fall + _ROUNDING:
            reasons.append(
                f"»{title(intent)}« bliver fundet i {new.hits} af {new.support} beskeder ({_percent(new.share)}). "
                f"Den version, der kører, finder {old.hits} af {old.support} ({_percent(old.share)}). "
                f"Tallet må {_at_most(may_fall)}."
            )
    return reasons


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".", ",")


def _at_most(share: float) -> str:
    if not share:
        return "ikke falde"
    points = f"{share * 100:.1f}".removesuffix(".0").replace(".", ",")
    return f"højst falde {points} procentpoint"
