"""What is a CPR number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.cpr import parse


@pytest.mark.parametrize(
    "written",
    ["140348-1236", "1403481236", "140348 1236", "14 03 48 1236", " 140348-1236\n", "140348 - 1236", "140348–1236"],
)
def test_every_usual_way_to_write_it_gives_the_ten_digits(written: str) -> None:
    """Hyphen, dash and spaces do not matter."""
    assert parse(written) == "1403481236"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "140348",
        "140348-123",
        "140348-12367",
        "14034812367",
        "320148-1236",  # no such day
        "141348-1236",  # no such month
        "290201-1236",  # 1901 was no leap year
        "mit er 140348-1236",
        "140348x1236",
        "27.36.04-G01-12-26",
        "12 34 56 00",
        "١٤٠٣٤٨١٢٣٦",
    ],
)
def test_anything_else_is_none(written: str) -> None:
    """Too few or too many digits, dates that never were, and words around it are no CPR number."""
    assert parse(written) is None


def test_the_seventh_digit_gives_the_century() -> None:
    """29 February was in 2004 (seventh digit 4-9) and never in 1901."""
    assert parse("290204-4123") == "2902044123"
    assert parse("290201-4123") is None
    assert parse("290200-1123") is None  # 1900 was no leap year
    assert parse("290200-4123") == "2902004123"


def test_nobody_is_born_in_the_future() -> None:
    """A seventh digit that makes it 2036 is no birthday yet."""
    assert parse("010136-4123") is None


def test_a_replacement_number_has_sixty_added_to_the_day() -> None:
    """Replacement numbers are kept as they are written; day 92 is no day, even so."""
    assert parse("740348-1236") == "7403481236"
    assert parse("920348-1236") is None


def test_modulus_11_is_not_asked_for() -> None:
    """Since 2007 numbers are given out that do not fulfil it."""
    assert parse("140348-1236") and parse("140348-1237")


@given(st.text(max_size=40))
def test_what_comes_out_is_ten_digits_of_what_went_in(text: str) -> None:
    """Whatever is written, the answer is None or exactly the digits in it."""
    found = parse(text)
    assert found is None or (len(found) == 10 and found == "".join(c for c in text if c in "0123456789"))
