"""What all actions share, made once per process: the municipality's facts, titles, the logins, the case system."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.audit.trail import Trail
from bot.cases.asked import CaseSystems
from bot.cases.systems import open_case_systems
from bot.identity.logins import Login, Logins
from bot.municipality import facts, glossary
from bot.municipality.glossary import Glossary
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine
from bot.training.intents import Intents


class KnowsLogins(Protocol):
    """What actions need of `Logins`; it blocks while it asks the database."""

    def resolve(self, login_id: str) -> Login | None:
        """The login behind an opaque id; None when it is unknown, ended or expired."""
        ...


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything an action may use. ``now`` gives an aware time."""

    municipality: Municipality
    glossary: Glossary
    intents: Intents
    logins: KnowsLogins
    cases: CaseSystems
    conversation_days: int
    now: Callable[[], datetime]

    @property
    def today(self) -> date:
        """The date in Denmark."""
        return self.now().astimezone(COPENHAGEN).date()


_lock = threading.Lock()
_made: list[Parts] = []


def make(settings: Settings) -> Parts:
    """The real parts, as the settings name them. Raises SettingsError when a setting or a file does not hold."""
    vault = Vault(settings.secret_keys)
    intents = Intents(settings.assistant_folder)
    intents.all()  # told now rather than to the first citizen
    engine = make_engine(settings.database_url)
    municipality = facts.load(settings.municipality_file)
    return Parts(
        municipality=municipality,
        glossary=glossary.load(settings.glossary_file),
        intents=intents,
        logins=Logins(engine, vault),
        cases=open_case_systems(settings, vault, municipality, trail=Trail(engine, vault)),
        conversation_days=settings.conversation_days,
        now=lambda: datetime.now(COPENHAGEN),
    )


def current() -> Parts:
    """The parts of this process: made from the settings at the first call, unless `using` handed in others."""
    with _lock:
        if not _made:
            _made.append(make(Settings.read()))
        return _made[-1]


@contextmanager
def using(parts: Parts) -> Iterator[None]:
    """Answer with ``parts`` inside the block: for tests, and for trying another case system out."""
    with _lock:
        _made.append(parts)
    try:
        yield
    finally:
        with _lock:
            _made.remove(parts)
