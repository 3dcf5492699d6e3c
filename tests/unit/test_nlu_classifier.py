"""Which intent a message has: how sure that is, and when the sentence's vector is asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import SettingsError
from bot.nlu import classifier
from bot.nlu.classifier import IntentClassifier
from bot.nlu.encoders import Encoder
from bot.nlu.features import TfidfFeaturizer
from tests.nlu_setup import CONTEXT, RESOURCE, examples_of, files_in, messages_of, storage_in

WHO, WHEN, COMPLAINT, HOURS = "hvem_er_sagsbehandler", "svartid", "klage", "aabningstider"
SAID = {
    WHO: [
        "hvem er min sagsbehandler",
        "hvem har min sag",
        "hvad hedder min sagsbehandler",
        "navnet på min sagsbehandler",
        "hvilken sagsbehandler har jeg",
        "hvem sidder med min sag",
    ],
    WHEN: [
        "hvornår får jeg svar",
        "hvor længe skal jeg vente på svar",
        "jeg venter stadig på svar",
        "hvornår kommer der svar",
        "hvor lang tid tager et svar",
        "får jeg snart svar",
    ],
    COMPLAINT: [
        "jeg vil klage over afgørelsen",
        "hvordan klager jeg",
        "jeg vil gerne klage",
        "hvor sender jeg en klage hen",
        "jeg er uenig i afgørelsen",
        "kan man klage over et afslag",
    ],
    HOURS: [
        "hvornår har borgerservice åbent",
        "hvad er jeres åbningstider",
        "hvornår åbner I i morgen",
        "har I åbent nu",
        "hvornår lukker borgerservice",
        "er der åbent på lørdag",
    ],
}
# What each intent is about, in words that need not stand in any example.
MEANINGS = (
    ("sagsbehandler", "hvem", "sidder", "hedder", "navn", "frøken"),
    ("svar", "vente", "venter", "længe", "tålmodighed"),
    ("klag", "afgørelse", "afslag", "uretfærdig"),
    ("åb", "luk", "dørene"),
)


class Meaning:
    """A sentence encoder that knows what words mean, and keeps what it was asked."""

    def __init__(self, name: str = "meaning") -> None:
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array(
            [[float(any(word in text for word in words)) for words in MEANINGS] + [0.5] for text in texts],
            dtype=np.float32,
        )


def use(monkeypatch: pytest.MonkeyPatch, encoder: Encoder | None) -> None:
    """From now on this is the encoder that the settings lead to."""
    monkeypatch.setattr(classifier, "encoder_for", lambda folder: encoder)


def config(**changed: Any) -> dict[str, Any]:
    return {**IntentClassifier.get_default_config(), "vectors": None, **changed}


def featurizer(folder: Path) -> TfidfFeaturizer:
    letters = {**TfidfFeaturizer.get_default_config(), "analyzer": "char_wb", "min_ngram": 2, "max_ngram": 4}
    return TfidfFeaturizer.load(letters, storage_in(folder / "features"), RESOURCE, CONTEXT)


def train(folder: Path, data: TrainingData | None = None, **changed: Any) -> None:
    """Train features and classifier, as Rasa does: one process trains, another loads."""
    data = examples_of(SAID) if data is None else data
    untrained = featurizer(folder)
    untrained.train(data)
    untrained.process_training_data(data)
    IntentClassifier.create(config(**changed), storage_in(folder / "model"), RESOURCE, CONTEXT).train(data)


def load(folder: Path, **changed: Any) -> IntentClassifier:
    return IntentClassifier.load(config(**changed), storage_in(folder / "model"), RESOURCE, CONTEXT)


def understood(folder: Path, component: IntentClassifier, *texts: str) -> list[Message]:
    return component.process(featurizer(folder).process(messages_of(texts)))


def ranking(folder: Path, component: IntentClassifier, text: str) -> list[dict[str, Any]]:
    [message] = understood(folder, component, text)
    found: list[dict[str, Any]] = message.get(INTENT_RANKING_KEY)
    return found


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Meaning:
    made = Meaning()
    use(monkeypatch, made)
    return made


TEXTS = [
    "hvem er min sagsbehandler",
    "må jeg få navnet på den sagsbehandler der har sagen",
    "HVORNAAR FAAR JEG SVAR!!",
    "qqqq xxxx",
    "?",
]
WITH_AND_WITHOUT = pytest.mark.parametrize("has", [True, False], ids=["encoder", "no encoder"])


# What is said of a message


@WITH_AND_WITHOUT
@pytest.mark.parametrize("text", TEXTS)
def test_the_probabilities_sum_to_one_and_the_best_stands_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has: bool, text: str
) -> None:
    """Each intent once, from the likeliest to the least likely; and the first is the message's intent."""
    use(monkeypatch, Meaning() if has else None)
    train(tmp_path)
    [message] = understood(tmp_path, load(tmp_path), text)

    found = message.get(INTENT_RANKING_KEY)
    sure = [one["confidence"] for one in found]
    assert sorted(one["name"] for one in found) == sorted(SAID)
    assert sum(sure) == pytest.approx(1.0)
    assert sure == sorted(sure, reverse=True)
    assert message.get(INTENT) == found[0]
    assert json.dumps(message.as_dict(only_output_properties=True)[INTENT_RANKING_KEY])


