"""The work of a training, step by step: copy the data, train, try the new model and the running one, compare."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.errors import BorgerkontaktError
from bot.nlu.evaluation.outcome import Outcome
from bot.nlu.evaluation.reading import Labelled, UnusableSet, read_sets
from bot.running.model import begun_component, code_fingerprint, training_command
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.training_tables import model_versions
from bot.training.child import ChildFailed, run_child
from bot.training.comparing import compared, examples_in
from bot.training.heartbeat import Heartbeat, Stopped
from bot.training.measured import Figures
from bot.training.measuring import cross_of, figures_of
from bot.training.parsing import CutShort, parse_with
from bot.training.recent import DAYS, Recent, recent
from bot.training.snapshot import BrokenSnapshot, Data, data_in, keep, name_of, read, with_config, write_out
from bot.training.trainings import Training, Trainings
from bot.training.versions import NewVersion, Version, Versions, sha256_of

# The steps of a training; from _LEARNING up to _TRYING there is one for each part of the assistant that learns.
_COPYING, _LEARNING, _TRYING, _TRYING_OTHER, _COMPARING = 1, 2, 9, 10, 11
STEPS = 11

_PARTS = {
    "RulePolicy": "Lærer, hvad den skal svare",
    "TfidfFeaturizer": "Lærer ordene i eksemplerne",
    "IntentClassifier": "Lærer at kende hensigterne",
    "DangerDetector": "Lærer at høre råb om hjælp",
    "LookupExtractor": "Lærer navne på emner og afdelinger",
}
_OF_DATA = ("rasa.", "ruamel.", "yaml.")  # whose errors say that the data make no sense
_UNCHANGED = "Den version, der kører, er ikke ændret."
BAD_DATA = (
    f"Robotten kan ikke trænes af eksempler, svar og regler, som de er nu. {_UNCHANGED} "
    "Gå til »Tjek«, ret det, der står der, og træn igen."
)
OLD_DATA = (
    "Versionens eksempler, svar og regler passer ikke til programmet, som det er nu. Derfor kan du ikke træne med dem. "
    f"{_UNCHANGED} Træn i stedet med dem, I har nu."
)
UNUSABLE = f"Der blev lavet en ny version, men den kan ikke bruges. {_UNCHANGED} Prøv at træne igen."
NO_TESTS = "De beskeder, som nye versioner bliver prøvet med, kan ikke læses, så robotten er ikke trænet."
NOT_THERE = "Filen til versionen mangler eller er ødelagt, så versionen kan ikke måles."
OLDER = (
    "Versionen er lavet af en ældre udgave af programmet og kan ikke måles nu. "
    "Åbn den, og tryk »Træn igen med de samme eksempler«."
)

log = structlog.get_logger(__name__)


class Failed(BorgerkontaktError):
    """The training can't go on; ``staff`` says why."""

    def __init__(self, staff: str) -> None:
        super().__init__("the training can't go on", staff=staff)


