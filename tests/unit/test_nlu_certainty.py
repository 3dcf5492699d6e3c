"""When the assistant answers, when it asks »Mener du …?«, and when it asks openly."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.certainty import CertaintyClassifier
from tests.nlu_setup import CONTEXT, RESOURCE, storage_in

SURE, HALF_SURE = 0.6, 0.25
UNSURE = "nlu_fallback"


@pytest.fixture
def component(tmp_path: Any) -> CertaintyClassifier:
    config = {"threshold": SURE, "half_sure": HALF_SURE}
    return CertaintyClassifier.create(config, storage_in(tmp_path), RESOURCE, CONTEXT)


def ranked(*confidences: float) -> Message:
    """A message whose best intents ("klage", "svartid", "tak") the classifiers believe in so much."""
    ranking = [
        {"name": name, "confidence": confidence}
        for name, confidence in zip(("klage", "svartid", "tak"), confidences, strict=False)
    ]
    best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
    return Message({TEXT: "…", INTENT: best, INTENT_RANKING_KEY: ranking})


def output(component: CertaintyClassifier, *messages: Message) -> list[dict[str, Any]]:
    """What Rasa gives on to whoever answers."""
    made: list[dict[str, Any]] = []
    for message in component.process(list(messages)):
        guesses = message.as_dict(only_output_properties=True).get("guesses")
        made.append({"intent": message.get(INTENT)["name"], "guesses": guesses})
    return made


@pytest.mark.parametrize("confidence", [1.0, SURE + 0.01, SURE])
def test_what_is_sure_is_answered(component: CertaintyClassifier, confidence: float) -> None:
    """From the threshold on, with nothing to guess about."""
    message = ranked(confidence, 1 - confidence)

    assert output(component, message) == [{"intent": "klage", "guesses": None}]
    assert message.get(INTENT)["confidence"] == confidence


@pytest.mark.parametrize("confidence", [SURE - 0.01, 0.4, HALF_SURE])
def test_what_is_half_sure_is_asked_about(component: CertaintyClassifier, confidence: float) -> None:
    """The two best are the choices, the better one first, each with how likely it is."""
    assert output(component, ranked(confidence, 0.2, 0.1)) == [
        {
            "intent": UNSURE,
            "guesses": [{"intent": "klage", "confidence": confidence}, {"intent": "svartid", "confidence": 0.2}],
        }
    ]


@pytest.mark.parametrize("confidence", [HALF_SURE - 0.01, 0.05])
def test_what_is_unsure_is_not_guessed_at(component: CertaintyClassifier, confidence: float) -> None:
    """Two wrong choices are worse than one open question."""
    assert output(component, ranked(confidence, 0.04)) == [{"intent": UNSURE, "guesses": None}]


def test_two_that_are_near_are_no_doubt_of_their_own(component: CertaintyClassifier) -> None:
    """The probability is calibrated: above the threshold it holds, whoever comes second."""
    assert output(component, ranked(SURE, SURE - 0.001)) == [{"intent": "klage", "guesses": None}]


@pytest.mark.parametrize("message", [ranked(), Message({TEXT: "", INTENT: {"name": None, "confidence": 0.0}})])
def test_nothing_recognised_is_unsure(component: CertaintyClassifier, message: Message) -> None:
    """An empty message, or one of unseen words, is no error."""
    assert output(component, message) == [{"intent": UNSURE, "guesses": None}]


def test_there_is_no_choice_of_one(component: CertaintyClassifier) -> None:
    """»Mener du …?« with a single answer is no question."""
    assert output(component, ranked(0.5)) == [{"intent": UNSURE, "guesses": None}]


def test_the_classifiers_own_ranking_stays_below(component: CertaintyClassifier) -> None:
    """Whoever reads what was not understood sees what it nearly was."""
    message = ranked(0.4, 0.2)
    output(component, message)

    assert [one["name"] for one in message.get(INTENT_RANKING_KEY)] == [UNSURE, "klage", "svartid"]


def test_each_message_is_judged_by_itself(component: CertaintyClassifier) -> None:
    """Several may be parsed in one go."""
    made = output(component, ranked(0.9, 0.1), ranked(0.4, 0.2), ranked(0.1, 0.1))

    assert [one["intent"] for one in made] == ["klage", UNSURE, UNSURE]
    assert [one["guesses"] is not None for one in made] == [False, True, False]


def test_the_thresholds_may_be_left_out(tmp_path: Any) -> None:
    """Then the defaults hold."""
    component = CertaintyClassifier.create({}, storage_in(tmp_path), RESOURCE, CONTEXT)

    assert [one["intent"] for one in output(component, ranked(0.99, 0.01), ranked(0.01, 0.01))] == ["klage", UNSURE]


@pytest.mark.parametrize(
    ("text", "intent"),
    [("qwertz zxcvb qqq", UNSURE), ("яка погода", UNSURE), ("hvad bliver vejret", "uden_for_emne")],
)
def test_what_has_no_danish_word_in_it_is_not_called_nobodys(
    component: CertaintyClassifier, text: str, intent: str
) -> None:
    """Keys hit at random are not another authority's matter; who writes another language is asked."""
    best = [{"name": "uden_for_emne", "confidence": 0.97}, {"name": "oplys", "confidence": 0.02}]
    tokens = [Token(word, text.index(word)) for word in text.split()]
    message = Message({TEXT: text, "text_tokens": tokens, INTENT: dict(best[0]), INTENT_RANKING_KEY: best})

    assert output(component, message) == [{"intent": intent, "guesses": None}]