@WITH_AND_WITHOUT
def test_what_was_learned_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has: bool) -> None:
    """With a sentence encoder or without one the assistant trains and answers."""
    use(monkeypatch, Meaning() if has else None)
    train(tmp_path)
    component = load(tmp_path)

    for text, intent in [
        ("hvem er min sagsbehandler?", WHO),
        ("fortæl mig hvem der har min sag", WHO),
        ("hvornaar faar jeg svar", WHEN),
        ("jeg vil klage", COMPLAINT),
        ("hvad er åbningstiderne", HOURS),
    ]:
        assert ranking(tmp_path, component, text)[0]["name"] == intent


def test_who_says_nothing_has_no_intent(tmp_path: Path, encoder: Meaning) -> None:
    """An empty message is no error, and nobody's."""
    train(tmp_path)
    [message] = understood(tmp_path, load(tmp_path), "")

    assert message.get(INTENT) == {"name": None, "confidence": 0.0}
    assert message.get(INTENT_RANKING_KEY) == []


def test_what_is_like_the_examples_is_surer_than_what_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Confidence is worth something: nobody is sure of words that no example has."""
    use(monkeypatch, None)
    train(tmp_path)
    component = load(tmp_path)
    known, half, unknown = (
        ranking(tmp_path, component, text)[0]["confidence"]
        for text in ("hvem er min sagsbehandler", "er det stadig frøken Holm der er min sagsbehandler", "qqqq xxxx")
    )

    assert known > half > unknown


# When the encoder is asked


def asked(folder: Path, encoder: Meaning, text: str, **changed: Any) -> tuple[str, list[str]]:
    """Which path a trained model takes with ``text``, and what the encoder was asked meanwhile."""
    component = load(folder, **changed)
    encoder.asked.clear()
    [message] = understood(folder, component, text)
    return message.as_dict(only_output_properties=True)["path"], encoder.asked


def test_the_fast_path_answers_alone_when_it_is_sure(tmp_path: Path, encoder: Meaning) -> None:
    """The vector takes twenty milliseconds, and is not made where words are enough."""
    train(tmp_path)
    words_alone = ranking(tmp_path, load(tmp_path, sure=0.0), "hvem er min sagsbehandler")[0]["confidence"]

    assert asked(tmp_path, encoder, "hvem er min sagsbehandler", sure=words_alone - 0.01) == ("fast", [])


def test_where_the_words_are_not_enough_the_sentence_is_read(tmp_path: Path, encoder: Meaning) -> None:
    """Once, and that message alone."""
    train(tmp_path)
    text = "hvem er min sagsbehandler"
    words_alone = ranking(tmp_path, load(tmp_path, sure=0.0), text)[0]["confidence"]

    assert asked(tmp_path, encoder, text, sure=words_alone + 0.001) == ("whole", [text])


def test_only_the_messages_that_need_it_are_read_whole(tmp_path: Path, encoder: Meaning) -> None:
    """One that is doubtful does not slow the ones beside it down."""
    train(tmp_path)
    clear, doubtful = "hvem er min sagsbehandler", "qqqq xxxx"
    component = load(tmp_path, sure=0.6)
    encoder.asked.clear()
    messages = understood(tmp_path, component, clear, doubtful, clear)

    assert [message.get("path") for message in messages] == ["fast", "whole", "fast"]
    assert encoder.asked == [doubtful]


@pytest.mark.parametrize(
    ("text", "intent"), [("xx frøken qq", WHO), ("mm tålmodighed kk", WHEN), ("uretfærdig zz", COMPLAINT)]
)
def test_the_meaning_decides_where_no_word_is_known(tmp_path: Path, encoder: Meaning, text: str, intent: str) -> None:
    """That is what the vector is for: a wording that no example has."""
    train(tmp_path)
    words_alone = ranking(tmp_path, load(tmp_path, sure=0.0), text)
    whole = ranking(tmp_path, load(tmp_path), text)

    assert whole[0]["name"] == intent
    assert whole[0]["confidence"] > next(one["confidence"] for one in words_alone if one["name"] == intent)


# Where the encoder is not the one it was


@pytest.mark.parametrize("now", [None, Meaning("another")], ids=["none", "another"])
def test_a_model_of_another_encoder_answers_by_its_words_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, now: Meaning | None
) -> None:
    """The vectors of another encoder mean something else; who runs it reads that it must be trained anew."""
    use(monkeypatch, Meaning("the one it was trained with"))
    train(tmp_path)
    use(monkeypatch, now)
    component = load(tmp_path)
    [message] = understood(tmp_path, component, "qqqq xxxx")

    assert message.get("path") == "fast"
    assert len(message.get(INTENT_RANKING_KEY)) == len(SAID)
    assert now is None or now.asked == []
    assert "the one it was trained with" in caplog.text


def test_a_model_trained_without_an_encoder_asks_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was installed since has learned nothing of these intents."""
    use(monkeypatch, None)
    train(tmp_path)
    since = Meaning()
    use(monkeypatch, since)

    [message] = understood(tmp_path, load(tmp_path), "qqqq xxxx")
    assert message.get("path") == "fast"
    assert since.asked == []


