"""What the tests of the pipeline's components share: messages cut into words, and where a model is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.tokenizer import DanishTokenizer

CONTEXT = ExecutionContext(GraphSchema({}), node_name="component")
RESOURCE = Resource("component")


def storage_in(folder: Path) -> LocalModelStorage:
    """Where a component keeps what it learns."""
    folder.mkdir(parents=True, exist_ok=True)
    return LocalModelStorage(folder)


def in_words(messages: Sequence[Message]) -> Sequence[Message]:
    """The messages with their words, as the tokenizer of the pipeline finds them."""
    DanishTokenizer(DanishTokenizer.get_default_config()).process(list(messages))
    return messages


def messages_of(texts: Iterable[str]) -> list[Message]:
    """What citizens write, cut into words."""
    return list(in_words([Message({TEXT: text}) for text in texts]))


def examples_of(said: Mapping[str, Iterable[str]]) -> TrainingData:
    """Training data: what is said for each intent, cut into words."""
    data = [Message({TEXT: text, INTENT: intent}) for intent, texts in said.items() for text in texts]
    return TrainingData(list(in_words(data)))


def files_in(folder: Path) -> list[Path]:
    """All files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
