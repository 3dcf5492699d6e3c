"""Two wishes in one message: each is recognised in its own clause.

Two components frame the pipeline. The first puts the clauses of a message beside it, as messages of their own, so that
all that stands between reads them too; the second takes them away again and keeps what they wished.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_CLAUSE = "clause_of"  # on a clause: its message and its place there
# More is a letter, which tells more than it asks.
_MOST_CLAUSES = 5
_MOST_WORDS = 40
_ASKS = r"h[vw]em|h[vw]ad|h[vw]orn[aå]{1,2}r|h[vw]or|h[vw]ordan|h[vw]orfor|h[vw]ilke[nt]?"
_ORDERS = r"kan|må|ring|flyt|aflys|send|book"
_BREAK = re.compile(
    r"(?<=[.?!;:])\s+|\s*\n\s*|\s+[-–]\s+|,?\s+(?:og|å|samt|men|desuden|derudover|også|plus|&)\s+(?=\S)"
    rf"|,\s+(?=(?:{_ASKS}|{_ORDERS}|jeg|vi)\b)",
    re.IGNORECASE,
)
_NEW_CLAUSE = re.compile(rf"(?:{_ASKS}|kan|må|vil|jeg|vi|har|er)\b", re.IGNORECASE)
# Tells what was, and asks nothing: "jeg fik afslag i går", "jeg har fået en ny sagsbehandler".
_TELLS = re.compile(
    r"^\W*(?:hej\W+)?(?:så |nu |i \w+ )?(?:jeg|vi|min|mit|mine|det|den|der|hun|han|de|vores|fik|a)\b"
    rf"(?!.*\b(?:vil|ønsker|{_ASKS})\b)"
    r"(?=.*\b(?:fik|blev|var|havde|søgte|sendte|skrev|kan ikke (?:skrive|læse|se|høre)|skal have (?:nyt|ny|en ny)"
    r"|\w{3,}ede|(?:har|er|ha)\b(?:\s+\w+){0,4}?\s+\w+(?:et|t|rt|lt|ne|gt))\b)",
    re.IGNORECASE | re.DOTALL,
)
# What stands beside a wish and is none of its own, and what is never one of two.
_NO_WISH = frozenset(
    {
        "hilsen",
        "farvel",
        "tak",
        "bekraeft",
        "afvis",
        "oplys",
        "utilfreds",
        "akut_hjaelp",
        "uden_for_emne",
        "nlu_fallback",
    }
)


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of two words or more stand, as (start, end); none when there is but one, or a letter's many."""
    if len(_words(text)) > _MOST_WORDS:
        return []
    found: list[tuple[int, int]] = []
    at = 0
    for cut in _BREAK.finditer(text):
        before = text[at : cut.start()]
        if cut.group().strip(" ,").lower() == "også" and not (
            len(_words(before)) >= 3 and _NEW_CLAUSE.match(text, cut.end())
        ):
            continue  # "jeg vil også gerne": no border
        if len(_words(before)) < 2:
            continue
        found.append((at, cut.start()))
        at = cut.end()
    if len(_words(text[at:])) >= 2:
        found.append((at, len(text)))
    return found if 2 <= len(found) <= _MOST_CLAUSES else []


def tells(clause: str) -> bool:
    """Whether the clause only tells what was."""
    return bool(_TELLS.search(clause))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


class _Untrained(GraphComponent):
    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = {**self.get_default_config(), **config}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Any:
        """Make the component; it is not trained, so there is nothing to load."""
        return cls(config)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ClauseSplitter(_Untrained):
    """Puts the clauses of a message beside it. Stands first in the pipeline, before the tokenizer."""

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each with its clauses after it."""
        made: list[Message] = []
        for number, message in enumerate(messages):
            made.append(message)
            text: str = message.get(TEXT) or ""
            if text.startswith(INTENT_MESSAGE_PREFIX):  # a pressed button, which wishes for what it says
                continue
            made += [
                Message(data={TEXT: text[start:end], _CLAUSE: (number, start, end)}) for start, end in clauses(text)
            ]
        return made

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples are learned whole."""
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class WishCollector(_Untrained):
    """Takes the clauses away again; a message in which two wished for something gets both as ``wishes``.

    Each has ``intent``, ``confidence``, ``text``, ``start`` and ``end``. The message's own intent is one of the two.
    Stands after the classifiers, and before whoever decides what is sure.

    Config keys:

    - ``threshold``: how sure a clause must be of its wish.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {"threshold": 0.8}

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages without their clauses."""
        whole = [message for message in messages if not message.get(_CLAUSE)]
        wished: dict[int, list[dict[str, Any]]] = {}
        for clause in messages:
            place = clause.get(_CLAUSE)
            best = clause.get(INTENT) or {}
            if not place or not best.get("name") or best["name"] in _NO_WISH or tells(clause.get(TEXT)):
                continue
            if best["confidence"] < self._config["threshold"]:
                continue
            number, start, end = place
            had = wished.setdefault(number, [])
            if best["name"] not in {wish["intent"] for wish in had}:
                told = {"text": clause.get(TEXT), "start": start, "end": end}
                had.append({"intent": best["name"], "confidence": best["confidence"], **told})
        for number, wishes in wished.items():
            if len(wishes) > 1:
                self._keep(whole[number], wishes[:2])
        return whole

    @staticmethod
    def _keep(message: Message, wishes: list[dict[str, Any]]) -> None:
        best = message.get(INTENT) or {}
        if best.get("name") == "akut_hjaelp":
            return  # comes before all else, and alone
        if best.get("name") not in {wish["intent"] for wish in wishes}:
            if best.get("confidence", 0.0) >= 0.9:
                return  # read as a whole it is something else, and surely so
            first = {"name": wishes[0]["intent"], "confidence": wishes[0]["confidence"]}
            rest = [one for one in message.get(INTENT_RANKING_KEY) or [] if one["name"] != first["name"]]
            message.set(INTENT, first, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [first, *rest], add_to_output=True)
        message.set("wishes", wishes, add_to_output=True)
