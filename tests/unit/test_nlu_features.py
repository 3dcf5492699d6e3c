"""What a message is recognised by: words and parts of words, weighed by how rare they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.features import TfidfFeaturizer
from tests.nlu_setup import CONTEXT, RESOURCE, examples_of, files_in, messages_of, storage_in

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = {
    "hvem_er_sagsbehandler": ["hvem er min sagsbehandler", "jeg vil vide hvem der har min sag"],
    "svartid": ["hvornår får jeg svar på min ansøgning", "hvor længe skal jeg vente på svar"],
    "klage": ["jeg vil klage over afgørelsen", "hvor sender jeg min klage hen"],
}
WORDS = {"analyzer": "word", "min_ngram": 1, "max_ngram": 2}
LETTERS = {"analyzer": "char_wb", "min_ngram": 2, "max_ngram": 4}
BOTH = pytest.mark.parametrize("config", [WORDS, LETTERS], ids=["words", "letters"])


def made(folder: Path, config: dict[str, Any]) -> TfidfFeaturizer:
    whole = {**TfidfFeaturizer.get_default_config(), **config}
    return TfidfFeaturizer.create(whole, storage_in(folder), RESOURCE, CONTEXT)


def trained(folder: Path, config: dict[str, Any], data: TrainingData | None = None) -> TfidfFeaturizer:
    component = made(folder, config)
    component.train(data or examples_of(EXAMPLES))
    return component


def loaded(folder: Path, config: dict[str, Any]) -> TfidfFeaturizer:
    whole = {**TfidfFeaturizer.get_default_config(), **config}
    return TfidfFeaturizer.load(whole, storage_in(folder), RESOURCE, CONTEXT)


def vectors(component: TfidfFeaturizer, texts: Sequence[str]) -> NDArray[np.float32]:
    return np.concatenate([row(message) for message in component.process(messages_of(texts))])


def row(message: Message) -> NDArray[np.float32]:
    _, features = message.get_sparse_features(TEXT)
    assert features is not None
    dense: NDArray[np.float32] = features.features.toarray()
    assert dense.shape[0] == 1
    return dense


@BOTH
def test_what_was_trained_is_what_is_loaded(tmp_path: Path, config: dict[str, Any]) -> None:
    """The running assistant sees a message as the training saw its examples, to the last digit."""
    texts = ["hvem er min sagsbehandler", "jeg venter på svar", "noget helt andet"]
    before = vectors(trained(tmp_path, config), texts)

    assert before.any()
    assert (vectors(loaded(tmp_path, config), texts) == before).all()


@BOTH
def test_the_model_holds_nothing_that_runs(tmp_path: Path, config: dict[str, Any]) -> None:
    """A model is a file that is carried from machine to machine; what is unpickled there could do anything."""
    trained(tmp_path, config)

    files = files_in(tmp_path)
    assert {file.suffix for file in files} <= {".json", ".npy", ".npz"}
    for file in files:
        if file.suffix == ".json":
            json.loads(file.read_text(encoding="utf-8"))
        else:
            np.load(file, allow_pickle=False)


@BOTH
def test_the_same_message_has_the_same_features_in_training_and_after(tmp_path: Path, config: dict[str, Any]) -> None:
    """Whether it comes as an example or from a citizen, alone or among others."""
    data = examples_of(EXAMPLES)
    component = trained(tmp_path, config, data)
    component.process_training_data(data)
    texts = [example.get(TEXT) for example in data.training_examples]

    alone = np.concatenate([vectors(component, [text]) for text in texts])
    assert (np.concatenate([row(example) for example in data.training_examples]) == alone).all()


@BOTH
def test_unseen_words_are_harmless(tmp_path: Path, config: dict[str, Any]) -> None:
    """They weigh nothing; what stands beside them counts as before."""
    strange, mixed = vectors(trained(tmp_path, config), ["qqqq xxxx 999", "qqqq sagsbehandler"])

    assert not strange.any()
    assert mixed.any()
    assert np.isfinite(mixed).all()


def test_a_word_counts_once_however_often_it_is_said(tmp_path: Path) -> None:
    """A letter says "jeg" ten times, and its one question must not drown in it."""
    component = trained(tmp_path, {**WORDS, "max_ngram": 1})
    once, often = vectors(component, ["jeg vil klage", "jeg jeg jeg jeg jeg vil vil klage"])

    assert often == pytest.approx(once)


def test_a_rare_word_weighs_more_than_a_common_one(tmp_path: Path) -> None:
    """ "Afgørelsen" tells more of a message than "jeg"."""
    component = trained(tmp_path, {**WORDS, "max_ngram": 1})
    common, rare, both = vectors(component, ["jeg", "afgørelsen", "jeg afgørelsen"])

    assert both[rare.argmax()] > both[common.argmax()] > 0


def test_the_forms_of_a_word_are_one_word(tmp_path: Path) -> None:
    """Words are read as the tokenizer gives their headwords, so not every ending needs an example."""
    one, other = vectors(trained(tmp_path, WORDS), ["min ansøgning", "mine ansoegninger"])

    assert one.any()
    assert other == pytest.approx(one)


@pytest.mark.parametrize("slip", ["sagsbehanler", "sagbehandler", "sagsbehandlernes", "SAGSBEHANDLER"])
def test_letters_see_the_likeness_of_a_slip(tmp_path: Path, slip: str) -> None:
    """A misspelt word shares most of its parts with the right one, and few with another."""
    right, wrong, another = vectors(trained(tmp_path, LETTERS), ["sagsbehandler", slip, "afgørelsen"])

    assert right @ wrong > 0.5 > right @ another


@BOTH
def test_danish_letters_may_be_missing(tmp_path: Path, config: dict[str, Any]) -> None:
    """The same message from a foreign keyboard has the same features."""
    danish, plain = vectors(trained(tmp_path, config), ["hvornår får jeg svar", "hvornaar faar jeg svar"])

    assert danish.any()
    assert plain == pytest.approx(danish)


@BOTH
@pytest.mark.parametrize("said", [{}, {"hilsen": [" "]}], ids=["no example", "no word"])
def test_without_examples_there_are_no_features(
    tmp_path: Path, config: dict[str, Any], said: dict[str, list[str]]
) -> None:
    """Rasa trains and runs on a set that is yet empty."""
    made(tmp_path, config).train(examples_of(said))

    [message] = loaded(tmp_path, config).process(messages_of(["hvem er min sagsbehandler"]))
    assert message.get_sparse_features(TEXT) == (None, None)


def test_a_message_without_text_is_left_alone(tmp_path: Path) -> None:
    """There are examples that are an intent and nothing else."""
    [message] = trained(tmp_path, WORDS).process([Message({TEXT: ""})])

    assert message.get_sparse_features(TEXT) == (None, None)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"analyzer": "sentence"}, "analyzer"),
        ({"min_ngram": 3, "max_ngram": 2}, "min_ngram"),
        ({"min_ngram": 0}, "min_ngram"),
    ],
)
def test_a_wrong_configuration_is_told_before_the_training(config: dict[str, Any], key: str) -> None:
    """With the name of the key, so that it is found in `config.yml`."""
    with pytest.raises(InvalidConfigException, match=key):
        TfidfFeaturizer.validate_config({**TfidfFeaturizer.get_default_config(), **config})


def test_the_projects_own_configuration_holds() -> None:
    """And so do the defaults."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    ours = [part for part in pipeline if part["name"] == "bot.nlu.features.TfidfFeaturizer"]

    assert ours
    for config in ({}, *ours):
        TfidfFeaturizer.validate_config({**TfidfFeaturizer.get_default_config(), **config})
