"""Which model starts: the live version's, made again where it must be; before there is any, that of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.records import utc_now
from bot.running.choosing import NOT_WHOLE, OTHER_CODE, SHIPPED, NothingToRun, model_in, model_to_run
from bot.running.model import TrainingError, code_fingerprint, model_for
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.training import pointer
from bot.training.measured import Figures
from bot.training.pointer import Pointer
from bot.training.snapshot import data_in, keep, name_of
from bot.training.versions import NewVersion, Version, Versions, sha256_of
from tests.training_setup import database, new_key, settings_in, small_assistant


class House:
    """A small assistant whose model lies there by name, so that nothing need be trained."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "train.log"
        self.settings: Settings = settings_in(folder, f"sqlite:///{folder / 'house.db'}", new_key())
        self.engine = database(self.settings.database_url)
        self.models = self.settings.models_folder
        self.models.mkdir()
        self.versions = Versions(self.engine, Vault(self.settings.secret_keys), self.models, clock=utc_now)
        self.of_data = model_for(self.settings.assistant_folder, self.models)
        self.of_data.write_bytes(b"the model of the data")
        self.said: list[str] = []
        self.trained: list[bytes] = []  # the config.yml of each

    def starts(self, *, refused: bytes | None = None, shipped: Path | None = None) -> Path:
        """What is started now; it is what the pointer names.

        Training takes no time here, and can be done of any data but those whose examples are ``refused``.
        """

        def train(data: Path, models: Path, *, log: Path, tell: Callable[[str], None]) -> Path:
            examples = (data / "data" / "nlu" / "samtalen.yml").read_bytes()
            self.trained.append((data / "config.yml").read_bytes())
            if examples == refused:
                raise TrainingError("it can't be trained")
            made = model_for(data, models)
            made.write_bytes(b"trained again")
            return made

        self.said.clear()
        shipped = shipped or self.settings.assistant_folder
        model = model_to_run(
            self.settings, log=self.log, say=self.said.append, tell=lambda line: None, shipped=shipped, train=train
        )
        assert pointer.runnable(self.models, code_fingerprint()) == model
        assert model_in(self.models, say=self.said.append) == model
        return model

    def live(self, *, code: str = "", override: str | None = None) -> Version:
        """A version made of the data as they stand, put live."""
        model = self.models / "borgerkontakt-20261122-093000-1.tar.gz"
        model.write_bytes(b"a trained version")
        made = self.versions.add(
            NewVersion(
                file=model.name,
                sha256=sha256_of(model),
                data_file=keep(data_in(self.settings.assistant_folder), self.models).name,
                staff_id="karen",
                reason="Flere eksempler",
                examples=12,
                intents=4,
                figures=Figures(),
                code=code or code_fingerprint(),
            )
        )
        self.versions.activated(made.id, None, "Flere eksempler", override)
        return made

    def change_data(self) -> None:
        """Somebody writes one more example."""
        file = self.settings.assistant_folder / "data" / "nlu" / "samtalen.yml"
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.engine.dispose()


def test_before_there_is_a_version_the_model_of_the_data_starts(house: House) -> None:
    """And is pointed to, so that a Rasa without a database starts it too."""
    assert house.starts() == house.of_data and house.said == []
    assert pointer.read(house.models) == Pointer(
        file=house.of_data.name, sha256=sha256_of(house.of_data), version=None, code=code_fingerprint()
    )


def test_the_live_version_starts_and_is_said(house: House) -> None:
    """By its number, and nothing of changes where there are none."""
    live = house.live()
    assert house.starts() == house.models / live.file
    assert house.said == [f"Version {live.id} af assistenten kører."]


def test_data_that_are_not_live_are_said_and_not_put_live(house: House) -> None:
    """Starting again is not how a change gets past the gate."""
    live = house.live()
    house.change_data()
    assert house.starts() == house.models / live.file
    assert "Der er ændringer i data, som ikke er taget i brug." in house.said[1]


def test_the_database_wins_over_a_pointer_that_says_something_else(house: House) -> None:
    """One cut short, one of a version that was never recorded, and none at all."""
    live = house.live()
    for wrong in ("{", '{"file": "borgerkontakt-2.tar.gz", "sha256": "", "version": 2, "code": ""}', None):
        if wrong is None:
            pointer.write(house.models, None)
        else:
            (house.models / pointer.NAME).write_text(wrong, encoding="utf-8")
        assert house.starts() == house.models / live.file


def test_a_database_that_knows_no_version_wins_too(house: House) -> None:
    """Models that were kept while the database was made anew."""
    pointer.write(house.models, Pointer(file="borgerkontakt-2.tar.gz", sha256="", version=2, code=code_fingerprint()))
    assert house.starts() == house.of_data


@pytest.mark.parametrize("why", [NOT_WHOLE, OTHER_CODE])
def test_a_version_that_can_not_run_is_made_again_of_its_own_data(house: House, why: str) -> None:
    """Not of the data as they are now: what nobody put live stays out. It is recorded with the reason, and runs."""
    live = house.live(code="000000000000" if why == OTHER_CODE else "")
    if why == NOT_WHOLE:
        (house.models / live.file).write_bytes(b"half")
    house.of_data.unlink()
    house.change_data()
    started = house.starts()
    made = house.versions.active()
    assert made is not None and made.id != live.id
    assert (made.reason, made.staff_id, made.data_file, made.code) == (why, None, live.data_file, code_fingerprint())
    assert (made.examples, made.intents) == (80, 4)
    assert started == house.models / made.file and house.versions.whole(made)
    assert house.said[-1].startswith("Der er ændringer i data")
    assert house.starts() == started  # and not once more


