"""An example that told who somebody is, is taken out of all that keeps it: on real databases and files."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.training_tables import model_versions, trainings
from bot.training.data_moment import data_read_at
from bot.training.edits import Edits
from bot.training.examples import Examples, still_sound
from bot.training.files import Files
from bot.training.forgetting import Forgetting, Forgotten
from bot.training.grouping import Status
from bot.training.measured import Figures
from bot.training.refusals import Changed, TrainingRefusal, Unusable, WrongMoment
from bot.training.snapshot import data_in, keep
from bot.training.trainings import Trainings
from bot.training.versions import NewVersion, Version, Versions, sha256_of
from tests.integration.inbox_setup import PIA, _named
from tests.integration.test_inbox_at_once import Municipality

TOLD = "hvornår får Anna Jensen på Elmevej svar"


class Trained(Municipality):
    """Versions are made of the examples as they stand, without a training."""

    def __init__(self, url: str, vault: Vault, folder: Path) -> None:
        super().__init__(url, vault, folder / "assistant")
        self.models = folder / "models"
        self.versions = Versions(self.engine, vault, self.models, clock=self.clock)
        files = Files(self.folder)
        self.history = Edits(self.engine, vault, files, named=_named, checked=still_sound, clock=self.clock)
        self.examples = Examples(files, self.history, title=str)
        self.forgetting = Forgetting(self.engine, vault, self.folder, self.models)

    def version(self, *, live: bool = False) -> Version:
        """A version of the examples as they stand; its classifier keeps their words."""
        self.clock.goes(seconds=60)
        data = keep(data_in(self.folder), self.models)
        texts = [one.text for one in self.examples.corpus().examples()]
        model = self.models / f"borgerkontakt-{self.clock():%H%M%S}.tar.gz"
        told = json.dumps({"texts": texts, "right": texts, "said": texts}, ensure_ascii=False).encode()
        with tarfile.open(model, "w:gz") as archive:
            entry = tarfile.TarInfo("components/train_bot.nlu.classifier.IntentClassifier4/out_of_fold.json")
            entry.size = len(told)
            archive.addfile(entry, io.BytesIO(told))
        new = NewVersion(
            file=model.name, sha256=sha256_of(model), data_file=data.name, staff_id=None, reason="", examples=2,
            intents=2, figures=Figures(),
        )  # fmt: skip
        made = self.versions.add(new)
        if live:
            self.versions.activated(made.id, None, "")
        return made

    def delete(self) -> int:
        """The example is deleted; the edit's id."""
        found = self.examples.corpus().find(TOLD)
        assert found is not None
        return self.examples.delete(PIA, found.intent, [found.id])[1].id

    def holds(self) -> list[str]:
        """The files that hold a word of it, unpacked: all there are but the assistant's own."""
        found = []
        for file in sorted(self.models.parent.rglob("*")):
            if file.is_dir() or self.folder in file.parents or ".db" in file.name:
                continue
            inside = file.read_bytes()
            if file.name.endswith(".tar.gz"):
                with tarfile.open(file) as archive:
                    inside = b"".join((archive.extractfile(entry) or io.BytesIO()).read() for entry in archive)
            if b"Anna" in inside:
                found.append(file.name)
        return found


@pytest.fixture
def town(database_url: str, vault: Vault, tmp_path: Path) -> Iterator[Trained]:
    made = Trained(database_url, vault, tmp_path)
    yield made
    made.engine.dispose()


def test_an_example_leaves_the_history_the_inbox_and_every_version(town: Trained) -> None:
    """Those made of it go with their files, those made without it stay; a change that is blotted out stays out."""
    own = town.hears(TOLD, "fallback")
    before = town.version()
    town.inbox.use(town.rows()[0].id, PIA, version=1, intent="svartid", text=TOLD, confirmed=True)
    town.examples.add_one(PIA, "svartid", "hvornår hører jeg noget")  # it stands beside the other
    made = [town.version(), town.version(live=True)]
    (town.models / "checks.json").write_text(json.dumps({"rows": [{"text": f"»{TOLD}« står to steder."}]}))
    town.log.erase(own)
    edit = town.delete()
    after = town.version(live=True)
    assert "checks.json" in town.holds()

    assert town.forgetting.forget(f" {TOLD.upper()}!") == Forgotten(
        edits=3, rows=1, versions=tuple(one.id for one in made), live=False, unread=()
    )

    assert [one.id for one in town.versions.page().rows] == [after.id, before.id] and town.versions.active() == after
    assert all(town.versions.whole(one) and town.versions.data_path(one).is_file() for one in (before, after))
    assert town.holds() == [] and len(list(town.models.iterdir())) == 4
    kept = town.history.history().rows
    assert "Anna" not in str(kept) and kept[0].text == "Slettede 1 eksempel"
    assert [row.undoable for row in kept] == [False, True, False]
    with pytest.raises(Changed):
        town.history.undo(edit, PIA)
    assert town.rows(Status.USED) == () == town.rows() and "(slettet)" not in town.nlu()
    assert town.forgetting.forget(TOLD) == Forgotten(edits=0, rows=0, versions=(), live=False, unread=())


