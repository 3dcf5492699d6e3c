"""What awaits those who train the assistant: messages nobody has looked at, and changes that are not live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.store.engine import reading
from bot.store.training_tables import inbox
from bot.training.data_moment import data_read_at
from bot.training.edits import Edits
from bot.training.snapshot import data_in, name_of
from bot.training.versions import Versions

_MOST = 5
_ENOUGH = 5  # messages of an intent, for its figures to mean anything


@dataclass(frozen=True, kw_only=True)
class Changes:
    """``n`` changes were made here after ``since`` (UTC), when the data of the live version were put aside.

    Nothing counts where the data are again as that version has them. ``elsewhere``: they differ, and nobody changed
    them here.
    """

    n: int
    since: datetime | None
    elsewhere: bool


@dataclass(frozen=True, kw_only=True)
class Weak:
    """An intent of the live version that often goes wrong; ``f1`` from 0 to 1."""

    intent: str
    f1: float


class Awaiting:
    """Looks, whenever it is asked. ``folder`` is the assistant's. Methods block while the database and disk work."""

    def __init__(self, engine: Engine, versions: Versions, edits: Edits, folder: Path) -> None:
        self._engine = engine
        self._versions = versions
        self._edits = edits
        self._folder = folder

    def messages(self) -> int:
        """How many rows of the inbox wait."""
        query = select(func.count()).select_from(inbox).where(inbox.c.status == "waiting")
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def changes(self) -> Changes:
        """What is not live. Raises OSError and TrainingRefusal when the data can't be read."""
        live = self._versions.active()
        if live is None:
            return Changes(n=self._edits.count_since(None), since=None, elsewhere=False)
        if name_of(data_in(self._folder)) == live.data_file:
            return Changes(n=0, since=None, elsewhere=False)
        with reading(self._engine) as connection:
            since = data_read_at(connection, live.id)
        n = self._edits.count_since(since)
        return Changes(n=n, since=since, elsewhere=n == 0)

    def weakest(self) -> tuple[Weak, ...]:
        """The intents that go wrong most often in the live version, the weakest first."""
        live = self._versions.active()
        found = live.figures.per_intent if live is not None else {}
        weak = [Weak(intent=name, f1=each.f1) for name, each in found.items() if each.support >= _ENOUGH]
        return tuple(sorted(weak, key=lambda each: (each.f1, each.intent))[:_MOST])
