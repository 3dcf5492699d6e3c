"""Which messages are one row of the inbox."""

from __future__ import annotations

import pytest

from bot.privacy.masking import MARK
from bot.store.crypto import Vault
from bot.training.likeness import likeness, tells_something, terms, words_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hvornår får jeg svar på min ansøgning?", "ansøgningen, hvornår får man svar"),
        ("hvad koster et pas", "HVAD KOSTER PASSET???"),
        ("Hej, må jeg gerne fælde et træ?", "maa jeg faelde et trae, tak"),
        ("min sag er 27.36.04-G01-12-26", "min sag er 02.34.02-P19-88-26"),
        (f"mit nummer er {MARK}", "mit nummer er 12 34 56 78"),
    ],
)
def test_order_endings_and_courtesy_make_no_difference(one: str, other: str, vault: Vault) -> None:
    """Nor do capitals, the spelling of æ, ø and å, and which number it is."""
    assert likeness(vault, one) == likeness(vault, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jeg har fået svar", "jeg har ikke fået svar"),
        ("hvem har min sag", "hvornår har min sag"),
        ("hvad koster et pas", "hvad koster et kørekort"),
        ("kan du", "må du"),
    ],
)
def test_a_word_that_carries_the_question_does(one: str, other: str, vault: Vault) -> None:
    """Question words and "ikke" are never passed over; of few words none is."""
    assert likeness(vault, one) != likeness(vault, other)


def test_a_fingerprint_tells_nobody_the_words_without_the_key(vault: Vault) -> None:
    """Neither the row's nor the words', and neither can be had from the other."""
    other = Vault([Vault.new_key()])
    assert likeness(vault, "pas") != likeness(other, "pas")
    assert terms(vault, "pas").isdisjoint(terms(other, "pas")) and likeness(vault, "pas") not in terms(vault, "pas")


def test_a_message_is_found_by_any_form_of_its_words(vault: Vault) -> None:
    """A search for several finds what has all of them; numbers are not looked for."""
    kept = terms(vault, "Hvornår får jeg svar på min ansøgning fra 2025?")
    assert terms(vault, "ansøgninger") < kept and terms(vault, "svarene ansøgningen") < kept
    assert not terms(vault, "klage") & kept and terms(vault, "2025") == frozenset()


@pytest.mark.parametrize("text", ["hej", "Ja tak!", "nej nej", "ok", "12 34 56 78", "???", "🙂", "", "k", "mange tak"])
def test_small_talk_and_signs_say_nothing(text: str) -> None:
    """There is nothing in them that a model could learn."""
    assert not tells_something(text)


@pytest.mark.parametrize(
    "text", ["hjælp", "er der skat på gaver", "ja til hvad", "допоможіть мені", "nej, jeg mente pas"]
)
def test_everything_else_does(text: str) -> None:
    """However short, and in whatever letters."""
    assert tells_something(text)


def test_a_letter_is_compared_by_how_it_begins() -> None:
    """Three thousand characters take no more words than are looked at."""
    assert len(words_alike(" ".join(f"ord{chr(97 + n % 26)}x{chr(97 + n // 26)}" for n in range(400)))) <= 60
