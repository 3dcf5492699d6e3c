"""Databases of tests' own."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Engine

import bot.store.migrations
from bot.store.engine import make_engine, migrate


def migrated(database_url: str) -> Engine:
    """An engine of a database with our tables."""
    engine = make_engine(database_url)
    migrate(engine, Path(bot.store.migrations.__path__[0]))
    return engine
