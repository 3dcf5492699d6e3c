"""What is a Danish word, and which headword it belongs to."""

from __future__ import annotations

import pytest

from bot.danish.lexicon import is_word, lemma
from bot.danish.spelling import fold


@pytest.mark.parametrize("word", ["længe", "børnene", "ærlig", "hvornår", "skolerne", "poesi"])
def test_a_word_is_known_in_any_form_and_without_danish_letters(word: str) -> None:
    """Words come folded; the dictionary has them with their æ, ø and å."""
    assert is_word(fold(word))


@pytest.mark.parametrize("word", ["xqzk", "sagsbehanler", "hvornaarr"])
def test_what_is_misspelt_is_no_word(word: str) -> None:
    """Else no slip could ever be mended."""
    assert not is_word(word)
    assert lemma(word) is None


@pytest.mark.parametrize(
    ("form", "headword"), [("skolen", "skole"), ("boern", "barn"), ("laegen", "laege"), ("poesien", "poesi")]
)
def test_each_form_leads_to_its_headword(form: str, headword: str) -> None:
    """The headword is folded like what was asked for, and "oe" in "poesi" is no ø."""
    assert lemma(form) == headword
