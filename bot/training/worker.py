"""Does one training, in a process of its own that outlives web: `python -m bot.training.worker ID LOG`.

Settings come from the environment, as web's do. What it does stands in the training's row.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from types import FrameType

import structlog
from sqlalchemy.engine import Engine

from bot.errors import BorgerkontaktError
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from bot.training.child import NICENESS, ChildFailed
from bot.training.first import record_first
from bot.training.heartbeat import Heartbeat, Stopped
from bot.training.making import STEPS, Failed, Making
from bot.training.trainings import CUT_OFF, Training, Trainings
from bot.training.versions import Versions

_ROOM = 200 * 1024 * 1024  # bytes that must be free: a model, its data, and what Rasa makes on the way
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_UNCHANGED = "Den version, der kører, er ikke ændret."
NO_ROOM = f"Der er ikke plads nok på disken til en ny version. {_UNCHANGED} Bed it-afdelingen om mere plads."
_UNKNOWN = (
    f"Træningen gik galt af en grund, vi ikke kender. {_UNCHANGED} Prøv igen, og sig det til it-afdelingen, "
    "hvis det sker en gang til."
)

log = structlog.get_logger(__name__)


class Interrupted(BaseException):
    """The system asks this process to end."""


def work(
    settings: Settings,
    engine: Engine,
    vault: Vault,
    training_id: int,
    *,
    log_file: Path,
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
) -> None:
    """Do the training, and put down how it ended. ``free`` tells how many bytes are free where a folder lies."""
    trainings = Trainings(engine, vault, clock=clock, start=_nothing)
    training = trainings.took(training_id)
    if training is None:
        log.warning("training.not_there", training=training_id)
        return
    versions = Versions(engine, vault, settings.models_folder, clock=clock)
    place = settings.models_folder / f"unfinished-training-{training_id}"
    try:
        with Heartbeat(trainings, training_id, steps=STEPS) as heart:
            _clear(settings.models_folder)
            settings.models_folder.mkdir(parents=True, exist_ok=True)
            if free(settings.models_folder) < _ROOM:
                raise Failed(NO_ROOM)
            record_first(versions, settings)
            making = Making(settings, engine, vault, versions, trainings, heart, place=place, log=log_file, clock=clock)
            _do(making, training, versions)
        log.info("training.done", training=training_id)
    except Stopped:
        _ended(engine, trainings, training_id, "cancelled", None)
    except Interrupted:
        _ended(engine, trainings, training_id, "failed", CUT_OFF)
        raise
    except BaseException as error:
        _ended(engine, trainings, training_id, "failed", _problem(error))
    finally:
        shutil.rmtree(place, ignore_errors=True)  # its own alone: given up for dead, it may end beside the next one


def _do(making: Making, training: Training, versions: Versions) -> None:
    if training.version_id is not None:
        making.measure(training, versions.get(training.version_id))
    else:
        making.train(training)


def _problem(error: BaseException) -> str:
    """What went wrong, for those who asked for the training."""
    if isinstance(error, Failed):
        return error.staff
    if (isinstance(error, OSError) and error.errno in _FULL) or (isinstance(error, ChildFailed) and error.no_room):
        return NO_ROOM
    if isinstance(error, BorgerkontaktError) and error.staff != BorgerkontaktError.staff:
        return f"{error.staff} {_UNCHANGED}"
    # Its words are left out: they may hold what somebody wrote.
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("training.failed", kind=type(error).__name__, places=places)
    return _UNKNOWN


def _ended(engine: Engine, trainings: Trainings, training_id: int, status: str, problem: str | None) -> None:
    with writing(engine) as connection:
        trainings.end(connection, training_id, status, problem=problem)
    log.info("training.ended", training=training_id, status=status)


def _clear(models: Path) -> None:
    """Remove what one that was killed left half-made: there is only one at a time."""
    for left in models.glob("unfinished-training-*"):
        with contextlib.suppress(OSError):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _nothing(training_id: int) -> None:
    """A training's own process starts no other."""


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise Interrupted


def _log_lines() -> None:
    """One JSON object a line, as the rest of the product logs."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )


def main() -> None:
    """Do the training whose id is the first argument; what Rasa says of it goes to the file that is the second."""
    os.nice(NICENESS)
    _log_lines()
    signal.signal(signal.SIGTERM, _interrupted)
    settings = Settings.read()
    engine = make_engine(settings.database_url)
    try:
        work(settings, engine, Vault(settings.secret_keys), int(sys.argv[1]), log_file=Path(sys.argv[2]))
    except Interrupted:
        sys.exit(1)
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
