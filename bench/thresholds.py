"""Shows what each threshold of certainty would mean on a calibration set, and which two the figures speak for.

They are those of `bot.nlu.certainty.CertaintyClassifier` in config.yml: `threshold` is the lowest from which answers
are right in at least 98 of 100, `half_sure` the lowest from which the right intent is among the two best in at least
3 of 4 messages that are asked about. Choose on a calibration set, never on the held-out one.

    .venv/bin/python -m bench.thresholds tests/nlu/calibration.jsonl
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.errors import BorgerkontaktError
from bot.nlu.evaluation.measuring import calibration, calibration_error
from bot.nlu.evaluation.outcome import Outcome
from bot.nlu.evaluation.reading import read_sets
from bot.nlu.evaluation.running import intents_of, run_model
from bot.nlu.evaluation.thresholds import (
    HOLDING,
    PRECISION,
    half_sure_at,
    recommended_half_sure,
    recommended_sure,
    sure_at,
)
from bot.running.model import model_for
from bot.settings import ROOT

STEPS = tuple(step / 100 for step in range(1, 100))
SHOWN = 5  # of the steps, every fifth


def table(outcomes: Sequence[Outcome]) -> None:
    """Print what each threshold would mean, and the two to choose."""
    print(f"{len(outcomes)} messages, accuracy {sum(one.right for one in outcomes) / len(outcomes):.3f}", end=", ")
    print(f"calibration error {calibration_error(calibration((one.confidence, one.right) for one in outcomes)):.3f}")
    candidates = [sure_at(outcomes, step) for step in STEPS]
    sure = recommended_sure(candidates)
    print(f"\n{'threshold':>9}{'coverage':>10}{'precision':>11}{'at least (Wilson 95 %)':>24}{'answers':>9}")
    for each in candidates:
        if each is sure or round(each.threshold * 100) % SHOWN == 0:
            precision = "-" if each.precision is None else f"{each.precision:.3f}"
            figures = f"{each.threshold:9.2f}{each.coverage:10.3f}{precision:>11}{each.vouched:24.3f}{each.n:9}"
            print(figures + ("  <- recommended" if each is sure else ""))
    if sure is None:
        print(f"\nNo threshold answers right in {PRECISION:.0%}: the model needs more or better examples.")
        return
    asked = [half_sure_at(outcomes, step, sure=sure.threshold) for step in STEPS if step < sure.threshold]
    half = recommended_half_sure(asked)
    print(f"\n{'half_sure':>9}{'asked':>8}{'right among two':>17}{'messages':>10}   (threshold = {sure.threshold:.2f})")
    for one in asked:
        if one is half or round(one.threshold * 100) % SHOWN == 0:
            holding = "-" if one.holding is None else f"{one.holding:.3f}"
            figures = f"{one.threshold:9.2f}{one.share:8.3f}{holding:>17}{one.n:10}"
            print(figures + ("  <- recommended" if one is half else ""))
    if half is None:
        print(f"\nNowhere is the right intent among the two best in {HOLDING:.0%}: ask openly instead.")
        return
    print(f"\nthreshold: {sure.threshold:.2f}   half_sure: {half.threshold:.2f}")


def main() -> None:
    """Run the model over the files and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", help="JSON lines or Rasa YAML")
    parser.add_argument("--model", type=Path, default=model_for(ROOT, ROOT / "models"))
    given = parser.parse_args()
    try:
        messages = read_sets(given.files, intents=intents_of(given.model))
        table(run_model(given.model, messages))
    except BorgerkontaktError as error:
        raise SystemExit(error.log) from None


if __name__ == "__main__":
    main()
