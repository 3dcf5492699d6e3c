"""How a cry for help is found by what is known of danger, and what only sounds like one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.nlu.danger.learned import Learned, passages
from bot.nlu.danger.patterns import PatternError, Patterns, shipped, surest
from bot.nlu.danger.reading import read

SETS = Path(__file__).parents[1] / "nlu"


def _sure(text: str) -> bool:
    return any(sign.sure for sign in shipped().signs(read(text)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hvornår er mødet? Jeg tager mit eget liv i aften. Hilsen Bo", "livstraet"),
        ("jeg ka ik mer a vil it lev mer", "livstraet"),
        ("min kæreste slår mig", "vold"),
        ("naboens børn bliver slået", "barn"),
        ("vi har ikke noget sted at sove i nat", "husly"),
        ("hun er faldet og kan ikke komme op", "ulykke"),
        ("stemmerne siger at jeg skal gøre det", "psykisk"),
    ],
)
def test_each_kind_of_danger_is_known(text: str, kind: str) -> None:
    """A plain cry is found by a pattern, and the pattern says what kind of danger it is."""
    assert kind in {sign.kind for sign in shipped().signs(read(text)) if sign.sure}


@pytest.mark.parametrize(
    "text",
    [
        "Hvem slår græsset ved skolen?",
        "vil du slå min sag op",
        "Jeg er ved at dø af grin",
        "min mor er død, hvor søger jeg begravelseshjælp",
        "Hvem hos jer arbejder med forebyggelse af selvmord?",
        "Døren var låst da jeg kom",
        "Må man lægge nyt tag på huset?",
        "Min eksmand slog mig for tolv år siden, må jeg se min gamle sag?",
        "så fik jeg slået lidt tid ihjel",
        "siden går ned hver gang",
    ],
)
def test_the_same_words_without_danger_are_left_alone(text: str) -> None:
    """Homonyms, sayings, a subject of study and what was over long ago are no cry."""
    assert not _sure(text)


def test_what_is_quoted_is_the_citizens_own_phrase() -> None:
    """The place of a sign is in the original text, æ, ø and å and all, whatever stands before it."""
    text = "Kære I på øen. Æbler høstes nu. Min kæreste slår mig. Hvornår får jeg svar?"
    sign = surest(shipped().signs(read(text)))
    assert sign is not None
    assert "kæreste slår mig" in text[sign.start : sign.end]


def test_a_number_or_an_abbreviation_ends_no_sentence() -> None:
    """Only a real full stop cuts: "kl. 9" and "den 3. maj" hold together."""
    assert len(read("Vi ses kl. 9 den 3. maj. Hvor er det?").sentences) == 2


@pytest.mark.parametrize("text", ["", "   ", "?!", "😀", "12 34"])
def test_a_message_without_words_is_no_trouble(text: str) -> None:
    """Nothing is found in nothing, and nothing fails."""
    assert not _sure(text)


def test_a_wrong_pattern_file_says_what_is_wrong() -> None:
    """Who writes a list's name wrong is told which."""
    family = {"navn": "x", "slags": None, "styrke": "sikker", "kilde": [], "find": ["<ukendt>"], "undtagen": []}
    with pytest.raises(PatternError, match="ukendt"):
        Patterns({"ord": {}, "vagter": {}, "familier": [family]})


def test_a_cry_is_learned_from_the_middle_of_a_letter() -> None:
    """What is learned finds the sentence, not the letter, and the same after it was written down and read again."""
    cries = [
        "hjælp vi synker",
        "båden synker nu",
        "Tak for sidst. Alt er fint. Vi synker her. Hvornår er mødet? Hilsen",
    ]
    others = ["hvornår er mødet", "tak for sidst", "alt er fint", "hvem har min sag", "hilsen Bo"] * 4
    learned = Learned.fit(shipped(), cries, others)
    assert learned is not None
    reading = read("Goddag. Hvornår er mødet? Vi synker. Tak for alt. Hilsen Bo")
    judged = learned.judge(reading, [])
    calm = learned.judge(read("hvornår er mødet"), [])
    assert judged is not None
    assert calm is not None
    assert "synker" in judged.passage.text
    assert judged.probability > calm.probability


def test_without_both_kinds_of_example_nothing_is_learned() -> None:
    """Cries alone, or none, teach nothing."""
    assert Learned.fit(shipped(), ["hjælp"], []) is None
    assert Learned.fit(shipped(), [], ["hej"]) is None


def test_a_passage_is_a_sentence_or_two() -> None:
    """Of four sentences there are four, and three pairs."""
    assert len(passages(read("En. To. Tre. Fire."))) == 7


def test_the_patterns_alone_raise_no_alarm_among_harmless_messages() -> None:
    """None of the 220 harmless sentences with the same words is a sure sign, nor more than 1 in 200 ordinary ones."""
    harmless = [json.loads(line)["text"] for line in (SETS / "harmloes.jsonl").open(encoding="utf-8")]
    assert [text for text in harmless if _sure(text)] == []
    lines = [json.loads(line) for line in (SETS / "calibration.jsonl").open(encoding="utf-8")]
    ordinary = [line["text"] for line in lines if line["intent"] != "akut_hjaelp"]
    assert sum(map(_sure, ordinary)) <= len(ordinary) / 200
