"""What a message is recognised by: its words and the parts of its words, each weighed by how rare it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.normalising import fold
from bot.nlu.stored import stored

_TOKENS = "text_tokens"
_NUMBER = re.compile(r"\d[\d .-]{4,}\d")
_DIGIT = re.compile(r"\d")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(SparseFeaturizer, GraphComponent):
    """TF-IDF of words or of parts of words, each counted once in a message, so that a letter reads like a question.

    A letter says "jeg" ten times where the examples say it once. Counted ten times, that one word drowned
    the question: an old man who told of himself before he asked who has his case was sent to the Samaritans.

    Config keys:

    - ``analyzer``: "word" reads the lemmas of the tokenizer, "char_wb" the letters within each folded word.
    - ``min_ngram``, ``max_ngram``: how many words or letters stand together.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """What must stand before it in the pipeline."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {**SparseFeaturizer.get_default_config(), "analyzer": "word", "min_ngram": 1, "max_ngram": 2}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises InvalidConfigException."""
        if config["analyzer"] not in ("word", "char_wb"):
            raise InvalidConfigException(f"TfidfFeaturizer: analyzer is {config['analyzer']!r}, not word or char_wb.")
        if not 1 <= config["min_ngram"] <= config["max_ngram"]:
            raise InvalidConfigException("TfidfFeaturizer: 1 <= min_ngram <= max_ngram does not hold.")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TfidfFeaturizer:
        """Make an untrained component."""
        return cls(execution_context.node_name, config, model_storage, resource)

    def __init__(self, name: str, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, {**self.get_default_config(), **config})
        self._storage = storage
        self._resource = resource
        self._vectorizer = self._make()
        self._analyse: Callable[[str], list[str]] = self._vectorizer.build_analyzer()
        self._known: dict[str, int] = {}
        self._rare: NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def _make(self) -> TfidfVectorizer:
        words = self._config["analyzer"] == "word"
        return TfidfVectorizer(
            analyzer="word" if words else "char_wb",
            ngram_range=(self._config["min_ngram"], self._config["max_ngram"]),
            lowercase=False,
            token_pattern=r"\S+" if words else None,
            binary=True,
        )

    def _text(self, message: Message) -> str:
        tokens: Iterable[Token] = message.get(_TOKENS) or ()
        words = (token.lemma if self._config["analyzer"] == "word" else fold(token.text) for token in tokens)
        # Which telephone or case number it is says nothing of what is wanted; that there is one does.
        return _NUMBER.sub(lambda number: _DIGIT.sub("0", number[0]), " ".join(words))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which words there are and how rare each is."""
        texts = [self._text(message) for message in training_data.training_examples if message.get(TEXT)]
        try:
            self._vectorizer.fit(texts)
        except ValueError:  # no text at all, or none with a word in it
            return self._resource
        self._known = {part: int(place) for part, place in self._vectorizer.vocabulary_.items()}
        self._rare = self._vectorizer.idf_.astype(np.float32)
        with self._storage.write_to(self._resource) as folder:
            (folder / "vocabulary.json").write_text(json.dumps(self._known, ensure_ascii=False), encoding="utf-8")
            np.save(folder / "idf.npy", self._rare)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TfidfFeaturizer:
        """The component as it was trained; one that had nothing to learn from gives no features."""
        component = cls.create(config, model_storage, resource, execution_context)
        learned = stored(model_storage, resource, _read)
        if learned is not None:
            component._known, component._rare = learned
        return component

    def _row(self, text: str) -> csr_matrix:
        """As the vectorizer's own `transform`, which takes ten times as long for one text."""
        known = {self._known[part] for part in self._analyse(text) if part in self._known}
        places = np.array(sorted(known), dtype=np.int32)
        rare = self._rare[places]
        values = rare / np.linalg.norm(rare) if len(rare) else rare
        return csr_matrix((values, places, np.array([0, len(places)])), shape=(1, len(self._known)))

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its features, a matrix of one row."""
        for message in messages if self._known else ():
            if message.get(TEXT):
                self.add_features_to_message(None, self._row(self._text(message)), TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the examples."""
        self.process(training_data.training_examples)
        return training_data


def _read(folder: Path) -> tuple[dict[str, int], NDArray[np.float32]]:
    """The words and parts of words with their places, and how rare each is."""
    known: dict[str, int] = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    rare: NDArray[np.float32] = np.load(folder / "idf.npy")
    return known, rare
