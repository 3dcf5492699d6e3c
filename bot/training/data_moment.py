"""When the data were read that a version was made of: what was changed after that is not in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.store.training_tables import model_versions, trainings


def data_read_at(connection: Connection, version_id: int) -> datetime | None:
    """The moment (UTC) its training began, which is right before it reads the data; None for no such version.

    A version that was made or trained anew of an older one's data has theirs; one that no training here made has the
    moment it was recorded.
    """
    version = connection.execute(select(model_versions).where(model_versions.c.id == version_id)).first()
    if version is None:
        return None
    of_its_data = (model_versions.c.data_file == version.data_file) & (model_versions.c.id <= version_id)
    # One that began later only measured it. One with an older one's data read them when that did, which is kept with
    # it, for the older one may be gone by now.
    known = trainings.c.data_of.is_(None) | trainings.c.data_at.is_not(None)
    began = (
        select(func.max(func.coalesce(trainings.c.data_at, trainings.c.started_at)))
        .join(model_versions, model_versions.c.id == trainings.c.version_id)
        .where(of_its_data, known, trainings.c.started_at <= model_versions.c.made_at)
    )
    recorded = select(func.min(model_versions.c.made_at)).where(of_its_data)
    moment: datetime | None = connection.execute(began).scalar() or connection.execute(recorded).scalar()
    return moment