class Making:
    """Does the steps; ``place`` is a folder of its own for what is half-made, which whoever made this removes."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        vault: Vault,
        versions: Versions,
        trainings: Trainings,
        heart: Heartbeat,
        *,
        place: Path,
        log: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._models = settings.models_folder
        self._engine = engine
        self._vault = vault
        self._versions = versions
        self._trainings = trainings
        self._heart = heart
        self._place = place
        self._log = log
        self._clock = clock
        self._tests = _tests(settings.test_sets)

    def train(self, training: Training) -> None:
        """Make a new version and compare it with the one that runs.

        Raises Failed, Stopped, and OSError when there is no room.
        """
        self._heart.tell(_COPYING, "Gemmer en kopi af eksempler, svar og regler")
        data = data_for(training, self._versions, self._settings.assistant_folder)
        fresh = not (self._models / name_of(data)).exists()
        snapshot = keep(data, self._models)
        target: Path | None = None
        try:
            made, seconds = self._trained(data, senseless=BAD_DATA if training.data_of is None else OLD_DATA)
            lately = recent(self._engine, self._vault, since=self._clock() - timedelta(days=DAYS))
            outcomes = self._tried(_TRYING, "Prøver den nye version", made, data, lately)
            if outcomes is None:
                raise Failed(UNUSABLE)
            figures = self._figures(outcomes, cross=cross_of(made), seconds=seconds)
            counted = examples_in(data)
            moment = self._clock()
            target = self._models / f"borgerkontakt-{moment:%Y%m%d-%H%M%S}-{training.id}.tar.gz"
            new = NewVersion(
                file=target.name,
                sha256=sha256_of(made),
                data_file=snapshot.name,
                staff_id=training.staff_id,
                reason=training.reason,
                examples=sum(counted.values()),
                intents=len({intent for intent, _ in counted}),
                figures=figures,
                code=code_fingerprint(),
            )
            beside = self._beside(figures, outcomes, lately, data)
            keep(data, self._models)  # one like this that was given up for dead may have taken it away
            self._finish(training, new, made, target, beside)
        except BaseException:
            # Given up for dead, this one may end after a like one has recorded a version of the same data.
            for left in (target, snapshot if fresh and not self._recorded(snapshot) else None):
                if left is not None:
                    left.unlink(missing_ok=True)
            raise

    def measure(self, training: Training, version: Version) -> None:
        """Measure a version that is there already. Raises Failed, Stopped."""
        if not self._versions.whole(version):
            raise Failed(NOT_THERE)
        if version.code and version.code != code_fingerprint():
            raise Failed(OLDER)
        path = self._versions.path(version)
        outcomes = self._tried(_TRYING, "Prøver versionen", path, self._data_of(version), ())
        if outcomes is None:
            raise Failed(NOT_THERE)
        cross = version.figures.cross or cross_of(path)
        figures = self._figures(outcomes, cross=cross, seconds=version.figures.seconds)
        with writing(self._engine) as connection:
            if not self._trainings.end(connection, training.id, "done", version_id=version.id):
                raise Stopped
            self._versions.measured(connection, version.id, figures)

    def _trained(self, data: Data, *, senseless: str) -> tuple[Path, float]:
        """The new model, half-made as long as nobody has tried it, and how many seconds that took.

        Raises Failed(``senseless``) when the data make no sense.
        """
        folder = self._place / "data"
        write_out(data, folder)
        made, temporary = self._place / "model.tar.gz", self._place / "tmp"
        temporary.mkdir()
        step, begun = _LEARNING, time.monotonic()
        self._heart.tell(step, "Læser eksemplerne")
        argv = training_command(made.resolve(), folder.resolve(), tied=True)
        try:
            for line in run_child(argv, log=self._log, look=self._heart.look, environ={"TMPDIR": str(temporary)}):
                if component := begun_component(line.text):
                    step = min(step + 1, _TRYING - 1)
                    self._heart.tell(step, _PARTS.get(component, "Lærer af eksemplerne"))
        except ChildFailed as error:
            log.warning("training.not_trained", kind=error.kind, places=error.places, code=error.code)
            if error.no_room or not error.kind.startswith(_OF_DATA):
                raise
            raise Failed(senseless) from error
        return made, time.monotonic() - begun

    def _tried(
        self, step: int, doing: str, model: Path, data: Data, lately: Sequence[Recent]
    ) -> tuple[Outcome, ...] | None:
        """What a model makes of all test messages, then of the recent ones; None when it can't be loaded."""
        self._heart.tell(step, doing)
        folder = self._place / f"known-{model.name}"
        write_out(data, folder)
        asked = [*(one for each in self._tests.values() for one in each), *(_unlabelled(one) for one in lately)]
        try:
            return parse_with(
                model.resolve(),
                folder.resolve(),
                asked,
                look=self._heart.look,
                tell=lambda n: self._heart.detail(f"{doing}: besked {n} af {len(asked)}"),
            )
        except (ChildFailed, CutShort) as error:
            if isinstance(error, ChildFailed) and error.no_room:
                raise
            told = {"kind": error.kind, "places": error.places} if isinstance(error, ChildFailed) else {}
            log.warning("training.model_unusable", **told)
            return None

    def _figures(self, outcomes: Sequence[Outcome], *, cross: Any, seconds: float | None) -> Figures:
        """The figures of the first outcomes, which are of the test sets."""
        sets, begin = {}, 0
        for name, messages in self._tests.items():
            sets[name] = outcomes[begin : begin + len(messages)]
            begin += len(messages)
        return figures_of(sets, cross=cross, seconds=seconds)

    def _beside(
        self, figures: Figures, outcomes: Sequence[Outcome], lately: Sequence[Recent], data: Data
    ) -> _Beside | None:
        """The running version, and how the new one fares beside it; None where there is none that can be tried."""
        running = self._versions.active()
        if running is None or not self._versions.whole(running):
            return None
        path, its_data = self._versions.path(running), self._data_of(running)
        others = self._tried(_TRYING_OTHER, "Prøver den version, der kører", path, its_data, lately)
        if others is None:
            return None
        self._heart.tell(_COMPARING, "Sammenligner de to versioner")
        cross = running.figures.cross or cross_of(path)
        before = self._figures(others, cross=cross, seconds=running.figures.seconds)
        n = sum(map(len, self._tests.values()))
        content = compared(
            running.id,
            figures=(before, figures),
            tests=(others[:n], outcomes[:n]),
            lately=(others[n:], outcomes[n:]),
            recent=lately,
            data=(its_data, data),
        )
        return _Beside(version=running, figures=before, content=content)

    def _finish(self, training: Training, new: NewVersion, made: Path, target: Path, beside: _Beside | None) -> None:
        """Put the model where it stays, and record it: only if the training is still wanted."""
        self._heart.tell(_COMPARING, "Gemmer den nye version")
        with made.open("rb") as file:
            os.fsync(file.fileno())
        made.rename(target)
        with writing(self._engine) as connection:
            number = self._versions.insert(connection, new)
            if not self._trainings.end(connection, training.id, "done", version_id=number):
                raise Stopped
            if beside is not None:
                self._versions.measured(connection, beside.version.id, beside.figures)
                self._versions.keep_comparison(connection, number, beside.version.id, beside.content)

    def _recorded(self, snapshot: Path) -> bool:
        """Whether a version has this snapshot."""
        with reading(self._engine) as connection:
            query = select(model_versions.c.id).where(model_versions.c.data_file == snapshot.name)
            return connection.execute(query).first() is not None

    def _data_of(self, version: Version) -> Data:
        """What a version was made of; nothing where that can't be read: then it is compared without."""
        try:
            return read(self._versions.data_path(version))
        except BrokenSnapshot:
            log.warning("training.no_snapshot", version=version.id)
            return {}


@dataclass(frozen=True, kw_only=True)
class _Beside:
    """The running version with its figures of today, and the new one beside it."""

    version: Version
    figures: Figures
    content: dict[str, Any]


def data_for(training: Training, versions: Versions, folder: Path) -> Data:
    """What a training is done with: the data kept of the version it names, else those in the assistant's ``folder``.

    Its config.yml is that of ``folder`` in either case. Raises BrokenSnapshot, NotFoundError; OSError and
    TrainingRefusal when a file of the folder can't be read.
    """
    if training.data_of is None:
        return data_in(folder)
    return with_config(read(versions.data_path(versions.get(training.data_of))), folder)


def _unlabelled(one: Recent) -> Labelled:
    return Labelled(text=one.text, intent="")


def _tests(files: Sequence[Path]) -> dict[str, tuple[Labelled, ...]]:
    """The test sets by the names of their files. Raises Failed."""
    try:
        return {file.stem: read_sets([file], intents=None) for file in files}
    except UnusableSet as error:
        log.error("training.no_test_set", problems=len(error.lines))
        raise Failed(f"{NO_TESTS} {error.lines[0]}") from error
