"""An NLU-only Rasa project of any labelled data: trained and measured in processes of its own.

    python -m bench.nlu_project train FOLDER        (config.yml and nlu.json are there; makes model.tar.gz)
    python -m bench.nlu_project parse FOLDER TEST   (prints what came out, as JSON)

Each prints one JSON object as the last line on stdout. `bench.nlu` starts them.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
from ruamel.yaml import YAML

from bot.nlu.evaluation.reading import Labelled, read_sets

MODEL = "model"


def pipeline_of(config: Path, *, epochs: int | None = None) -> dict[str, Any]:
    """The NLU part of a Rasa configuration; with ``epochs``, those components that count epochs take so many."""
    written = YAML(typ="safe").load(config.read_text(encoding="utf-8"))
    pipeline = [dict(component) for component in written["pipeline"]]
    for component in pipeline:
        if epochs is not None and "epochs" in component:
            component["epochs"] = epochs
    return {
        "recipe": "default.v1",
        "assistant_id": "bench",
        "language": written.get("language", "da"),
        "pipeline": pipeline,
    }


def safe(intent: str) -> str:
    """The name of an intent as Rasa may see it: a slash would make it a retrieval intent, and its rest be lost."""
    return intent.replace("/", "|")


def write_project(folder: Path, config: Mapping[str, Any], messages: Iterable[Labelled]) -> None:
    """Write configuration and training data.

    Rasa's YAML reads `[a](b)` in a text as an entity and has no sign to escape it with; its JSON takes each text as
    it stands, line breaks and leading hyphens too.
    """
    folder.mkdir(parents=True)
    with (folder / "config.yml").open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(dict(config), file)
    examples = [{"text": one.text, "intent": safe(one.intent), "entities": []} for one in messages]
    content = {"rasa_nlu_data": {"common_examples": examples}}
    (folder / "nlu.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _train(folder: Path) -> dict[str, Any]:
    from rasa.model_training import train_nlu

    # What a first import costs is no part of training: all of Rasa's components, and those named by their module.
    importlib.import_module("rasa.engine.recipes.default_components")
    for component in YAML(typ="safe").load((folder / "config.yml").read_text(encoding="utf-8"))["pipeline"]:
        if "." in component["name"]:
            importlib.import_module(component["name"].rpartition(".")[0])
    begun = time.perf_counter()
    made = train_nlu(str(folder / "config.yml"), str(folder / "nlu.json"), str(folder), fixed_model_name=MODEL)
    seconds = time.perf_counter() - begun
    if made is None:
        raise SystemExit("Rasa trained no model.")
    return {"seconds": seconds, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _parse(folder: Path, test: Path) -> dict[str, Any]:
    from bot.nlu.evaluation.running import run_model

    messages = [
        Labelled(text=one.text, intent=safe(one.intent), slice=one.slice) for one in read_sets([test], intents=None)
    ]
    outcomes = run_model(folder / f"{MODEL}.tar.gz", messages)
    rss = psutil.Process().memory_info().rss / 2**20
    return {"rss_mib": rss, "outcomes": [asdict(one) for one in outcomes]}


def main(arguments: Sequence[str]) -> None:
    """Do one of the two."""
    if arguments[0] == "train":
        from bot.nlu.evaluation.running import quiet

        with quiet():
            done = _train(Path(arguments[1]))
    else:
        done = _parse(Path(arguments[1]), Path(arguments[2]))
    print(json.dumps(done, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
