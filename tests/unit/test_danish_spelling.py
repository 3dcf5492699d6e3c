"""Known words found in what people write, however they are bent, split, joined or misspelt."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.danish.spelling import Hit, distance, find, fold, words_of

WORDS = st.text("abdegæøå", max_size=8)


def found(known: str, text: str, *, compounds: bool = True) -> Hit | None:
    return find(known, words_of(text), compounds=compounds)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ÆLDRE", "aeldre"),
        ("Søen på øen", "soeen paa oeen"),
        ("Ålborg", "AALBORG"),
        ("café", "cafe"),
        ("Jönköping", "joenkoeping"),
    ],
)
def test_with_or_without_danish_letters_it_is_the_same(one: str, other: str) -> None:
    """Who has no æ, ø or å on the keyboard, or writes them in capitals, is read like everybody else."""
    assert fold(one) == fold(other)


def test_a_ring_sent_as_a_letter_of_its_own_belongs_to_the_a_before_it() -> None:
    """What is copied from a Mac comes as "a" and a ring; to the reader it is an å."""
    assert fold("A\u030abent fa\u030ar") == fold("Åbent får")


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_what_is_folded_is_folded_once_for_all(text: str) -> None:
    """Folding again changes nothing, so it does not matter who has done it already."""
    assert fold(fold(text)) == fold(text)


def test_words_are_parted_by_all_that_is_no_letter_or_digit() -> None:
    """Signs and line breaks hold no meaning in a search for words."""
    assert words_of("Bolig-støtte,\nsag nr. 12?") == ["bolig", "stoette", "sag", "nr", "12"]
    assert words_of("?! …") == []


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("klagefrist", "hvornår er klagefristen"),
        ("takst", "hvad er taksterne"),
        ("skole", "skolernes ferie"),
        ("mad", "maden er kold"),
    ],
)
def test_endings_do_not_hide_a_word(known: str, text: str) -> None:
    """Danish words are bent at the end, and stay the same words."""
    assert found(known, text) is not None


@pytest.mark.parametrize("text", ["sygedagepenge", "sygdagpenge", "sygedagpnege", "SYGE DAGPENGE", "syge-dagpenge"])
def test_slips_and_splits_are_forgiven_in_a_long_word(text: str) -> None:
    """A long compound is misspelt and cut in two more often than not."""
    assert found("sygedagpenge", f"jeg får {text} nu") is not None


@pytest.mark.parametrize(
    ("known", "text"),
    [("vej", "min leje"), ("kost", "hvad koster det"), ("gæld", "det gælder min sag"), ("pas", "hvem passer hunden")],
)
def test_a_danish_word_that_is_spelt_right_is_no_other_word(known: str, text: str) -> None:
    """To take one word for another answers a question that nobody asked."""
    assert found(known, text) is None


def test_the_first_letter_is_taken_to_be_right() -> None:
    """Two words that begin differently are two words, however alike the rest is."""
    assert found("boligstøtte", "koligstøtte") is None


def test_a_known_word_counts_at_the_beginning_of_a_longer_one_if_that_is_wanted() -> None:
    """The "byggesagsbehandler" has to do with the "byggesag"; for a department's name that would be too much."""
    assert found("byggesag", "min byggesagsbehandler") is not None
    assert found("byggesag", "min byggesagsbehandler", compounds=False) is None


def test_the_better_a_word_fits_the_higher_is_its_score() -> None:
    """As it stands before bent, bent before compound or misspelt: so the caller can choose the best."""
    hits = [found("boligstøtte", text) for text in ("boligstøtte", "boligstøtten", "boligstøtteloftet", "boligstøøtte")]
    scores = [hit.score for hit in hits if hit is not None]

    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


def test_it_is_said_where_the_best_one_stands() -> None:
    """Of two the better counts, not the first: a misspelt one may only look like it."""
    assert found("klagefrist", "en klagefrizt og en klagefrist") == Hit(len("klagefrist"), at=4)


@pytest.mark.parametrize("known", ["", "?!"])
def test_nothing_is_found_nowhere(known: str) -> None:
    """An empty entry of a table fits no message, or it would fit them all."""
    assert found(known, "hvem er min sagsbehandler") is None
    assert find("klage", []) is None


@pytest.mark.parametrize(
    ("one", "two", "apart"),
    [
        ("klage", "klage", 0),
        ("klage", "klagge", 1),
        ("klage", "klge", 1),
        ("klage", "klaje", 1),
        ("klage", "kalge", 1),
        ("", "abc", 3),
    ],
)
def test_each_slip_of_the_finger_counts_one(one: str, two: str, apart: int) -> None:
    """A letter too many, one missing, a wrong one, or two neighbours swapped."""
    assert distance(one, two) == apart


@given(WORDS, WORDS)
@settings(max_examples=100, deadline=None)
def test_the_distance_is_the_same_both_ways(one: str, two: str) -> None:
    """It is zero for the same word only, and never more than the longer one has letters."""
    apart = distance(one, two)

    assert apart == distance(two, one)
    assert (apart == 0) == (one == two)
    assert abs(len(one) - len(two)) <= apart <= max(len(one), len(two))
