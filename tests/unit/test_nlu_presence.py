"""How often a word is said does not change what is meant."""

from __future__ import annotations

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import coo_matrix

from bot.nlu.presence import PresenceFeaturizer


def message(counts: list[int], kind: str = FEATURE_TYPE_SENTENCE) -> Message:
    said = Message({TEXT: "jeg"})
    said.add_features(Features(coo_matrix([counts]), kind, TEXT, "words"))
    return said


def of(said: Message) -> list[int]:
    return list(np.asarray(said.features[0].features.todense()).ravel())


def test_a_word_said_ten_times_counts_once() -> None:
    """A letter full of "jeg" is not ten times as much about anything."""
    assert of(PresenceFeaturizer().process([message([10, 0, 1])])[0]) == [1, 0, 1]


def test_examples_are_counted_like_messages() -> None:
    """What is learnt and what is heard must be measured alike."""
    examples = TrainingData([message([3, 1, 0])])

    assert of(PresenceFeaturizer().process_training_data(examples).training_examples[0]) == [1, 1, 0]


def test_the_words_one_by_one_are_left_as_they_are() -> None:
    """Only the message as a whole is judged by these features."""
    assert of(PresenceFeaturizer().process([message([2, 0, 1], FEATURE_TYPE_SEQUENCE)])[0]) == [2, 0, 1]
