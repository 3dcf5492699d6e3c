"""What was made of a typed message is told to web; of what nobody typed nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from actions.turn import Turn
from actions.understood import understood
from bot.chat.turn import Memory, TurnMetadata, Understood
from tests.asking import Said, ask, make_parts


def made_of(said: Said) -> tuple[str, str | None]:
    """The outcome, and the likeliest intent."""
    told = said.payloads["understood"]
    assert set(told) == {"type", "outcome", "intent", "confidence", "second"}
    return told["outcome"], told["intent"]


async def test_what_is_acted_on_is_answered() -> None:
    """With its intent, also where what was asked for comes in words that the model was not sure of."""
    assert made_of(await ask("aabningstider", "hvornår har I åbent")) == ("answered", "aabningstider")
    said = await ask("nlu_fallback", "kørselsgodtgørelse", action="action_fallback", memory=Memory(asked="brevord"))
    assert made_of(said) == ("answered", None)


async def test_a_question_back_is_asked_and_an_open_one_is_not_understood() -> None:
    """»Mener du …?« is half sure; an open question, or a human after two misses, is not understood."""
    guessing = {"guesses": ("svartid", "sagsstatus")}
    assert made_of(await ask("nlu_fallback", "hvad sker der", action="action_fallback", **guessing))[0] == "asked"
    assert made_of(await ask("nlu_fallback", "flurbel", action="action_fallback"))[0] == "fallback"
    again = await ask("nlu_fallback", "flurbel", action="action_fallback", memory=Memory(misses=1), **guessing)
    assert made_of(again)[0] == "fallback" and again.trigger == "ikke_forstaaet"
    foreign = await ask("nlu_fallback", "where can i find the opening hours please", action="action_fallback")
    assert made_of(foreign)[0] == "fallback"


@pytest.mark.parametrize(
    ("intent", "text", "guesses"),
    [("akut_hjaelp", "min mand slår mig", ()), ("nlu_fallback", "jeg orker ikke", ("akut_hjaelp", "utilfreds"))],
)
async def test_a_cry_for_help_is_danger_whether_sure_or_not(intent: str, text: str, guesses: Sequence[str]) -> None:
    """So that it never stands in a list for somebody to make an example of."""
    action = "action_fallback" if guesses else None
    assert made_of(await ask(intent, text, guesses=guesses, action=action))[0] == "danger"


async def test_danger_beside_another_wish_is_danger() -> None:
    """Whichever of the two comes first."""
    wishes = [
        {"intent": "aabningstider", "confidence": 0.9, "text": "hvornår har I åbent", "start": 0, "end": 19},
        {"intent": "akut_hjaelp", "confidence": 0.9, "text": "min mand slår mig", "start": 24, "end": 41},
    ]
    said = await ask("aabningstider", "hvornår har I åbent, og min mand slår mig", wishes=wishes)
    assert made_of(said)[0] == "danger"


async def test_what_nobody_typed_was_not_understood_as_anything() -> None:
    """A button, the opening, and a question that is asked again after login come as payloads."""
    for said in (
        await ask("aabningstider"),
        await ask("hilsen", opening=True),
        await ask("hilsen", "hej", opening=True),
        await ask("sagsstatus", besked="hvor langt er min sag"),
    ):
        assert "understood" not in said.payloads


def turn_of(message: dict[str, Any]) -> Understood | None:
    """What is told of a message of Rasa's."""

    class Tracker:
        sender_id = "c1"
        latest_message = message

    class Dispatcher:
        def utter_message(self, **told: Any) -> None: ...

    return understood(message, Turn(Dispatcher(), Tracker(), make_parts()))  # type: ignore[arg-type]


def test_nlu_fallback_is_no_intent() -> None:
    """The likeliest besides it is named, and the one after; what is on top wins over the ranking."""
    ranking = [
        {"name": "nlu_fallback", "confidence": 0.8},
        {"name": "svartid", "confidence": 0.5},
        {"name": "klage", "confidence": 0.2},
    ]
    message = {"text": "hvad", "metadata": TurnMetadata(seq=3).to_json(), "intent": ranking[0]}
    assert turn_of({**message, "intent_ranking": ranking}) == Understood(
        outcome="answered", intent="svartid", confidence=0.5, second="klage"
    )
    assert turn_of(
        {**message, "intent": {"name": "klage", "confidence": 1.0}, "intent_ranking": ranking}
    ) == Understood(outcome="answered", intent="klage", confidence=1.0, second="svartid")
    assert turn_of(message) == Understood(outcome="answered")
