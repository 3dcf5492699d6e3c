"""Which intent a message has, and how sure that is."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.nlu.encoders import Encoder, Remembered, encoder_for
from bot.nlu.margins import Linear, fit_scales, out_of_fold, probabilities, unit
from bot.nlu.stored import stored

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Vectors:
    """What was learned of sentence vectors: by which encoder, around which centre, and how the margins weigh."""

    encoder: str
    centre: NDArray[np.float32] = field(repr=False)
    linear: Linear = field(repr=False)
    scales: NDArray[np.float64]


@dataclass(frozen=True)
class _Learned:
    """What was learned of features alone, and of sentence vectors where there was an encoder."""

    intents: list[str]
    linear: Linear = field(repr=False)
    scales: NDArray[np.float64]
    vectors: _Vectors | None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(RasaIntentClassifier, GraphComponent):
    """Two linear classifiers: a fast one over the features of words, and one over a vector of the sentence.

    The fast one answers alone when it is sure; else the sentence is made a vector, which takes some twenty times as
    long, and the margins of both are weighed. Which of the two happened stands in the output as ``path``, "fast" or
    "whole". Confidence is a probability fitted on examples that were not learned from.

    Without an encoder (another kind of processor, or one that is not installed) the fast one always answers alone.

    Config keys:

    - ``cost``, ``vector_cost``: how much a wrongly placed example costs beside a wide margin (C of a linear SVM).
    - ``folds``: into how many parts the examples are dealt to find the probabilities.
    - ``sure``: from this probability on the fast one answers alone.
    - ``most_encoded``, ``longest_encoded``: of how many examples a vector is made in training, shared evenly among the
      intents, and how many characters such an example has at most: one of 30 takes some 15 milliseconds of a
      processor, a letter ten times that.
    - ``vectors``: the file where those vectors are kept for the next training; null for nowhere.
    - ``lean``: log-odds added to an intent, by name, because missing it costs more than a false alarm.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """What must stand before it in the pipeline."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {
            "cost": 1.0,
            "vector_cost": 1.0,
            "folds": 2,
            "sure": 0.95,
            "most_encoded": 3000,
            "longest_encoded": 100,
            "vectors": "var/sentence-vectors.npz",
            "lean": {},
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._learned: _Learned | None = None
        self._encoder: Encoder | None = None
        self._lean = np.zeros(0)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have an intent.

        Raises SettingsError when the settings name a sentence model that is not there.
        """
        examples = [one for one in training_data.intent_examples if one.get(INTENT) and one.get(TEXT)]
        rows, told = _rows(examples)
        examples = [example for example, has in zip(examples, told, strict=True) if has]
        if not examples:
            logger.warning("No example with an intent: the classifier knows nothing.")
            return self._resource
        intents = sorted({example.get(INTENT) for example in examples})
        number = {intent: place for place, intent in enumerate(intents)}
        labels = np.array([number[example.get(INTENT)] for example in examples], dtype=np.int64)
        cost, folds = self._config["cost"], self._config["folds"]
        margins = out_of_fold(rows, labels, len(intents), cost=cost, count=folds)
        learned = _Learned(
            intents,
            Linear.fit(rows, labels, len(intents), cost=cost),
            fit_scales([margins], labels),
            self._learn_vectors([example.get(TEXT) for example in examples], labels, len(intents), margins),
        )
        with self._storage.write_to(self._resource) as folder:
            _write(folder, learned)
            said = [intents[place] for place in margins.argmax(axis=1)]
            _write_out_of_fold(folder, examples, said)
        return self._resource

    @classmethod
    def encode_ahead(cls, config: Mapping[str, Any], examples: Sequence[Message]) -> None:
        """Make the vectors that `train` will want of these, where they are kept, while other work is done."""
        config = {**cls.get_default_config(), **config}
        encoder = _encoder(config) if config["vectors"] else None
        told = [example for example in examples if example.get(INTENT) and example.get(TEXT)]
        if encoder is not None and told:
            texts = [example.get(TEXT) for example in told]
            labels = np.unique([example.get(INTENT) for example in told], return_inverse=True)[1]
            encoder.encode([texts[place] for place in _chosen(config, texts, labels)])

    def _learn_vectors(
        self, texts: list[str], labels: NDArray[np.int64], intents: int, margins: NDArray[np.float64]
    ) -> _Vectors | None:
        encoder = _encoder(self._config)
        if encoder is None:
            return None
        chosen = _chosen(self._config, texts, labels)
        vectors = encoder.encode([texts[place] for place in chosen])
        centre = vectors.mean(axis=0)
        vectors, labels = unit(vectors, centre), labels[chosen]
        cost = self._config["vector_cost"]
        by_vector = out_of_fold(vectors, labels, intents, cost=cost, count=self._config["folds"])
        return _Vectors(
            encoder.name,
            centre,
            Linear.fit(vectors, labels, intents, cost=cost),
            fit_scales([margins[chosen], by_vector], labels),
        )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """The component as it was trained, with the encoder it was trained with, where that is to be had."""
        component = cls.create(config, model_storage, resource, execution_context)
        learned = stored(model_storage, resource, _read)
        if learned is None:
            return component
        component._learned = learned
        component._lean = np.array([component._config["lean"].get(intent, 0.0) for intent in learned.intents])
        if learned.vectors is not None:
            encoder = encoder_for(os.environ.get("SENTENCE_MODEL"))
            if encoder is not None and encoder.name == learned.vectors.encoder:
                component._encoder = encoder
                encoder.encode(["hvem er min sagsbehandler"])  # the first one is slow
            else:
                logger.warning(
                    "The model was trained with the sentence encoder %s, which is not here: it understands fewer "
                    "messages. Train it anew.",
                    learned.vectors.encoder,
                )
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its intent, the ranking of all, and which path found them."""
        for message in messages:
            ranking, path = self._rank(message)
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set("path", path, add_to_output=True)
        return messages

    def _rank(self, message: Message) -> tuple[list[dict[str, Any]], str]:
        learned = self._learned
        rows, told = _rows([message])
        if learned is None or not told[0]:
            return [], "fast"
        margins = learned.linear.margins(rows)
        sure = probabilities([margins], learned.scales, self._lean)[0]
        path = "fast"
        if sure.max() < self._config["sure"] and self._encoder is not None and learned.vectors is not None:
            path = "whole"
            vectors = unit(self._encoder.encode([message.get(TEXT)]), learned.vectors.centre)
            both = [margins, learned.vectors.linear.margins(vectors)]
            sure = probabilities(both, learned.vectors.scales, self._lean)[0]
        return [{"name": learned.intents[place], "confidence": float(sure[place])} for place in np.argsort(-sure)], path


def _encoder(config: Mapping[str, Any]) -> Encoder | None:
    """What makes vectors in training; it keeps them where ``config`` says where."""
    encoder = encoder_for(os.environ.get("SENTENCE_MODEL"))
    if encoder is None or not config["vectors"]:
        return encoder
    return Remembered(encoder, Path(config["vectors"]))


def _chosen(config: Mapping[str, Any], texts: Sequence[str], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The examples of which a vector is made."""
    return _evenly(texts, labels, config["most_encoded"], longest=config["longest_encoded"])


