"""Splits Danish text into words for Rasa's pipeline, with spaCy's rules for Danish."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from bot.nlu.normalising import fold, lemma

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class DanishTokenizer(Tokenizer):
    """Knows Danish abbreviations ("tlf.", "kl.", "f.eks.") and keeps a case number in one piece.

    What a featurizer reads of a word (its lemma) is in lower case with æ, ø and å written out and the chat's short
    forms unfolded, so that a citizen with a foreign keyboard or a quick thumb ("faar", "ik") is understood like
    everybody else.

    Config keys besides those of every Rasa tokenizer:

    - ``model``: name of an installed Danish spaCy model (such as `da_core_news_md`), whose lemmas are used;
      None, the default, or a model that is not installed means spaCy's plain Danish rules and simplemma's lemmas.
      The same must be installed where a model is trained and where it runs.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
            "model": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Python packages that must be installed."""
        return ["spacy"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DanishTokenizer:
        """Make the component; it is not trained, so there is nothing to load."""
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__({**self.get_default_config(), **config})
        self._language = _language(self._config["model"])

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of one attribute of the message, with their places in the text."""
        text: str = message.get(attribute)
        words = [
            Token(word.text, word.idx, lemma=fold(word.lemma_) if word.lemma_ else lemma(word.text))
            for word in self._language(text)
            if not word.is_space
        ]
        tokens: list[Token] = self._apply_token_pattern(words)
        return tokens


@lru_cache(maxsize=2)  # one process loads training and running pipelines: the rules take half a second to make
def _language(model: str | None) -> Language:
    if model is not None and not spacy.util.is_package(model):
        logger.warning("The spaCy model %s is not installed; plain Danish rules are used.", model)
        model = None
    if model is None:
        return spacy.blank("da")
    return spacy.load(model, exclude=["ner", "parser"])
