"""Records the model that runs before anybody trained one at /training: as the first version."""

from __future__ import annotations

from pathlib import Path

import structlog

from bot.running.model import code_fingerprint, model_for
from bot.settings import Settings
from bot.training import pointer
from bot.training.comparing import examples_in
from bot.training.measured import Figures
from bot.training.measuring import cross_of
from bot.training.snapshot import data_in, keep
from bot.training.versions import FIRST, NewVersion, Version, Versions, sha256_of

log = structlog.get_logger(__name__)


def record_first(versions: Versions, settings: Settings) -> Version | None:
    """Record the model of the data as they stand as the first version, and that it runs; nobody has measured it yet.

    None when there are versions already, or when no such model lies in the folder of models. Takes a second or two.
    Raises OSError, and TrainingRefusal when the data can't be read.
    """
    if versions.any():
        return None
    model = _model(settings)
    if model is None:
        return None
    data = data_in(settings.assistant_folder)
    counted = examples_in(data)
    kept = versions.add_first(
        NewVersion(
            file=model.name,
            sha256=sha256_of(model),
            data_file=keep(data, settings.models_folder).name,
            staff_id=None,
            reason=FIRST,
            examples=sum(counted.values()),
            intents=len({intent for intent, _ in counted}),
            figures=Figures(cross=cross_of(model)),
            code=code_fingerprint(),
        )
    )
    if kept is not None:
        log.info("version.first", version=kept.id)
    return kept


def _model(settings: Settings) -> Path | None:
    """The model that runs: the one that is pointed to, else the one that belongs to the data."""
    pointed = pointer.read(settings.models_folder)
    if pointed is not None and (settings.models_folder / pointed.file).is_file():
        return settings.models_folder / pointed.file
    model = model_for(settings.assistant_folder, settings.models_folder)
    return model if model.is_file() else None
