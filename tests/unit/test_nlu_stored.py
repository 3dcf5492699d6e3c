"""What a component kept of its training: read, or never written; one that is damaged is no model at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.nlu.classifier import IntentClassifier
from bot.nlu.danger.component import DangerDetector
from bot.nlu.features import TfidfFeaturizer
from bot.nlu.stored import stored
from tests.nlu_setup import CONTEXT, RESOURCE, storage_in

COMPONENTS: list[tuple[Any, str]] = [
    (TfidfFeaturizer, "vocabulary.json"),
    (IntentClassifier, "learned.json"),
    (DangerDetector, "danger.json"),
]


def test_what_was_never_written_is_none(tmp_path: Path) -> None:
    """Rasa lets a component keep nothing, where it had nothing to learn from."""
    assert stored(storage_in(tmp_path), RESOURCE, lambda folder: "read") is None


def test_what_can_not_be_read_is_told(tmp_path: Path) -> None:
    """Whatever the reading raises, a ValueError among it, reaches whoever loads the model."""
    storage = storage_in(tmp_path)
    with storage.write_to(RESOURCE) as folder:
        (folder / "file").write_text("no number", encoding="utf-8")
    assert stored(storage, RESOURCE, lambda folder: (folder / "file").read_text(encoding="utf-8")) == "no number"
    with pytest.raises(ValueError, match="no number"):
        stored(storage, RESOURCE, lambda folder: int((folder / "file").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("component", "file"), COMPONENTS, ids=lambda one: getattr(one, "__name__", None))
def test_a_damaged_component_does_not_load(tmp_path: Path, component: Any, file: str) -> None:
    """Above all what hears a cry for help: a model that would be deaf without a word is refused."""
    storage = storage_in(tmp_path)
    with storage.write_to(RESOURCE) as folder:
        (folder / file).write_text('{"cut sho', encoding="utf-8")
    with pytest.raises(ValueError, match=r"."):
        component.load(component.get_default_config(), storage, RESOURCE, CONTEXT)
