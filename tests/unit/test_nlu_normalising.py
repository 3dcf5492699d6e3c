"""What is the same to a reader is the same to the classifier."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.normalising import fold, lemma


@pytest.mark.parametrize(
    ("one", "other"),
    [("Åbningstider", "AABNINGSTIDER"), ("køre på ærø", "koere paa aeroe"), ("fa\u030ar", "får"), ("DØGN", "døgn")],
)
def test_with_or_without_danish_letters_and_capitals_it_is_the_same(one: str, other: str) -> None:
    """Æ, ø and å are written out, however the keyboard makes them."""
    assert fold(one) == fold(other)


def test_w_is_v() -> None:
    """Who writes as they speak in Jutland asks "hworfor", and finds the same word in the dictionary."""
    assert fold("Hworfor blew wi it spurgt") == "hvorfor blev vi it spurgt"
    assert lemma("hwilken") == lemma("hvilken")


@pytest.mark.parametrize("drawn", ["neeej", "neeeeeeej", "NEEEEEJ"])
def test_however_long_a_letter_is_drawn_out_it_is_the_same_word(drawn: str) -> None:
    """Who shouts holds the key down for no certain time."""
    assert fold(drawn) == "neej"


@pytest.mark.parametrize(
    ("one", "other"), [("svar!!!!!!!", "svar!!!"), ("hvad????", "hvad???"), ("tja......", "tja...")]
)
def test_signs_are_drawn_out_like_letters(one: str, other: str) -> None:
    """Seven exclamation marks say no more than three."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["kontakt", "afdelingen", "tillæg", "1000", "12340000"])
def test_a_doubled_letter_is_kept_and_so_is_every_digit(text: str) -> None:
    """Danish doubles letters, and four zeros in a number are four."""
    assert len(fold(text)) == len(text) + text.count("æ")


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_what_is_folded_is_folded_once_for_all(text: str) -> None:
    """Folding again changes nothing, so it does not matter who has done it already."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("forms", "word"),
    [
        (["sagerne", "sagen", "SAG"], "sag"),
        (["børnene", "barnets", "børn"], "barn"),
        (["ansøgningen", "ansøgninger"], "ansoegning"),
        (["møder", "mødet"], "moede"),
    ],
)
def test_the_forms_of_a_word_are_one(forms: list[str], word: str) -> None:
    """The examples need not hold every ending of every word."""
    assert {lemma(form) for form in forms} == {word}


@pytest.mark.parametrize(
    "word",
    [
        "børnene",
        "får",
        "når",
        "mødet",
        "ansøgningen",
        "rådgiver",
        "længere",
        "åbent",
        "hjælpemidler",
        "søn",
        "dødsboet",
    ],
)
def test_a_word_has_the_same_headword_without_danish_letters(word: str) -> None:
    """The dictionary has no "boernene"; who must write so is read like everybody else."""
    assert lemma(fold(word)) == lemma(word) == lemma(word.upper())


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("ik", "ikke"),
        ("IKK", "ikke"),
        ("hvornor", "hvornaar"),
        ("vem", "hvem"),
        ("tlf", "telefon"),
        ("mvh", "hilsen"),
        ("pga", "paa grund af"),
    ],
)
def test_the_short_forms_of_the_chat_are_written_out(short: str, whole: str) -> None:
    """A thumb in a hurry asks for the same as a letter."""
    assert lemma(short) == whole


@pytest.mark.parametrize("word", ["Xhevahire", "qwzx", "27.36.04-G01-12-26", "?", "😀"])
def test_what_no_dictionary_has_is_left_as_it_is(word: str) -> None:
    """Names, numbers and signs have no headword, and are no error."""
    assert lemma(word) == fold(word)
