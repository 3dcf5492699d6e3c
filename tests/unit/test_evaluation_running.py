"""How messages reach the model, and what a model's file tells before it is loaded."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.evaluation.reading import Labelled
from bot.nlu.evaluation.running import NoModel, intents_of, parse_all


class Listening:
    """An agent that keeps what it is asked, and is sure of one intent."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def parse_message(self, text: str) -> dict[str, Any]:
        self.asked.append(text)
        hilsen = {"name": "hilsen", "confidence": 0.75}
        return {"intent": hilsen, "intent_ranking": [hilsen]}


def archive(folder: Path, **files: str) -> Path:
    made = folder / "model.tar.gz"
    with tarfile.open(made, "w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name.replace("_json", ".json"))
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content.encode()))
    return made


async def test_each_message_goes_the_way_of_a_typed_one() -> None:
    """Without a leading slash, which would be a command to Rasa, and without a CPR number: as in the chat."""
    agent = Listening()
    texts = ["hej", " /klage", "mit cpr er 010190-1234"]

    outcomes = await parse_all(agent, [Labelled(text=text, intent="hilsen") for text in texts], known={"hej"})

    # The first ones are parsed twice, once to warm up.
    assert agent.asked[3:5] == ["hej", "klage"]
    assert "010190" not in agent.asked[5] and agent.asked[5].startswith("mit cpr er")
    assert [one.text for one in outcomes] == texts
    assert [one.known for one in outcomes] == [True, False, False]
    assert all(one.milliseconds > 0 and one.best == "hilsen" for one in outcomes)


def test_a_model_tells_its_intents_without_being_loaded(tmp_path: Path) -> None:
    """A wrong line of a test set is told before the seconds that loading takes."""
    domain = {"intents": ["hilsen", {"klage": {"use_entities": []}}]}

    assert intents_of(archive(tmp_path, metadata_json=json.dumps({"domain": domain}))) == ("hilsen", "klage")


@pytest.mark.parametrize("files", [{}, {"metadata_json": "{"}, {"metadata_json": "{}"}, {"metadata_json": "[]"}])
def test_an_archive_that_is_no_model_is_refused(tmp_path: Path, files: dict[str, str]) -> None:
    """With its name, and without a stack trace."""
    model = archive(tmp_path, **files)

    with pytest.raises(NoModel) as caught:
        intents_of(model)

    assert caught.value.log == f"Filen er ikke en model fra Rasa: {model}"


def test_a_model_that_is_not_there_is_told_with_how_to_get_one(tmp_path: Path) -> None:
    """A folder is none either: which of its models was meant would be a guess."""
    for path in (tmp_path / "none.tar.gz", tmp_path):
        with pytest.raises(NoModel, match="borgerkontakt train"):
            intents_of(path)
