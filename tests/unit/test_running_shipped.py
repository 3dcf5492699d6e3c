"""The data that come with the software, and those that somebody changed: which of them stand where."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.running.shipped import put_in_place


def edition(folder: Path, **files: str) -> Path:
    """A new edition of the software, with these texts of data."""
    for name in ("config.yml", "domain.yml", "data/nlu/a.yml"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files.get(path.stem, "en"), encoding="utf-8")
    return folder


@pytest.fixture
def told() -> list[str]:
    return []


def test_a_new_folder_is_filled(tmp_path: Path, told: list[str]) -> None:
    """With what a model is trained of, and nothing else."""
    put_in_place(tmp_path / "assistant", tell=told.append, shipped=edition(tmp_path / "one"))
    assert (tmp_path / "assistant" / "data" / "nlu" / "a.yml").read_text(encoding="utf-8") == "en"
    assert told == []


def test_a_new_edition_brings_its_data_where_nobody_changed_anything(tmp_path: Path, told: list[str]) -> None:
    """And takes away a file that it has no more."""
    assistant = tmp_path / "assistant"
    first = edition(tmp_path / "one")
    (first / "data" / "nlu" / "old.yml").write_text("gammel", encoding="utf-8")
    put_in_place(assistant, tell=told.append, shipped=first)
    put_in_place(assistant, tell=told.append, shipped=edition(tmp_path / "two", a="to"))
    assert (assistant / "data" / "nlu" / "a.yml").read_text(encoding="utf-8") == "to"
    assert not (assistant / "data" / "nlu" / "old.yml").exists()
    assert told == []


def test_what_somebody_changed_stays_and_it_is_said_that_there_is_more(tmp_path: Path, told: list[str]) -> None:
    """All of it stays, for half of one and half of the other fits nobody. It is said once for each edition."""
    assistant, one = tmp_path / "assistant", edition(tmp_path / "one")
    put_in_place(assistant, tell=told.append, shipped=one)
    (assistant / "domain.yml").write_text("vores", encoding="utf-8")
    put_in_place(assistant, tell=told.append, shipped=one)
    assert told == []
    for _ in range(2):
        put_in_place(assistant, tell=told.append, shipped=edition(tmp_path / "two", a="to"))
    assert (assistant / "domain.yml").read_text(encoding="utf-8") == "vores"
    assert (assistant / "data" / "nlu" / "a.yml").read_text(encoding="utf-8") == "en"
    assert len(told) == 1 and "bliver stående" in told[0]


def test_a_folder_that_somebody_else_filled_is_theirs(tmp_path: Path, told: list[str]) -> None:
    """A municipality's own, from git: nothing is put there, no config.yml either, and nothing is said."""
    assistant = edition(tmp_path / "assistant", a="vores", config="vores")
    put_in_place(assistant, tell=told.append, shipped=edition(tmp_path / "one"))
    assert (assistant / "config.yml").read_text(encoding="utf-8") == "vores"
    assert (assistant / "data" / "nlu" / "a.yml").read_text(encoding="utf-8") == "vores"
    assert told == []


def test_config_is_part_of_the_software_and_always_that_of_the_edition(tmp_path: Path, told: list[str]) -> None:
    """Nobody changes it at /training, and a new edition's components need not work with an old one's settings."""
    assistant = tmp_path / "assistant"
    put_in_place(assistant, tell=told.append, shipped=edition(tmp_path / "one"))
    (assistant / "domain.yml").write_text("vores", encoding="utf-8")
    put_in_place(assistant, tell=told.append, shipped=edition(tmp_path / "two", config="to"))
    assert (assistant / "config.yml").read_text(encoding="utf-8") == "to"
    assert (assistant / "domain.yml").read_text(encoding="utf-8") == "vores"
    assert told == [], "of examples and answers it brings nothing new"


def test_where_the_data_lie_beside_the_code_nothing_is_done(tmp_path: Path, told: list[str]) -> None:
    """A developer's machine: git knows what changed."""
    one = edition(tmp_path / "one")
    before = sorted(one.rglob("*"))
    put_in_place(one, tell=told.append, shipped=one)
    assert sorted(one.rglob("*")) == before
