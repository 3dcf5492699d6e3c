"""A text made plain, with the way back to where its letters came from."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.danish.writing import plain


def test_danish_letters_are_written_out_in_small_letters() -> None:
    """What is searched needs to know but one way of writing."""
    assert plain("KÆRE Åse på Øen, Émile").text == "kaere aase paa oeen, emile"


def test_letters_in_two_parts_are_read_as_one() -> None:
    """Some phones send å as "a" and a ring, and space of a kind that does not break."""
    assert plain("pa\u030a\u00a0torsdag").text == "paa torsdag"


def test_what_is_found_is_pointed_out_in_the_original() -> None:
    """Æ, ø and å are two letters each when plain, and one where they stand."""
    text = "Kære Åse, søg på ÆLDRE-området nu"
    read = plain(text)
    start = read.text.index("aeldre-omraadet")

    assert slice_of(text, read.span(start, start + len("aeldre-omraadet"))) == "ÆLDRE-området"
    assert read.span(len(read.text), len(read.text)) == (len(text), len(text))


def test_a_mended_word_stands_where_the_misspelt_one_stood() -> None:
    """Whoever quotes what was found quotes what the citizen wrote, and the words after it are not moved."""
    text = "Ærø: på tosdag i næste uge"
    read = plain(text, lambda word: "torsdag" if word == "tosdag" else word)

    assert read.text == "aeroe: paa torsdag i naeste uge"
    for found, written in (("torsdag", "tosdag"), ("naeste", "næste"), ("aeroe", "Ærø")):
        start = read.text.index(found)
        assert slice_of(text, read.span(start, start + len(found))) == written


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_every_letter_knows_its_place(text: str) -> None:
    """Whatever is written, the places go forward, one for each letter, and none is outside the text."""
    read = plain(text)

    assert len(read.places) == len(read.text)
    assert list(read.places) == sorted(read.places)
    assert all(0 <= place < len(text) for place in read.places)
    assert not any(letter.isupper() for letter in read.text if letter.isascii())


def slice_of(text: str, span: tuple[int, int]) -> str:
    return text[span[0] : span[1]]
