"""Hard words of letters: found however they are written, and explained so that they are no longer hard."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.municipality.glossary import load
from tests.asking import the_glossary
from tests.unit.test_wording import lix, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hvad betyder partshøring", ["partshøring"]),
        ("hvad er en PARTSHØRRING?", ["partshøring"]),
        ("klagefristen", ["klagefrist"]),
        ("hvad er opsætende virkning", ["opsættende virkning"]),
        ("tilbage betalings pligt", ["tilbagebetalingspligt"]),
        ("forvaltningslovens regler", ["forvaltningsloven"]),
        ("visitationen og bevillingen", ["visitation", "bevilling"]),
        ("genvurdering hos ankestyrelsen", ["genvurdering", "Ankestyrelsen"]),
        ("jeg forstår ikke det brev jeg har fået", []),
        ("er du en robot", []),
        ("", []),
    ],
)
def test_words_are_found_inflected_misspelt_and_split(text: str, words: list[str]) -> None:
    """In the order in which they stand; ordinary words are not taken for hard ones."""
    assert [entry.word for entry in the_glossary().explain(text)] == words


def test_there_are_enough_words() -> None:
    """Fifty or more."""
    assert len(the_glossary().entries) >= 50


@pytest.mark.parametrize("entry", the_glossary().entries, ids=lambda entry: str(entry.word))
def test_an_explanation_is_easier_than_its_word(entry) -> None:  # type: ignore[no-untyped-def]
    """One or two sentences of plain Danish: LIX at most 40, and at most 35 words."""
    assert lix(entry.meaning) <= 40
    assert len(words_of(entry.meaning)) <= 35


def test_every_entry_finds_itself() -> None:
    """No explained word is hidden behind another."""
    hidden = [entry.word for entry in the_glossary().entries if entry not in the_glossary().explain(entry.word)]
    assert hidden == []


def test_wrong_rows_are_all_told_with_their_lines(tmp_path: Path) -> None:
    """What is missing, misspelt or twice, and where."""
    file = tmp_path / "brevord.yml"
    file.write_text(
        "- ord: hjemmel\n  betyder: En regel.\n"
        "- ord: afslag\n  betyderr: Et nej.\n"
        "- ord: Hjemmel\n  betyder: Igen.\n"
        "- 7\n",
        encoding="utf-8",
    )
    with pytest.raises(SettingsError) as told:
        load(file)
    assert str(told.value).splitlines() == [
        "brevord.yml kan ikke bruges:",
        "  - linje 3: betyder mangler. Skriv en tekst.",
        "  - linje 4: betyderr kendes ikke. Mente du betyder?",
        "  - linje 5: Hjemmel er allerede forklaret i linje 1. Lad ordet stå ét sted.",
        "  - linje 7: hver række skal have felter som navn: værdi, ikke '7'.",
    ]
