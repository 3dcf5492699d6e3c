"""The marks in examples: apart from the words, back together, and kept where the words still stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.entities_parser import parse_training_example

from bot.training.marks import apart, kept, together

PARTS = ["hej ", "[mor](relation)", "[x]", " [Bente](sagsbehandlernavn)", '[23.05]{"entity": "sagsnummer"}', "](", "[",
         "[a](b:c)", '[LA][{"entity": "by", "value": "Los"}, {"entity": "navn"}]', "(z)", "æøå"]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=6).map("".join))
def test_words_and_marks_are_those_that_rasa_finds(raw: str) -> None:
    """The page must show what the model learns."""
    text, marks = apart(raw)
    theirs = parse_training_example(raw)

    assert text == theirs.get("text")
    mine = [(mark.start, mark.end, *found) for mark in marks for found in mark.entities(text)]
    assert mine == [(one["start"], one["end"], one["entity"], one["value"]) for one in theirs.get("entities", [])]


@settings(deadline=None)
@given(st.text(alphabet="[](){}ab: ", max_size=30))
def test_a_text_without_marks_has_none_when_it_is_read_again(text: str) -> None:
    """Whatever signs are in it."""
    assert apart(together(text, ())) == (together(text, ()), ())


@pytest.mark.parametrize(
    ("raw", "text", "then"),
    [
        ("har min [mor](relation) fået svar", "har min mor fået et svar", "har min [mor](relation) fået et svar"),
        ("har min [mor](relation) fået svar", "har min far fået svar", "har min far fået svar"),
        ("har min [mor](relation) fået svar", "har min moster fået svar", "har min moster fået svar"),
        ("[mor](relation) og [mor](relation:mor2)", "mor og en mor", "[mor](relation) og en [mor](relation:mor2)"),
        ("min mor, altså [mor](relation)", "din mor, altså mor", "din mor, altså [mor](relation)"),
        ('er [BPA](emne)-timer [nye]{"entity": "x"}', "nye BPA-timer", "nye [BPA](emne)-timer"),
        ("hej [mor](relation)", "[mor](relation) hej", "([mor](relation))(relation) hej"),
    ],
)
def test_a_mark_is_kept_where_its_words_still_stand(raw: str, text: str, then: str) -> None:
    """As whole words and in their order; brackets that somebody writes are no marks."""
    assert kept(raw, text) == then