def test_the_version_that_runs_stays_until_another_one_does(town: Trained) -> None:
    """It is told, and done the next time; an older one made of the same goes at once."""
    town.examples.add_one(PIA, "svartid", TOLD, confirmed=True)
    older, live = town.version(), town.version(live=True)
    town.delete()
    done = town.forgetting.forget(TOLD)
    assert (done.live, done.versions) == (True, (older.id,)) and town.versions.whole(live)
    assert town.holds() == sorted([live.file, live.data_file])
    town.version(live=True)
    done = town.forgetting.forget(TOLD)
    assert (done.live, done.versions) == (False, (live.id,)) and town.holds() == []


def test_a_message_of_somebody_who_still_talks_waits_again(town: Trained) -> None:
    """Its words live for as long as its conversation, as those of all messages do."""
    town.hears("hvornår får Anna Jensen svar", "fallback")
    town.inbox.use(town.rows()[0].id, PIA, version=1, intent="svartid", text=TOLD, confirmed=True)
    town.delete()
    assert town.forgetting.forget(TOLD).rows == 1
    (row,) = town.rows()
    assert (row.text, row.by) == ("hvornår får Anna Jensen svar", None)


def test_nothing_is_taken_out_while_it_could_come_back(town: Trained) -> None:
    """Not of what still is an example, nor during a training; a file that can't be read is told."""
    town.examples.add_one(PIA, "svartid", TOLD, confirmed=True)
    for text, refusal in ((TOLD, WrongMoment), (" ", Unusable)):
        with pytest.raises(TrainingRefusal) as told:
            town.forgetting.forget(text)
        assert type(told.value) is refusal
    town.delete()
    with writing(town.engine) as connection:
        values = {"status": "running", "staff_id": PIA.id, "sealed": b"", "created_at": town.clock()}
        connection.execute(insert(trainings).values(**values))
    with pytest.raises(WrongMoment):
        town.forgetting.forget(TOLD)
    assert "Anna" in str(town.history.history().rows)
    with writing(town.engine) as connection:
        connection.execute(trainings.update().values(status="failed"))
    town.models.mkdir()
    (town.models / "data-0123456789abcdef.tar.gz").write_bytes(b"cut short")
    assert town.forgetting.forget(TOLD).unread == ("data-0123456789abcdef.tar.gz",)
    with reading(town.engine) as connection:
        assert len(connection.execute(select(trainings.c.id)).all()) == 1


class Overtaken(Forgetting):
    """Right before versions are deleted, somebody has one of them trained again."""

    def _in_versions(self, connection: Connection, holding: set[str]) -> tuple[tuple[int, ...], set[str]]:
        values = {"status": "queued", "staff_id": PIA.id, "sealed": b"", "created_at": datetime.now(timezone.utc)}
        connection.execute(insert(trainings).values(**values, data_of=1))
        return super()._in_versions(connection, holding)


def test_no_version_is_deleted_once_a_training_of_its_data_waits(town: Trained) -> None:
    """It is asked in the transaction that deletes: what was looked at a moment before may be untrue by then."""
    town.examples.add_one(PIA, "svartid", TOLD, confirmed=True)
    made = town.version()
    town.delete()
    with pytest.raises(WrongMoment):
        Overtaken(town.engine, town.vault, town.folder, town.models).forget(TOLD)
    assert town.versions.whole(town.versions.get(made.id)) and town.versions.data_path(made).is_file()
    assert town.forgetting.forget(TOLD).versions == (made.id,)


def test_whose_data_a_version_has_is_known_when_the_older_one_is_gone(town: Trained) -> None:
    """A training of an older one's data began after changes that are not in it: it is not when those were read."""
    older, read_at = town.version(), town.clock()
    town.clock.goes(seconds=30)
    asked = Trainings(town.engine, town.vault, clock=town.clock, start=lambda id: None).begin(
        PIA, "Igen", data_of=older.id
    )
    done = {"status": "done", "started_at": town.clock()}
    again = town.version()
    with writing(town.engine) as connection:
        connection.execute(trainings.update().where(trainings.c.id == asked.id).values(**done, version_id=again.id))
        assert data_read_at(connection, again.id) == read_at
        connection.execute(delete(model_versions).where(model_versions.c.id == older.id))
        assert data_read_at(connection, again.id) == read_at
