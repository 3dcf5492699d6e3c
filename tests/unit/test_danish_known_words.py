"""A table's words found in messages, with what they mean and where they stand."""

from __future__ import annotations

import pytest

from bot.danish.known_words import Known, KnownWords

TOPIC, PLACE = "emne", "afdeling"
TABLE = [
    ("sygedagpenge", Known(TOPIC, "sygedagpenge")),
    ("boligstøtte", Known(TOPIC, "boligstøtte")),
    ("støtte til bil", Known(TOPIC, "handicapbil")),
    ("støtte", Known(TOPIC, "støtte")),
    ("byggesag", Known(TOPIC, "byggesag")),
    ("gæld", Known(TOPIC, "gæld")),
    ("pas", Known(TOPIC, "pas")),
    ("jobcenter", Known(PLACE, "jobcenter")),
    ("Jobcenter", Known(PLACE, "noget andet")),
    ("  ", Known(TOPIC, "ingenting")),
]


@pytest.fixture(scope="module")
def words() -> KnownWords:
    return KnownWords(TABLE, compounds=frozenset({TOPIC}))


def found(words: KnownWords, text: str) -> list[tuple[str, str]]:
    """What each hit means, and the citizen's own letters for it."""
    return [(hit.known.value, text[hit.start : hit.end]) for hit in words.find(text)]


@pytest.mark.parametrize(
    "written",
    [
        "sygedagpenge",
        "SYGEDAGPENGE",
        "sygedagpengene",
        "syge dagpenge",
        "sygedagepenge",
        "sygedapgenge",
        "sygedagpengesagen",
    ],
)
def test_a_known_word_is_found_however_it_is_written(words: KnownWords, written: str) -> None:
    """Bent, split in two, misspelt or first in a compound: it is pointed out with all its letters."""
    assert found(words, f"Kære I på Ærø, jeg får {written} nu") == [("sygedagpenge", written)]


def test_danish_letters_may_be_missing_on_either_side(words: KnownWords) -> None:
    """The table has them, the message need not."""
    assert found(words, "min bolig-stoette") == [("boligstøtte", "bolig-stoette")]


def test_the_longest_of_those_that_overlap_is_meant(words: KnownWords) -> None:
    """ "Støtte til bil" is a car, not just any support."""
    assert found(words, "jeg søger støtte til bil og anden støtte") == [
        ("handicapbil", "støtte til bil"),
        ("støtte", "støtte"),
    ]


def test_a_word_of_another_headword_is_not_taken(words: KnownWords) -> None:
    """ "Gælder" is no debt, and "passer" no passport."""
    assert found(words, "det gælder min mor, hvem passer hende") == []


def test_a_short_word_must_be_spelt_right(words: KnownWords) -> None:
    """Nearly every short word is one letter from another."""
    assert found(words, "mit pos, mit pæs, mit oas") == []


def test_only_the_named_kinds_begin_a_longer_word(words: KnownWords) -> None:
    """The case's worker belongs to the case; a department's name in a longer word may be anything."""
    assert found(words, "min byggesagsbehandler i jobcentersagen") == [("byggesag", "byggesagsbehandler")]


def test_words_are_only_put_together_where_nothing_but_a_space_parts_them(words: KnownWords) -> None:
    """A full stop ends what belongs together."""
    assert found(words, "jeg er syge. Dagpenge får min mand") == []


def test_of_two_alike_the_first_counts(words: KnownWords) -> None:
    """The order of a table says which meaning is the nearest."""
    assert found(words, "jobcenteret") == [("jobcenter", "jobcenteret")]


@pytest.mark.parametrize("text", ["", "   ", "?!", "12345678"])
def test_nothing_is_found_in_nothing(words: KnownWords, text: str) -> None:
    """An empty message holds no word, and an empty entry of the table fits none."""
    assert words.find(text) == []


def test_an_empty_table_finds_nothing() -> None:
    """Nobody needs a table."""
    assert KnownWords(()).find("sygedagpenge") == []
