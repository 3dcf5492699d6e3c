"""How sure is sure enough: an answer, a »Mener du …?«, or an open question."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.danish.lexicon import is_word
from bot.danish.spelling import fold


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CertaintyClassifier(FallbackClassifier):
    """Rasa's fallback, with a middle: below ``threshold`` the intent is nlu_fallback, and from ``half_sure`` on the
    output also has ``guesses``, the two best intents with their confidence, to be asked about.

    Config keys besides Rasa's:

    - ``half_sure``: the confidence the best intent must have to be asked about.

    - ``nobodys``: the intent of what is nobody's here. It is never sure of a message without one Danish word: keys hit
      at random are not another authority's matter, and another language is better asked about.

    The first two are chosen from a calibration set with `python -m bench.thresholds`, not by feel.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {
            **FallbackClassifier.get_default_config(),
            "ambiguity_threshold": 0.0,
            "half_sure": 0.3,
            "nobodys": "uden_for_emne",
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CertaintyClassifier:
        """Make the component; it is not trained, so there is nothing to load."""
        return cls({**cls.get_default_config(), **config})

    def process(self, messages: list[Message]) -> list[Message]:
        """Put nlu_fallback on top of what is not sure, and beside it the two best of what is half sure."""
        for message in messages:
            best = message.get(INTENT_RANKING_KEY, [])[:2]
            if not best:  # nothing was recognised at all
                message.set(INTENT_RANKING_KEY, [], add_to_output=True)
            half_sure = len(best) == 2 and best[0]["confidence"] >= self.component_config["half_sure"]
            if best and self._says_nothing(message, best[0]["name"]):
                # Rasa's own rule sees to the rest.
                message.set(INTENT, {**best[0], "confidence": 0.0}, add_to_output=True)
                half_sure = False
            if half_sure and self._should_fallback(message):
                guesses = [{"intent": one["name"], "confidence": one["confidence"]} for one in best]
                message.set("guesses", guesses, add_to_output=True)
        processed: list[Message] = super().process(messages)
        return processed

    def _says_nothing(self, message: Message, best: str) -> bool:
        words = [fold(token.text) for token in message.get("text_tokens") or ()]
        return best == self.component_config["nobodys"] and not any(map(is_word, words))
