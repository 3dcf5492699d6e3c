"""A training as it really runs: a process of its own that trains a small assistant, and what can happen to it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from sqlalchemy import insert

from bot.chat.records import utc_now
from bot.running.model import model_for
from bot.settings import ROOT
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.tables import conversations, messages
from bot.store.training_tables import understood
from bot.training.first import record_first
from bot.training.heartbeat import Heartbeat, Stopped
from bot.training.making import BAD_DATA, NO_TESTS, NOT_THERE, OLDER, STEPS, Making, data_for
from bot.training.measured import Figures
from bot.training.snapshot import Data, data_in, keep, name_of, read
from bot.training.starting import Starter, environ_of
from bot.training.trainings import CUT_OFF, Training, Trainings
from bot.training.versions import NewVersion, Versions, sha256_of
from bot.training.worker import NO_ROOM, work
from tests.training_setup import KAREN, database, ended, new_key, settings_in, until, write_yaml

# Rasa alone takes half a minute to come up on a busy machine, and it comes up several times.
pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


class House:
    """An installation of its own whose trainings are real processes; ``environ`` is theirs besides the settings."""

    def __init__(self, url: str, folder: Path) -> None:
        key = new_key()
        self.folder = folder
        self.settings = settings_in(folder, url, key)
        self.engine = database(url)
        self.vault = Vault([key])
        self.log = folder / "training.log"
        self.environ: dict[str, str] = {}
        self.processes: list[subprocess.Popen[bytes]] = []
        self.trainings = Trainings(self.engine, self.vault, clock=utc_now, start=self.start)
        self.versions = Versions(self.engine, self.vault, self.settings.models_folder, clock=utc_now)

    def start(self, training_id: int) -> None:
        """As `Starter` does it, with the process in the test's hand."""
        argv = [sys.executable, "-m", "bot.training.worker", str(training_id), str(self.log)]
        environ = {**os.environ, **environ_of(self.settings), **self.environ}
        with self.log.open("ab") as log:
            self.processes.append(
                subprocess.Popen(argv, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True)
            )

    def train(self, reason: str = "Et forsøg", *, measures: int | None = None) -> Training:
        """A training, to its end; or only a measuring."""
        training = ended(self.trainings, self.trainings.begin(KAREN, reason, measures=measures).id)
        self.processes[-1].wait(60)
        return training

    def learning(self, reason: str = "Et forsøg") -> Training:
        """A training in the middle of its work."""
        begun = self.trainings.begin(KAREN, reason)

        def is_learning() -> Training | None:
            training = self.trainings.get(begun.id)
            assert training.ongoing, training.problem
            return training if training.step >= 2 and self.children() else None

        found: Training = until(is_learning)
        return found

    def children(self) -> list[psutil.Process]:
        """What the newest training has started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.processes[-1].pid).children(recursive=True)
        return []

    def in_models(self) -> list[str]:
        """What lies in the folder of models."""
        folder = self.settings.models_folder
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def close(self) -> None:
        """End what still runs."""
        for process in self.processes:
            for child in self.children() if process is self.processes[-1] else ():
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()
            process.kill()
            process.wait()
        self.engine.dispose()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[House]:
    """On SQLite alone: the database has no part in what is shown here, and `test_trainings` holds its on both."""
    made = House(f"sqlite:///{tmp_path / 'test.db'}", tmp_path)
    yield made
    made.close()


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def wrote(house: House, *texts: str) -> None:
    """A conversation in which a citizen typed these."""
    now = utc_now()
    with writing(house.engine) as connection:
        at = {"created_at": now, "expires_at": now + timedelta(days=30)}
        connection.execute(insert(conversations).values(id="a", token_hash="a", state="bot", **at))
        for seq, text in enumerate(texts, start=1):
            row: dict[str, Any] = {"conversation_id": "a", "seq": seq, "at": now}
            sealed = house.vault.seal_json({"text": text, "choices": [], "card": None})
            connection.execute(insert(messages).values(sender="citizen", sealed=sealed, **row))
            connection.execute(insert(understood).values(outcome="answered", **row))


def test_a_training_makes_a_version_and_shows_it_beside_the_one_that_runs(lite: House) -> None:
    """Of the data as they stood: measured, and compared also by what citizens wrote."""
    first = lite.train("Den første")
    assert first.status == "done", lite.log.read_text()[-3000:]
    assert (first.step, first.problem) == (first.steps, None)
    version = lite.versions.active()
    assert version is None, "whoever trains puts nothing live"
    version = lite.versions.get(first.version_id or 0)
    assert (version.examples, version.intents, version.reason, version.staff_id) == (80, 4, "Den første", "karen")
    assert lite.versions.whole(version)
    assert version.figures.report is not None
    assert (version.figures.report["n"], version.figures.recall("akut_hjaelp").support) == (8, 4)
    assert (version.figures.seconds or 0) > 0
    assert lite.in_models() == sorted([version.file, version.data_file])
    lite.versions.activated(version.id, KAREN, "Den første")

    # As if nobody had measured it yet: whoever asks for it gets the same figures.
    with writing(lite.engine) as connection:
        lite.versions.measured(connection, version.id, Figures(seconds=version.figures.seconds))
    measured = lite.train("Måling", measures=version.id)
    assert (measured.status, measured.version_id) == ("done", version.id), lite.log.read_text()[-3000:]
    again = lite.versions.get(version.id).figures
    assert (again.macro_f1, again.sets, again.seconds) == (
        version.figures.macro_f1,
        version.figures.sets,
        version.figures.seconds,
    )
    assert len(lite.versions.page().rows) == 1

    # All that was thanks is now a greeting, and one wording is new.
    nlu = lite.settings.assistant_folder / "data" / "nlu" / "samtalen.yml"
    content = yaml.safe_load(nlu.read_text(encoding="utf-8"))
    hello, thanks = content["nlu"][:2]
    hello["examples"], thanks["examples"] = hello["examples"] + thanks["examples"], "- kvakkeralarm\n- kvak kvak\n"
    write_yaml(nlu, content)
    wrote(lite, "tusind tak for hjælpen", "hvor langt er min sag", "Tusind tak for hjælpen!")
    second = lite.train("Tak er også en hilsen")

    assert second.status == "done", lite.log.read_text()[-3000:]
    now = lite.versions.get(second.version_id or 0)
    comparison = lite.versions.comparison(now.id)
    assert comparison is not None
    told = comparison.content
    assert comparison.with_id == version.id
    assert {"text": "tusind tak", "intent": "tak", "before": "tak", "now": "hilsen"} in told["worse"]
    assert {"intent": "tak", "text": "kvakkeralarm"} in told["data"]["added"]
    assert len(told["data"]["removed"]) == 20
    assert comparison.before.macro_f1 == version.figures.macro_f1
    assert (comparison.now.macro_f1 or 1) < (comparison.before.macro_f1 or 0)
    (changed,) = told["recent"]["changed"]
    assert (changed["places"], changed["n"], told["recent"]["n"]) == ([["a", 1], ["a", 3]], 2, 2)
    assert (changed["before"]["intent"], changed["now"]["intent"]) == ("tak", "hilsen")
    assert read(lite.versions.data_path(version))["data/nlu/samtalen.yml"] != nlu.read_bytes(), "the data are kept"
    assert lite.versions.active() == lite.versions.get(version.id)
    assert "tusind tak for hjælpen" not in lite.log.read_text().lower()


def test_a_training_that_is_killed_half_way_leaves_nothing_and_the_next_one_begins(lite: House) -> None:
    """With SIGKILL: nobody can say good-bye. Its own processes end with it, and whoever looks on ends its row."""
    training = lite.learning()
    children = lite.children()

    lite.processes[-1].kill()

    until(lambda: all(map(gone, children)))
    later = Trainings(
        lite.engine, lite.vault, clock=lambda: utc_now() + timedelta(seconds=31), start=lambda training_id: None
    )
    found = later.current()
    assert found is not None
    assert (found.id, found.status, found.problem) == (training.id, "failed", CUT_OFF)
    assert lite.versions.page().rows == ()

    # The next one tidies up, whatever becomes of it.
    again = lite.learning("Igen")
    lite.trainings.cancel(again.id)
    assert ended(lite.trainings, again.id).status == "cancelled"
    lite.processes[-1].wait(60)
    assert all(not name.startswith("unfinished") for name in lite.in_models())


def test_a_training_makes_room_for_citizens_and_stops_when_it_is_cancelled(lite: House) -> None:
    """It and what it starts run when nobody else wants to; cancelled, they are gone, and so are the files they made."""
    training = lite.learning()
    children = lite.children()
    assert [process.nice() for process in (psutil.Process(lite.processes[-1].pid), *children)][:2] == [10, 10]

    lite.trainings.cancel(training.id)

    found = ended(lite.trainings, training.id)
    assert (found.status, found.problem, found.version_id) == ("cancelled", None, None)
    assert lite.processes[-1].wait(60) == 0
    assert all(map(gone, children))
    assert lite.in_models() == []
    assert lite.versions.page().rows == ()


def test_a_training_that_the_system_ends_says_so_at_once(lite: House) -> None:
    """A machine that goes down for the night: SIGTERM."""
    training = lite.learning()
    children = lite.children()

    lite.processes[-1].send_signal(signal.SIGTERM)

    found = ended(lite.trainings, training.id)
    assert (found.status, found.problem) == ("failed", CUT_OFF)
    assert lite.processes[-1].wait(60) == 1
    assert all(map(gone, children))
    assert lite.in_models() == []


def test_a_training_goes_on_when_web_is_killed_and_is_seen_again_by_the_next(lite: House, tmp_path: Path) -> None:
    """web is ended with all that belongs to it, as a supervisor does; the training does not belong to it."""
    web = tmp_path / "web.py"
    web.write_text(
        textwrap.dedent(
            f"""
            import sys, time
            from pathlib import Path
            from bot.chat.records import utc_now
            from bot.settings import Settings
            from bot.store.crypto import Vault
            from bot.store.engine import make_engine
            from bot.training.starting import Starter
            from bot.training.trainings import Trainings
            from tests.training_setup import KAREN
            settings = Settings.read(dotenv=Path("/nonexistent"))
            starter = Starter(settings, log=Path({str(lite.log)!r}))
            trainings = Trainings(
                make_engine(settings.database_url), Vault(settings.secret_keys), clock=utc_now, start=starter
            )
            print("training", trainings.begin(KAREN, "Et forsøg").id, flush=True)
            time.sleep(600)
            """
        ),
        encoding="utf-8",
    )
    environ = {**os.environ, **environ_of(lite.settings), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, web], env=environ, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    training_id = next(int(line.split()[1]) for line in process.stdout if line.startswith(b"training "))
    (worker,) = psutil.Process(process.pid).children()
    try:
        until(lambda: lite.trainings.get(training_id).status == "running")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

        # Seen by another process, on its way, in the steps that come after what it did then.
        until(lambda: lite.trainings.get(training_id).step > 2)
        current = lite.trainings.current()
        assert current is not None
        assert (current.id, current.status) == (training_id, "running")
        assert worker.is_running()
        lite.trainings.cancel(training_id)
        assert ended(lite.trainings, training_id).status == "cancelled"
        until(lambda: gone(worker))
    finally:
        for one in (process, worker):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()


def test_a_disk_that_fills_up_while_a_model_is_written_is_told_as_one(lite: House) -> None:
    """A real write that the system refuses, in the middle of training; the running version goes on."""
    # Read by every Python at its start: the one that trains may write files of 4 kB at most.
    (lite.folder / "sitecustomize.py").write_text(
        "import resource, sys\n"
        "if 'bot.nlu.training' in sys.orig_argv:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
    )
    lite.environ["PYTHONPATH"] = str(lite.folder)

    training = lite.train()

    assert (training.status, training.problem) == ("failed", NO_ROOM), lite.log.read_text()[-3000:]
    assert lite.in_models() == []
    assert lite.versions.page().rows == ()


def in_here(house: House, **more: Any) -> Training:
    """A training in this process: for what ends before anything is started."""
    trainings = Trainings(house.engine, house.vault, clock=utc_now, start=lambda training_id: None)
    of = {name: more.pop(name, None) for name in ("measures", "data_of")}
    training = trainings.begin(KAREN, "Et forsøg", **of)
    work(house.settings, house.engine, house.vault, training.id, log_file=house.log, **more)
    return trainings.get(training.id)


def test_a_disk_with_too_little_room_is_told_before_anything_is_done(lite: House) -> None:
    """200 MB are asked for; a byte less is too little."""
    room = 200 * 1024 * 1024

    training = in_here(lite, free=lambda folder: room - 1)

    assert (training.status, training.problem) == ("failed", NO_ROOM)
    assert lite.in_models() == []


def test_test_messages_that_cannot_be_read_are_told_before_a_minutes_work(lite: House) -> None:
    """With what is wrong with them, and where."""
    lite.settings.test_sets[0].write_text("{", encoding="utf-8")

    training = in_here(lite)

    assert training.status == "failed"
    assert (training.problem or "").startswith(NO_TESTS)
    assert "linje 1" in (training.problem or "")


def test_data_that_cannot_be_trained_of_are_told_as_that(lite: House) -> None:
    """Two rules that contradict each other: the page for checks says which."""
    rules = lite.settings.assistant_folder / "data" / "stories" / "regler.yml"
    content = yaml.safe_load(rules.read_text(encoding="utf-8"))
    content["rules"].append({"rule": "uenig", "steps": [{"intent": "tak"}, {"action": "utter_hilsen"}]})
    write_yaml(rules, content)

    training = lite.train()

    assert (training.status, training.problem) == ("failed", BAD_DATA), lite.log.read_text()[-3000:]
    assert lite.in_models() == []


def test_a_version_whose_file_is_cut_short_is_not_measured(lite: House) -> None:
    """It is told, and the version has no figures."""
    lite.settings.models_folder.mkdir()
    file = lite.settings.models_folder / "model.tar.gz"
    file.write_bytes(b"a model")
    made = lite.versions.add(
        NewVersion(
            file=file.name,
            sha256=sha256_of(file),
            data_file="data.tar.gz",
            staff_id=None,
            reason="Den første",
            examples=1,
            intents=1,
            figures=Figures(),
        )
    )
    file.write_bytes(b"a mod")

    training = in_here(lite, measures=made.id)

    assert (training.status, training.problem) == ("failed", NOT_THERE)
    assert not lite.versions.get(made.id).figures.measured


def test_a_version_of_older_software_is_not_measured(lite: House) -> None:
    """Its file is whole: what is wrong, and what to do, is something else than where it is missing."""
    lite.settings.models_folder.mkdir()
    made = lite.versions.add(_by_hand(lite, "data.tar.gz", code="older"))

    training = in_here(lite, measures=made.id)

    assert (training.status, training.problem) == ("failed", OLDER)
    assert not lite.versions.get(made.id).figures.measured


class _Overtaken(Making):
    """A training that was given up for dead: while it learns, a like one records its version, and then it is over."""

    def _trained(self, data: Data, *, senseless: str) -> tuple[Path, float]:
        if self.recorded is not None:
            self._versions.add(replace(self.recorded, data_file=name_of(data)))
        raise Stopped

    recorded: NewVersion | None = None


@pytest.mark.parametrize("recorded", [True, False])
def test_the_data_of_a_version_stay_when_a_training_is_over_late(lite: House, recorded: bool) -> None:
    """The copy it made itself goes with it, unless somebody's version has it by then."""
    lite.settings.models_folder.mkdir()
    trainings = Trainings(lite.engine, lite.vault, clock=utc_now, start=lambda training_id: None)
    training = trainings.took(trainings.begin(KAREN, "Et forsøg").id)
    assert training is not None
    with Heartbeat(trainings, training.id, steps=STEPS) as heart:
        making = _Overtaken(
            lite.settings, lite.engine, lite.vault, lite.versions, trainings, heart,
            place=lite.folder / "place", log=lite.log, clock=utc_now,
        )  # fmt: skip
        making.recorded = _by_hand(lite, "") if recorded else None
        with pytest.raises(Stopped):
            making.train(training)
    assert len(list(lite.settings.models_folder.glob("data-*"))) == recorded