def test_what_was_put_live_past_the_gate_is_still_that_when_it_is_made_again(house: House) -> None:
    """So that going back to it later is held by the gate as before; one that passed the gate is not."""
    live = house.live(code="000000000000", override="Prøven er forkert")
    house.versions.activated(live.id, None, "Tilbage", back=True)
    house.starts()
    made = house.versions.active()
    assert made is not None and made.id != live.id
    assert house.versions.activations([made.id])[made.id][0].override == "Prøven er forkert"
    again = house.live(code="000000000000")
    house.starts()
    made = house.versions.active()
    assert made is not None and made.id not in (live.id, again.id)
    assert house.versions.activations([made.id])[made.id][0].override is None


def test_a_version_is_made_again_with_the_config_of_the_software_that_runs(house: House) -> None:
    """An old one need not fit the new components. What was kept of the version stays, and no change is told of."""
    live = house.live(code="000000000000")
    config = house.settings.assistant_folder / "config.yml"
    config.write_bytes(config.read_bytes() + b"# ny\n")
    house.starts()
    made = house.versions.active()
    assert made is not None and made.data_file == live.data_file
    assert house.trained == [config.read_bytes()]
    assert house.said[-1] == f"Version {made.id} af assistenten kører."


@pytest.mark.parametrize("why", ["not to be trained", "not to be read"])
def test_where_the_new_software_can_not_use_their_data_those_that_come_with_it_run(
    house: House, tmp_path: Path, why: str
) -> None:
    """It is said, and theirs stay as they are; neither the site is down nor is live what nobody put live."""
    live = house.live(code="000000000000", override="Prøven er forkert")
    shipped = small_assistant(tmp_path / "shipped", examples=5)
    if why == "not to be read":
        house.versions.data_path(live).write_bytes(b"half")
    refused = (house.settings.assistant_folder / "data" / "nlu" / "samtalen.yml").read_bytes()
    house.change_data()
    theirs = data_in(house.settings.assistant_folder)
    started = house.starts(refused=refused, shipped=shipped)
    made = house.versions.active()
    assert made is not None and (made.reason, made.data_file) == (SHIPPED, name_of(data_in(shipped)))
    assert started == house.models / made.file and made.examples == 20
    assert house.versions.activations([made.id])[made.id][0].override is None
    assert any(line.startswith("ADVARSEL") and "der følger med programmet" in line for line in house.said)
    assert data_in(house.settings.assistant_folder) == theirs
    assert house.starts(shipped=shipped) == started, "and not once more"


@pytest.fixture
def told() -> list[str]:
    return []


def test_a_rasa_without_a_pointer_starts_the_newest_model_and_no_data(tmp_path: Path, told: list[str]) -> None:
    """The folder holds data and what is half-made too; without any model there is none."""
    (tmp_path / "data-0123456789abcdef.tar.gz").write_bytes(b"data")
    (tmp_path / "unfinished-7.tar.gz").write_bytes(b"half")
    assert model_in(tmp_path, say=told.append) is None
    model = tmp_path / "borgerkontakt-1.tar.gz"
    model.write_bytes(b"a model")
    assert model_in(tmp_path, say=told.append) == model
    assert told == []


def put_live(models: Path, number: int) -> Path:
    """A model that was put live."""
    model = models / f"borgerkontakt-{number}.tar.gz"
    model.write_bytes(f"model {number}".encode())
    pointer.write(models, Pointer(file=model.name, sha256=sha256_of(model), version=number, code=code_fingerprint()))
    return model


@pytest.mark.parametrize("broken", ["cut short", "gone", "of other software"])
def test_a_rasa_alone_runs_what_was_live_before_and_never_what_nobody_put_live(
    tmp_path: Path, told: list[str], broken: str
) -> None:
    """Where the live one can't run; the newest that lies there may be one that the gate refused."""
    before, live = put_live(tmp_path, 1), put_live(tmp_path, 2)
    (tmp_path / "borgerkontakt-3.tar.gz").write_bytes(b"nobody put it live")
    if broken == "cut short":
        live.write_bytes(b"mod")
    elif broken == "gone":
        live.unlink()
    else:
        named = pointer.read(tmp_path)
        assert named is not None
        pointer.write(tmp_path, replace(named, code="000000000000"))
    assert model_in(tmp_path, say=told.append) == before
    assert "Versionen før den kører i stedet." in told[0]
    before.unlink()
    with pytest.raises(NothingToRun):
        model_in(tmp_path, say=told.append)


def test_a_rasa_alone_does_not_guess_where_the_pointer_can_not_be_read(tmp_path: Path, told: list[str]) -> None:
    """Something was put live; which one it was, the database knows."""
    put_live(tmp_path, 1)
    (tmp_path / pointer.NAME).write_text("{", encoding="utf-8")
    with pytest.raises(NothingToRun):
        model_in(tmp_path, say=told.append)


def test_settings_name_the_folders(house: House) -> None:
    """Another folder of models is another installation's."""
    elsewhere = replace(house.settings, models_folder=house.models.parent / "elsewhere")
    elsewhere.models_folder.mkdir()
    target = model_for(elsewhere.assistant_folder, elsewhere.models_folder)
    target.write_bytes(b"another")
    assert model_to_run(elsewhere, log=house.log, say=lambda line: None, tell=lambda line: None) == target
