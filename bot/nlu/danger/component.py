"""Puts `akut_hjaelp` on top when one sentence of a message is a cry for help, whatever the rest of it wants."""

from __future__ import annotations

import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.danger.learned import Learned
from bot.nlu.danger.patterns import Sign, shipped, surest
from bot.nlu.danger.reading import Reading, read

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(IntentClassifier, GraphComponent):
    """Reads the message sentence by sentence; stands after what reads it as a whole, before the certainty is judged.

    A letter about a case may hold one sentence that must not be overlooked, and the classifier weighs it against all
    the others. Here danger is found in two ways: by families of patterns written from what is known of danger
    (`patterns.yml`), and by a classifier of sentences learned from the examples. Then the intent becomes
    `akut_hjaelp`, the ranking follows, and the output has ``danger``: ``confidence``, ``start`` and ``end`` of the
    phrase in the message, and ``kind`` ("livstraet", "vold", "barn", "husly", "ulykke", "psykisk") where a pattern
    says which it is.

    It needs no sentence encoder: beside the words, vectors of single sentences cost recall at the same number of false
    alarms (on the development sets 0.85 became 0.51 with none). Where the examples have no such intent it does
    nothing.

    Config keys:

    - ``intent``: the intent it stands for.
    - ``threshold``: from this probability on, what was learned is enough by itself.
    - ``pattern_confidence``: how sure a pattern is; the share of the patterns' finds among the examples that are cries.
    - ``calm``: below this probability, and with no sign at all, the classifier's own `akut_hjaelp` is put second.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {"intent": "akut_hjaelp", "threshold": 0.8, "pattern_confidence": 0.98, "calm": 0.3}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerDetector:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._learned: Learned | None = None

    def train(self, training_data: TrainingData) -> Resource:
        """Learn what tells the cries among the examples from all the other sentences."""
        cries: list[str] = []
        others: list[str] = []
        for example in training_data.intent_examples:
            if example.get(TEXT):
                (cries if example.get(INTENT) == self._config["intent"] else others).append(example.get(TEXT))
        learned = Learned.fit(shipped(), cries, others) if cries else None
        if learned is None:
            logger.info("No example of %s beside others: no danger is looked for.", self._config["intent"])
            return self._resource
        with self._storage.write_to(self._resource) as folder:
            learned.write(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DangerDetector:
        """The component as it was trained."""
        component = cls.create(config, model_storage, resource, execution_context)
        try:
            with model_storage.read_from(resource) as folder:
                component._learned = Learned.read(folder)
        except ValueError:  # Rasa's word for a resource that was never written
            pass
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for danger in each message and say so in its intent, its ranking and ``danger``."""
        if self._learned is not None:
            for message in messages:
                self._look(message, self._learned)
        return messages

    def _look(self, message: Message, learned: Learned) -> None:
        reading = read(message.get(TEXT) or "")
        signs = shipped().signs(reading)
        judged = learned.judge(reading, signs)
        if judged is None:
            return
        sign = surest(signs)
        sure = sign is not None and sign.sure
        probability = max(judged.probability, self._config["pattern_confidence"] if sure else 0.0)
        if sure or judged.probability >= self._config["threshold"]:
            self._rank(message, probability)
            quoted = sign if sure else None
            first, last = judged.passage.first, judged.passage.last
            here = quoted or next((one for one in signs if one.kind and first <= one.sentence <= last), None)
            message.data.pop("wishes", None)  # whatever else it wants comes after
            message.set("danger", _danger(reading, probability, quoted, here, (first, last)), add_to_output=True)
        elif not signs and judged.probability < self._config["calm"]:
            self._rank(message, None)

    def _rank(self, message: Message, probability: float | None) -> None:
        """Put the intent on top with ``probability``; with None, put it below the next one where it is on top."""
        name = self._config["intent"]
        ranking: list[dict[str, Any]] = list(message.get(INTENT_RANKING_KEY) or [])
        own = next((intent for intent in ranking if intent["name"] == name), None)
        rest = [intent for intent in ranking if intent["name"] != name]
        if probability is None:
            if own is None or ranking[0] is not own or not rest:
                return
            # The two change places: what the classifier gave to the cry, it gives to what it thought of next.
            rest[0], own = {**rest[0], "confidence": own["confidence"]}, {**own, "confidence": rest[0]["confidence"]}
            ranking = [rest[0], own, *rest[1:]]
        else:
            probability = max(probability, own["confidence"] if own else 0.0)
            total = sum(intent["confidence"] for intent in rest)
            share = (1 - probability) / total if total else 0.0
            ranking = [
                {"name": name, "confidence": probability},
                *({**intent, "confidence": intent["confidence"] * share} for intent in rest),
            ]
        message.set(INTENT, dict(ranking[0]), add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)


def _danger(
    reading: Reading, probability: float, quoted: Sign | None, sign: Sign | None, sentences: tuple[int, int]
) -> dict[str, Any]:
    """What actions and the desk are told. The phrase is the pattern's place, or else the whole passage."""
    first, last = sentences
    start, end = reading.sentences[first].start, reading.sentences[last].end
    if quoted is not None:
        start, end = quoted.start, quoted.end
    told: dict[str, Any] = {"confidence": probability, "start": start, "end": end}
    if sign is not None and sign.kind is not None:
        told["kind"] = sign.kind
    return told
