"""What a component kept of its training, where it kept anything."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

T = TypeVar("T")


def stored(storage: ModelStorage, resource: Resource, read: Callable[[Path], T]) -> T | None:
    """What ``read`` makes of the component's folder; None where it kept nothing, as Rasa allows.

    Raises what ``read`` raises: a component must not work on without what it can't read any more.
    """
    with ExitStack() as opened:
        try:
            folder = opened.enter_context(storage.read_from(resource))
        except ValueError:  # Rasa's word for a resource that was never written
            return None
        return read(folder)
