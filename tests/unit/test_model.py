"""Rules of which model belongs to which data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.running.model import code_fingerprint, fingerprint
from bot.settings import ROOT


def copy_of_the_sources(folder: Path) -> Path:
    """The files a model is trained from, where they may be changed."""
    for name in ("config.yml", "domain.yml", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("data", "bot/nlu", "bot/danish"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def test_a_changed_example_asks_for_another_model_and_changing_it_back_does_not(tmp_path: Path) -> None:
    """Training happens exactly when data changed."""
    root = copy_of_the_sources(tmp_path)
    before = fingerprint(root)
    example = next((root / "data" / "nlu").glob("*.yml"))
    text = example.read_text(encoding="utf-8")
    example.write_text(text + "\n", encoding="utf-8")
    assert fingerprint(root) != before
    example.write_text(text, encoding="utf-8")
    assert fingerprint(root) == before == fingerprint(ROOT)


def test_the_municipalitys_own_facts_ask_for_no_training(tmp_path: Path) -> None:
    """A changed phone number is live without a new model."""
    root = copy_of_the_sources(tmp_path)
    before = fingerprint(root)
    (root / "data" / "kommune.yml").write_text("anything", encoding="utf-8")
    assert fingerprint(root) == before


def test_how_a_model_is_measured_asks_for_no_training(tmp_path: Path) -> None:
    """Another figure in the report is no other model; another component, or what one knows of Danish, is."""
    root = copy_of_the_sources(tmp_path)
    before = fingerprint(root, code=root)
    (root / "bot" / "nlu" / "evaluation" / "report.py").write_text("# anything", encoding="utf-8")
    assert fingerprint(root, code=root) == before
    for part in ("nlu/tokenizer.py", "nlu/danger/patterns.yml", "danish/lexicon.py"):
        (root / "bot" / part).write_text("# anything", encoding="utf-8")
        assert fingerprint(root, code=root) != before
        before = fingerprint(root, code=root)


def test_the_software_is_another_when_a_component_is_and_not_when_an_example_is(tmp_path: Path) -> None:
    """A version made by other software is told from one made of other examples."""
    root = copy_of_the_sources(tmp_path)
    before = code_fingerprint(root)
    assert before == code_fingerprint()
    example = next((root / "data" / "nlu").glob("*.yml"))
    example.write_text("# anything", encoding="utf-8")
    assert code_fingerprint(root) == before
    (root / "bot" / "nlu" / "tokenizer.py").write_text("# anything", encoding="utf-8")
    assert code_fingerprint(root) != before


def test_another_sentence_model_asks_for_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was learned of one model's vectors is nonsense beside those of another."""
    before = fingerprint(ROOT)
    monkeypatch.setenv("SENTENCE_MODEL", "/srv/sentences")
    assert fingerprint(ROOT) != before
