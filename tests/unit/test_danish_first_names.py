"""The list of common first names."""

from __future__ import annotations

import pytest

from bot.danish.first_names import FIRST_NAMES
from bot.danish.names import find_names
from bot.danish.spelling import fold


def test_the_names_are_in_small_letters_and_one_word_each() -> None:
    """Names are looked up folded, so one with a capital would never be found."""
    assert len(FIRST_NAMES) > 300
    assert all(name == name.lower() and name.replace("-", "").isalpha() for name in FIRST_NAMES)


@pytest.mark.parametrize(
    "name", ["Mette", "Jørgen", "Bjørn", "Fatima", "Mohammed", "Yusuf", "Oksana", "Krzysztof", "Thuy"]
)
def test_names_of_all_who_live_here_are_known(name: str) -> None:
    """A caseworker is as likely called Fatima as Mette."""
    assert fold(name) in {fold(known) for known in FIRST_NAMES}


@pytest.mark.parametrize("name", ["mette", "fatima", "jørgen", "joergen"])
def test_a_common_name_is_known_in_small_letters(name: str) -> None:
    """Who writes without capitals asks for the same person."""
    assert [found.shown for found in find_names(f"er {name} stadig på min sag")] == [name.capitalize()]
