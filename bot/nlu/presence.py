"""Counts each word of a message once, so that a long letter is read like a short question."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class PresenceFeaturizer(GraphComponent):
    """Makes the counts of `CountVectorsFeaturizer` into there or not there; stands right after it.

    A letter says "jeg" ten times where the examples say it once. Counted ten times, that one word drowned
    the question: an old man who told of himself before he asked who has his case was sent to the Samaritans.
    It has no config keys.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """What must stand before it in the pipeline."""
        return [CountVectorsFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PresenceFeaturizer:
        """Make the component; it is not trained, so there is nothing to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Count each word once in each message."""
        for message in messages:
            for feature in message.features:
                if feature.attribute == TEXT and feature.type == FEATURE_TYPE_SENTENCE and feature.is_sparse():
                    feature.features = feature.features.sign()
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the examples."""
        self.process(training_data.training_examples)
        return training_data