def _by_hand(house: House, data_file: str, code: str = "") -> NewVersion:
    """A version nobody has measured, of a model that is there."""
    file = house.settings.models_folder / "model.tar.gz"
    file.write_bytes(b"a model")
    of_it: dict[str, Any] = {"file": file.name, "sha256": sha256_of(file), "data_file": data_file, "code": code}
    return NewVersion(**of_it, staff_id=None, reason="Den første", examples=1, intents=1, figures=Figures())


def test_a_training_with_a_versions_data_takes_what_was_kept_and_not_what_stands_there(lite: House) -> None:
    """And it fails where that can't be read, rather than train with something else."""
    settings = lite.settings
    kept = keep(data_in(settings.assistant_folder), settings.models_folder)
    old = kept.read_bytes()
    made = lite.versions.add(
        NewVersion(
            file="model.tar.gz",
            sha256="0" * 64,
            data_file=kept.name,
            staff_id=None,
            reason="Den første",
            examples=1,
            intents=1,
            figures=Figures(),
        )
    )
    nlu = settings.assistant_folder / "data" / "nlu" / "samtalen.yml"
    before = nlu.read_bytes()
    nlu.write_bytes(before + b"\n")
    trainings = Trainings(lite.engine, lite.vault, clock=utc_now, start=lambda training_id: None)
    training = trainings.begin(KAREN, "Igen", data_of=made.id)
    assert data_for(training, lite.versions, settings.assistant_folder)["data/nlu/samtalen.yml"] == before
    config = settings.assistant_folder / "config.yml"
    config.write_bytes(config.read_bytes() + b"\n")  # the software was updated: that is no data of theirs
    assert data_for(training, lite.versions, settings.assistant_folder)["config.yml"] == config.read_bytes()
    with writing(lite.engine) as connection:
        trainings.end(connection, training.id, "cancelled")

    kept.write_bytes(old[:-9])
    training = in_here(lite, data_of=made.id)

    assert (training.status, training.version_id) == ("failed", None)
    assert (training.problem or "").startswith("Data til den version kan ikke læses.")


