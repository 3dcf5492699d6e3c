"""Examples of different intents that say nearly the same are found."""

from __future__ import annotations

import random

from bot.training.corpus import Corpus
from bot.training.nearness import NEAR, Nearness

WORDS = [
    *["hvor", "er", "min", "sag", "svar", "møde", "brev", "klage", "hjælp", "bolig"],
    *["penge", "syg", "barn", "skole", "vej", "hus", "tid", "dag", "ny", "gammel"],
]


def corpus(**examples: list[str]) -> Corpus:
    blocks = [
        f"  - intent: {name}\n    examples: |\n" + "".join(f"      - {raw}\n" for raw in raws)
        for name, raws in examples.items()
    ]
    return Corpus.of({"data/nlu/a.yml": 'version: "3.1"\n\nnlu:\n' + "".join(blocks)})


def near(known: Corpus, intent: str, nearness: Nearness | None = None) -> list[list[str]]:
    found = (nearness or Nearness()).near(known, known.intent(intent).examples)
    return [[other.text for other in others] for others in found]


def test_the_same_words_in_another_order_or_with_a_slip_are_near() -> None:
    """Case, signs and marks make no difference; the nearest comes first."""
    known = corpus(
        status=["hvor langt er I med min sag"],
        svartid=["Hvor langt er I med min sagg?", "min [sag](emne): hvor langt er I med?", "hvornår har I åbent"],
    )

    assert near(known, "status") == [["min sag: hvor langt er I med?", "Hvor langt er I med min sagg?"]]


def test_examples_of_the_same_intent_are_never_told() -> None:
    """They are meant to be alike."""
    assert near(corpus(a=["hvor er min sag", "hvor er min sag nu"], b=["noget andet"]), "a") == [[], []]


def test_it_follows_the_examples_as_they_change() -> None:
    """What was deleted is near nobody, and what came is."""
    nearness = Nearness()
    assert near(corpus(a=["ja tak meget gerne"], b=["ja tak gerne meget"]), "a", nearness) == [["ja tak gerne meget"]]
    assert near(corpus(a=["ja tak meget gerne"], b=["nej"]), "a", nearness) == [[]]
    assert near(corpus(a=["ja tak meget gerne"], b=["meget gerne ja tak"]), "a", nearness) == [["meget gerne ja tak"]]


def test_every_pair_is_told_once() -> None:
    """For the check before a training."""
    known = corpus(a=["hvor er min sag"], b=["hvor er min sag nu"], c=["hej"])

    assert [(one.text, other.text) for one, other in Nearness().pairs(known)] == [
        ("hvor er min sag", "hvor er min sag nu")
    ]


def test_among_thousands_those_are_told_that_share_most_of_their_parts() -> None:
    """As when each is held against each: no other has seven tenths in common, and none is more like than the first."""
    chance = random.Random(7)
    texts = sorted({" ".join(chance.choices(WORDS, k=chance.randint(4, 8))) for _ in range(2_000)})
    known = corpus(**{f"i{number}": texts[number * 250 : (number + 1) * 250] for number in range(8)})
    parts = {one.text: parts_of(one.words) for one in known.examples()}
    found = 0

    for text, others in zip(texts[500:600], near(known, "i2")[:100], strict=True):
        strangers = [other for other in texts if other not in texts[500:750]]
        alike = sorted((likeness(parts[text], parts[other]) for other in strangers), reverse=True)
        expected = [each for each in alike if each >= NEAR][:3]
        assert [likeness(parts[text], parts[other]) for other in others] == expected
        found += len(expected)

    assert found > 20


def parts_of(words: str) -> set[str]:
    spaced = f" {'  '.join(sorted(words.split()))}  "
    return {spaced[at : at + 3] for at in range(len(spaced) - 2)}


def likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)
