"""The model as it is trained from the repository: what it understands, and what it does at any turn."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
import yaml
from rasa.core.agent import Agent

from bot.chat.tracker_store import BoundedTrackerStore
from bot.chat.turn import Question, TurnMetadata, payload
from tests.integration.conftest import ROOT, rasa
from tests.integration.talking import Assistant, quiet

HELD_OUT: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "held_out.yml").read_text(encoding="utf-8"))
WANTED = 0.85

# Training takes half a minute alone and several on a busy machine.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet():
        yield


@pytest.fixture(scope="session")
def agent(model: Path) -> Agent:
    """The model with the bounded store."""
    with quiet():
        agent = Agent.load(str(model))
    agent.tracker_store = BoundedTrackerStore(agent.domain, turns=5)
    agent.processor.tracker_store = agent.tracker_store
    return agent


async def intent_of(agent: Agent, text: str) -> str:
    parsed = await agent.parse_message(text)
    name: str = parsed["intent"]["name"]
    return name


def test_the_held_out_messages_were_never_trained_on() -> None:
    """What is measured on must be unknown, or the measure says nothing."""

    def folded(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.casefold()))

    trained = set()
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = block["examples"].splitlines() if "intent" in block else []
            trained |= {folded(re.sub(r"\[([^\]]+)\]\(\w+\)", r"\1", line.removeprefix("- "))) for line in lines}

    held_out = {folded(text) for texts in HELD_OUT.values() for text in texts}
    assert held_out & trained == set()
    assert len(held_out) >= 70


async def test_what_citizens_write_is_understood(agent: Agent) -> None:
    """Of messages the model has not seen, at least 85 of 100 get the right intent."""
    wrong = []
    for intent, texts in HELD_OUT.items():
        for text in texts:
            understood = await intent_of(agent, text)
            if understood != intent:
                wrong.append(f"{text!r}: {understood}, not {intent}")
    share = 1 - len(wrong) / sum(map(len, HELD_OUT.values()))

    assert share >= WANTED, "\n".join(wrong)


@pytest.mark.parametrize("text", HELD_OUT["akut_hjaelp"])
async def test_a_cry_for_help_is_always_heard(agent: Agent, text: str) -> None:
    """One missed is one too many."""
    assert await intent_of(agent, text) == "akut_hjaelp"


async def test_a_long_letter_is_seldom_taken_for_a_cry_for_help(agent: Agent) -> None:
    """An old man who told of his life before he asked who has his case was once given the Samaritans' number.

    Every cry must be heard, so some letters are taken for one: 3 of 15 when this was measured.
    """
    letters = [
        text for intent, texts in HELD_OUT.items() for text in texts if len(text) > 120 and intent != "akut_hjaelp"
    ]
    taken = [text for text in letters if await intent_of(agent, text) == "akut_hjaelp"]

    assert len(letters) >= 15
    assert len(taken) <= len(letters) / 5, "\n".join(taken)


@pytest.mark.parametrize("text", [text for text in HELD_OUT["find_afdeling"] if "græs" in text])
async def test_cutting_grass_is_not_violence(agent: Agent, text: str) -> None:
    """*Slå* is what one does to grass too: a bot once offered such a citizen help against violence."""
    assert await intent_of(agent, text) == "find_afdeling"


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
        ("telefon", "12 34 56 00"),
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
