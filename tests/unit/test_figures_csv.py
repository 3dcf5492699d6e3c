"""CSV that is opened in a spreadsheet: nothing in it may be reckoned with, and every text comes out as it went in."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from bot.training.figures_csv import written


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "text", ["=1+1", "+45 12", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("http://x")', "-"]
)
def test_what_a_spreadsheet_would_reckon_with_is_made_harmless(text: str) -> None:
    """An apostrophe comes first, also before a heading; the rest stands as it was."""
    assert read(written([text, "x"], [[text, 1]])) == [["'" + text, "x"], ["'" + text, "1"]]


@pytest.mark.parametrize("text", ["Vuggestue; børnehave", 'Det »hele« "her"', "to\nlinjer", "a=b", "1-2", "", "æøå €"])
def test_other_texts_come_out_as_they_went_in(text: str) -> None:
    """Separators, quotes, line breaks and Danish letters; a sign inside is no formula."""
    assert read(written(["x"], [[text, text]]))[1] == [text, text]


def test_values_are_written_as_a_danish_spreadsheet_reads_them() -> None:
    """A comma for decimals, dates as ISO 8601, nothing for the unknown; a mark for UTF-8, Windows' line ends."""
    made = written(["a"], [[12.5, 3, date(2026, 11, 24), None, 0.0]])
    assert made == b"\xef\xbb\xbfa\r\n12,5;3;2026-11-24;;0,0\r\n"
