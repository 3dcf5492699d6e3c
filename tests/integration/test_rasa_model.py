"""The model as it is trained from the repository: what it understands, and what it does at any turn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from rasa.core.agent import Agent

from bot.chat.turn import Question, TurnMetadata, payload
from tests.integration.conftest import rasa
from tests.integration.talking import Assistant, quiet

# Training takes half a minute alone and several on a busy machine.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet():
        yield


async def intent_of(agent: Agent, text: str) -> str:
    parsed = await agent.parse_message(text)
    name: str = parsed["intent"]["name"]
    return name


@pytest.mark.parametrize("text", ["hvem slår græsset i parken", "skal kommunen ikke snart slå rabatten ved skolen"])
async def test_cutting_grass_is_not_violence(agent: Agent, text: str) -> None:
    """*Slå* is what one does to grass too: a bot once offered such a citizen help against violence."""
    assert await intent_of(agent, text) != "akut_hjaelp"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hvornår får jeg svar på min ansøgning", "hvornaar faar jeg svar paa min ansoegning"),
        ("hvordan får jeg fat i min rådgiver", "HVORDAN FAAR JEG FAT I MIN RAADGIVER"),
        ("kan vi flytte mødet", "kan vi flytte moedet"),
    ],
)
async def test_the_letters_of_a_keyboard_make_no_difference(agent: Agent, one: str, other: str) -> None:
    """Who has no æ, ø, å, or writes in capitals, is understood like everybody else."""
    assert await intent_of(agent, one) == await intent_of(agent, other)


@pytest.mark.parametrize("text", ["qwertz zxcvb qqq", "xyzzy plugh wwkk", "asdf", "?", "👍"])
async def test_what_makes_no_sense_is_not_guessed_at(agent: Agent, text: str) -> None:
    """Low confidence leads to a question or a human, never to a guess."""
    assert await intent_of(agent, text) == "nlu_fallback"


async def test_entities_come_with_the_words_they_stand_for(agent: Agent) -> None:
    """Inflected words, numbers and addresses reach the actions in one form."""
    parsed = await agent.parse_message(
        "hjemmehjælpen til min mor, sag 27.36.04-G01-12-26, ring på 12 34 56 00 eller eva@post.example"
    )

    assert {(entity["entity"], entity["value"]) for entity in parsed["entities"]} == {
        ("emne", "hjemmehjælp"),
        ("relation", "mor"),
        ("sagsnummer", "27.36.04-G01-12-26"),
        ("telefon", "12345600"),
        ("email", "eva@post.example"),
    }


async def test_a_button_brings_its_case(agent: Agent) -> None:
    """Buttons speak in payloads; their `sag` is an entity that no text ever gives."""
    parsed = await agent.parse_message('/oplys{"sag": "abc-123"}')

    assert parsed["intent"]["name"] == "oplys"
    assert [(entity["entity"], entity["value"]) for entity in parsed["entities"]] == [("sag", "abc-123")]


async def test_a_button_brings_the_citizens_words_and_the_question_beside_it(agent: Agent) -> None:
    """A payload inside a payload, with every sign that means something to Rasa in the words."""
    beside = payload(Question(intent="svartid", entities={"emne": "støtte til bil"}))
    words = 'hvad {sker} der\n@0.5 med "bilen"? /restart'
    parsed = await agent.parse_message(
        payload(Question(intent="sagsstatus", entities={"ogsaa": beside, "besked": words}))
    )

    assert parsed["intent"]["name"] == "sagsstatus"
    assert {entity["entity"]: entity["value"] for entity in parsed["entities"]} == {"ogsaa": beside, "besked": words}


@pytest.mark.long
async def test_the_300th_turn_answers_as_the_first_and_costs_no_more(model: Path) -> None:
    """Processor time, not the clock, so that a busy machine does not decide; at most 1.3 times the first turn.

    The actions are in this process too, so what they cost with a long conversation behind them counts as well.
    """
    questions = ["tusind tak", "er du et menneske", "hvad kan du hjælpe med", "farvel og tak"]

    async with Assistant(model) as assistant:

        async def cost(conversation: str, number: int) -> float:
            before = time.process_time()
            answers = await assistant.turn(conversation, questions[number % 4], TurnMetadata(seq=1))
            spent = time.process_time() - before
            assert len([answer for answer in answers if "text" in answer]) == 1, (number, answers)
            return spent

        for number in range(300):
            await cost("long", number)
        first, later = [], []
        for number in range(32):  # in turns, so that a machine that slows down slows both
            first.append(await cost(f"new {number}", number))
            later.append(await cost("long", number))

    assert median(later) <= 1.3 * median(first)


def test_the_test_conversations_go_as_they_should(model: Path, tmp_path: Path) -> None:
    """Rasa's own test of whole conversations, with what citizens say in them."""
    rasa(
        *["test", "core", "--model", str(model), "--stories", "tests/conversations"],
        *["--fail-on-prediction-errors", "--no-plot", "--out", str(tmp_path / "results")],
        log=tmp_path / "test.log",
    )
