"""How long whoever asks a case system will still wait: known to all that happens on their behalf."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float | None] = ContextVar("case_system_deadline", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """What is asked inside has so many seconds from now; None: as long as it takes."""
    token = _until.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def left(otherwise: float) -> float:
    """Seconds that are left, never less than none; ``otherwise`` where nobody set a limit."""
    until = _until.get()
    return otherwise if until is None else max(0.0, until - time.monotonic())
