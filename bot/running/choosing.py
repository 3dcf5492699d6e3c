"""Which model starts: the live version, made again where it can't run; before there is any, that of the data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import structlog

from bot.chat.records import utc_now
from bot.errors import BorgerkontaktError
from bot.running.model import TrainingError, code_fingerprint, model_for, train
from bot.settings import ROOT, Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine
from bot.training import pointer
from bot.training.comparing import examples_in
from bot.training.measured import Figures
from bot.training.measuring import cross_of
from bot.training.pointer import Pointer
from bot.training.snapshot import BrokenSnapshot, Data, data_in, keep, name_of, read, with_config, write_out
from bot.training.versions import NewVersion, Version, Versions, sha256_of

Tell = Callable[[str], None]


class Train(Protocol):
    """What `bot.running.model.train` does."""

    def __call__(self, data: Path, models: Path, *, log: Path, tell: Tell) -> Path:
        """The model made of ``data``, in the folder ``models``. Raises TrainingError."""


OTHER_CODE = "Lavet igen, fordi programmet er opdateret"
NOT_WHOLE = "Lavet igen, fordi filen manglede eller var ødelagt"
SHIPPED = "Lavet med de eksempler og svar, der følger med programmet, fordi jeres egne ikke kunne bruges"
_TRAINING = "Træner assistenten. Det tager omkring et minut:"
_NOT_LIVE = "Der er ændringer i data, som ikke er taget i brug. Træn, og tag i brug på siden /training/versioner."
_RUNS_SHIPPED = (
    "Indtil videre kører assistenten med dem, der følger med programmet. "
    "Det, I har rettet på /training, er der stadig: Se det efter, træn, og tag den nye version i brug."
)
_NO_DATA = f"ADVARSEL: Eksempler, svar og regler til den version, der kørte, kan ikke læses. {_RUNS_SHIPPED}"
_NOT_TRAINED = (
    "ADVARSEL: Assistenten kan ikke trænes med jeres egne eksempler, svar og regler i denne udgave af programmet. "
    f"{_RUNS_SHIPPED}"
)
_RUNS_BEFORE = (
    "Den version af assistenten, der er taget i brug, kan ikke starte: Filen mangler eller er ødelagt, eller den er "
    "lavet med en anden udgave af programmet. Versionen før den kører i stedet. "
    "Kør borgerkontakt prepare, og start igen."
)
_NOTHING = (
    "Den version af assistenten, der er taget i brug, kan ikke starte, og det kan versionen før den heller ikke. "
    "Kør borgerkontakt prepare, og start igen."
)

_events = structlog.get_logger(__name__)


def model_to_run(
    settings: Settings, *, log: Path, say: Tell, tell: Tell, shipped: Path = ROOT, train: Train = train
) -> Path:
    """The model that is to run, trained now where that must be; the pointer names it afterwards.

    The database must be up to date. ``say`` gets what is decided, ``tell`` each step of a training, whose output goes
    to ``log``. ``shipped`` holds the data that come with the software. Raises TrainingError.
    """
    engine = make_engine(settings.database_url)
    try:
        versions = Versions(engine, Vault(settings.secret_keys), settings.models_folder, clock=utc_now)
        live = versions.active()
        if live is None:
            model = _of_data(settings, log=log, say=say, tell=tell, train=train)
            named = Pointer(file=model.name, sha256=sha256_of(model), version=None, code=code_fingerprint())
        else:
            version = _runnable(versions, live, settings, log=log, say=say, tell=tell, shipped=shipped, train=train)
            model = versions.path(version)
            named = Pointer(file=version.file, sha256=version.sha256, version=version.id, code=version.code)
            say(f"Version {version.id} af assistenten kører.")
            if _not_live(versions, version, settings.assistant_folder):
                say(_NOT_LIVE)
    finally:
        engine.dispose()
    if pointer.read(settings.models_folder) != named:
        pointer.write(settings.models_folder, named)
    return model


def _of_data(settings: Settings, *, log: Path, say: Tell, tell: Tell, train: Train) -> Path:
    model = model_for(settings.assistant_folder, settings.models_folder)
    if not model.exists():
        say(_TRAINING)
        model = train(settings.assistant_folder, settings.models_folder, log=log, tell=tell)
    return model


def _runnable(
    versions: Versions,
    live: Version,
    settings: Settings,
    *,
    log: Path,
    say: Tell,
    tell: Tell,
    shipped: Path,
    train: Train,
) -> Version:
    """The live version; one made anew of its data where it is not whole, or was made by other software.

    Where the software that runs now can make nothing of them, one of the data that come with it: that something runs
    is worth more. Raises TrainingError.
    """
    if live.code == code_fingerprint() and versions.whole(live):
        return live
    reason = NOT_WHOLE if live.code == code_fingerprint() else OTHER_CODE
    say(f"Version {live.id} bliver {reason[0].lower()}{reason[1:]}.")
    # Made again, it is no better than it was.
    override = versions.passed_over(live.id)
    try:
        data: Data = read(versions.data_path(live))
        model = _trained(
            with_config(data, settings.assistant_folder), settings, log=log, say=say, tell=tell, train=train
        )
    except (BrokenSnapshot, TrainingError) as error:
        # Not of the data as they stand: nobody put live what was changed in them since. Where they lie beside the code,
        # there are no others.
        _events.error("live.shipped_data", version=live.id, reason=error.log)
        say(_NO_DATA if isinstance(error, BrokenSnapshot) else _NOT_TRAINED)
        reason, override, data = SHIPPED, None, data_in(shipped)
        model = model_for(shipped, settings.models_folder)
        if model.name == live.file or not model.exists():
            model = _trained(data, settings, log=log, say=say, tell=tell, train=train)
    counted = examples_in(data)
    made = versions.add(
        NewVersion(
            file=model.name,
            sha256=sha256_of(model),
            data_file=keep(data, settings.models_folder).name,
            staff_id=None,
            reason=reason,
            examples=sum(counted.values()),
            intents=len({intent for intent, _ in counted}),
            figures=Figures(cross=cross_of(model)),
            code=code_fingerprint(),
        )
    )
    versions.activated(made.id, None, reason, override)
    return made


def _trained(data: Data, settings: Settings, *, log: Path, say: Tell, tell: Tell, train: Train) -> Path:
    """A model of these data. Raises TrainingError."""
    with TemporaryDirectory(prefix="borgerkontakt-") as temporary:
        folder = Path(temporary)
        write_out(data, folder)
        say(_TRAINING)
        # Of the same name as one that was cut short: it is made whole again.
        return train(folder, settings.models_folder, log=log, tell=tell)


def _not_live(versions: Versions, version: Version, folder: Path) -> bool:
    """Whether the data in ``folder`` are others than the version was made of; its config.yml is no data."""
    try:
        made_of = read(versions.data_path(version))
    except BrokenSnapshot:
        return False  # nobody knows
    return name_of(with_config(made_of, folder)) != name_of(data_in(folder))


class NothingToRun(BorgerkontaktError):
    """What was put live can't run, and neither can what was live before it; ``staff`` says what to do."""

    staff = _NOTHING


def model_in(folder: Path, *, say: Tell) -> Path | None:
    """The model in a folder of models that a Rasa without a database starts; None when there is none.

    The pointed-to. Where that one can't run, what was live before it, and ``say`` gets that; never another one, for
    what nobody put live may be what the gate refused. Before anything was put live, the newest.
    Raises NothingToRun.
    """
    code = code_fingerprint()
    pointed = pointer.runnable(folder, code)
    if pointed is not None:
        return pointed
    if pointer.ever_written(folder):
        before = pointer.runnable_before(folder, code)
        if before is None:
            raise NothingToRun("neither what is live nor what was before it can run")
        _events.error("live.not_whole", runs=before.name)
        say(_RUNS_BEFORE)
        return before
    # A folder of models also holds data and what is half-made.
    return max(folder.glob("borgerkontakt-*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)
