"""Trains a model through Rasa's own training graph, all of it anew.

`python -m bot.nlu.training MODEL.tar.gz [FOLDER [--tied]]`: of FOLDER's config.yml, domain.yml and data, or of those
here. With `--tied` it ends when its standard input does: when whoever started it is gone.

`rasa train` reads the examples three times, checks them, and keeps a fingerprint of each message after each component,
so that a second training can leave out what has not changed. That takes longer than all the learning together, and a
model is only ever trained when its data changed. What it checks is checked by `rasa data validate` in `make check`.
"""

from __future__ import annotations

import copy
import logging
import sys
import threading
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.training.hooks import LoggingHook
from rasa.engine.validation import validate
from rasa.shared.core.domain import Domain
from rasa.shared.data import TrainingType
from rasa.shared.importers.importer import (
    CombinedDataImporter,
    E2EImporter,
    ResponsesSyncImporter,
    TrainingDataImporter,
)
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import IntentClassifier
from bot.running.tied import end_with_input


class _ReadOnce(RasaFileImporter):
    """The files, each read once for whoever asks. Rasa reads the examples anew for each language it is asked in."""

    @cached_property
    def _examples(self) -> TrainingData:
        return super().get_nlu_data()

    @cached_property
    def _domain(self) -> Domain:
        return super().get_domain()

    def get_nlu_data(self, language: str | None = None) -> TrainingData:
        """All examples."""
        return self._examples

    def get_domain(self) -> Domain:
        """The domain."""
        return self._domain


def _importer(root: Path) -> TrainingDataImporter:
    """Rasa's own importers around the files only where they add something: for retrieval intents."""
    data = [str(root / "data" / "nlu"), str(root / "data" / "stories")]
    files = _ReadOnce(str(root / "config.yml"), str(root / "domain.yml"), data)
    if not files.get_nlu_data().retrieval_intents:
        return files
    return E2EImporter(ResponsesSyncImporter(CombinedDataImporter([files])))


def _encode_ahead(config: dict[str, Any], examples: TrainingData) -> None:
    """Sentence vectors take longest, and the other processor has nothing else to do."""
    ours = f"{IntentClassifier.__module__}.{IntentClassifier.__qualname__}"
    for component in config["pipeline"]:
        if component["name"] == ours:
            IntentClassifier.encode_ahead(component, examples.intent_examples)


def train(model: Path, *, root: Path) -> None:
    """Train a model of ``root``'s config.yml, domain.yml, data/nlu and data/stories, and write it to ``model``.

    Raises what Rasa raises for data that it can't read or rules that contradict each other.
    """
    importer = _importer(root)
    config = importer.get_config()
    recipe = Recipe.recipe_for_name(config["recipe"])
    graph = recipe.graph_config_for_recipe(config, {}, training_type=TrainingType.BOTH, is_finetuning=False)
    validate(graph)
    threading.Thread(target=_encode_ahead, args=(config, importer.get_nlu_data()), daemon=True).start()
    domain = copy.deepcopy(importer.get_domain())  # components may change theirs
    with TemporaryDirectory() as folder:
        storage = LocalModelStorage(Path(folder))
        context = ExecutionContext(graph_schema=graph.train_schema, is_finetuning=False)
        runner = DaskGraphRunner.create(graph.train_schema, storage, context, [LoggingHook(graph.train_schema)])
        runner.run(inputs={PLACEHOLDER_IMPORTER: importer})
        storage.create_model_package(model, graph, domain)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if "--tied" in sys.argv[3:]:
        end_with_input()
    train(Path(sys.argv[1]), root=Path(sys.argv[2]) if len(sys.argv) > 2 else Path.cwd())
