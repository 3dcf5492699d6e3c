"""Messages in other languages: one kind sentence in Danish and in theirs, and a human; short Danish is Danish."""

from __future__ import annotations

import re

import pytest

from actions.sprog import language_of
from bot.chat.turn import Memory
from tests.asking import DOMAIN, ask
from tests.integration.conftest import ROOT

ENGLISH = "I need help with my application, can you tell me who to ask?"
# What those who write another language call by its Danish name, since it has no other.
NAMED_IN_DANISH = re.compile("kontanthjælp|boligstøtte")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "engelsk"),
        ("how do i get a new passport for my son", "engelsk"),
        ("what is the status of my case please", "engelsk"),
        ("do you speak english", "engelsk"),
        ("When will I get an answer?", "engelsk"),
        ("Ich habe eine Frage zu meinem Antrag", "tysk"),
        ("wann haben Sie geöffnet und wo finde ich das Rathaus", "tysk"),
        ("dzień dobry, gdzie mogę złożyć wniosek o mieszkanie", "polsk"),
        ("merhaba, benim için yardım istiyorum lütfen", "tyrkisk"),
        ("unde pot să depun cererea pentru copilul meu", "rumænsk"),
        ("Добрий день, де я можу подати заяву", "ukrainsk"),
        ("مرحبا كيف يمكنني تقديم طلب", "arabisk"),
    ],
)
def test_another_language_is_known_where_it_is_plain(text: str, language: str) -> None:
    """By the small words that stand in every sentence, or by its letters."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "ja tak",
        "hello",
        "yes please",
        "tak for hjælpen og god weekend",
        "hvad er status på min sag",
        "i har ikke svaret mig",
        "kan man få et meeting i jobcenteret",
        "jeg har fået et brev hvor der står fee for the application",
        "mit team er the best men min sag er gået i stå",
        "hej jeg hedder Ali jeg vil spørge om min ansøgning",
        "jeg er ny i danmark min dansk er ikke god",
        "hvor langt er I med min byggesag",
        "du har ikke svaret på min mail",
        "hva ska jeg gøre nu",
        "hvem er min sagsbehandler og hvad er nummeret",
        "jag vill veta var min ansökan är",
        "hei kan jeg få snakke med noen",
        "27.36.04-G01-12-26 og 27.36.04-G01-13-26",
        "👍 👍 👍 👍",
        "",
    ],
)
def test_danish_is_never_taken_for_another_language(text: str) -> None:
    """Short, broken, dialect, with a foreign word in it; nor are our neighbours', which most Danes can read."""
    assert language_of(text) is None


def test_nothing_the_assistant_is_trained_on_is_taken_for_another_language() -> None:
    """Thousands of things citizens write."""
    examples = [
        line.strip().removeprefix("- ")
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("- ") and not line.strip().startswith("- intent")
    ]
    assert len(examples) > 2000
    taken = [example for example in examples if language_of(example)]
    # Some examples are in other languages on purpose; the Danish name of what they ask for is all that is Danish there.
    assert [example for example in taken if re.search("[æøå]", NAMED_IN_DANISH.sub("", example.lower()))] == []
    assert len(taken) <= len(examples) / 100, taken


@pytest.mark.parametrize("intent", ["fallback", "sagsstatus", "uden_for_emne"])
async def test_it_is_answered_in_both_languages_and_a_human_is_offered(intent: str) -> None:
    """Whatever it was understood as: a guess at what one can't read helps nobody."""
    said = await ask(intent, ENGLISH, login=None)
    assert (said.responses, said.trigger) == (["utter_sprog_engelsk"], "ikke_forstaaet")
    assert said.handoff is not None and said.handoff["reason"] == "Skriver på engelsk."


async def test_danger_is_heard_in_any_language() -> None:
    """The sentence itself has the number; and what is understood as danger is answered as danger."""
    for name, said in DOMAIN["responses"].items():
        assert not name.startswith("utter_sprog_") or "112" in said[0]["text"], name
    cry = await ask("akut_hjaelp", "please help me my husband wants to kill me", login=None)
    assert cry.trigger == "akut"


@pytest.mark.parametrize("text", ["yes please", "Yes", "ok", "tak", "evet", "так"])
async def test_yes_in_ones_own_language_is_a_yes(text: str) -> None:
    """Whoever was offered a human in English says yes in English."""
    offered = Memory(asked="menneske", callback_reason="Skriver på engelsk.")
    said = await ask("fallback", text, memory=offered, login=None)
    assert said.handoff is not None and said.handoff["do"] == "send"
