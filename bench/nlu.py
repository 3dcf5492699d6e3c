"""Trains the pipeline of `config.yml` on any labelled data, beside Rasa's default one (DIET), and measures both.

Both train and run in the same run on the same machine, each in processes of its own, because only ratios mean
something on a noisy machine. Data are JSON lines {"text", "intent"}; an intent of the test file that is not in the
training file counts as wrong.

    .venv/bin/python -m bench.nlu --train FILE --test FILE [--without-default] [--epochs N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from bench.nlu_project import pipeline_of, write_project
from bot.errors import BorgerkontaktError
from bot.nlu.evaluation.measuring import accuracy, macro_f1, scores
from bot.nlu.evaluation.outcome import Outcome
from bot.nlu.evaluation.reading import Labelled, read_sets
from bot.nlu.evaluation.report import milliseconds_of
from bot.running.model import QUIET
from bot.settings import ROOT

HIGHER_IS_BETTER = ("accuracy", "macro_f1", "fast_share")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One pipeline: shares from 0 to 1, seconds, milliseconds a message, MiB; None where there is no such thing."""

    name: str
    accuracy: float
    macro_f1: float
    train_s: float
    train_peak_mib: float
    p50_ms: float
    p95_ms: float
    fast_p50_ms: float | None
    fast_share: float | None
    rss_mib: float


def default_config() -> Path:
    """The configuration Rasa takes when a project, such as the one `rasa init` makes, names no pipeline."""
    return Path(str(files("rasa.engine.recipes").joinpath("config_files", "default_config.yml")))


def measure(name: str, config: dict[str, Any], train: Sequence[Labelled], test: Path, folder: Path) -> Measured:
    """Train and parse, each in a process of its own. What they say goes to ``folder``."""
    project = folder / name.replace(" ", "-")
    write_project(project, config, train)
    print(f"{name}: training on {len(train)} messages, see {project}.log", file=sys.stderr)
    trained = _child("train", project)
    print(f"{name}: trained in {trained['seconds']:.1f} s, parsing", file=sys.stderr)
    parsed = _child("parse", project, test.resolve())
    outcomes = [Outcome(**{**one, "guesses": tuple(one["guesses"])}) for one in parsed["outcomes"]]
    pairs = [(one.intent, one.best) for one in outcomes]
    took = milliseconds_of(outcomes)
    return Measured(
        name=name,
        accuracy=accuracy(pairs),
        macro_f1=macro_f1(scores(pairs)),
        train_s=trained["seconds"],
        train_peak_mib=trained["peak_mib"],
        p50_ms=took.p50,
        p95_ms=took.p95,
        fast_p50_ms=took.fast_p50,
        fast_share=took.fast_share,
        rss_mib=parsed["rss_mib"],
    )


def _child(do: str, project: Path, *more: Path) -> Any:
    log = project.with_suffix(".log")
    # Rasa keeps its cache in the working folder: a fresh one, or a second run would train nothing and look fast.
    environ = {**os.environ, **QUIET, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bench.nlu_project", do, str(project), *map(str, more)]
    with log.open("ab") as written:
        done = subprocess.run(
            command, cwd=project, env=environ, stdout=subprocess.PIPE, stderr=written, text=True, check=False
        )
    if done.returncode != 0:
        raise SystemExit(f"{do} failed:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def show(measured: Sequence[Measured]) -> None:
    """Print a table, with the ratio of the first to the second when there are two."""
    print(f"{'':16}" + "".join(f"{each.name:>16}" for each in measured) + (f"{'ratio':>10}" if measured[1:] else ""))
    for field, value in asdict(measured[0]).items():
        if field == "name":
            continue
        values = [getattr(each, field) for each in measured]
        if all(each is None for each in values):
            continue
        places = 3 if field in HIGHER_IS_BETTER else 1
        row = "".join(f"{'-':>16}" if each is None else f"{each:16.{places}f}" for each in values)
        comparable = len(values) == 2 and None not in values and values[1]
        print(f"{field:16}{row}" + (f"{value / values[1]:10.2f}" if comparable else ""))


def main() -> None:
    """Read, train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True, help="JSON lines to train on")
    parser.add_argument("--test", type=Path, required=True, help="JSON lines to measure on")
    parser.add_argument("--without-default", action="store_true", help="measure ours alone")
    parser.add_argument("--epochs", type=int, help="so many epochs of Rasa's default pipeline instead of 100")
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml", help="another pipeline in place of ours")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    try:
        train, _ = (read_sets([file], intents=None) for file in (given.train, given.test))
    except BorgerkontaktError as error:
        raise SystemExit(error.log) from None
    with tempfile.TemporaryDirectory(prefix="borgerkontakt-bench-") as name:
        folder = Path(name)
        measured = [measure("borgerkontakt", pipeline_of(given.config), train, given.test, folder)]
        if not given.without_default:
            config = pipeline_of(default_config(), epochs=given.epochs)
            measured.append(measure("rasa default", config, train, given.test, folder))
    show(measured)
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in measured], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
