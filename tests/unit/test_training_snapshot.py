"""Rules of the data that are kept beside a model."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from bot.training.snapshot import BrokenSnapshot, data_in, digest_of, keep, name_of, read, write_out


def assistant(folder: Path) -> Path:
    for name in ("config.yml", "domain.yml", "data/hensigter.yml", "data/nlu/a.yml", "data/stories/regler.yml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name}: æøå\r\n", encoding="utf-8", newline="")
    (folder / "data" / "kommune.yml").write_text("navn: Nørreå", encoding="utf-8")
    (folder / "data" / "nlu" / ".a.yml.training-new").write_text("half-made", encoding="utf-8")
    return folder


def test_a_snapshot_holds_what_is_trained_of_byte_for_byte_and_nothing_else(tmp_path: Path) -> None:
    """The municipality's own facts are no part of a model, nor is what is half-written."""
    data = data_in(assistant(tmp_path / "a"))

    write_out(read(keep(data, tmp_path / "models")), tmp_path / "b")

    assert data_in(tmp_path / "b") == data
    assert sorted(data) == [
        "config.yml", "data/hensigter.yml", "data/nlu/a.yml", "data/stories/regler.yml", "domain.yml",
    ]  # fmt: skip
    assert b"\r\n" in data["domain.yml"]


def test_the_same_data_are_the_same_file_whenever_they_are_kept(tmp_path: Path) -> None:
    """So that a version's data can be told from today's by their name alone."""
    data = data_in(assistant(tmp_path / "a"))

    first = keep(data, tmp_path / "models")
    before = first.read_bytes()
    first.write_bytes(before[:50])

    assert keep(data, tmp_path / "models") == first, "one that was cut short is made anew"
    assert first.read_bytes() == before
    assert [path.name for path in (tmp_path / "models").iterdir()] == [name_of(data)]
    assert digest_of({**data, "domain.yml": b"x"}) != digest_of(data)


def test_a_snapshot_that_names_other_places_is_refused(tmp_path: Path) -> None:
    """A file in the folder of models must never write elsewhere."""
    for name in ("../x.yml", "data/nlu/../../x.yml", "/etc/passwd", "bot/x.py"):
        with tarfile.open(tmp_path / "data.tar.gz", "w:gz") as archive:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
        with pytest.raises(BrokenSnapshot):
            read(tmp_path / "data.tar.gz")


def test_a_snapshot_that_is_cut_short_or_gone_is_told_as_broken(tmp_path: Path) -> None:
    """Whatever the reading of it raises."""
    kept = keep(data_in(assistant(tmp_path / "a")), tmp_path)
    whole = kept.read_bytes()

    for length in (0, 5, 40, len(whole) // 2, len(whole) - 9):
        kept.write_bytes(whole[:length])
        with pytest.raises(BrokenSnapshot):
            read(kept)
    kept.unlink()
    with pytest.raises(BrokenSnapshot):
        read(kept)
