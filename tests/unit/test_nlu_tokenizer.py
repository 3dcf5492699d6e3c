"""How Danish text becomes words."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.tokenizer import DanishTokenizer


def words(text: str, **config: Any) -> list[Token]:
    return DanishTokenizer({**DanishTokenizer.get_default_config(), **config}).tokenize(Message({TEXT: text}), TEXT)


def test_abbreviations_and_numbers_stay_in_one_piece() -> None:
    """A case number, a mail address or "tlf." cut up means nothing any more."""
    text = "tlf. 12345600, sag 27.36.04-G01-12-26, eva@post.example"

    assert [word.text for word in words(text)] == [
        *["tlf.", "12345600", ",", "sag", "27.36.04-G01-12-26", ",", "eva@post.example"],
    ]


def test_each_word_stands_where_it_says() -> None:
    """Entities point into the text by these places, so double spaces and line breaks must not shift them."""
    text = "  Hvornår  får jeg\nsvar?"

    assert all(text[word.start : word.end] == word.text for word in words(text))
    assert [word.text for word in words(text)] == ["Hvornår", "får", "jeg", "svar", "?"]


@pytest.mark.parametrize("text", ["får søn møde ærlig", "FÅR SØN MØDE ÆRLIG", "faar soen moede aerlig"])
def test_the_same_word_in_other_letters_is_the_same_word(text: str) -> None:
    """A keyboard without æ, ø, å changes nothing of what is understood."""
    assert [word.lemma for word in words(text)] == ["faa", "soen", "moede", "aerlig"]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_gives_no_words(text: str) -> None:
    """An empty message is no error."""
    assert words(text) == []


def test_a_model_that_is_not_installed_is_said_and_done_without(caplog: pytest.LogCaptureFixture) -> None:
    """The embedded default works everywhere; only the operator needs to know that it is in use."""
    with caplog.at_level(logging.WARNING):
        found = words("hvad er status", model="da_core_news_that_is_not_there")

    assert [word.text for word in found] == ["hvad", "er", "status"]
    assert "da_core_news_that_is_not_there" in caplog.text
