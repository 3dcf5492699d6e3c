"""The pointer to the model that runs: read only where it is whole, and followed only to a model that is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.training.pointer import NAME, Earlier, Pointer, read, runnable, runnable_before, write
from bot.training.versions import sha256_of

CODE = "abcdef012345"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with one model, which is pointed to."""
    (tmp_path / "borgerkontakt-1.tar.gz").write_bytes(b"a model" * 1000)
    write(tmp_path, pointer_to(tmp_path / "borgerkontakt-1.tar.gz"))
    return tmp_path


def pointer_to(model: Path, *, version: int | None = 1, code: str = CODE) -> Pointer:
    """A pointer to ``model`` as it is now."""
    return Pointer(file=model.name, sha256=sha256_of(model), version=version, code=code)


def test_what_is_written_is_read(models: Path) -> None:
    """And the model that is named may run."""
    assert read(models) == pointer_to(models / "borgerkontakt-1.tar.gz")
    assert runnable(models, CODE) == models / "borgerkontakt-1.tar.gz"


def test_without_a_pointer_there_is_none(tmp_path: Path) -> None:
    """A new installation has no folder of models even."""
    assert read(tmp_path / "nowhere") is None
    assert runnable(tmp_path / "nowhere", CODE) is None


@pytest.mark.parametrize("kept", [0, 1, 20, -2])
def test_a_pointer_that_was_cut_short_is_none(models: Path, kept: int) -> None:
    """Whoever starts then goes by the database, or trains."""
    whole = (models / NAME).read_bytes()
    (models / NAME).write_bytes(whole[:kept])
    assert read(models) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": "../elsewhere.tar.gz"},
        {"file": "/etc/passwd"},
        {"file": 7},
        {"version": "1"},
        {"version": True},
        {"code": None},
        {"more": 1},
        {"before": 7},
        {"before": [{"file": "../elsewhere.tar.gz", "sha256": "", "code": CODE}]},
    ],
)
def test_a_pointer_with_other_fields_than_ours_is_none(models: Path, wrong: dict[str, object]) -> None:
    """It never leads out of the folder of models."""
    told = json.loads((models / NAME).read_text(encoding="utf-8"))
    (models / NAME).write_text(json.dumps(told | wrong), encoding="utf-8")
    assert read(models) is None
    assert runnable(models, CODE) is None


def test_a_model_that_was_cut_short_does_not_run(models: Path) -> None:
    """Its sum is another."""
    model = models / "borgerkontakt-1.tar.gz"
    model.write_bytes(model.read_bytes()[:-1])
    assert runnable(models, CODE) is None


def test_a_model_that_is_gone_does_not_run(models: Path) -> None:
    """The pointer stays, for it is what should run."""
    (models / "borgerkontakt-1.tar.gz").unlink()
    assert runnable(models, CODE) is None
    assert read(models) is not None


def test_a_model_of_other_software_does_not_run(models: Path) -> None:
    """Its weights mean nothing to components that changed."""
    assert runnable(models, "000000000000") is None


def test_a_pointer_is_never_half_written(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it can't be written whole, the one before stays, and nothing is left lying about."""
    before, there = read(models), sorted(models.iterdir())

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(models, Pointer(file="borgerkontakt-2.tar.gz", sha256="0" * 64, version=2, code=CODE))
    assert read(models) == before
    assert sorted(models.iterdir()) == there


def second(models: Path) -> Path:
    """A second model, put live after the first."""
    model = models / "borgerkontakt-2.tar.gz"
    model.write_bytes(b"another model")
    write(models, pointer_to(model, version=2))
    return model


def test_what_was_live_before_is_remembered_and_runs_where_it_is_whole(models: Path) -> None:
    """Also when the same one is written again, and when a try to put another live is undone."""
    first = models / "borgerkontakt-1.tar.gz"
    assert runnable_before(models, CODE) is None
    two = second(models)
    pointed = read(models)
    assert pointed is not None and pointed.before == (Earlier(file=first.name, sha256=sha256_of(first), code=CODE),)
    write(models, pointer_to(two, version=2))
    write(models, Pointer(file="borgerkontakt-3.tar.gz", sha256="0" * 64, version=3, code=CODE))
    write(models, pointed)
    assert runnable_before(models, CODE) == first
    assert runnable_before(models, "000000000000") is None
    first.write_bytes(b"half")
    assert runnable_before(models, CODE) is None


def test_what_was_not_whole_any_more_is_not_what_was_live_before(models: Path) -> None:
    """A version that takes the place of a broken one has the one before that to fall back on."""
    second(models).write_bytes(b"half")
    write(models, Pointer(file="borgerkontakt-3.tar.gz", sha256="0" * 64, version=3, code=CODE))
    assert runnable_before(models, CODE) == models / "borgerkontakt-1.tar.gz"


def test_a_pointer_that_knows_nothing_of_before_is_read(models: Path) -> None:
    """One that was written by older software."""
    told = json.loads((models / NAME).read_text(encoding="utf-8"))
    del told["before"]
    (models / NAME).write_text(json.dumps(told), encoding="utf-8")
    assert runnable(models, CODE) == models / "borgerkontakt-1.tar.gz"
    assert runnable_before(models, CODE) is None


def test_pointing_to_nothing_takes_the_pointer_away(models: Path) -> None:
    """As before there was any."""
    write(models, None)
    assert read(models) is None
