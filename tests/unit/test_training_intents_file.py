"""The file of titles: read whole or told what is wrong with it, and added to without moving a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.training.intents import FILE, Intent, Intents, read, with_intent
from tests.asking import ROOT

TEXT = (ROOT / FILE).read_text(encoding="utf-8")
NEW = Intent(name="pris_paa_pas", title='Hvad koster et "pas"?', about="Borgeren vil vide: hvad koster det?")


def test_a_new_intent_stands_last_and_the_rest_as_before() -> None:
    """The text before it is the file as it was."""
    made = with_intent(TEXT, NEW)
    assert made.startswith(TEXT) and made.endswith("\n")
    assert [*read(made).items()] == [*read(TEXT).items(), (NEW.name, NEW)]
    other = Intent(name="andet", title="Andet", about="Andet.", choice=False)
    assert read(with_intent(TEXT.rstrip("\n"), other))["andet"] == other


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: {titel: Pas, om: Om pas}\nb: {titel: pas, om: Igen}", "to gange"),
        ("a: {titel: En titel som er alt for lang til en knap, om: Lang}", "højst"),
        ("a: {titel: Pas}", "om mangler"),
        ("a: {titel: Pas, om: Om, valg: måske}", "ja eller nej"),
        ("a: {titel: Pas, om: Om, tiltel: Pas}", "tiltel"),
        ("Pas: {titel: Pas, om: Om}", "små bogstaver"),
        ("- a", "linje 1"),
        ("a: [", "linje"),
    ],
)
def test_what_is_wrong_is_told_in_danish_with_its_line(text: str, told: str) -> None:
    """Whoever edits the file by hand is told what would be right."""
    with pytest.raises(SettingsError) as error:
        read(text)
    assert told in error.value.log and "hensigter.yml" in error.value.log


def test_an_unknown_intent_is_called_by_its_name(tmp_path: Path) -> None:
    """An older model may hear what has no title (any more); a page must still show something."""
    intents = Intents(ROOT)
    assert intents.title("svartid") == "Hvornår får jeg svar?"
    assert intents.title("gammel_hensigt") == "Gammel hensigt"
    assert Intents(tmp_path).title("svartid") == "Svartid"  # there is no file
    with pytest.raises(SettingsError):
        Intents(tmp_path).choices()
    assert "akut_hjaelp" in intents.titles() and "akut_hjaelp" not in intents.choices()