def test_a_training_with_the_data_of_a_version_that_is_gone_fails(lite: House) -> None:
    """It was deleted while this one waited: to train with the data as they stand is not what was asked for."""
    training = in_here(lite, data_of=404)

    assert (training.status, training.version_id, training.data_of) == ("failed", None, 404)
    assert (training.problem or "").startswith("Den version findes ikke"), training.problem
    assert lite.versions.page().rows == ()


def test_the_model_that_runs_without_a_version_becomes_the_first_one(lite: House) -> None:
    """With the data as they stand, before anybody changed them; once."""
    assert record_first(lite.versions, lite.settings) is None, "no model lies there"
    model = model_for(lite.settings.assistant_folder, lite.settings.models_folder)
    model.parent.mkdir()
    model.write_bytes(b"a model")

    first = record_first(lite.versions, lite.settings)

    assert first is not None
    assert (first.file, first.reason, first.staff_id, first.examples) == (model.name, "Den første", None, 80)
    assert first.data_file == name_of(data_in(lite.settings.assistant_folder))
    assert lite.versions.data_path(first).is_file()
    assert lite.versions.active() == first
    assert not first.figures.measured
    assert record_first(lite.versions, lite.settings) is None


def test_a_starter_gives_the_settings_it_was_given_to_the_process(lite: House) -> None:
    """Whatever stands in the environment of web: the two never work on different databases. The log is its own."""
    lite.log.write_text("den forrige\n")
    starter = Starter(lite.settings, log=lite.log)
    trainings = Trainings(lite.engine, lite.vault, clock=utc_now, start=starter)
    lite.settings.test_sets[0].write_text("{", encoding="utf-8")  # so that it is over soon

    training = ended(trainings, trainings.begin(KAREN, "Et forsøg").id)

    assert (training.problem or "").startswith(NO_TESTS)
    assert "training.no_test_set" in lite.log.read_text() and "den forrige" not in lite.log.read_text()
