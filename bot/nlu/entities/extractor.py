"""What our entity extractors share: how Rasa makes them, and how they put what they find into a message."""

from __future__ import annotations

from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

Self = TypeVar("Self", bound="Extractor")
Entity = dict[str, Any]


class Extractor(GraphComponent, EntityExtractorMixin):
    """An extractor that is not trained and has no config keys; one says what it finds in `find`."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The keys of the configuration and their defaults."""
        return {}

    @classmethod
    def create(
        cls: type[Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Make the component; it is not trained, so there is nothing to load."""
        return cls()

    def find(self, text: str) -> list[Entity]:
        """The entities of ``text``, in the order they stand."""
        raise NotImplementedError

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what is found; where an extractor before this one found something already, that stands.

        They are in the order they stand in the text.
        """
        for message in messages:
            text = message.get(TEXT)
            if text:
                kept = list(message.get(ENTITIES, []))
                for one in self.add_extractor_name(self.find(text)):
                    if not _overlaps(one, kept):
                        kept.append(one)
                kept.sort(key=lambda one: int(one["start"]))
                message.set(ENTITIES, kept, add_to_output=True)
        return messages


def _overlaps(one: Entity, others: list[Entity]) -> bool:
    return any(one["start"] < other["end"] and other["start"] < one["end"] for other in others)


def entity(kind: str, start: int, end: int, value: str, **more: Any) -> Entity:
    """An entity as Rasa has them; ``more`` are keys of our own."""
    return {"entity": kind, "start": start, "end": end, "value": value, **more}
