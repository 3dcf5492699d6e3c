"""The rules of the gate in `data/kommune.yml`: as delivered, left out, and every mistake told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.municipality.facts import load
from bot.training.gate import GateRules
from tests.asking import ROOT, the_municipality

TEXT = (ROOT / "data" / "kommune.yml").read_text(encoding="utf-8")
SECTION = TEXT[TEXT.index("traening:") : TEXT.index("# Hjælp på alle tider")]


def read(tmp_path: Path, section: str) -> GateRules:
    """The rules, where the file's section is ``section``."""
    file = tmp_path / "kommune.yml"
    file.write_text(TEXT.replace(SECTION, section), encoding="utf-8")
    return load(file).gate


def test_as_delivered_a_cry_for_help_may_not_be_overheard_more_often() -> None:
    """`akut_hjaelp` has no tolerance; the file says the same as the rules without it."""
    assert the_municipality().gate.guarded["akut_hjaelp"] == 0.0
    assert the_municipality().gate.to_json() == GateRules().to_json()


def test_without_the_section_the_usual_rules_hold(tmp_path: Path) -> None:
    """A municipality's file from before there was a gate is good as it stands."""
    assert read(tmp_path, "") == GateRules()


def test_what_is_left_out_of_the_section_is_as_usual(tmp_path: Path) -> None:
    """Each of the two by itself."""
    only_f1 = read(tmp_path, "traening:\n  makro_f1_maa_falde: 0.05\n")
    assert only_f1 == GateRules(macro_f1_may_fall=0.05)
    only_guarded = read(tmp_path, "traening:\n  vogtede_hensigter: {akut_hjaelp: 0, klage: 0.1}\n")
    assert only_guarded == GateRules(guarded={"akut_hjaelp": 0.0, "klage": 0.1})


WRONG = [
    ("traening: streng\n", 0, "traening skal have felter under sig, rykket ind, ikke 'streng'."),
    ("traening:\n  makro_f1_maa_falde: 1,5\n", 1,
     "makro_f1_maa_falde skal være et tal fra 0 til 1 med punktum, for eksempel 0.01, ikke '1,5'."),
    ("traening:\n  makro_f1_maa_falde: 5\n", 1,
     "makro_f1_maa_falde skal være et tal fra 0 til 1 med punktum, for eksempel 0.01, ikke '5'."),
    ("traening:\n  makro_f1_maa_falde: -0.1\n", 1,
     "makro_f1_maa_falde skal være et tal fra 0 til 1 med punktum, for eksempel 0.01, ikke '-0.1'."),
    ("traening:\n  makro_f1_maa_falde: .nan\n", 1,
     "makro_f1_maa_falde skal være et tal fra 0 til 1 med punktum, for eksempel 0.01, ikke 'nan'."),
    ("traening:\n  makro_f1_maa_falde:\n", 1,
     "makro_f1_maa_falde mangler. Skriv et tal fra 0 til 1, for eksempel 0.01."),
    ("traening:\n  makro_f1: 0.01\n", 1, "makro_f1 kendes ikke. Her kan stå makro_f1_maa_falde, vogtede_hensigter."),
    ("traening:\n  vogtede_hensigter: [klage]\n", 1,
     "vogtede_hensigter skal have felter under sig, rykket ind, ikke en liste."),
    ("traening:\n  vogtede_hensigter:\n    klage: 0.02\n", 1,
     "akut_hjaelp mangler. Skriv et tal fra 0 til 1, for eksempel 0.02."),
    ("traening:\n  vogtede_hensigter:\n    akut_hjaelp: ja\n", 2,
     "akut_hjaelp skal være et tal fra 0 til 1 med punktum, for eksempel 0.02, ikke 'ja'."),
]  # fmt: skip


@pytest.mark.parametrize(("section", "below", "what"), WRONG, ids=[wrong[2][:50] for wrong in WRONG])
def test_a_wrong_row_is_told_with_its_line(tmp_path: Path, section: str, below: int, what: str) -> None:
    """One mistake gives one line, with what would be right."""
    with pytest.raises(SettingsError) as error:
        read(tmp_path, section)
    line = TEXT[: TEXT.index(SECTION)].count("\n") + 1 + below
    assert str(error.value).splitlines()[1:] == [f"  - linje {line}: {what}"]
