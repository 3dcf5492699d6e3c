"""Puts `akut_hjaelp` on top when one sentence of a message is a cry for help, whatever the rest of it wants."""

from __future__ import annotations

import logging
from math import exp, log
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
from bot.nlu.stored import stored

logger = logging.getLogger(__name__)

_MOST = 3.5
_LEAST = 1e-4
_EVEN = 0.45  # less than the half that an intent must have to be taken for what was meant
_REST = 0.1


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(IntentClassifier, GraphComponent):
    """Reads the message sentence by sentence; stands after what reads it as a whole, before the certainty is judged.

    A letter about a case may hold one sentence that must not be overlooked, and the classifier weighs it against all
    the others; and what only sounds like danger is told from it by the rest of the message. So three things are weighed
    together, each as log-odds: what was learned of sentences from the examples; what the classifier before made of the
    whole; and whether one of the patterns written from what is known of danger (`patterns.yml`) surely fits. Either of
    the first two alone takes twice as many harmless messages for a cry, at the same number of cries found.

    From ``threshold`` on the intent becomes `akut_hjaelp`, the ranking follows, and the output has ``danger``:
    ``confidence``, ``start`` and ``end`` of the phrase in the message, and ``kind`` ("livstraet", "vold", "barn",
    "husly", "ulykke", "psykisk") where a pattern says which it is. From ``perhaps`` on it stands first with the next
    intent beside it, neither sure, so that the citizen is asked; so too where a sure pattern fits and all else speaks
    against it. Below, it never stands first.

    It needs no sentence encoder of its own: the vectors of single sentences found no more cries at the same number of
    false alarms. Where the examples have no such intent it does nothing.

    Config keys:

    - ``intent``: the intent it stands for.
    - ``threshold``: from this weight on, as a probability, it is a cry.
    - ``perhaps``: from this weight on it may be one.
    - ``confidence``: the least that is told of a cry: the share of all that is found that are cries.
    - ``beside``: how much the classifier's log-odds of it against the next intent weigh beside what was learned here.
    - ``known``: the log-odds that a sure pattern adds.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {
            "intent": "akut_hjaelp",
            "threshold": 0.8,
            "perhaps": 0.3,
            "confidence": 0.95,
            "beside": 1.0,
            "known": 5.0,
        }

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
        component._learned = stored(model_storage, resource, Learned.read)
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
        ranking: list[dict[str, Any]] = list(message.get(INTENT_RANKING_KEY) or [])
        sign = surest(signs)
        quoted = sign if sign is not None and sign.sure else None
        odds = judged.margin + self._config["beside"] * _odds(ranking, self._config["intent"])
        weight = 1 / (1 + exp(-(odds + (self._config["known"] if quoted else 0.0))))
        if weight >= self._config["threshold"]:
            confidence = max(weight, self._config["confidence"])
            self._rank(message, ranking, confidence)
            first, last = judged.passage.first, judged.passage.last
            here = quoted or next((one for one in signs if one.kind and first <= one.sentence <= last), None)
            message.data.pop("wishes", None)  # whatever else it wants comes after
            message.set("danger", _danger(reading, confidence, quoted, here, (first, last)), add_to_output=True)
        elif quoted or weight >= self._config["perhaps"]:
            self._put_beside(message, ranking)
        else:
            self._put_below(message, ranking)

    def _rank(self, message: Message, ranking: list[dict[str, Any]], confidence: float) -> None:
        """Put the intent on top with ``confidence``; the others share the rest as they did."""
        name = self._config["intent"]
        rest = [intent for intent in ranking if intent["name"] != name]
        total = sum(intent["confidence"] for intent in rest)
        share = (1 - confidence) / total if total else 0.0
        _tell(
            message,
            [
                {"name": name, "confidence": confidence},
                *({**intent, "confidence": intent["confidence"] * share} for intent in rest),
            ],
        )

    def _put_beside(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        """Put the intent on top with the next one beside it, each as likely as the other and neither sure."""
        name = self._config["intent"]
        rest = [intent for intent in ranking if intent["name"] != name]
        if not rest:
            return
        message.data.pop("wishes", None)  # what is asked first is whether there is danger
        low = [{**intent, "confidence": min(intent["confidence"], _REST)} for intent in rest[1:]]
        _tell(message, [{"name": name, "confidence": _EVEN}, {**rest[0], "confidence": _EVEN}, *low])

    def _put_below(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        """Put the intent below the next one where it is on top."""
        if len(ranking) < 2 or ranking[0]["name"] != self._config["intent"]:
            return
        # The two change places: what the classifier gave to the cry, it gives to what it thought of next.
        own, following, *rest = ranking
        first = {**following, "confidence": own["confidence"]}
        _tell(message, [first, {**own, "confidence": following["confidence"]}, *rest])


def _odds(ranking: list[dict[str, Any]], name: str) -> float:
    """The log-odds of ``name`` against the likeliest other in what the classifier said; 0 when it said nothing.

    Nothing it says weighs more than that one is some thirty times as likely (e^3.5): what it never saw it may be sure
    of for no reason, and one sentence of a long letter must be heard against all of the rest.
    """
    own = max((intent["confidence"] for intent in ranking if intent["name"] == name), default=0.0)
    other = max((intent["confidence"] for intent in ranking if intent["name"] != name), default=0.0)
    if not own and not other:
        return 0.0
    return max(-_MOST, min(_MOST, log(max(own, _LEAST)) - log(max(other, _LEAST))))


def _tell(message: Message, ranking: list[dict[str, Any]]) -> None:
    message.set(INTENT, dict(ranking[0]), add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)


def _danger(
    reading: Reading, confidence: float, quoted: Sign | None, sign: Sign | None, sentences: tuple[int, int]
) -> dict[str, Any]:
    """What actions and the desk are told. The phrase is the pattern's place, or else the whole passage."""
    first, last = sentences
    start, end = reading.sentences[first].start, reading.sentences[last].end
    if quoted is not None:
        start, end = quoted.start, quoted.end
    told: dict[str, Any] = {"confidence": confidence, "start": start, "end": end}
    if sign is not None and sign.kind is not None:
        told["kind"] = sign.kind
    return told
