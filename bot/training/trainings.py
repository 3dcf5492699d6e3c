"""Trainings: asked for, one at a time, followed, cancelled, and ended where their process is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import case, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from bot.errors import NotFoundError
from bot.identity.staff import Staff
from bot.privacy.masking import mask
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.training_tables import model_versions, trainings
from bot.training.data_moment import data_read_at
from bot.training.refusals import Unusable, WrongMoment

ONGOING = ("queued", "running")
SILENT = timedelta(seconds=30)  # a process that has not been heard of for so long is gone
_TO_BEGIN = timedelta(seconds=60)  # and one that was started may take so long to say anything
_LONGEST_REASON = 500  # characters
_LONGEST_DOING = 200

_UNCHANGED = "Den version, der kører, er ikke ændret."
CUT_OFF = f"Træningen blev afbrudt, før den var færdig. {_UNCHANGED} Start træningen igen."
NOT_STARTED = f"Træningen kunne ikke startes. {_UNCHANGED} Prøv igen, eller bed it-afdelingen om hjælp."
_ANOTHER = "Der er allerede en træning i gang. Vent, til den er færdig, eller stop den først."
_OVER = "Træningen er allerede slut."
_GONE = "Den træning findes ikke."
_WHY = "Skriv kort, hvorfor du træner, så andre kan se det senere."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Training:
    """A training. ``status``: queued, running, done, failed or cancelled; times are aware UTC.

    ``doing`` says in Danish what it does now, step ``step`` of ``steps``; ``problem`` why it failed.
    ``version_id`` is the version it made, or the one it only measures; ``data_of`` the one whose data it is done with,
    None where those are the data as they stand.
    """

    id: int
    status: str
    staff_id: str
    reason: str = field(repr=False)
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    step: int
    steps: int
    doing: str
    cancelled: bool
    problem: str | None
    version_id: int | None
    data_of: int | None = None

    @property
    def ongoing(self) -> bool:
        """Whether it waits or runs."""
        return self.status in ONGOING


class Trainings:
    """Keeps the trainings. Methods block while the database works; ``clock`` gives aware times.

    ``start`` starts the process that does the training with this id.
    """

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        *,
        clock: Callable[[], datetime],
        start: Callable[[int], None],
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock
        self._start = start

    def begin(self, staff: Staff, reason: str, *, measures: int | None = None, data_of: int | None = None) -> Training:
        """Ask for a training, with the data that were kept of version ``data_of`` or with the data as they stand.

        Or only to have a version measured (``measures``). Its process is started.
        Raises WrongMoment while another one is ongoing, and Unusable without a reason. A process that can't be
        started leaves a training that failed.
        """
        reason = mask(" ".join(reason.split()))
        if not reason:
            raise Unusable("a training without a reason", staff=_WHY)
        if len(reason) > _LONGEST_REASON:
            raise Unusable("a reason that is too long", staff=f"Skriv højst {_LONGEST_REASON} tegn.")
        values: dict[str, Any] = {
            "status": "queued",
            "staff_id": staff.id,
            "sealed": self._vault.seal_json({"reason": reason}),
            "created_at": self._clock(),
            "version_id": measures,
            "data_of": data_of,
        }
        try:
            with writing(self._engine) as connection:
                self._end_silent(connection)
                if data_of is not None:  # held until this one is seen, so that nobody deletes it in between
                    held = select(model_versions.c.id).where(model_versions.c.id == data_of)
                    connection.execute(held.with_for_update(read=True))
                    values["data_at"] = data_read_at(connection, data_of)
                number = int(connection.execute(insert(trainings).values(**values)).inserted_primary_key[0])
        except IntegrityError as error:
            raise WrongMoment("another training is ongoing", staff=_ANOTHER) from error
        log.info("training.asked", training=number, staff=staff.id)
        try:
            self._start(number)
        except OSError as error:
            log.error("training.not_started", training=number, kind=type(error).__name__)
            with writing(self._engine) as connection:
                self.end(connection, number, "failed", problem=NOT_STARTED)
        return self.get(number)

    def get(self, training_id: int) -> Training:
        """One training. Raises NotFoundError."""
        self._look()
        with reading(self._engine) as connection:
            row = connection.execute(_one(training_id)).first()
        if row is None:
            raise NotFoundError("no such training", citizen=_GONE, staff=_GONE)
        return self._training(row)

    def current(self) -> Training | None:
        """The one that is ongoing, else the one that ended last; None when there never was any."""
        self._look()
        with reading(self._engine) as connection:
            row = connection.execute(select(trainings).order_by(trainings.c.id.desc()).limit(1)).first()
        return None if row is None else self._training(row)

    def cancel(self, training_id: int) -> Training:
        """Ask for a training to stop, which its process does in a second or two. Raises WrongMoment when it is over."""
        self.get(training_id)
        asked = update(trainings).where(trainings.c.id == training_id, _is_ongoing())
        with writing(self._engine) as connection:
            if not connection.execute(asked.values(cancelled=True)).rowcount:
                raise WrongMoment("the training is over", staff=_OVER)
        return self.get(training_id)

    # What its own process says:

    def took(self, training_id: int) -> Training | None:
        """Begin the work; None when it is not there to be begun (any more)."""
        now = self._clock()
        waiting = update(trainings).where(trainings.c.id == training_id, trainings.c.status == "queued")
        with writing(self._engine) as connection:
            began = connection.execute(waiting.values(status="running", started_at=now, alive_at=now)).rowcount
            row = connection.execute(_one(training_id)).first() if began else None
        return None if row is None else self._training(row)

    def alive(self, training_id: int, *, step: int, steps: int, doing: str) -> bool:
        """Say how far it has come; False when it is to stop: it was cancelled, or given up by those who look on."""
        running = update(trainings).where(trainings.c.id == training_id, trainings.c.status == "running")
        values = {"alive_at": self._clock(), "step": step, "steps": steps, "doing": doing[:_LONGEST_DOING]}
        with writing(self._engine) as connection:
            if not connection.execute(running.values(**values)).rowcount:
                return False
            return not connection.execute(select(trainings.c.cancelled).where(trainings.c.id == training_id)).scalar()

    def wanted(self, training_id: int) -> bool:
        """Whether it still runs and nobody asked for it to stop."""
        query = select(trainings.c.status, trainings.c.cancelled).where(trainings.c.id == training_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return row is not None and row.status == "running" and not row.cancelled

    def end(
        self,
        connection: Connection,
        training_id: int,
        status: str,
        *,
        problem: str | None = None,
        version_id: int | None = None,
    ) -> bool:
        """End it within the caller's transaction; False when it had ended, or was not wanted done any more."""
        ongoing = update(trainings).where(trainings.c.id == training_id, _is_ongoing())
        values: dict[str, Any] = {"status": status, "ended_at": self._clock(), "problem": problem}
        if status == "done":
            ongoing = ongoing.where(trainings.c.cancelled.is_(False))
            values |= {"version_id": version_id, "step": trainings.c.steps, "doing": ""}
        return bool(connection.execute(ongoing.values(**values)).rowcount)

    def _look(self) -> None:
        """End what nobody works on; nothing is written while all is well."""
        with reading(self._engine) as connection:
            silent = connection.execute(select(trainings.c.id).where(self._is_silent())).first()
        if silent is not None:
            with writing(self._engine) as connection:
                self._end_silent(connection)

    def _end_silent(self, connection: Connection) -> None:
        asked_to_stop = trainings.c.cancelled.is_(True)
        ended = connection.execute(
            update(trainings)
            .where(self._is_silent())
            .values(
                status=case([(asked_to_stop, "cancelled")], else_="failed"),
                problem=case([(asked_to_stop, None)], else_=CUT_OFF),
                ended_at=self._clock(),
            )
        ).rowcount
        if ended:
            log.warning("training.cut_off", trainings=ended)

    def _is_silent(self) -> ColumnElement[bool]:
        now = self._clock()
        begun = (trainings.c.status == "running") & (trainings.c.alive_at < now - SILENT)
        return begun | ((trainings.c.status == "queued") & (trainings.c.created_at < now - _TO_BEGIN))

    def _training(self, row: Any) -> Training:
        return Training(
            id=row.id,
            status=row.status,
            staff_id=row.staff_id,
            reason=self._vault.open_json(row.sealed)["reason"],
            created_at=row.created_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            step=row.step,
            steps=row.steps,
            doing=row.doing,
            cancelled=row.cancelled,
            problem=row.problem,
            version_id=row.version_id,
            data_of=row.data_of,
        )


def _is_ongoing() -> ColumnElement[bool]:
    return trainings.c.status.in_(ONGOING)


def _one(training_id: int):  # type: ignore[no-untyped-def]
    return select(trainings).where(trainings.c.id == training_id)
