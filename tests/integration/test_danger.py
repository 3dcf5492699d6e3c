"""The danger detector as a component of Rasa: trained on the project's examples, kept, loaded and asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.danger.component import DangerDetector
from tests.integration.conftest import ROOT

SETS = Path(__file__).parents[1] / "nlu"
pytestmark = pytest.mark.timeout(300)


def _trained(folder: Path, data: TrainingData) -> DangerDetector:
    storage, resource = LocalModelStorage.create(folder), Resource("danger")
    context = ExecutionContext(GraphSchema({}), "danger")
    config = DangerDetector.get_default_config()
    DangerDetector.create(config, storage, resource, context).train(data)
    return DangerDetector.load(config, storage, resource, context)


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DangerDetector]:
    """The detector trained on `data/nlu`, written down and loaded again."""
    yield _trained(tmp_path_factory.mktemp("danger"), load_data(str(ROOT / "data/nlu")))


def _ask(detector: DangerDetector, text: str, ranking: list[tuple[str, float]] = [("sagsstatus", 1.0)]) -> Message:  # noqa: B006
    given: list[dict[str, Any]] = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    message = Message(data={TEXT: text, INTENT: given[0], INTENT_RANKING_KEY: given, "wishes": []})
    return detector.process([message])[0]


def _texts(name: str, *, cries: bool) -> list[str]:
    lines = map(json.loads, (SETS / name).open(encoding="utf-8"))
    return [line["text"] for line in lines if (line["intent"] == "akut_hjaelp") is cries]


def test_a_cry_in_a_letter_comes_on_top_and_can_be_quoted(detector: DangerDetector) -> None:
    """The intent is `akut_hjaelp`, the ranking follows and still sums to one, and the phrase stands in ``danger``."""
    text = "Hej. Jeg søgte om briller i maj. Min mand slår mig, når han drikker. Hvornår får jeg svar? Hilsen Eva"
    message = _ask(detector, text, [("svartid", 0.8), ("sagsstatus", 0.15), ("akut_hjaelp", 0.05)])
    assert message.get(INTENT)["name"] == "akut_hjaelp"
    assert [one["name"] for one in message.get(INTENT_RANKING_KEY)] == ["akut_hjaelp", "svartid", "sagsstatus"]
    assert sum(one["confidence"] for one in message.get(INTENT_RANKING_KEY)) == pytest.approx(1.0)
    danger = message.get("danger")
    assert danger["kind"] == "vold"
    assert "slår mig" in text[danger["start"] : danger["end"]]
    assert message.get("wishes") is None
    assert "danger" in message.output_properties


def test_an_ordinary_message_is_left_as_it_was(detector: DangerDetector) -> None:
    """No danger, no change."""
    message = _ask(detector, "hvad er status på min sag")
    assert message.get(INTENT) == {"name": "sagsstatus", "confidence": 1.0}
    assert message.get("danger") is None


def test_cries_are_found_and_harmless_messages_are_not(detector: DangerDetector) -> None:
    """Where the whole message was surely taken for something else: 9 of 10 cries, no alarm in 200 harmless ones."""
    cries = _texts("akut.jsonl", cries=True)
    found = [text for text in cries if _ask(detector, text).get("danger")]
    assert len(found) >= 0.9 * len(cries)
    assert [text for text in _texts("harmloes.jsonl", cries=False) if _ask(detector, text).get("danger")] == []
    ordinary = _texts("calibration.jsonl", cries=False)
    assert sum(_ask(detector, text).get("danger") is not None for text in ordinary) <= len(ordinary) / 200


def test_on_labels_without_such_an_intent_it_does_nothing(tmp_path: Path) -> None:
    """A benchmark's intents are left alone, whatever a message says."""
    data = TrainingData([Message(data={TEXT: "spil musik", INTENT: "musik"}), Message(data={TEXT: "ja", INTENT: "ja"})])
    message = _ask(_trained(tmp_path, data), "min mand slår mig")
    assert message.get(INTENT)["name"] == "sagsstatus"
    assert message.get("danger") is None
