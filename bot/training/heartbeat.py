"""Says every other second that a training is worked on and how far it has come, and hears when it is to stop."""

from __future__ import annotations

import threading
from types import TracebackType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.training.trainings import Trainings

_HEAR_EVERY = 1.0  # seconds
_TELL_EVERY = 2  # times it listens

log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The training is not wanted any more: it was cancelled, or given up by those who look on."""


class Heartbeat:
    """To be entered while the work is done: a thread of its own keeps on saying that it is.

    A database that is away for a while stops nothing; once nobody was heard for too long, the training is given up.
    """

    def __init__(self, trainings: Trainings, training_id: int, *, steps: int) -> None:
        self._trainings = trainings
        self._id = training_id
        self._told = (0, steps, "")
        self._unwanted = threading.Event()
        self._woken = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self._woken.set()
        self._thread.join()

    def look(self) -> None:
        """Raise Stopped when the work is to stop."""
        if self._unwanted.is_set():
            raise Stopped

    def tell(self, step: int, doing: str) -> None:
        """Say what is done now, step ``step`` of all; steps never go back. Raises Stopped."""
        self._told = (max(step, self._told[0]), self._told[1], doing)
        self._woken.set()
        self.look()

    def detail(self, doing: str) -> None:
        """Say more of the step it is at, with the next beat. Raises Stopped."""
        self._told = (*self._told[:2], doing)
        self.look()

    def _beat(self) -> None:
        beats = 0
        while not self._over:
            new = self._woken.is_set()
            self._woken.clear()
            try:
                if new or beats % _TELL_EVERY == 0:
                    step, steps, doing = self._told
                    wanted = self._trainings.alive(self._id, step=step, steps=steps, doing=doing)
                else:
                    wanted = self._trainings.wanted(self._id)
            except SQLAlchemyError as error:
                log.warning("training.not_told", training=self._id, kind=type(error).__name__)
                wanted = True
            if not wanted:
                self._unwanted.set()
            beats += 1
            self._woken.wait(_HEAR_EVERY)
