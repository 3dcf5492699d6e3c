"""Finds the words of the look-up tables, however they are bent or misspelt, and says what they mean."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.danish.known_words import Hit, Known, KnownWords
from bot.danish.spelling import fold
from bot.nlu.entities.extractor import Entity, Extractor, entity

_KLE = "kle"  # the table that gives matters their numbers in the municipalities' subject plan
_TOPIC, _RELATION = "emne", "relation"
_FILE = "tables.json"

# Words that are somebody's only when it is said whose: "min mand", not "en mand".
_OF_SOMEBODY = frozenset({"mand", "ven", "barn", "børn"})
_OWNER = re.compile(
    r"\b(?:min|mit|mine|vores|vore|hans|hendes|deres|sin|sit|sine|din|dit|dine)(?: \w+)? $", re.IGNORECASE
)
_ANYBODY = re.compile(r"\b(?:en|et|nogen|nogle|to|tre|fire) $", re.IGNORECASE)
# "Pas på", "pas godt på" is no passport; "mit pas på torsdag" is.
_HAD = re.compile(r"\b(?:mit|et|nyt|dit|sit|vores|hans|hendes|hente|søge)(?: nye?t?)? $", re.IGNORECASE)
_NOT_AFTER = {"pas": re.compile(r"\s+(?:på|paa|godt)\b", re.IGNORECASE)}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LookupExtractor(Extractor):
    """`emne`, `afdeling`, `moedeform` and `relation`, by the look-up tables and synonyms of the training data.

    Unlike Rasa's own it forgives endings, compounds ("sygedagpengesagen"), words split in two and slips of the finger,
    but takes no correctly spelt Danish word for another. The value is the word that the synonyms lead to. A topic has
    ``kle`` besides where the table `kle` ("32.30.04 sygedagpenge") gives its number. Training keeps the tables in the
    model. It has no config keys.
    """

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        tables: Mapping[str, Any] | None = None,
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._kle: dict[str, str] = {}
        self._words = KnownWords(())
        if tables:
            self._use(tables)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LookupExtractor:
        """Make the component, yet without tables."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LookupExtractor:
        """Make the component with the tables of a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def train(self, training_data: TrainingData) -> Resource:
        """Take the tables out of the training data and keep them."""
        tables = tables_of(training_data)
        self._use(tables)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(tables, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def _use(self, tables: Mapping[str, Any]) -> None:
        self._kle = dict(tables["kle"])
        entries = ((word, Known(kind, value)) for word, kind, value in tables["words"])
        self._words = KnownWords(entries, compounds=frozenset({_TOPIC}))

    def find(self, text: str) -> list[Entity]:
        """The words of the tables in ``text``."""
        found = []
        for hit in self._words.find(text):
            if _is_meant(hit, text):
                known = hit.known
                kle = self._kle.get(known.value) if known.kind == _TOPIC else None
                more = {"kle": kle} if kle else {}
                found.append(entity(known.kind, hit.start, hit.end, known.value, **more))
        return found


def tables_of(training_data: TrainingData) -> dict[str, Any]:
    """The look-up tables with their synonyms: ``words`` as (word, entity, value), ``kle`` by value.

    A synonym belongs to the entity that its value, or another word with the same value, is a look-up word of.
    """
    values: dict[str, str] = dict(training_data.entity_synonyms)
    kinds: dict[str, str] = {}
    words: list[tuple[str, str, str]] = []
    kle: dict[str, str] = {}
    for table in training_data.lookup_tables:
        for word in _elements(table):
            if table["name"] == _KLE:
                number, _, value = word.partition(" ")
                kle[value] = number
                kinds.setdefault(value, _TOPIC)
                words.append((value, _TOPIC, value))
            else:
                value = values.get(word, word)
                kinds.setdefault(value, table["name"])
                words.append((word, table["name"], value))
    words += [(word, kinds[value], value) for word, value in values.items() if value in kinds]
    return {"words": list(dict.fromkeys(words)), "kle": kle}


def _elements(table: Mapping[str, Any]) -> list[str]:
    elements = table["elements"]
    return list(elements) if isinstance(elements, list) else []


def _is_meant(hit: Hit, text: str) -> bool:
    word, before = fold(text[hit.start : hit.end]), text[: hit.start]
    after = _NOT_AFTER.get(word)
    if after and after.match(text, hit.end) and not _HAD.search(before):
        return False
    if hit.known.kind != _RELATION or hit.known.value == "klient":
        return True
    if hit.known.value in _OF_SOMEBODY:
        return bool(_OWNER.search(before))
    return not _ANYBODY.search(before)