@pytest.mark.parametrize("when", ["training", "loading"])
def test_a_sentence_model_that_is_named_and_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """A slip in the setting must not quietly become an assistant that understands less."""
    if when == "loading":
        with monkeypatch.context() as before:
            use(before, Meaning())
            train(tmp_path)
    monkeypatch.setenv("SENTENCE_MODEL", str(tmp_path / "findes-ikke"))

    with pytest.raises(SettingsError, match="mangler filen"):
        if when == "loading":
            load(tmp_path)
        else:
            train(tmp_path)


# What is learned, and kept


@WITH_AND_WITHOUT
def test_the_same_examples_make_the_same_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has: bool) -> None:
    """Chance has no say: what was measured is what is shipped."""
    use(monkeypatch, Meaning() if has else None)
    for folder in ("one", "other"):
        train(tmp_path / folder)

    for text in TEXTS:
        one, other = (ranking(tmp_path / folder, load(tmp_path / folder), text) for folder in ("one", "other"))
        assert [each["name"] for each in one] == [each["name"] for each in other]
        # To the last digit only where the processor adds in the same order each time.
        assert [each["confidence"] for each in one] == pytest.approx([each["confidence"] for each in other], abs=1e-6)


def test_the_model_holds_nothing_that_runs(tmp_path: Path, encoder: Meaning) -> None:
    """A model is a file that is carried from machine to machine; what is unpickled there could do anything."""
    train(tmp_path)

    files = files_in(tmp_path / "model")
    assert files
    assert {file.suffix for file in files} <= {".json", ".npy", ".npz"}
    for file in files:
        if file.suffix == ".json":
            json.loads(file.read_text(encoding="utf-8"))
        else:
            np.load(file, allow_pickle=False)


