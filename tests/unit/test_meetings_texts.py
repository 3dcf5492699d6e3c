"""Every text about meetings: plain, short, in the du-form; a no says why and gives a way on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from bot.meetings import errors, texts
from bot.municipality.readability import MOST_LIX, MOST_WORDS, lix, words_of

TYPICAL = {
    "department": "Socialafdelingen",
    "when": "tirsdag den 24. november kl. 10",
    "until": "13.15",
    "place": "Rådhustorvet 1, 9990 Nørreå",
    "phone": "12 34 56 78",
    "video": "Gå ind på www.noerreaa.example/video, når mødet begynder",
    "topic": "støtte til bil",
    "words": "hvornår får jeg svar?",
    "missing": "lønsedler for oktober",
    "unread": "når bussen kører",
    "days": "30",
    "count": "tre",
    "email": "anna@firma.dk",
    "book": "Ja, book mødet",
    "field": "Navnet",
    "most": "100",
}


def spoken() -> Iterator[tuple[str, str]]:
    for name, value in vars(texts).items():
        if name.isupper():
            for key, text in value.items() if isinstance(value, dict) else ((None, value),):
                yield f"{name}{f'[{key}]' if key else ''}", text
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and kind.__module__ == errors.__name__:
            yield name, kind.citizen


ALL = dict(spoken())


def filled(text: str) -> str:
    return text.format(**{name: TYPICAL[name] for _, name, _, _ in Formatter().parse(text) if name})


@pytest.mark.parametrize("name", ALL)
def test_a_text_is_easy_to_read(name: str) -> None:
    """LIX at most 35 and at most 60 words; a text of a few words (a button, a heading) is read at a glance."""
    text = filled(ALL[name])
    assert len(words_of(text)) <= MOST_WORDS
    assert lix(text) <= MOST_LIX or len(words_of(text)) <= 8


@pytest.mark.parametrize("name", ALL)
def test_a_text_is_no_officialese(name: str) -> None:
    """Du-form, Danish letters and quotation marks, no words of the desk, nobody told to call around."""
    text = ALL[name]
    for wrong in (
        r"\b[Vv]enligst\b",
        r"\b[Ss]åfremt\b",
        r"\bvedr\.",
        r"[Rr]ing selv",
        r"\bDem\b",
        r"\bbedes\b",
        "§",
        '"',
    ):
        assert not re.search(wrong, text), wrong
    assert not re.search(r"(?:ae|oe|aa)", text, re.IGNORECASE)


@pytest.mark.parametrize(
    "name", [name for name, text in ALL.items() if re.search(r"\bkan ikke\b|desværre|ikke flere", text)]
)
def test_a_no_says_why_and_gives_a_way_on(name: str) -> None:
    """Never only a no."""
    text = ALL[name]
    assert re.search(r"\bfor\b|fordi|taget|passer|overset|findes", text), "no reason"
    assert re.search(r"ringe|[Vv]ælg|[Hh]er|[Ff]lyt|finde|[Bb]estil", text), "no way on"