def _rows(messages: list[Message]) -> tuple[csr_matrix, list[bool]]:
    """The features of the messages that have any, one row each, and which those are."""
    made = [
        [one.features for one in message.features if one.is_sparse() and one.attribute == TEXT] for message in messages
    ]
    told = [bool(features) for features in made]
    held = [matrices for matrices in made if matrices]
    if not held:
        return csr_matrix((0, 0)), told
    # By hand: scipy's hstack and vstack take ten times as long.
    starts = np.cumsum([0, *(matrix.shape[1] for matrix in held[0])])
    shifted = [matrix.indices + start for matrices in held for matrix, start in zip(matrices, starts, strict=False)]
    ends = np.cumsum([0, *(sum(matrix.nnz for matrix in matrices) for matrices in held)])
    values = np.concatenate([matrix.data for matrices in held for matrix in matrices])
    return csr_matrix((values, np.concatenate(shifted), ends), shape=(len(held), starts[-1])), told


def _evenly(texts: Sequence[str], labels: NDArray[np.int64], most: int, *, longest: int) -> NDArray[np.int64]:
    """At most ``most`` places, as many of each label as can be; chance says which, the same ones for the same texts.

    Longer texts than ``longest`` are taken only where a label has no shorter one.
    """

    def order(place: int) -> tuple[bool, bytes]:
        return len(texts[place]) > longest, hashlib.sha256(texts[place].encode()).digest()

    turns: dict[int, int] = {}
    ranked = []
    for place in sorted(range(len(texts)), key=order):
        label = int(labels[place])
        turns[label] = turns.get(label, 0) + 1
        if len(texts[place]) <= longest or turns[label] == 1:
            ranked.append((turns[label], place))
    return np.array(sorted(place for _, place in sorted(ranked)[:most]), dtype=np.int64)


def _write(folder: Path, learned: _Learned) -> None:
    # Half precision: a margin changes in the third decimal, and the model is packed and sent in half the time.
    arrays: dict[str, Any] = {
        "weights": learned.linear.weights.astype(np.float16),
        "bias": learned.linear.bias,
        "scales": learned.scales,
    }
    told: dict[str, Any] = {"intents": learned.intents, "encoder": None}
    if learned.vectors is not None:
        told["encoder"] = learned.vectors.encoder
        arrays |= {
            "centre": learned.vectors.centre,
            "vector_weights": learned.vectors.linear.weights,
            "vector_bias": learned.vectors.linear.bias,
            "vector_scales": learned.vectors.scales,
        }
    np.savez(folder / "learned.npz", **arrays)
    (folder / "learned.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _write_out_of_fold(folder: Path, examples: Sequence[Message], said: Sequence[str]) -> None:
    """What the words alone make of each example where they have not seen it: a cross-validation that costs nothing."""
    told = {
        "texts": [example.get(TEXT) for example in examples],
        "right": [example.get(INTENT) for example in examples],
        "said": list(said),
    }
    (folder / "out_of_fold.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _read(folder: Path) -> _Learned:
    told = json.loads((folder / "learned.json").read_text(encoding="utf-8"))
    with np.load(folder / "learned.npz", allow_pickle=False) as arrays:
        vectors = None
        if told["encoder"] is not None:
            linear = Linear(arrays["vector_weights"], arrays["vector_bias"])
            vectors = _Vectors(told["encoder"], arrays["centre"], linear, arrays["vector_scales"])
        weights = arrays["weights"].astype(np.float32)
        return _Learned(told["intents"], Linear(weights, arrays["bias"]), arrays["scales"], vectors)