def test_training_again_asks_only_for_what_is_new(tmp_path: Path, encoder: Meaning) -> None:
    """Vectors are kept between trainings where the configuration says, so a small change takes seconds."""
    kept = str(tmp_path / "vectors.npz")
    train(tmp_path, vectors=kept)
    encoder.asked.clear()
    train(tmp_path, examples_of({**SAID, WHO: [*SAID[WHO], "hvem er sat på sagen"]}), vectors=kept)

    assert encoder.asked == ["hvem er sat på sagen"]


def test_of_many_examples_a_fair_share_is_encoded(tmp_path: Path, encoder: Meaning) -> None:
    """Each takes time; an intent with few examples is not left out because another has many."""
    many = {**SAID, WHO: [f"{text} nummer {number}" for text in SAID[WHO] for number in range(9)]}
    train(tmp_path, examples_of(many), most_encoded=8)

    by_intent = [len([text for text in encoder.asked if text in texts]) for texts in many.values()]
    assert by_intent == [2, 2, 2, 2]


def test_what_it_costs_more_to_miss_is_leaned_to(tmp_path: Path, encoder: Meaning) -> None:
    """A lean lifts its own intent over all others, and leaves their order."""
    train(tmp_path)
    plain = ranking(tmp_path, load(tmp_path), "hvornår svarer I")
    last = plain[-1]["name"]
    leaned = ranking(tmp_path, load(tmp_path, lean={last: 20.0, "no_such_intent": 3.0}), "hvornår svarer I")

    assert leaned[0]["name"] == last
    assert [one["name"] for one in leaned[1:]] == [one["name"] for one in plain[:-1]]


@WITH_AND_WITHOUT
@pytest.mark.parametrize(
    "said",
    [{WHO: SAID[WHO]}, {WHO: SAID[WHO], WHEN: SAID[WHEN]}, {WHO: SAID[WHO], WHEN: SAID[WHEN][:1]}],
    ids=["one intent", "two intents", "one example"],
)
def test_a_handful_of_examples_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has: bool, said: dict[str, list[str]]
) -> None:
    """A municipality that begins has one intent, then two, and then one with a single example."""
    use(monkeypatch, Meaning() if has else None)
    train(tmp_path, examples_of(said))
    found = ranking(tmp_path, load(tmp_path), "hvem er min sagsbehandler")

    assert found[0]["name"] == WHO
    assert sum(one["confidence"] for one in found) == pytest.approx(1.0)


def test_without_examples_nothing_is_understood(tmp_path: Path, encoder: Meaning) -> None:
    """Rasa trains and runs on a set that is yet empty."""
    train(tmp_path, TrainingData([]))
    [message] = understood(tmp_path, load(tmp_path), "hvem er min sagsbehandler")

    assert message.get(INTENT) == {"name": None, "confidence": 0.0}


def test_an_example_without_words_or_intent_is_passed_over(tmp_path: Path, encoder: Meaning) -> None:
    """Training data holds look-up tables and answers too."""
    data = examples_of({**SAID, "tom": [""]}).training_examples
    train(tmp_path, TrainingData([*data, *messages_of(["ingen ved hvad det er"]), Message({INTENT: "stum"})]))

    assert {one["name"] for one in ranking(tmp_path, load(tmp_path), "hvem har min sag")} == set(SAID)
    assert "ingen ved hvad det er" not in encoder.asked
